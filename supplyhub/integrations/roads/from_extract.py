"""The router over a road graph: snaps points to roads and computes the fastest ways with Dijkstra's algorithm (SciPy).

Each snapped point becomes a node of its own on its chain, so that one-way streets hold for it as for everybody. The
fastest way minimises seconds; its metres are summed along the same way. Both come from one run: a road's weight is its
hundredths of a second in the upper bits and its decimetres in the lower ones, a whole number that a float holds
exactly, and adding weights adds both parts.
"""

import dataclasses
from collections.abc import Sequence

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from supplyhub.integrations.roads.graph import VERSION, RoadGraph
from supplyhub.integrations.roads.network import Flags, Floats, Ints, Network
from supplyhub.integrations.roads.router import (
    NO_WAY,
    Cells,
    Kind,
    Point,
    Progress,
    RoadTable,
    Source,
    SourceKind,
    VehicleOnRoads,
)
from supplyhub.integrations.roads.snapping import Snapped, snap
from supplyhub.integrations.roads.troubles import RoadsUnavailable, Trouble

WITHIN_M = 300.0
"""How far from a road a point may lie, where nobody says otherwise."""
OFF_ROAD_KMH = 10.0
"""How fast the straight metres between a point and its road are covered."""

JUNCTION_S = 2.0
"""What each junction on the way costs: looking, turning, waiting."""

_SECOND, _METRE = 100, 10
_METRE_BITS = 24
_SHIFT = 2.0**_METRE_BITS
# Nothing is faster than this, so that a way of at most `_LONGEST_S` has fewer decimetres than the lower bits hold, and
# every weight stays below 2**53, up to where floats count exactly. 13 hours on the road are beyond any day's round.
_FASTEST_KMH = 120.0
_LONGEST_S = _SHIFT / _METRE / (_FASTEST_KMH / 3.6)
# A place this near to a junction is at the junction: it may leave and be reached by all of its roads.
_AT_JUNCTION_M = 1.0
_SOURCES_AT_ONCE = 64
# What coordinates of 1e-7 degrees and hundredths of a second may add by themselves.
_ROUNDING_S = 0.05


class OutsideExtract(RoadsUnavailable):
    """Not one of the points is near a road of the graph."""


class ExtractRouter:
    """A `RoadRouter` over a road graph."""

    def __init__(self, graph: RoadGraph, *, within_m: float = WITHIN_M) -> None:
        self._graph = graph
        self._within_m = within_m

    @property
    def source(self) -> Source:
        """The extract; its digest, the rules it was read by, and how far from a road a point may lie."""
        state = f"{self._graph.extract_digest} {VERSION} {self._within_m:g}"
        return Source(kind=SourceKind.EXTRACT, name=self._graph.extract_name, state=state)

    def table(self, points: Sequence[Point], vehicle: VehicleOnRoads, *, progress: Progress | None = None) -> RoadTable:
        """Return the ways between all points for a vehicle.

        Parameters
        ----------
        points
            Places; those at the same place are 0 m apart.
        vehicle
            Whose ways are used; it never goes faster than its speed.
        progress
            Is told the share of places whose ways are known.

        Returns
        -------
        RoadTable
            Whole metres, and seconds rounded up, with the straight ways to and from the road; and who is on no road.

        Raises
        ------
        _outside
            No point at all is near a road (`OutsideExtract`).
        """
        network = self._graph.networks[vehicle.kind]
        snapped = snap(network, points, within_m=self._within_m)
        is_on_road = snapped.piece >= 0
        if points and not is_on_road.any():
            raise _outside(self._graph, vehicle.kind, points, self._within_m)
        network_nodes, nodes_of_points = _with_points(network, snapped, speed_kmh=vehicle.speed_kmh)
        off_kmh = min(OFF_ROAD_KMH, vehicle.speed_kmh)
        sources, row_of = np.unique(nodes_of_points[is_on_road], return_inverse=True)
        road_s, road_m = _fastest(network_nodes, sources, progress)
        offset_m = snapped.offset_m[is_on_road]
        both_m = offset_m[:, None] + offset_m[None, :]
        metres = road_m[np.ix_(row_of, row_of)] + both_m
        seconds = road_s[np.ix_(row_of, row_of)] + both_m * 3.6 / off_kmh
        return RoadTable(
            distance_m=_cells(np.rint(metres), is_on_road, points),
            duration_s=_cells(np.ceil(seconds - _ROUNDING_S), is_on_road, points),
            unreachable=snapped.unreachable,
        )


def _outside(graph: RoadGraph, kind: Kind, points: Sequence[Point], within_m: float) -> OutsideExtract:
    south, west, north, east = graph.networks[kind].bounds()
    return OutsideExtract(
        Trouble.OUTSIDE_EXTRACT,
        count=len(points),
        metres=f"{within_m:g}",
        extract=graph.extract_name,
        south=f"{south:.4f}",
        west=f"{west:.4f}",
        north=f"{north:.4f}",
        east=f"{east:.4f}",
        lat=f"{points[0].lat:.4f}",
        lon=f"{points[0].lon:.4f}",
    )


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Stops:
    """Places along chains: the begins of all chains, then their ends, then the snapped places between."""

    chain: Ints
    node: Ints
    decimetres: Ints
    centiseconds: Ints


def _with_points(network: Network, snapped: Snapped, *, speed_kmh: float) -> tuple[sparse.csr_array, Ints]:
    """Return the arcs of the network split at the snapped points, and the node of each point (-1: none)."""
    lengths_m = network.piece_lengths_m()
    speeds = np.minimum(np.maximum(network.speed_kmh, 1), min(speed_kmh, _FASTEST_KMH))
    # Metres and seconds from the chain's begin to each of its points.
    from_first_m, from_first_s = (
        _running_totals(network, amounts) for amounts in (lengths_m, lengths_m * 3.6 / speeds)
    )
    piece = snapped.piece[snapped.piece >= 0]
    share = snapped.share[snapped.piece >= 0]
    chain = network.chain_of_point()[piece]
    at_m = from_first_m[piece] + share * lengths_m[piece]
    at_s = from_first_s[piece] + share * (from_first_s[piece + 1] - from_first_s[piece])
    last = network.first[1:] - 1
    node = _nodes_of(network, chain, at_m, from_first_m[last][chain])
    is_new = node >= network.junction_count
    every = np.arange(network.chain_count)
    stops = _Stops(
        chain=np.concatenate([every, every, chain[is_new]]),
        node=np.concatenate([network.chain_from, network.chain_to, node[is_new]]),
        decimetres=_whole(np.concatenate([0 * from_first_m[last], from_first_m[last], at_m[is_new]]), _METRE),
        centiseconds=_whole(np.concatenate([0 * from_first_s[last], from_first_s[last], at_s[is_new]]), _SECOND),
    )
    size = max(network.junction_count, int(node.max(initial=-1)) + 1)
    nodes_of_points = np.full(len(snapped.piece), -1, dtype=np.int64)
    nodes_of_points[snapped.piece >= 0] = node
    return _arcs(network, stops, size), nodes_of_points


def _running_totals(network: Network, amounts: Floats) -> Floats:
    """Return for each point the sum of the amounts before it on its chain."""
    before = np.concatenate([[0.0], np.cumsum(amounts)[:-1]])
    totals: Floats = before - np.repeat(before[network.first[:-1]], np.diff(network.first))
    return totals


def _whole(amounts: Floats, per_unit: int) -> Ints:
    return np.rint(amounts * per_unit).astype(np.int64)


def _nodes_of(network: Network, chain: Ints, at_m: Floats, length_m: Floats) -> Ints:
    """Give each snapped place its node: a junction's where it is at one, else a new one, shared by equal places."""
    node = np.full(len(chain), -1, dtype=np.int64)
    is_at_begin, is_at_end = at_m <= _AT_JUNCTION_M, at_m >= length_m - _AT_JUNCTION_M
    node[is_at_end] = network.chain_to[chain[is_at_end]]
    node[is_at_begin] = network.chain_from[chain[is_at_begin]]
    between = np.flatnonzero(node < 0)
    places = np.stack([chain[between], _whole(at_m[between], _METRE)])
    _, number = np.unique(places, axis=1, return_inverse=True)
    node[between] = network.junction_count + number.reshape(-1)
    return node


def _arcs(network: Network, stops: _Stops, size: int) -> sparse.csr_array:
    """Return a square of weights: from each stop of a chain to the next, in the directions that the chain allows."""
    # Begin, snapped places, end: a chain's own ends stay outermost even where a place rounds onto them.
    between = len(stops.chain) - 2 * network.chain_count
    rank = np.repeat([0, 2, 1], [network.chain_count, network.chain_count, between])
    order = np.lexsort((stops.decimetres, rank, stops.chain))
    chain, node = stops.chain[order], stops.node[order]
    is_next = chain[1:] == chain[:-1]
    begin, end, on = node[:-1][is_next], node[1:][is_next], chain[:-1][is_next]
    metres = np.diff(stops.decimetres[order])[is_next]
    # At least a hundredth of a second: a weight of nothing would be no arc.
    seconds = np.maximum(1, np.diff(stops.centiseconds[order])[is_next])
    forward, backward = network.forward[on], network.backward[on]
    rows = np.concatenate([begin[forward], end[backward]])
    columns = np.concatenate([end[forward], begin[backward]])
    seconds, metres = (np.concatenate([amounts[forward], amounts[backward]]) for amounts in (seconds, metres))
    seconds += np.where(_is_crossing(network, size)[columns], round(JUNCTION_S * _SECOND), 0)
    return _lightest(rows, columns, seconds * _SHIFT + metres, size)


def _is_crossing(network: Network, size: int) -> Flags:
    """Tell which nodes are junctions of three chains or more; others are ends, or places where a rule changes."""
    return np.bincount(np.concatenate([network.chain_from, network.chain_to]), minlength=size) > 2


def _lightest(rows: Ints, columns: Ints, weights: Floats, size: int) -> sparse.csr_array:
    """Return the arcs as a sparse square; of several between the same nodes the lightest."""
    order = np.lexsort((weights, columns, rows))
    rows, columns, weights = rows[order], columns[order], weights[order]
    is_first = np.ones(len(rows), dtype=bool)
    is_first[1:] = (rows[1:] != rows[:-1]) | (columns[1:] != columns[:-1])
    kept = is_first & (rows != columns)
    return sparse.csr_array((weights[kept], (rows[kept], columns[kept])), shape=(size, size))


def _fastest(arcs: sparse.csr_array, nodes: Ints, progress: Progress | None) -> tuple[Floats, Floats]:
    """Return seconds and metres of the fastest ways between nodes; infinite where there is none."""
    seconds, metres = np.full((len(nodes), len(nodes)), np.inf), np.full((len(nodes), len(nodes)), np.inf)
    for begin in range(0, len(nodes), _SOURCES_AT_ONCE):
        some = slice(begin, begin + _SOURCES_AT_ONCE)
        weights = csgraph.dijkstra(arcs, indices=nodes[some], limit=_LONGEST_S * _SECOND * _SHIFT)[:, nodes]
        is_found = np.isfinite(weights)
        upper = np.floor(weights[is_found] / _SHIFT)
        seconds[some][is_found] = upper / _SECOND
        metres[some][is_found] = (weights[is_found] - upper * _SHIFT) / _METRE
        if progress is not None:
            progress(min(1.0, (begin + _SOURCES_AT_ONCE) / len(nodes)))
    return seconds, metres


def _cells(whole: Floats, is_on_road: Flags, points: Sequence[Point]) -> Cells:
    """Return whole numbers over all points; 0 between points at the same place."""
    cells = np.full((len(points), len(points)), NO_WAY, dtype=np.int32)
    on_road = np.flatnonzero(is_on_road)
    cells[np.ix_(on_road, on_road)] = np.where(np.isfinite(whole), whole, NO_WAY)
    lat, lon = (np.array([getattr(point, name) for point in points]) for name in ("lat", "lon"))
    is_same = (lat[:, None] == lat[None, :]) & (lon[:, None] == lon[None, :])
    cells[is_same] = 0
    return cells
