// The map of compounds, pickups and rounds. Reads `data-map-url`, draws on one canvas, and puts beside it a search field
// and a list, so that everything on the canvas can also be reached by keyboard.
import L from "leaflet";
import { forgetColours } from "./colours.js";
import { addGround } from "./ground.js";
import { addLabels } from "./labels.js";
import { addLegend } from "./legend.js";
import { addPanel } from "./panel.js";
import { addPlaces } from "./places.js";
import { addRounds } from "./rounds.js";

const DEFAULT_ZOOM = 13;
const CLOSEST_ZOOM = 17;

function makeCanvas(box, words, centre) {
  const element = document.createElement("div");
  element.className = "map-canvas";
  box.append(element);
  const map = L.map(element, {
    preferCanvas: true,
    renderer: L.canvas({ tolerance: 5, padding: 0.3 }),
    zoomControl: false,
    attributionControl: false,
    scrollWheelZoom: false,
    maxZoom: CLOSEST_ZOOM,
    zoomSnap: 0.25,
    fadeAnimation: false,
  }).setView(centre, DEFAULT_ZOOM);
  L.control.zoom({ position: "topright", zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
  L.control.scale({ imperial: false, position: "bottomright", maxWidth: 90 }).addTo(map);
  // The wheel scrolls the page until the map is in use.
  map.on("focus click", () => map.scrollWheelZoom.enable());
  map.on("blur mouseout", () => map.scrollWheelZoom.disable());
  return map;
}

function everything(data) {
  const points = [...data.compounds, ...data.pickups].map((place) => [place.lat, place.lon]);
  for (const round of data.rounds) points.push(...round.points);
  return points;
}

function draw(box, words, answer) {
  const data = { compounds: [], pickups: [], rounds: [], ...answer };
  box.dataset.ready = "";
  const map = makeCanvas(box, words, data.centre || [0, 0]);
  const points = everything(data);
  const whole = () => {
    if (points.length) map.fitBounds(points, { padding: [28, 28], maxZoom: 16, animate: false });
  };
  addGround(map, data);
  const rounds = addRounds(map, data, words);
  const places = addPlaces(map, data, words);
  addLabels(map, data);
  addPanel(box, { map, data, words, rounds, places, whole });
  addLegend(box, data, words);
  map.invalidateSize({ animate: false });
  whole();
  if (data.rounds.length === 1) rounds.choose(data.rounds[0].id);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    forgetColours();
    places.paint();
    rounds.paint();
  });
}

async function start(box) {
  const words = JSON.parse(box.dataset.words);
  try {
    const response = await fetch(box.dataset.mapUrl, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(`the map's data answered ${response.status}`);
    draw(box, words, await response.json());
  } catch (error) {
    const fallback = box.querySelector(".map-fallback");
    fallback.firstChild.textContent = `${words.failed} `;
    console.error(error);
  }
}

for (const box of document.querySelectorAll("[data-map-url]")) start(box);
