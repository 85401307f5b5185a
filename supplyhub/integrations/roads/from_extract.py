"""The router over a road graph: snaps points to roads and computes the fastest ways with Dijkstra's algorithm (SciPy).

The nodes of the search are not junctions but directed chains, each entered at its begin: an arc runs through one and
turns into the next, so that turns cost what they cost and some are banned (`turns`). Each snapped place has two nodes
more, one as it is left and one as it is reached, so that one-way streets hold for it as for everybody. The fastest way
minimises seconds; its metres are summed along the same way. Both come from one run: a road's weight is its hundredths
of a second in the upper bits and its decimetres in the lower ones, a whole number that a float holds exactly, and
adding weights adds both parts.
"""

import dataclasses
from collections.abc import Sequence

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from supplyhub.integrations.roads import turns
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
        speeds = np.minimum(np.maximum(network.speed_kmh, 1), min(vehicle.speed_kmh, _FASTEST_KMH))
        lengths_m = network.piece_lengths_m()
        # Metres and seconds from the chain's begin to each of its points.
        totals = _running_totals(network, lengths_m), _running_totals(network, lengths_m * 3.6 / speeds)
        places = _places(network, snapped, totals)
        off_kmh = min(OFF_ROAD_KMH, vehicle.speed_kmh)
        row_of = places.numbers
        road_s, road_m = _fastest(_graph(network, vehicle.kind, places, totals), len(places.chain), progress)
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
class _Places:
    """Snapped points: each on a chain, so many metres and seconds from its begin, those at a junction with its number.

    `junction` is -1 for places between junctions. Points at one place share a number of `numbers`.
    """

    chain: Ints
    metres: Floats
    seconds: Floats
    junction: Ints
    numbers: Ints


def _places(network: Network, snapped: Snapped, totals: tuple[Floats, Floats]) -> _Places:
    lengths_m = network.piece_lengths_m()
    from_first_m, from_first_s = totals
    piece, share = (amounts[snapped.piece >= 0] for amounts in (snapped.piece, snapped.share))
    chain = network.chain_of_point()[piece]
    metres = from_first_m[piece] + share * lengths_m[piece]
    seconds = from_first_s[piece] + share * (from_first_s[piece + 1] - from_first_s[piece])
    length_m = from_first_m[network.first[1:] - 1][chain]
    junction = np.full(len(chain), -1, dtype=np.int64)
    is_at_begin, is_at_end = metres <= _AT_JUNCTION_M, metres >= length_m - _AT_JUNCTION_M
    junction[is_at_end] = network.chain_to[chain[is_at_end]]
    junction[is_at_begin] = network.chain_from[chain[is_at_begin]]
    is_between = junction < 0
    found = np.stack([junction, np.where(is_between, chain, -1), np.where(is_between, _whole(metres, _METRE), 0)])
    _, sample, numbers = np.unique(found, axis=1, return_index=True, return_inverse=True)
    return _Places(
        chain=chain[sample],
        metres=metres[sample],
        seconds=seconds[sample],
        junction=junction[sample],
        numbers=numbers.reshape(-1),
    )


def _running_totals(network: Network, amounts: Floats) -> Floats:
    """Return for each point the sum of the amounts before it on its chain."""
    before = np.concatenate([[0.0], np.cumsum(amounts)[:-1]])
    totals: Floats = before - np.repeat(before[network.first[:-1]], np.diff(network.first))
    return totals


def _whole(amounts: Floats, per_unit: int) -> Ints:
    return np.rint(amounts * per_unit).astype(np.int64)


class _Arcs:
    """Gathers arcs: from node to node, metres and seconds."""

    def __init__(self) -> None:
        self._parts: list[tuple[Ints, Ints, Floats, Floats]] = []

    def add(self, begin: Ints, end: Ints, metres: Floats, seconds: Floats) -> None:
        """Add arcs."""
        self._parts.append((begin, end, metres, seconds))

    def square(self, size: int) -> sparse.csr_array:
        """Return all as a square of weights."""
        rows, columns, metres, seconds = (np.concatenate(part) for part in zip(*self._parts, strict=True))
        # At least a hundredth of a second: a weight of nothing would be no arc.
        weights = np.maximum(1, _whole(seconds, _SECOND)) * _SHIFT + _whole(metres, _METRE)
        return _lightest(rows, columns, weights, size)


def _graph(network: Network, kind: Kind, places: _Places, totals: tuple[Floats, Floats]) -> sparse.csr_array:
    """Return arcs over directed chains, then the places as they are left, then the places as they are reached."""
    last = network.first[1:] - 1
    # Of directed chains: forward and backward in turn.
    length_m, length_s = (np.repeat(amounts[last], 2) for amounts in totals)
    made = turns.find_turns(network, kind)
    arcs = _Arcs()
    arcs.add(made.before, made.after, length_m[made.before], length_s[made.before] + made.seconds)
    count, chains = len(places.chain), 2 * network.chain_count
    leaving, arriving = chains + np.arange(count), chains + count + np.arange(count)
    is_open = np.stack([network.forward, network.backward], axis=1).ravel()
    for way in (0, 1):
        on = np.flatnonzero((places.junction < 0) & is_open[2 * places.chain + way])
        directed = 2 * places.chain[on] + way
        done_m, done_s = places.metres[on], places.seconds[on]
        if way:
            done_m, done_s = length_m[directed] - done_m, length_s[directed] - done_s
        arcs.add(directed, arriving[on], done_m, done_s)
        # From the place to the chain's end, and by any turn on.
        place, turn = turns.pairs(directed, made.before)
        rest_m, rest_s = length_m[directed] - done_m, length_s[directed] - done_s
        arcs.add(leaving[on][place], made.after[turn], rest_m[place], rest_s[place] + made.seconds[turn])
        one, other = turns.pairs(directed, directed)
        is_ahead = done_m[other] > done_m[one]
        one, other = one[is_ahead], other[is_ahead]
        arcs.add(leaving[on][one], arriving[on][other], done_m[other] - done_m[one], done_s[other] - done_s[one])
    _add_junctions(arcs, network, places, leaving, arriving, (length_m, length_s), is_open)
    return arcs.square(chains + 2 * count)


def _add_junctions(
    arcs: _Arcs,
    network: Network,
    places: _Places,
    leaving: Ints,
    arriving: Ints,
    lengths: tuple[Floats, Floats],
    is_open: Flags,
) -> None:
    """Let places at junctions be left by all of the roads there and reached by all of them, without a turn."""
    at = np.flatnonzero(places.junction >= 0)
    node = np.stack([network.chain_from, network.chain_to], axis=1).ravel()
    place, arm = turns.pairs(places.junction[at], node)
    out, into = is_open[arm], is_open[arm ^ 1]
    nothing = np.zeros(len(arm))
    arcs.add(leaving[at][place[out]], arm[out], nothing[out], nothing[out])
    came = arm[into] ^ 1
    arcs.add(came, arriving[at][place[into]], lengths[0][came], lengths[1][came])


def _lightest(rows: Ints, columns: Ints, weights: Floats, size: int) -> sparse.csr_array:
    """Return the arcs as a sparse square; of several between the same nodes the lightest."""
    order = np.lexsort((weights, columns, rows))
    rows, columns, weights = rows[order], columns[order], weights[order]
    is_first = np.ones(len(rows), dtype=bool)
    is_first[1:] = (rows[1:] != rows[:-1]) | (columns[1:] != columns[:-1])
    kept = is_first & (rows != columns)
    return sparse.csr_array((weights[kept], (rows[kept], columns[kept])), shape=(size, size))


def _fastest(arcs: sparse.csr_array, count: int, progress: Progress | None) -> tuple[Floats, Floats]:
    """Return seconds and metres of the fastest ways between the places; infinite where there is none."""
    seconds, metres = np.full((count, count), np.inf), np.full((count, count), np.inf)
    leaving, arriving = arcs.shape[0] - 2 * count, arcs.shape[0] - count
    for begin in range(0, count, _SOURCES_AT_ONCE):
        some = slice(begin, begin + _SOURCES_AT_ONCE)
        numbers = leaving + np.arange(count)[some]
        weights = csgraph.dijkstra(arcs, indices=numbers, limit=_LONGEST_S * _SECOND * _SHIFT)[:, arriving:]
        is_found = np.isfinite(weights)
        upper = np.floor(weights[is_found] / _SHIFT)
        seconds[some][is_found] = upper / _SECOND
        metres[some][is_found] = (weights[is_found] - upper * _SHIFT) / _METRE
        if progress is not None:
            progress(min(1.0, (begin + _SOURCES_AT_ONCE) / count))
    np.fill_diagonal(seconds, 0.0)
    np.fill_diagonal(metres, 0.0)
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
