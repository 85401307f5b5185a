"""What each turn at a junction costs: seconds from the end of one chain to the begin of the next, and which are banned.

A turn costs more the sharper it is, across the traffic rather than with it, and the less important the road that one
comes from is beside those that it meets: main roads run through, side roads wait. The form and the weights are those of
Valhalla (`sif/autocost.cc`, `sif/bicyclecost.cc`, `mjolnir/graphenhancer.cc`; read 2026-11), for traffic on the right;
its factors for traffic by density are one number here.

A chain has two *arms*, one at each end. Directed chain `2c` runs from its first junction to its last, `2c + 1` back.
Directed chain d leaves by arm d and arrives at arm d ^ 1.
"""

import dataclasses

import numpy as np

from supplyhub.integrations.roads import access
from supplyhub.integrations.roads.network import Flags, Floats, Ints, Network
from supplyhub.integrations.roads.router import Kind

SERVICE = access.OTHER_CLASS
"""The class of the least important roads."""

# How far along its road an arm's bearing is taken: what is nearer is how the mapper drew the corner.
_BEARING_M = 15.0
_METRES_PER_DEGREE = 111_195.0
# Where one kind of turn becomes the next, in degrees from straight on, to either side.
_SLIGHT, _TURN, _SHARP, _REVERSE = 10.0, 44.0, 135.0, 159.0
_MOST_IMPACT = 7
# A road that meets only roads of its own class has this impact.
_EQUAL_IMPACT = 3


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Seconds of turns, to be multiplied with the impact of stopping and with that of traffic; and what is added once.

    `other_road_s` is for going on by another name, `into_service_s` for entering a service road or a path.
    """

    crossing: float
    straight: float
    slight: float
    right: float
    sharp_right: float
    reverse: float
    sharp_left: float
    left: float
    other_road_s: float
    into_service_s: float
    traffic: float


WEIGHTS: dict[Kind, Weights] = {
    Kind.VAN: Weights(
        crossing=2.0, straight=0.5, slight=0.75, right=1.0, sharp_right=1.5, reverse=9.5, sharp_left=3.5, left=2.5,
        other_road_s=0.0, into_service_s=15.0, traffic=1.5,
    ),
    Kind.BICYCLE: Weights(
        crossing=0.75, straight=0.15, slight=0.2, right=0.25, sharp_right=0.5, reverse=5.0, sharp_left=1.5, left=1.0,
        other_road_s=5.0, into_service_s=15.0, traffic=1.0,
    ),
}  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Turns:
    """The turns that are allowed: directed chains before and after, and seconds."""

    before: Ints
    after: Ints
    seconds: Floats


def find_turns(network: Network, kind: Kind) -> Turns:
    """Return all turns that a kind of vehicle may make.

    Nobody turns round, unless there is no other way on.

    Parameters
    ----------
    network
        The ways of the kind.
    kind
        Whose turns are wanted.
    """
    node = np.stack([network.chain_from, network.chain_to], axis=1).ravel()
    open_chains = np.stack([network.forward, network.backward], axis=1).ravel()
    arrives, leaves = pairs(node, node)
    before, after = arrives ^ 1, leaves
    is_way = open_chains[before] & open_chains[after] & ~_is_banned(network, before, after)
    is_round = arrives == leaves
    goes_on = np.zeros(len(node), dtype=bool)
    goes_on[before[is_way & ~is_round]] = True
    is_way &= ~is_round | ~goes_on[before]
    arrives, leaves = arrives[is_way], leaves[is_way]
    seconds = _seconds(network, node, arrives, leaves, WEIGHTS[kind])
    return Turns(before=before[is_way], after=after[is_way], seconds=seconds)


def pairs(one: Ints, other: Ints) -> tuple[Ints, Ints]:
    """Return the numbers of all pairs of an entry of one array with an equal entry of the other.

    Parameters
    ----------
    one, other
        Whole numbers.
    """
    order = np.argsort(other, kind="stable")
    begins = np.searchsorted(other[order], one, side="left")
    counts = np.searchsorted(other[order], one, side="right") - begins
    first = np.repeat(np.arange(len(one)), counts)
    within = np.arange(len(first)) - np.repeat(np.cumsum(counts) - counts, counts)
    return first, order[begins[first] + within]


def _is_banned(network: Network, before: Ints, after: Ints) -> Flags:
    size = 2 * network.chain_count
    return np.isin(before * size + after, network.banned[:, 0] * size + network.banned[:, 1])


def _seconds(network: Network, node: Ints, arrives: Ints, leaves: Ints, weights: Weights) -> Floats:
    bearing, road_class = _bearings(network), _at_arms(network, network.road_class)
    name = _at_arms(network, network.name)
    angle = _from_straight(bearing[leaves] - bearing[arrives])
    turn, arm = pairs(node[arrives], node)
    is_other = (arm != arrives[turn]) & (arm != leaves[turn])
    turn, arm = turn[is_other], arm[is_other]
    side = _from_straight(bearing[arm] - bearing[arrives[turn]]) - angle[turn]
    has_right, has_left = np.zeros(len(arrives), dtype=bool), np.zeros(len(arrives), dtype=bool)
    has_right[turn[side > 0]] = True
    has_left[turn[side <= 0]] = True
    # Where nothing else meets there is nothing to stop for.
    alone = SERVICE + _MOST_IMPACT
    best = np.full(len(arrives), alone)
    np.minimum.at(best, turn, road_class[arm])
    impact = np.clip(road_class[arrives] - best + _EQUAL_IMPACT, 0, _MOST_IMPACT)
    seconds: Floats = (
        np.where(has_right & has_left, weights.crossing, _of_angle(angle, weights)) * impact * weights.traffic
    )
    is_other_road = (name[arrives] != name[leaves]) | (name[arrives] == 0)
    seconds += np.where(is_other_road & (best < alone), weights.other_road_s, 0.0)
    seconds += np.where((road_class[leaves] == SERVICE) & (road_class[arrives] < SERVICE), weights.into_service_s, 0.0)
    return seconds


def _at_arms(network: Network, of_pieces: Ints) -> Ints:
    """Return what holds for the first and the last piece of each chain."""
    return np.stack([of_pieces[network.first[:-1]], of_pieces[network.first[1:] - 2]], axis=1).ravel()


def _bearings(network: Network) -> Floats:
    """Return where each arm leads from its junction, in degrees clockwise from north."""
    before = np.cumsum(network.piece_lengths_m()) - network.piece_lengths_m()
    begins, ends = network.first[:-1], network.first[1:] - 1
    ahead = np.searchsorted(before, before[begins] + _BEARING_M)
    behind = np.searchsorted(before, before[ends] - _BEARING_M, side="right") - 1
    junction = np.stack([begins, ends], axis=1).ravel()
    sight = np.stack([np.clip(ahead, begins + 1, ends), np.clip(behind, begins, ends - 1)], axis=1).ravel()
    north = network.lat[sight] - network.lat[junction]
    east = (network.lon[sight] - network.lon[junction]) * np.cos(np.radians(network.lat[junction]))
    bearings: Floats = np.degrees(np.arctan2(east, north))
    return bearings


def _from_straight(turned: Floats) -> Floats:
    """Return degrees from straight on, right positive, of an arm so many degrees clockwise of the one arrived at."""
    degrees: Floats = np.mod(turned, 360.0) - 180.0
    return degrees


def _of_angle(angle: Floats, weights: Weights) -> Floats:
    size, is_right = np.abs(angle), angle > 0
    seconds: Floats = np.select(
        [size <= _SLIGHT, size <= _TURN, size <= _SHARP, size <= _REVERSE],
        [
            np.full(len(angle), weights.straight),
            np.full(len(angle), weights.slight),
            np.where(is_right, weights.right, weights.left),
            np.where(is_right, weights.sharp_right, weights.sharp_left),
        ],
        default=weights.reverse,
    )
    return seconds
