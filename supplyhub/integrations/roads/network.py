"""The ways of one kind of vehicle as arrays: junctions, and the chains of road between them.

`contract` makes it from single segments: whatever lies between two junctions becomes one chain, which keeps its shape.
Pure arithmetic; knows no file and no tag.

A chain leads from one junction to another (or back to the same one) through shape points. Its shape is points
`first[c]` to `first[c + 1]` (excluded); speed and stopping belong to the piece from a point to the next one, so that
the last point of each chain carries none. So do class and name of the road. `banned` are turns between directed chains
(see `turns`).
"""

import dataclasses
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse import csgraph

from supplyhub.core import geo

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
_Value = TypeVar("_Value", np.int64, np.bool_)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Segments:
    """Straight pieces of road between numbered nodes, before contraction. `lat`, `lon` are those of the nodes.

    `name` is a number that equal names share, 0 for none. `banned` are pairs of directed segments, one behind the other
    at a node, that nobody may drive: 2 s from its start to its end, 2 s + 1 back.
    """

    start: Ints
    end: Ints
    forward: Flags
    backward: Flags
    speed_kmh: Ints
    is_stop: Flags
    road_class: Ints
    name: Ints
    lat: Floats
    lon: Floats
    banned: Ints


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Network:
    """Junctions and chains (see the module). `in_main`: junctions of the largest part that is connected both ways."""

    chain_from: Ints
    chain_to: Ints
    forward: Flags
    backward: Flags
    first: Ints
    lat: Floats
    lon: Floats
    speed_kmh: Ints
    is_stop: Flags
    road_class: Ints
    name: Ints
    banned: Ints
    in_main: Flags

    @property
    def junction_count(self) -> int:
        """How many junctions there are."""
        return len(self.in_main)

    @property
    def chain_count(self) -> int:
        """How many chains there are."""
        return len(self.chain_from)

    def piece_starts(self) -> Ints:
        """Return the points from which a piece leads to the next point: all but the last of each chain."""
        points = np.ones(len(self.lat), dtype=bool)
        points[self.first[1:] - 1] = False
        return np.flatnonzero(points)

    def chain_of_point(self) -> Ints:
        """Return the chain of each point."""
        return np.repeat(np.arange(self.chain_count), np.diff(self.first))

    def piece_lengths_m(self) -> Floats:
        """Return metres from each point to the next of its chain; 0 at the last."""
        lengths = np.zeros(len(self.lat))
        starts = self.piece_starts()
        lengths[starts] = lengths_m(self.lat[starts], self.lon[starts], self.lat[starts + 1], self.lon[starts + 1])
        return lengths

    def bounds(self) -> tuple[float, float, float, float]:
        """Return the box around all roads: south, west, north, east."""
        return (float(self.lat.min()), float(self.lon.min()), float(self.lat.max()), float(self.lon.max()))


def lengths_m(from_lat: Floats, from_lon: Floats, to_lat: Floats, to_lon: Floats) -> Floats:
    """Return great-circle distances (see `geo.haversine_m`), many at once.

    Parameters
    ----------
    from_lat, from_lon, to_lat, to_lon
        WGS-84 degrees.
    """
    from_phi, to_phi = np.radians(from_lat), np.radians(to_lat)
    a = (
        np.sin((to_phi - from_phi) / 2) ** 2
        + np.cos(from_phi) * np.cos(to_phi) * np.sin(np.radians(to_lon - from_lon) / 2) ** 2
    )
    metres: Floats = 2 * geo.EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(1.0, a)))
    return metres


def contract(segments: Segments) -> Network:
    """Join segments into chains and find the main part of the network.

    A node at which exactly two segments meet that may be passed in the same directions is no junction.

    Parameters
    ----------
    segments
        The single pieces; at least one direction of each is open.
    """
    through = _through_nodes(segments)
    order, is_turned, sizes = _walk_chains(segments, through)
    ahead = np.where(is_turned, segments.end[order], segments.start[order])
    beyond = np.where(is_turned, segments.start[order], segments.end[order])
    begins = np.cumsum(sizes) - sizes
    ends = begins + sizes - 1
    # One point more than pieces in each chain: its end.
    first = np.concatenate([[0], np.cumsum(sizes + 1)]).astype(np.int64)
    places = np.arange(len(order)) + np.repeat(np.arange(len(sizes)), sizes)
    points = np.empty(len(order) + len(sizes), dtype=np.int64)
    points[places] = ahead
    points[first[1:] - 1] = beyond[ends]

    def of_pieces(of_segments: npt.NDArray[_Value]) -> npt.NDArray[_Value]:
        found = np.zeros(len(points), dtype=of_segments.dtype)
        found[places] = of_segments[order]
        return found

    lead, turned = order[begins], is_turned[begins]
    junctions, numbers = np.unique(np.concatenate([ahead[begins], beyond[ends]]), return_inverse=True)
    network = Network(
        chain_from=numbers[: len(sizes)],
        chain_to=numbers[len(sizes) :],
        forward=np.where(turned, segments.backward[lead], segments.forward[lead]),
        backward=np.where(turned, segments.forward[lead], segments.backward[lead]),
        first=first,
        lat=segments.lat[points],
        lon=segments.lon[points],
        speed_kmh=of_pieces(segments.speed_kmh),
        is_stop=of_pieces(segments.is_stop),
        road_class=of_pieces(segments.road_class),
        name=of_pieces(segments.name),
        banned=_banned(segments, order, is_turned, begins, ends),
        in_main=np.zeros(len(junctions), dtype=bool),
    )
    return dataclasses.replace(network, in_main=_main_part(network))


def _banned(segments: Segments, order: Ints, is_turned: Flags, begins: Ints, ends: Ints) -> Ints:
    """Return banned pairs of segments as pairs of directed chains; a pair in the middle of a chain bans nothing."""
    size, chains = 2 * len(order), np.arange(len(begins))
    by_last, by_first = np.full(size, -1, dtype=np.int64), np.full(size, -1, dtype=np.int64)
    # Run through from its end, a segment is directed backward where the chain runs forward.
    first, last = 2 * order[begins] + is_turned[begins], 2 * order[ends] + is_turned[ends]
    by_last[last], by_last[first ^ 1] = 2 * chains, 2 * chains + 1
    by_first[first], by_first[last ^ 1] = 2 * chains, 2 * chains + 1
    pairs = np.stack([by_last[segments.banned[:, 0]], by_first[segments.banned[:, 1]]], axis=1)
    kept: Ints = pairs[(pairs >= 0).all(axis=1)]
    return kept


def _incidence(segments: Segments) -> tuple[Ints, Ints]:
    """Return the segments at each node: node n has `at[starts[n] : starts[n + 1]]`."""
    ends = np.concatenate([segments.start, segments.end])
    at = np.argsort(ends, kind="stable") % len(segments.start)
    starts = np.concatenate([[0], np.cumsum(np.bincount(ends, minlength=len(segments.lat)))])
    return at, starts


def _through_nodes(segments: Segments) -> Flags:
    at, starts = _incidence(segments)
    through = np.zeros(len(segments.lat), dtype=bool)
    nodes = np.flatnonzero(np.diff(starts) == 2)
    one, other = at[starts[nodes]], at[starts[nodes] + 1]

    def away(segment: Ints) -> Flags:
        return np.where(segments.start[segment] == nodes, segments.forward[segment], segments.backward[segment])

    def towards(segment: Ints) -> Flags:
        return np.where(segments.start[segment] == nodes, segments.backward[segment], segments.forward[segment])

    through[nodes] = (one != other) & (towards(one) == away(other)) & (away(one) == towards(other))
    return through


def _walk_chains(segments: Segments, through: Flags) -> tuple[Ints, Flags, Ints]:
    """Return all segments chain after chain, whether each is run through from its end, and the chains' sizes."""
    incidence, offsets = _incidence(segments)
    at, starts = incidence.tolist(), offsets.tolist()
    start, end, is_through = segments.start.tolist(), segments.end.tolist(), through.tolist()
    is_done = bytearray(len(start))
    order: list[int] = []
    turned: list[bool] = []
    sizes: list[int] = []

    def walk(node: int, segment: int) -> None:
        size = 0
        while not is_done[segment]:
            is_done[segment] = 1
            is_turned = start[segment] != node
            order.append(segment)
            turned.append(is_turned)
            size += 1
            node = start[segment] if is_turned else end[segment]
            if not is_through[node]:
                break
            one, other = at[starts[node]], at[starts[node] + 1]
            segment = other if segment == one else one
        sizes.append(size)

    junctions = np.flatnonzero(~through & (np.diff(offsets) > 0)).tolist()
    for node in junctions:
        for segment in at[starts[node] : starts[node + 1]]:
            if not is_done[segment]:
                walk(node, segment)
    # What is left are rings that meet no other road: each begins somewhere.
    for segment in range(len(start)):
        if not is_done[segment]:
            walk(start[segment], segment)
    return np.array(order, dtype=np.int64), np.array(turned, dtype=bool), np.array(sizes, dtype=np.int64)


def _main_part(network: Network) -> Flags:
    """Mark the junctions of the strongly connected part with the most metres of road."""
    one_way = network.forward, network.backward
    rows = np.concatenate([network.chain_from[one_way[0]], network.chain_to[one_way[1]]])
    columns = np.concatenate([network.chain_to[one_way[0]], network.chain_from[one_way[1]]])
    size = network.junction_count
    arcs = sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=(size, size))
    _, part = csgraph.connected_components(arcs, directed=True, connection="strong")
    metres = np.add.reduceat(network.piece_lengths_m(), network.first[:-1])
    is_inside = part[network.chain_from] == part[network.chain_to]
    weights = np.bincount(part[network.chain_from[is_inside]], weights=metres[is_inside], minlength=part.max() + 1)
    main: Flags = (part == weights.argmax()) & (weights.max() > 0)
    return main
