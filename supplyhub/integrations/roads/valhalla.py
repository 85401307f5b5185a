"""The router over a Valhalla server (`/sources_to_targets`, API reference of version 3, read 2026-11)."""

from collections.abc import Sequence
from typing import Any

from supplyhub.integrations.roads import asking
from supplyhub.integrations.roads.router import Kind, Point, RoadTable, VehicleOnRoads
from supplyhub.wording import lazy_gettext

# Codes of refusals: no road near a place, or none that is connected; no path.
_NO_ROAD = {170, 171, 442}


class ValhallaRouter:
    """A `RoadRouter` that asks a Valhalla server."""

    def __init__(self, url: str, *, timeout_s: float) -> None:
        self._url = asking.require_web_address(url)
        self._timeout_s = timeout_s

    @property
    def source(self) -> str:
        """The server's address."""
        return f"valhalla {self._url}"

    def table(self, points: Sequence[Point], vehicle: VehicleOnRoads) -> RoadTable:
        """Return the ways between all points.

        Parameters
        ----------
        points
            The places.
        vehicle
            Bicycles ride at its speed and use roads as readily as paths; vans drive as Valhalla's cars, never faster.

        Returns
        -------
        RoadTable
            The ways, from road to road: the server leaves out the metres between a place and its road.
        """

        def ask(sources: Sequence[Point], targets: Sequence[Point]) -> tuple[asking.Amounts, asking.Amounts]:
            return self._ask(sources, targets, vehicle)

        return asking.ask_table(points, vehicle, ask)

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
        status, answer = asking.ask_json(url, timeout_s=self._timeout_s, body=body)
        if answer.get("error_code") in _NO_ROAD:
            raise asking.NoRoadNear
        if status != 200:
            problem = answer.get("error", lazy_gettext("it answers with status %(status)s", status=status))
            raise asking.unavailable(url, str(problem))
        tables = answer.get("sources_to_targets")
        if not isinstance(tables, dict):
            tables = {}
        kilometres = asking.read_amounts(url, tables.get("distances"), len(sources), len(targets))
        seconds = asking.read_amounts(url, tables.get("durations"), len(sources), len(targets))
        return [[None if km is None else km * 1000 for km in row] for row in kilometres], seconds


def _costing(vehicle: VehicleOnRoads) -> dict[str, Any]:
    if vehicle.kind is Kind.VAN:
        return {"costing": "auto"}
    # Riders at work use any road, and a motor does not mind hills. Valhalla takes 5 to 60 km/h.
    speed_kmh = min(60.0, max(5.0, vehicle.speed_kmh))
    options = {"cycling_speed": speed_kmh, "use_roads": 1.0, "use_hills": 1.0}
    return {"costing": "bicycle", "costing_options": {"bicycle": options}}
