// Rounds as lines: all faint, one of them clear with its stops numbered.
import L from "leaflet";
import { colour } from "./colours.js";

function numbered(round) {
  // A pickup comes back in the middle of a round (a second trip): same place, same number of the first visit.
  const seen = new Set();
  const stops = [];
  for (const [lat, lon] of round.points) {
    const key = `${lat},${lon}`;
    if (seen.has(key)) continue;
    seen.add(key);
    stops.push([lat, lon]);
  }
  return stops.slice(1).map((point, index) => {
    const icon = L.divIcon({ className: "map-stop", html: String(index + 1), iconSize: [20, 20] });
    return L.marker(point, { icon, interactive: false, keyboard: false });
  });
}

export function addRounds(map, data) {
  const lines = new Map();
  const stops = L.layerGroup().addTo(map);
  let chosen = null;
  let listener = () => {};

  function look(id) {
    if (id === chosen) return { color: colour("map-pickup"), weight: 4, opacity: 1 };
    return { color: colour("map-round"), weight: 1.4, opacity: chosen ? 0.1 : 0.34 };
  }
  function paint() {
    for (const [id, { line }] of lines) line.setStyle(look(id));
  }
  function choose(id, { zoom = false } = {}) {
    chosen = lines.has(id) ? id : null;
    stops.clearLayers();
    paint();
    if (chosen) {
      const { line, round } = lines.get(chosen);
      line.bringToFront();
      for (const stop of numbered(round)) stops.addLayer(stop);
      if (zoom) map.fitBounds(line.getBounds(), { padding: [44, 44], maxZoom: 16, animate: false });
    }
    listener(chosen ? lines.get(chosen).round : null);
  }

  for (const round of data.rounds) {
    const line = L.polyline(round.points, { lineJoin: "round", smoothFactor: 1 }).addTo(map);
    line.bindTooltip(round.label, { sticky: true, className: "map-tip" });
    line.on("mouseover", () => {
      if (!chosen) line.setStyle({ color: colour("map-pickup"), weight: 3.5, opacity: 1 });
    });
    line.on("mouseout", () => line.setStyle(look(round.id)));
    line.on("click", (event) => {
      L.DomEvent.stop(event);
      choose(round.id === chosen ? null : round.id);
    });
    lines.set(round.id, { line, round });
  }
  map.on("click", () => chosen && data.rounds.length > 1 && choose(null));
  paint();
  return { choose, paint, onChoice: (then) => (listener = then) };
}
