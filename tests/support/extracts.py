"""Small OpenStreetMap extracts for tests: nodes named by metres east and north of a point on the equator."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import osmium
from osmium.osm import mutable

# On the equator a degree is equally long in both directions: radius 6371008.8 m.
METRES_PER_DEGREE = 111195.0797


def at(east_m: float, north_m: float = 0.0) -> tuple[float, float]:
    """Latitude and longitude."""
    return north_m / METRES_PER_DEGREE, east_m / METRES_PER_DEGREE


def write(
    path: Path,
    *,
    nodes: Mapping[int, tuple[float, float]],
    ways: Iterable[tuple[list[int], Mapping[str, str]]],
    node_tags: Mapping[int, Mapping[str, str]] | None = None,
    restrictions: Iterable[tuple[int, int, int, Mapping[str, str]]] = (),
) -> Path:
    """Write an extract: nodes by number (metres east and north), ways as node numbers and tags.

    `restrictions` are from way, via node, to way, and tags; ways are numbered from 1 in their order.
    """
    path.unlink(missing_ok=True)
    with osmium.SimpleWriter(str(path)) as writer:
        for number, place in nodes.items():
            lat, lon = at(*place)
            writer.add_node(
                mutable.Node(id=number, location=(lon, lat), version=1, tags=dict((node_tags or {}).get(number, {})))
            )
        for number, (refs, tags) in enumerate(ways, start=1):
            writer.add_way(mutable.Way(id=number, version=1, nodes=refs, tags=dict(tags)))
        for number, (from_way, via_node, to_way, tags) in enumerate(restrictions, start=1):
            members = [("w", from_way, "from"), ("n", via_node, "via"), ("w", to_way, "to")]
            writer.add_relation(
                mutable.Relation(id=number, version=1, members=members, tags={"type": "restriction", **tags})
            )
    return path
