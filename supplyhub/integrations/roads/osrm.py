"""The router over an OSRM server (`/table/v1`, HTTP API of version 5 and 6, read 2026-11).

One OSRM server knows one kind of vehicle: `{kind}` in its address becomes `bicycle` or `van`, so that two servers can
stand behind one address.
"""

from collections.abc import Sequence

from supplyhub.integrations.roads import asking
from supplyhub.integrations.roads.router import Kind, Point, RoadTable, VehicleOnRoads
from supplyhub.wording import lazy_gettext

_PROFILES = {Kind.BICYCLE: "cycling", Kind.VAN: "driving"}


class OsrmRouter:
    """A `RoadRouter` that asks an OSRM server."""

    def __init__(self, url: str, *, timeout_s: float) -> None:
        self._url = asking.require_web_address(url)
        self._timeout_s = timeout_s

    @property
    def source(self) -> str:
        """The server's address."""
        return f"osrm {self._url}"

    def table(self, points: Sequence[Point], vehicle: VehicleOnRoads) -> RoadTable:
        """Return the ways between all points.

        Parameters
        ----------
        points
            The places.
        vehicle
            Its kind chooses server and profile; it never goes faster than its speed.

        Returns
        -------
        RoadTable
            The ways, from road to road: the server leaves out the metres between a place and its road.
        """

        def ask(sources: Sequence[Point], targets: Sequence[Point]) -> tuple[asking.Amounts, asking.Amounts]:
            return self._ask(sources, targets, vehicle.kind)

        return asking.ask_table(points, vehicle, ask)

    def _ask(
        self, sources: Sequence[Point], targets: Sequence[Point], kind: Kind
    ) -> tuple[asking.Amounts, asking.Amounts]:
        server = self._url.replace("{kind}", kind)
        places = ";".join(f"{point.lon:.6f},{point.lat:.6f}" for point in (*sources, *targets))
        begins = ";".join(map(str, range(len(sources))))
        ends = ";".join(map(str, range(len(sources), len(sources) + len(targets))))
        url = (
            f"{server}/table/v1/{_PROFILES[kind]}/{places}"
            f"?sources={begins}&destinations={ends}&annotations=duration,distance"
        )
        status, answer = asking.ask_json(url, timeout_s=self._timeout_s)
        if answer.get("code") == "NoSegment":
            raise asking.NoRoadNear
        if answer.get("code") != "Ok":
            problem = answer.get("message", lazy_gettext("it answers with status %(status)s", status=status))
            raise asking.unavailable(server, str(problem))
        metres = asking.read_amounts(server, answer.get("distances"), len(sources), len(targets))
        seconds = asking.read_amounts(server, answer.get("durations"), len(sources), len(targets))
        return metres, seconds
