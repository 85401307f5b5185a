"""The router over an OSRM server (`/table/v1`, HTTP API of version 5 and 6, read 2026-11).

One OSRM server knows one kind of vehicle: `{kind}` in its address becomes `bicycle` or `van`, so that two servers can
stand behind one address.
"""

from collections.abc import Sequence

from supplyhub.integrations.roads import asking
from supplyhub.integrations.roads.router import Kind, Point, SourceKind, VehicleOnRoads

_PROFILES = {Kind.BICYCLE: "cycling", Kind.VAN: "driving"}


class OsrmRouter(asking.ServerRouter):
    """A `RoadRouter` that asks an OSRM server."""

    kind = SourceKind.OSRM

    def _ask(
        self, sources: Sequence[Point], targets: Sequence[Point], vehicle: VehicleOnRoads
    ) -> tuple[asking.Amounts, asking.Amounts]:
        server = self._url.replace("{kind}", vehicle.kind)
        places = ";".join(f"{point.lon:.6f},{point.lat:.6f}" for point in (*sources, *targets))
        begins = ";".join(map(str, range(len(sources))))
        ends = ";".join(map(str, range(len(sources), len(sources) + len(targets))))
        status, answer = self._ask_json(
            f"{server}/table/v1/{_PROFILES[vehicle.kind]}/{places}"
            f"?sources={begins}&destinations={ends}&annotations=duration,distance"
        )
        if answer.get("code") == "NoSegment":
            raise asking.NoRoadNear
        if answer.get("code") != "Ok":
            raise asking.refusal(server, status, answer.get("message"))
        size = len(sources), len(targets)
        metres = asking.read_amounts(server, answer.get("distances"), *size, metres_per_unit=1)
        return metres, asking.read_amounts(server, answer.get("durations"), *size)
