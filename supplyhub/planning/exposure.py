"""Who came near whom: stays of riders at gates and pickups, contacts with compounds, and riders who met.

A stay is taken from a plan (`stays`), or from a record of what really happened: the rest does not care. A contact is
one hand-over of a rider at a gate (docs/glossary.md). Each day is judged by itself. It plans nothing.
"""

import dataclasses
from collections.abc import Iterable, Sequence

from supplyhub.planning.plan import Plan, VisitKind
from supplyhub.planning.problem import Problem, Risk


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """A rider at a place, from arriving to leaving, waiting included.

    `compound_id` and `slot_s` (the begin of the gate's slot in which the hand-over starts) are None at a pickup.
    """

    rider_id: str
    kind: VisitKind
    place_id: str
    compound_id: str | None
    arrives_s: int
    starts_s: int
    leaves_s: int
    slot_s: int | None
    orders: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class RiderContacts:
    """A rider's contacts: hand-overs, at how many different compounds, and how many of both at high risk."""

    rider_id: str
    hand_overs: int
    compounds: int
    high_risk_hand_overs: int
    high_risk_compounds: int
    orders: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class CompoundContacts:
    """A compound's contacts: hand-overs, and by how many different riders."""

    compound_id: str
    hand_overs: int
    riders: int
    orders: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """Another rider at the same place. `overlap_s` may be 0 where both only had the same slot of a gate."""

    own: Stay
    other: Stay
    overlap_s: int
    is_same_slot: bool


def stays(problem: Problem, plan: Plan) -> tuple[Stay, ...]:
    """Return every stay of a plan's rounds, in the order of the rounds.

    Parameters
    ----------
    problem
        The day that was planned; all ids of the plan must be its own.
    plan
        Its plan.
    """
    gates = {gate.gate_id: gate for gate in problem.gates}
    found = []
    for a_round in plan.rounds:
        for visit in a_round.visits:
            gate = gates[visit.place_id] if visit.kind is VisitKind.HAND_OVER else None
            slot = None
            if gate:
                slot = gate.opens_s + (visit.starts_s - gate.opens_s) // gate.slot_s * gate.slot_s
            found.append(
                Stay(
                    rider_id=a_round.rider_id,
                    kind=visit.kind,
                    place_id=visit.place_id,
                    compound_id=gate.compound_id if gate else None,
                    arrives_s=visit.arrives_s,
                    starts_s=visit.starts_s,
                    leaves_s=visit.leaves_s,
                    slot_s=slot,
                    orders=len(visit.order_ids),
                )
            )
    return tuple(found)


def find_high_risk(problem: Problem) -> frozenset[str]:
    """Return the ids of the compounds of high risk."""
    return frozenset(compound.compound_id for compound in problem.compounds if compound.risk is Risk.HIGH)


def count_by_rider(found: Iterable[Stay], *, high_risk: frozenset[str]) -> tuple[RiderContacts, ...]:
    """Return the contacts of each rider who handed something over, those with the most compounds first.

    Parameters
    ----------
    found
        The stays of a day, or of several.
    high_risk
        The ids of the compounds of high risk.
    """
    groups: dict[str, list[Stay]] = {}
    for stay in found:
        if stay.compound_id is not None:
            groups.setdefault(stay.rider_id, []).append(stay)
    rows = []
    for rider_id, group in groups.items():
        compounds = {stay.compound_id for stay in group if stay.compound_id is not None}
        rows.append(
            RiderContacts(
                rider_id=rider_id,
                hand_overs=len(group),
                compounds=len(compounds),
                high_risk_hand_overs=sum(stay.compound_id in high_risk for stay in group),
                high_risk_compounds=len(compounds & high_risk),
                orders=sum(stay.orders for stay in group),
            )
        )
    return tuple(sorted(rows, key=lambda row: (-row.compounds, -row.hand_overs, row.rider_id)))


def count_by_compound(found: Iterable[Stay]) -> tuple[CompoundContacts, ...]:
    """Return the contacts of each compound that somebody came to, those with the most different riders first."""
    groups: dict[str, list[Stay]] = {}
    for stay in found:
        if stay.compound_id is not None:
            groups.setdefault(stay.compound_id, []).append(stay)
    rows = [
        CompoundContacts(
            compound_id=compound_id,
            hand_overs=len(group),
            riders=len({stay.rider_id for stay in group}),
            orders=sum(stay.orders for stay in group),
        )
        for compound_id, group in groups.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.riders, -row.hand_overs, row.compound_id)))


def find_meetings(found: Sequence[Stay], *, rider_id: str) -> tuple[Meeting, ...]:
    """Return where other riders were at the same place at the same time on one day, in the order of the rider's stays.

    At a pickup and at a gate: whose stays overlap. At a gate also: who had the same slot, even without a common minute.

    Parameters
    ----------
    found
        The stays of all riders on one day.
    rider_id
        Whose meetings are sought.
    """
    others: dict[str, list[Stay]] = {}
    for stay in found:
        if stay.rider_id != rider_id:
            others.setdefault(stay.place_id, []).append(stay)
    meetings = []
    for own in sorted((stay for stay in found if stay.rider_id == rider_id), key=lambda stay: stay.arrives_s):
        for other in sorted(others.get(own.place_id, ()), key=lambda stay: (stay.arrives_s, stay.rider_id)):
            overlap_s = max(0, min(own.leaves_s, other.leaves_s) - max(own.arrives_s, other.arrives_s))
            is_same_slot = own.slot_s is not None and own.slot_s == other.slot_s
            if overlap_s or is_same_slot:
                meetings.append(Meeting(own=own, other=other, overlap_s=overlap_s, is_same_slot=is_same_slot))
    return tuple(meetings)
