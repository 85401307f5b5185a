// Compounds as circles sized by their orders, pickups as squares that carry their name.
import L from "leaflet";
import { colour, outline } from "./colours.js";
import { fillPopup } from "./popup.js";

const FULL_SIZE_ZOOM = 13.5;

// Circles shrink with the map, or a whole district would be one blot.
export function radius(orders, zoom) {
  const scale = Math.min(1.35, Math.max(0.5, 2 ** ((zoom - FULL_SIZE_ZOOM) * 0.42)));
  return scale * (3.5 + 0.9 * Math.sqrt(Math.max(0, orders || 0)));
}

export function hasUnserved(compound) {
  return (compound.orders || 0) > (compound.served || 0);
}

function circle(compound) {
  const at = [compound.lat, compound.lon];
  const parts = { body: L.circleMarker(at) };
  if (compound.risk === "high") parts.ring = L.circleMarker(at, { interactive: false });
  if (hasUnserved(compound)) parts.dot = L.circleMarker(at, { interactive: false });
  return parts;
}

function paintCompound(compound, { body, ring, dot }, zoom) {
  const look = outline(compound.risk);
  const stroke = colour(look.token);
  const size = radius(compound.orders, zoom);
  body.setStyle({ color: stroke, weight: look.weight, dashArray: look.dashArray, fillColor: stroke, fillOpacity: 0.24 });
  body.setRadius(size);
  if (ring) {
    ring.setStyle({ color: stroke, weight: 1.5, fill: false });
    ring.setRadius(size + 3.5);
  }
  if (dot) {
    dot.setStyle({ stroke: false, fill: true, fillColor: colour("ink"), fillOpacity: 1 });
    dot.setRadius(Math.max(1.6, size * 0.28));
  }
}

export function addPlaces(map, data, words) {
  const drawn = new Map();
  const group = L.layerGroup().addTo(map);
  // Large circles first, so that small ones stay reachable on top of them.
  const bySize = [...data.compounds].sort((one, other) => (other.orders || 0) - (one.orders || 0));
  for (const compound of bySize) {
    const parts = circle(compound);
    for (const part of Object.values(parts)) group.addLayer(part);
    parts.body.bindPopup(() => fillPopup(compound, words), { minWidth: 180, autoPanPadding: [16, 16] });
    drawn.set(compound.code, { compound, parts });
  }
  for (const pickup of data.pickups) {
    const at = [pickup.lat, pickup.lon];
    // The square is only drawn; what can be pressed is a circle on the canvas, wide enough for a thumb.
    const icon = L.divIcon({ className: "map-pickup", iconSize: [16, 16] });
    L.marker(at, { icon, interactive: false, keyboard: false }).addTo(map);
    const body = L.circleMarker(at, { radius: 14, stroke: false, fillOpacity: 0 });
    body.bindPopup(() => fillPopup({ ...pickup, isPickup: true }, words), { minWidth: 140 });
    group.addLayer(body);
    drawn.set(pickup.code, { compound: pickup, parts: { body }, isPickup: true });
  }
  const paint = () => {
    for (const { compound, parts, isPickup } of drawn.values()) {
      if (!isPickup) paintCompound(compound, parts, map.getZoom());
    }
  };
  paint();
  map.on("zoomend", paint);
  return {
    paint,
    show(code) {
      const found = drawn.get(code);
      if (!found) return false;
      map.setView([found.compound.lat, found.compound.lon], Math.max(map.getZoom(), 15), { animate: false });
      found.parts.body.openPopup();
      return true;
    },
  };
}
