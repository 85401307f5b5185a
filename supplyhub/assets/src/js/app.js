// What every page may count on. Each behaviour is comfort: with scripts off the same markup still works.
import htmx from "htmx.org";
import { startCopying } from "./copy.js";
import { startForms } from "./forms.js";
import { startMenus } from "./menus.js";
import { startNetwork } from "./network.js";
import { startRequests } from "./requests.js";

document.documentElement.classList.add("js");
window.htmx = htmx;
startRequests(htmx);
startMenus();
startForms();
startCopying();
startNetwork();
