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
from supplyhub.integrations.roads import access, network
from supplyhub.integrations.roads.graph import RoadGraph
from supplyhub.integrations.roads.router import Kind
from supplyhub.wording import lazy_gettext

_DIGEST_BLOCK = 1 << 20


class UnableToReadExtract(Invalid):
    """The file is no OpenStreetMap extract, or holds no roads."""


@dataclasses.dataclass(slots=True)
class _Ways:
    """The ways of one kind, node after node; `sizes` tells them apart."""

    refs: "array[int]"
    lats: "array[float]"
    lons: "array[float]"
    sizes: "array[int]"
    passages: list[access.Passage]


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
        ways, barriers = _read_ways(path)
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
    networks = {kind: _network(ways[kind], barriers[kind]) for kind in Kind if ways[kind].passages}
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


def _read_ways(path: Path) -> tuple[dict[Kind, _Ways], dict[Kind, set[int]]]:
    """Return the ways open to each kind, and the nodes that each does not pass."""
    ways = {kind: _Ways(array("q"), array("d"), array("d"), array("q"), []) for kind in Kind}
    barriers: dict[Kind, set[int]] = {kind: set() for kind in Kind}
    wanted = osmium.FileProcessor(path, osmium.osm.NODE | osmium.osm.WAY).with_locations()
    for item in wanted.with_filter(osmium.filter.KeyFilter("highway", "barrier")):
        tags = {tag.k: tag.v for tag in item.tags}
        if isinstance(item, osmium.osm.Node):
            for kind in Kind:
                if access.is_closed_barrier(tags, kind):
                    barriers[kind].add(item.id)
        elif isinstance(item, osmium.osm.Way) and "highway" in tags:
            passages = {kind: access.way_passage(tags, kind) for kind in Kind}
            if any(passage.forward or passage.backward for passage in passages.values()):
                _add_way(ways, passages, item.nodes)
    return ways, barriers


def _add_way(
    ways: dict[Kind, _Ways], passages: dict[Kind, access.Passage], nodes: Iterable[osmium.osm.NodeRef]
) -> None:
    """Add a way to each kind that may use it; where nodes lie outside the extract it falls into pieces."""
    for refs, lats, lons in _inside(nodes):
        for kind, passage in passages.items():
            if passage.forward or passage.backward:
                kept = ways[kind]
                kept.refs.extend(refs)
                kept.lats.extend(lats)
                kept.lons.extend(lons)
                kept.sizes.append(len(refs))
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


def _network(ways: _Ways, barriers: set[int]) -> network.Network:
    refs = np.frombuffer(ways.refs, dtype=np.int64)
    sizes = np.frombuffer(ways.sizes, dtype=np.int64)
    is_start = np.ones(len(refs), dtype=bool)
    is_start[np.cumsum(sizes) - 1] = False
    starts = np.flatnonzero(is_start)
    known, sample, number = np.unique(refs, return_index=True, return_inverse=True)
    lat, lon = np.frombuffer(ways.lats)[sample], np.frombuffer(ways.lons)[sample]
    ends = np.concatenate([number[starts], number[starts + 1]])
    # Nobody passes a closed node: every segment that ends there ends for itself.
    is_closed = np.isin(known, np.fromiter(barriers, dtype=np.int64, count=len(barriers)))[ends]
    originals = ends[is_closed]
    ends[is_closed] = len(known) + np.arange(len(originals))
    lat, lon = np.concatenate([lat, lat[originals]]), np.concatenate([lon, lon[originals]])
    way = np.repeat(np.arange(len(sizes)), sizes - 1)
    return network.contract(
        network.Segments(
            start=ends[: len(starts)],
            end=ends[len(starts) :],
            forward=np.array([passage.forward for passage in ways.passages])[way],
            backward=np.array([passage.backward for passage in ways.passages])[way],
            speed_kmh=np.array([passage.speed_kmh for passage in ways.passages], dtype=np.int64)[way],
            is_stop=np.array([passage.is_stop for passage in ways.passages])[way],
            lat=lat,
            lon=lon,
        )
    )
