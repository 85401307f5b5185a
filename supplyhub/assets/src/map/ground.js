// What lies under the places: tiles where the district has some, else a quiet grid that moves with the map.
import L from "leaflet";

const Grid = L.GridLayer.extend({
  createTile() {
    const tile = document.createElement("div");
    tile.className = "map-tile";
    return tile;
  },
});

export function addGround(map, data) {
  if (!data.tile_url) {
    new Grid({ tileSize: 128 }).addTo(map);
    return;
  }
  L.tileLayer(data.tile_url, { maxZoom: 18 }).addTo(map);
  if (data.attribution) L.control.attribution({ prefix: false }).addAttribution(data.attribution).addTo(map);
}
