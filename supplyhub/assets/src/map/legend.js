// The legend: the same shapes as on the canvas, drawn small.
import { hasUnserved } from "./places.js";

const SVG = "http://www.w3.org/2000/svg";

function shape(kind) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 22 22");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", `map-key ${kind}`);
  const part = (name, attributes) => {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    svg.append(element);
  };
  if (kind === "pickup") part("rect", { x: 5, y: 5, width: 12, height: 12, rx: 3 });
  else if (kind === "round") part("path", { d: "M2 17 9 6l5 8 6-9", fill: "none" });
  else part("circle", { cx: 11, cy: 11, r: kind === "high" ? 5.5 : 7 });
  if (kind === "high") part("circle", { cx: 11, cy: 11, r: 9, class: "ring" });
  if (kind === "unserved") part("circle", { cx: 11, cy: 11, r: 2.4, class: "dot" });
  return svg;
}

export function addLegend(box, data, words) {
  const list = document.createElement("ul");
  list.className = "map-legend";
  list.setAttribute("aria-label", words.legend);
  const risks = ["low", "medium", "high"].filter((risk) => data.compounds.some((place) => place.risk === risk));
  const entries = risks.map((risk) => [risk, words.risk[risk]]);
  if (data.compounds.some(hasUnserved)) entries.push(["unserved", words.unserved]);
  if (data.pickups.length) entries.push(["pickup", words.pickup]);
  if (data.rounds.length) entries.push(["round", words.rounds]);
  for (const [kind, text] of entries) {
    const item = document.createElement("li");
    item.append(shape(kind), text);
    list.append(item);
  }
  if (data.compounds.length) {
    const size = document.createElement("li");
    size.textContent = words.size;
    list.append(size);
  }
  box.append(list);
}
