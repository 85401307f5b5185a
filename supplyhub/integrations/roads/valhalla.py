"""The router over a Valhalla server (`/sources_to_targets`, API reference of version 3, read 2026-11)."""

from collections.abc import Sequence
from typing import Any

from supplyhub.integrations.roads import asking
from supplyhub.integrations.roads.router import Kind, Point, SourceKind, VehicleOnRoads

# Codes of refusals: no road near a place, or none that is connected; no path.
_NO_ROAD = {170, 171, 442}


class ValhallaRouter(asking.ServerRouter):
    """A `RoadRouter` that asks a Valhalla server.

    Bicycles ride at their speed and use roads as readily as paths; vans drive as Valhalla's cars.
    """

    kind = SourceKind.VALHALLA

    def _ask(
        self, sources: Sequence[Point], targets: Sequence[Point], vehicle: VehicleOnRoads
    ) -> tuple[asking.Amounts, asking.Amounts]:
        url = f"{self._url}/sources_to_targets"
        body = {
            "sources": [{"lat": point.lat, "lon": point.lon} for point in sources],
            "targets": [{"lat": point.lat, "lon": point.lon} for point in targets],
            "units": "kilometers",
            "verbose": False,
            **_costing(vehicle),
        }
        status, answer = self._ask_json(url, body)
        if answer.get("error_code") in _NO_ROAD:
            raise asking.NoRoadNear
        if status != 200:
            raise asking.refusal(url, status, answer.get("error"))
        tables = answer.get("sources_to_targets")
        if not isinstance(tables, dict):
            tables = {}
        size = len(sources), len(targets)
        metres = asking.read_amounts(url, tables.get("distances"), *size, metres_per_unit=1000)
        return metres, asking.read_amounts(url, tables.get("durations"), *size)


def _costing(vehicle: VehicleOnRoads) -> dict[str, Any]:
    if vehicle.kind is Kind.VAN:
        return {"costing": "auto"}
    # Riders at work use any road, and a motor does not mind hills. Valhalla takes 5 to 60 km/h.
    speed_kmh = min(60.0, max(5.0, vehicle.speed_kmh))
    options = {"cycling_speed": speed_kmh, "use_roads": 1.0, "use_hills": 1.0}
    return {"costing": "bicycle", "costing_options": {"bicycle": options}}
