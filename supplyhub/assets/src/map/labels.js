// Names on the map: pickups always, compounds by size as long as they do not cover each other.
import L from "leaflet";
import { radius } from "./places.js";

const MOST = 46;
const LINE_HEIGHT = 17;

function width(text) {
  // CJK is as wide as it is high, the rest about half of that; near enough to keep labels apart.
  return [...text].reduce((sum, letter) => sum + (letter.charCodeAt(0) > 0x2e80 ? 12.5 : 7), 6);
}

function collides(box, boxes) {
  return boxes.some(
    (other) => box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom,
  );
}

export function addLabels(map, data) {
  const group = L.layerGroup().addTo(map);
  const wished = [
    ...data.pickups.map((place) => ({ place, offset: 11, kind: "pickup" })),
    ...[...data.compounds]
      .sort((one, other) => (other.orders || 0) - (one.orders || 0))
      .map((place) => ({ place, offset: null, kind: "compound" })),
  ];

  function refresh() {
    group.clearLayers();
    const view = map.getBounds();
    const boxes = [];
    const few = map.getZoom() < 12.5 ? 8 : MOST;
    const zoom = map.getZoom();
    for (const { place, offset: fixed, kind } of wished) {
      const offset = fixed ?? radius(place.orders, zoom) + 3;
      if (boxes.length >= (kind === "pickup" ? MOST : few + data.pickups.length)) break;
      if (!view.contains([place.lat, place.lon])) continue;
      const at = map.latLngToContainerPoint([place.lat, place.lon]);
      const box = {
        left: at.x + offset,
        right: at.x + offset + width(place.name),
        top: at.y - LINE_HEIGHT / 2,
        bottom: at.y + LINE_HEIGHT / 2,
      };
      if (collides(box, boxes)) continue;
      boxes.push(box);
      const icon = L.divIcon({ className: `map-label ${kind}`, iconSize: null, iconAnchor: [-offset, LINE_HEIGHT / 2] });
      const marker = L.marker([place.lat, place.lon], { icon, interactive: false, keyboard: false });
      group.addLayer(marker);
      marker.getElement().textContent = place.name;
    }
  }
  map.on("moveend resize", refresh);
}
