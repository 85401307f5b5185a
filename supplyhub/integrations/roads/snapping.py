"""Find where points meet the roads: the nearest piece of road on which their vehicle may stop, and the place on it.

Pieces of the network's main part come first, however near a cut-off road may be. Distances are straight metres on a
plane around each point, which over the few hundred metres looked at is right to the centimetre.
"""

import dataclasses
from collections.abc import Sequence

import numpy as np

from supplyhub.core import geo
from supplyhub.integrations.roads.network import Flags, Floats, Ints, Network
from supplyhub.integrations.roads.router import Point, Unreachable, Why

_FAR_M = 20_000.0
"""Beyond this nobody is told how far the nearest road is."""
_METRES_PER_DEGREE = np.pi / 180 * geo.EARTH_RADIUS_M


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Snapped:
    """Where points meet the roads, in their order.

    `piece` is the point of the network at which the piece of road begins; -1 where there is none. `share` of the piece
    lies before the place; `offset_m` are the straight metres to it.
    """

    piece: Ints
    share: Floats
    offset_m: Floats
    unreachable: tuple[Unreachable, ...]


def snap(network: Network, points: Sequence[Point], *, within_m: float) -> Snapped:
    """Snap points to the network.

    Parameters
    ----------
    network
        The ways of the vehicle.
    points
        What is to be reached.
    within_m
        A road farther away is none.
    """
    pieces = _Pieces(network)
    piece = np.full(len(points), -1, dtype=np.int64)
    share, offset_m = np.zeros(len(points)), np.zeros(len(points))
    unreachable = []
    for number, point in enumerate(points):
        near = pieces.near(point, within_m)
        best = pieces.nearest(point, near[pieces.is_main[near]])
        if best is not None and best[2] <= within_m:
            piece[number], share[number], offset_m[number] = best
        else:
            unreachable.append(_why(pieces, point, near, within_m))
    return Snapped(piece=piece, share=share, offset_m=offset_m, unreachable=tuple(unreachable))


def _why(pieces: "_Pieces", point: Point, near: Ints, within_m: float) -> Unreachable:
    cut_off = pieces.nearest(point, near)
    why = Why.CUT_OFF if cut_off is not None and cut_off[2] <= within_m else Why.NOTHING_NEAR
    far = pieces.near(point, _FAR_M)
    nearest = pieces.nearest(point, far[pieces.is_main[far]])
    return Unreachable(point_id=point.point_id, why=why, nearest_m=None if nearest is None else round(nearest[2]))


class _Pieces:
    """The pieces of a network on which a vehicle may stop, with their boxes."""

    def __init__(self, network: Network) -> None:
        starts = network.piece_starts()
        self._start = starts[network.is_stop[starts]]
        chain = network.chain_of_point()[self._start]
        is_main = network.in_main[network.chain_from] & network.in_main[network.chain_to]
        self.is_main: Flags = is_main[chain]
        self._lat = network.lat[self._start], network.lat[self._start + 1]
        self._lon = network.lon[self._start], network.lon[self._start + 1]
        self._south, self._north = np.minimum(*self._lat), np.maximum(*self._lat)
        self._west, self._east = np.minimum(*self._lon), np.maximum(*self._lon)

    def near(self, point: Point, within_m: float) -> Ints:
        """Return the numbers of the pieces whose boxes come that near."""
        lat_by = within_m / _METRES_PER_DEGREE
        lon_by = lat_by / max(0.01, np.cos(np.radians(point.lat)))
        return np.flatnonzero(
            (self._south <= point.lat + lat_by)
            & (self._north >= point.lat - lat_by)
            & (self._west <= point.lon + lon_by)
            & (self._east >= point.lon - lon_by)
        )

    def nearest(self, point: Point, among: Ints) -> tuple[int, float, float] | None:
        """Return the nearest piece's start, the share of it before the foot of the perpendicular, and the metres."""
        if not len(among):
            return None
        scale = np.cos(np.radians(point.lat))
        x, x_end = ((lon[among] - point.lon) * scale * _METRES_PER_DEGREE for lon in self._lon)
        y, y_end = ((lat[among] - point.lat) * _METRES_PER_DEGREE for lat in self._lat)
        along_x, along_y = x_end - x, y_end - y
        squared = np.maximum(along_x**2 + along_y**2, 1e-9)
        share = np.clip(-(x * along_x + y * along_y) / squared, 0.0, 1.0)
        metres = np.hypot(x + share * along_x, y + share * along_y)
        best = int(metres.argmin())
        return int(self._start[among[best]]), float(share[best]), float(metres[best])
