"""Read an OpenStreetMap extract into the road graph of both kinds of vehicle.

The only module that knows osmium. What tags mean is said in `access`, how segments become a graph in `network`.
"""

import dataclasses
import hashlib
from array import array
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import osmium

from supplyhub.core.errors import Invalid
from supplyhub.integrations.roads import access, network, restrictions
from supplyhub.integrations.roads.graph import RoadGraph
from supplyhub.integrations.roads.restrictions import Restriction
from supplyhub.integrations.roads.router import Kind
from supplyhub.wording import lazy_gettext

_DIGEST_BLOCK = 1 << 20


class UnableToReadExtract(Invalid):
    """The file is no OpenStreetMap extract, or holds no roads."""


@dataclasses.dataclass(slots=True)
class _Ways:
    """The ways of one kind, node after node; `sizes` tells them apart. What is not passed, where nobody may turn."""

    refs: "array[int]" = dataclasses.field(default_factory=lambda: array("q"))
    lats: "array[float]" = dataclasses.field(default_factory=lambda: array("d"))
    lons: "array[float]" = dataclasses.field(default_factory=lambda: array("d"))
    sizes: "array[int]" = dataclasses.field(default_factory=lambda: array("q"))
    ids: "array[int]" = dataclasses.field(default_factory=lambda: array("q"))
    classes: "array[int]" = dataclasses.field(default_factory=lambda: array("q"))
    names: "array[int]" = dataclasses.field(default_factory=lambda: array("q"))
    passages: list[access.Passage] = dataclasses.field(default_factory=list)
    barriers: set[int] = dataclasses.field(default_factory=set)
    restrictions: list[Restriction] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Road:
    """What a way is for each kind of vehicle, and what its name is."""

    id: int
    road_class: int
    name: int
    passages: dict[Kind, access.Passage]


def build_graph(path: Path, *, built_at: datetime) -> RoadGraph:
    """Read an extract and return its road graph.

    Parameters
    ----------
    path
        An OpenStreetMap file with locations on nodes, usually `.osm.pbf`.
    built_at
        Noted in the graph.

    Returns
    -------
    RoadGraph
        The networks of both kinds, with the extract's name, time and digest.

    Raises
    ------
    UnableToReadExtract
        The file cannot be read as an extract, or holds no roads.
    """
    try:
        ways = _read_ways(path)
        extract_time = osmium.FileProcessor(path).header.get("osmosis_replication_timestamp")
    except (RuntimeError, OSError) as error:
        raise UnableToReadExtract(
            lazy_gettext(
                "%(file)s cannot be read as an OpenStreetMap extract (%(problem)s). Fetch it again, and see that the "
                "whole of it arrived.",
                file=path.name,
                problem=str(error),
            )
        ) from None
    networks = {kind: _network(ways[kind]) for kind in Kind if ways[kind].passages}
    if len(networks) < len(Kind):
        raise UnableToReadExtract(
            lazy_gettext(
                "%(file)s holds no roads. Is it an extract with all data of the area, not only some of its points?",
                file=path.name,
            )
        )
    modified = datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat(timespec="seconds")
    return RoadGraph(
        extract_name=path.name,
        extract_digest=digest_of(path),
        extract_at=extract_time or modified,
        built_at=built_at.isoformat(timespec="seconds"),
        networks=networks,
    )


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, as 64 hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_DIGEST_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _read_ways(path: Path) -> dict[Kind, _Ways]:
    ways = {kind: _Ways() for kind in Kind}
    names: dict[str, int] = {"": 0}
    wanted = osmium.FileProcessor(path, osmium.osm.NODE | osmium.osm.WAY | osmium.osm.RELATION).with_locations()
    for item in wanted.with_filter(osmium.filter.KeyFilter("highway", "barrier", *restrictions.KEYS)):
        tags = {tag.k: tag.v for tag in item.tags}
        if isinstance(item, osmium.osm.Node):
            for kind in Kind:
                if access.is_closed_barrier(tags, kind):
                    ways[kind].barriers.add(item.id)
        elif isinstance(item, osmium.osm.Way):
            passages = {kind: access.way_passage(tags, kind) for kind in Kind}
            if any(passage.forward or passage.backward for passage in passages.values()):
                name = names.setdefault(tags.get("name") or tags.get("ref") or "", len(names))
                road = _Road(id=item.id, road_class=access.road_class(tags), name=name, passages=passages)
                _add_way(ways, road, item.nodes)
        elif isinstance(item, osmium.osm.Relation):
            members = [(member.role, member.type, member.ref) for member in item.members]
            for kind in Kind:
                if (found := restrictions.read_restriction(tags, members, kind)) is not None:
                    ways[kind].restrictions.append(found)
    return ways


def _add_way(ways: dict[Kind, _Ways], road: _Road, nodes: Iterable[osmium.osm.NodeRef]) -> None:
    """Add a way to each kind that may use it; where nodes lie outside the extract it falls into pieces."""
    for refs, lats, lons in _inside(nodes):
        for kind, passage in road.passages.items():
            if passage.forward or passage.backward:
                kept = ways[kind]
                kept.refs.extend(refs)
                kept.lats.extend(lats)
                kept.lons.extend(lons)
                kept.sizes.append(len(refs))
                kept.ids.append(road.id)
                kept.classes.append(road.road_class)
                kept.names.append(road.name)
                kept.passages.append(passage)


def _inside(nodes: Iterable[osmium.osm.NodeRef]) -> list[tuple[list[int], list[float], list[float]]]:
    """Return the pieces of a way whose nodes are in the extract, of two nodes at least."""
    pieces: list[tuple[list[int], list[float], list[float]]] = [([], [], [])]
    for node in nodes:
        if not node.location.valid():
            pieces.append(([], [], []))
            continue
        refs, lats, lons = pieces[-1]
        # A node twice in a row is a slip of the mapper's.
        if not refs or refs[-1] != node.ref:
            refs.append(node.ref)
            lats.append(node.location.lat)
            lons.append(node.location.lon)
    return [piece for piece in pieces if len(piece[0]) > 1]


def _network(ways: _Ways) -> network.Network:
    refs, sizes = _array(ways.refs), _array(ways.sizes)
    is_start = np.ones(len(refs), dtype=bool)
    is_start[np.cumsum(sizes) - 1] = False
    starts = np.flatnonzero(is_start)
    known, sample, number = np.unique(refs, return_index=True, return_inverse=True)
    lat, lon = np.frombuffer(ways.lats)[sample], np.frombuffer(ways.lons)[sample]
    ends = np.concatenate([number[starts], number[starts + 1]])
    # Nobody passes a closed node: every segment that ends there ends for itself.
    is_closed = np.isin(known, np.fromiter(ways.barriers, dtype=np.int64, count=len(ways.barriers)))[ends]
    originals = ends[is_closed]
    ends[is_closed] = len(known) + np.arange(len(originals))
    lat, lon = np.concatenate([lat, lat[originals]]), np.concatenate([lon, lon[originals]])
    way = np.repeat(np.arange(len(sizes)), sizes - 1)
    banned = restrictions.banned_pairs(
        ways.restrictions, way=_array(ways.ids)[way], start_node=refs[starts], end_node=refs[starts + 1]
    )
    return network.contract(
        network.Segments(
            start=ends[: len(starts)],
            end=ends[len(starts) :],
            forward=np.array([passage.forward for passage in ways.passages])[way],
            backward=np.array([passage.backward for passage in ways.passages])[way],
            speed_kmh=np.array([passage.speed_kmh for passage in ways.passages], dtype=np.int64)[way],
            is_stop=np.array([passage.is_stop for passage in ways.passages])[way],
            road_class=_array(ways.classes)[way],
            name=_array(ways.names)[way],
            lat=lat,
            lon=lon,
            banned=banned,
        )
    )


def _array(numbers: "array[int]") -> network.Ints:
    return np.frombuffer(numbers, dtype=np.int64)
