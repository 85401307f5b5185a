"""Who came near whom: stays, contacts, meetings."""

from hypothesis import given
from hypothesis import strategies as st

from supplyhub.planning import exposure
from supplyhub.planning.exposure import Stay
from supplyhub.planning.plan import VisitKind
from tests.support import day


def at_gate(rider, compound="C1", *, gate=None, arrives=0, leaves=180, slot=0, orders=2):
    return Stay(
        rider_id=rider,
        kind=VisitKind.HAND_OVER,
        place_id=gate or f"gate of {compound}",
        compound_id=compound,
        arrives_s=arrives,
        starts_s=arrives,
        leaves_s=leaves,
        slot_s=slot,
        orders=orders,
    )


def at_pickup(rider, *, arrives=0, leaves=600, place="P1"):
    return Stay(
        rider_id=rider,
        kind=VisitKind.LOAD,
        place_id=place,
        compound_id=None,
        arrives_s=arrives,
        starts_s=arrives,
        leaves_s=leaves,
        slot_s=None,
        orders=3,
    )


class TestStays:
    def test_are_the_visits_of_the_plan(self):
        problem = day.read("tiny")
        plan = day.planned(problem, served=3)

        found = exposure.stays(problem, plan)

        assert [stay.kind for stay in found] == [VisitKind.LOAD, VisitKind.HAND_OVER] * 3
        gate = next(gate for gate in problem.gates if gate.gate_id == found[1].place_id)
        assert (found[1].compound_id, found[1].orders) == (gate.compound_id, 1)
        assert (found[1].arrives_s, found[1].leaves_s) == (9 * 3600 + 300, 9 * 3600 + 420)
        # The slot holds the start, and is counted from the gate's opening.
        slot_s = found[1].slot_s or 0
        assert slot_s <= found[1].starts_s < slot_s + gate.slot_s
        assert (slot_s - gate.opens_s) % gate.slot_s == 0
        assert (found[0].compound_id, found[0].slot_s) == (None, None)


class TestContacts:
    FOUND = (
        at_gate("R1", "C1"),
        at_gate("R1", "C1", arrives=900),
        at_gate("R1", "C2", orders=1),
        at_gate("R2", "C1"),
        at_pickup("R2"),
        at_pickup("R3"),
    )

    def test_of_riders_count_hand_overs_and_different_compounds(self):
        rows = exposure.count_by_rider(self.FOUND, high_risk=frozenset({"C1"}))

        assert [(row.rider_id, row.compounds, row.hand_overs, row.orders) for row in rows] == [
            ("R1", 2, 3, 5),
            ("R2", 1, 1, 2),
        ]
        assert [(row.high_risk_compounds, row.high_risk_hand_overs) for row in rows] == [(1, 2), (1, 1)]

    def test_of_compounds_count_different_riders(self):
        rows = exposure.count_by_compound(self.FOUND)

        assert [(row.compound_id, row.riders, row.hand_overs, row.orders) for row in rows] == [
            ("C1", 2, 3, 6),
            ("C2", 1, 1, 1),
        ]


class TestFindMeetings:
    def test_finds_who_was_at_the_gate_at_the_same_time(self):
        own, other = at_gate("R1", arrives=0, leaves=300), at_gate("R2", arrives=120, leaves=400)

        (meeting,) = exposure.find_meetings([own, other], rider_id="R1")

        # From 120 to 300 s.
        assert (meeting.own, meeting.other, meeting.overlap_s, meeting.is_same_slot) == (own, other, 180, True)

    def test_finds_who_had_the_same_slot_without_a_common_minute(self):
        own, other = at_gate("R1", arrives=0, leaves=100), at_gate("R2", arrives=200, leaves=300)

        (meeting,) = exposure.find_meetings([own, other], rider_id="R1")

        assert (meeting.overlap_s, meeting.is_same_slot) == (0, True)

    def test_finds_who_waited_into_the_next_slot(self):
        own, other = at_gate("R1", arrives=0, leaves=700, slot=0), at_gate("R2", arrives=600, leaves=800, slot=600)

        (meeting,) = exposure.find_meetings([own, other], rider_id="R1")

        assert (meeting.overlap_s, meeting.is_same_slot) == (100, False)

    def test_finds_who_loaded_at_the_next_dock(self):
        (meeting,) = exposure.find_meetings(
            [at_pickup("R1"), at_pickup("R2", arrives=480, leaves=1080), at_pickup("R3", arrives=600)], rider_id="R1"
        )

        # The third comes as the first leaves.
        assert (meeting.other.rider_id, meeting.overlap_s) == ("R2", 120)

    def test_knows_other_gates_and_places_apart(self):
        found = [
            at_gate("R1", gate="north"),
            at_gate("R2", gate="south"),
            at_pickup("R1", place="P1"),
            at_pickup("R3", place="P2"),
        ]

        assert exposure.find_meetings(found, rider_id="R1") == ()

    @given(
        st.lists(
            st.builds(
                lambda rider, place, begins, lasts: at_pickup(
                    rider, place=place, arrives=begins, leaves=begins + lasts
                ),
                st.sampled_from("ABC"),
                st.sampled_from(["P1", "P2"]),
                st.integers(0, 100),
                st.integers(0, 50),
            ),
            max_size=12,
        )
    )
    def test_are_mutual(self, found):
        def met(rider, other):
            return sorted(
                meeting.overlap_s
                for meeting in exposure.find_meetings(found, rider_id=rider)
                if meeting.other.rider_id == other
            )

        assert met("A", "B") == met("B", "A")
