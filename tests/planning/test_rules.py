"""Each rule, on a day that would tempt a planner who does not know it. The checker judges every plan."""

import dataclasses
from pathlib import Path

from supplyhub.planning.plan import Plan, Reason, VisitKind
from supplyhub.planning.problem import Handover, Ride, Risk, Travel, TravelModel, TravelTable
from tests.planning import days
from tests.planning.days import clock


def start_of(plan: Plan, place_id: str) -> list[int]:
    return sorted(v.starts_s for a_round in plan.rounds for v in a_round.visits if v.place_id == place_id)


def rider_of(plan: Plan, order_id: str) -> str:
    return next(r.rider_id for r in plan.rounds for v in r.visits if order_id in v.order_ids)


class TestSlots:
    def test_two_vehicles_that_arrive_together_begin_in_different_slots(self, tmp_path: Path) -> None:
        # 50 kg each: no e-bike carries both, and both are due soon after the gate opens.
        a_day = days.day(
            gates=(days.gate(riders_per_slot=1, opens_s=clock("08:00")),),
            riders=(days.rider("R1"), days.rider("R2")),
            orders=tuple(days.order(f"O{n}", weight_g=50_000, due_s=clock("08:20")) for n in (1, 2)),
        )

        plan = days.planned(a_day, tmp_path)

        assert not plan.unserved
        first, second = start_of(plan, "G1")
        assert (first - clock("08:00")) // 600 != (second - clock("08:00")) // 600

    def test_one_order_too_many_for_the_only_slot_is_told_so(self, tmp_path: Path) -> None:
        a_day = days.day(
            gates=(days.gate(riders_per_slot=1, opens_s=clock("08:00"), closes_s=clock("08:10")),),
            riders=(days.rider("R1"), days.rider("R2")),
            orders=tuple(days.order(f"O{n}", weight_g=50_000) for n in (1, 2)),
        )

        plan = days.planned(a_day, tmp_path)

        assert [entry.reason for entry in plan.unserved] == [Reason.NO_GATE_SLOT]

    def test_another_gate_of_the_compound_helps_out(self, tmp_path: Path) -> None:
        a_day = days.day(
            gates=(
                days.gate("G1", riders_per_slot=1, closes_s=clock("08:10")),
                days.gate("G2", east_m=1400, riders_per_slot=1, closes_s=clock("08:10")),
            ),
            riders=(days.rider("R1"), days.rider("R2")),
            orders=tuple(days.order(f"O{n}", weight_g=50_000) for n in (1, 2)),
        )

        plan = days.planned(a_day, tmp_path)

        assert not plan.unserved


class TestDocks:
    def test_vehicles_load_one_after_the_other_at_one_dock(self, tmp_path: Path) -> None:
        a_day = days.day(
            pickups=(days.pickup(docks=1, opens_s=clock("08:00")),),
            riders=tuple(days.rider(f"R{n}") for n in range(3)),
            orders=tuple(days.order(f"O{n}", weight_g=50_000, due_s=clock("08:33")) for n in range(3)),
        )

        plan = days.planned(a_day, tmp_path)

        # The third load ends at 08:24; the way takes 4 min 30 s, the hand-over 2 min 10 s. Who has been at the gate
        # once is back at the pickup at 08:19:12 only, too late for a second load.
        assert not plan.unserved
        assert start_of(plan, "P1") == [clock("08:00"), clock("08:08"), clock("08:16")]

    def test_a_dock_that_is_full_until_closing_leaves_orders_behind(self, tmp_path: Path) -> None:
        a_day = days.day(
            pickups=(days.pickup(docks=1, opens_s=clock("08:00"), closes_s=clock("08:20")),),
            riders=tuple(days.rider(f"R{n}") for n in range(3)),
            orders=tuple(days.order(f"O{n}", weight_g=50_000) for n in range(3)),
        )

        plan = days.planned(a_day, tmp_path)

        assert [entry.reason for entry in plan.unserved] == [Reason.NO_CAPACITY_LEFT]


class TestRideTime:
    def test_loading_waits_until_the_gate_is_about_to_open(self, tmp_path: Path) -> None:
        a_day = days.day(ride=Ride(max_s=1200), gates=(days.gate(opens_s=clock("10:00")),))

        plan = days.planned(a_day, tmp_path)

        # Loaded at 09:42:10 at the earliest: 10:00 + 130 s of hand-over - 1200 s.
        assert not plan.unserved
        load = next(visit for visit in plan.rounds[0].visits if visit.kind is VisitKind.LOAD)
        assert load.leaves_s >= clock("09:42:10")

    def test_a_way_longer_than_the_ride_limit_is_not_taken(self, tmp_path: Path) -> None:
        # 10 km x 1.35 at 18 km/h take 45 minutes.
        a_day = days.day(ride=Ride(max_s=1800), gates=(days.gate(east_m=10_000),))

        plan = days.planned(a_day, tmp_path)

        assert days.reasons(plan) == {"O1": Reason.NO_TIME}


class TestPassAndShift:
    def test_a_pass_that_ends_early_leaves_late_orders_to_others(self, tmp_path: Path) -> None:
        # R2 lodges 8 km away: R1 would be far cheaper, if the pass were longer.
        late = days.order(ready_s=clock("11:50"), due_s=clock("15:00"))
        a_day = days.day(
            riders=(days.rider("R1", pass_until_s=clock("12:00")), days.rider("R2", east_m=8000)), orders=(late,)
        )

        plan = days.planned(a_day, tmp_path)

        assert rider_of(plan, "O1") == "R2"

    def test_the_way_home_belongs_to_the_shift(self, tmp_path: Path) -> None:
        # Home is 30 minutes away: an order that is ready an hour before the shift ends cannot be served in it.
        a_day = days.day(
            riders=(days.rider(east_m=-6700, shift_end_s=clock("12:00")),),
            orders=(days.order(ready_s=clock("11:15"), due_s=clock("15:00")),),
        )

        plan = days.planned(a_day, tmp_path)

        assert days.reasons(plan) == {"O1": Reason.NO_TIME}


class TestEligibility:
    def test_high_risk_compounds_are_for_trusted_riders(self, tmp_path: Path) -> None:
        a_day = days.day(
            compounds=(days.compound(risk=Risk.HIGH),),
            riders=(days.rider("R1"), days.rider("R2", east_m=8000, high_risk=True)),
        )

        plan = days.planned(a_day, tmp_path)

        assert rider_of(plan, "O1") == "R2"

    def test_zones_decide_which_streets_a_rider_enters(self, tmp_path: Path) -> None:
        a_day = days.day(riders=(days.rider("R1", zones=("south",)), days.rider("R2", east_m=8000, zones=("north",))))

        plan = days.planned(a_day, tmp_path)

        assert rider_of(plan, "O1") == "R2"

    def test_a_bound_rider_loads_nowhere_else(self, tmp_path: Path) -> None:
        a_day = days.day(
            pickups=(days.pickup("P1"), days.pickup("P2", east_m=100)),
            riders=(days.rider("R1", pickup_id="P2"), days.rider("R2", east_m=8000)),
        )

        plan = days.planned(a_day, tmp_path)

        assert rider_of(plan, "O1") == "R2"


class TestCapacity:
    def test_one_rider_loads_again_between_gates(self, tmp_path: Path) -> None:
        # Three loads of 50 kg with one e-bike of 60 kg.
        a_day = days.day(orders=tuple(days.order(f"O{n}", weight_g=50_000) for n in range(3)))

        plan = days.planned(a_day, tmp_path)

        assert not plan.unserved
        assert len(plan.rounds[0].loads) == 3

    def test_volume_counts_as_weight_does(self, tmp_path: Path) -> None:
        a_day = days.day(orders=tuple(days.order(f"O{n}", weight_g=100, volume_ml=150_000) for n in range(2)))

        plan = days.planned(a_day, tmp_path)

        assert not plan.unserved
        assert len(plan.rounds[0].loads) == 2

    def test_an_order_that_only_a_van_holds_goes_by_van(self, tmp_path: Path) -> None:
        a_day = days.day(
            riders=(days.rider("R1"), days.rider("R2", east_m=8000, vehicle="van")),
            orders=(days.order(weight_g=70_000),),
        )

        plan = days.planned(a_day, tmp_path)

        assert rider_of(plan, "O1") == "R2"

    def test_a_large_group_buy_is_split_over_loads(self, tmp_path: Path) -> None:
        # 40 parcels of 5 kg are 200 kg: four e-bikes' loads of twelve or fewer.
        a_day = days.day(orders=tuple(days.order(f"O{n:02d}", due_s=clock("15:00")) for n in range(40)))

        plan = days.planned(a_day, tmp_path)

        assert not plan.unserved
        assert all(len(visit.order_ids) <= 12 for a_round in plan.rounds for visit in a_round.loads)


class TestClosingTimes:
    def test_loading_ends_before_the_pickup_closes(self, tmp_path: Path) -> None:
        a_day = days.day(pickups=(days.pickup(closes_s=clock("09:00")),), orders=(days.order(ready_s=clock("08:53")),))

        plan = days.planned(a_day, tmp_path)

        assert days.reasons(plan) == {"O1": Reason.NO_TIME}

    def test_a_hand_over_that_would_last_past_closing_is_divided(self, tmp_path: Path) -> None:
        # 10 min at the gate are 120 s and 48 orders: 60 small orders need two visits.
        a_day = days.day(
            gates=(days.gate(closes_s=clock("08:10")),),
            riders=(days.rider("R1"), days.rider("R2")),
            orders=tuple(days.order(f"O{n:02d}", weight_g=100, volume_ml=100) for n in range(60)),
        )

        plan = days.planned(a_day, tmp_path)

        assert not plan.unserved
        assert len(plan.rounds) == 2

    def test_the_first_due_order_of_a_visit_decides(self, tmp_path: Path) -> None:
        a_day = days.day(
            handover=Handover(fixed_s=120, per_order_s=60),
            orders=(
                *(days.order(f"O{n}", due_s=clock("08:10")) for n in range(5)),
                *(days.order(f"L{n}", due_s=clock("15:00")) for n in range(5)),
            ),
        )

        plan = days.planned(a_day, tmp_path)

        assert not plan.unserved


class TestMatrixTravel:
    def travel(self, **seconds: int) -> Travel:
        """Legs of 1000 m by name (`from__to`), all others unreachable."""
        ids = ("G1", "P1", "base:R1")
        numbers = {place_id.replace(":", "_"): number for number, place_id in enumerate(ids)}
        metres, durations = [-1] * 9, [-1] * 9
        for name, duration in seconds.items():
            start, end = name.split("__")
            cell = numbers[start] * 3 + numbers[end]
            metres[cell], durations[cell] = 1000, duration
        table = TravelTable(vehicle="", distance_m=tuple(metres), duration_s=tuple(durations))
        return Travel(model=TravelModel.MATRIX, place_ids=ids, tables=(table,))

    def test_ways_of_the_matrix_are_taken_as_they_are(self, tmp_path: Path) -> None:
        travel = self.travel(base_R1__P1=60, P1__G1=120, G1__base_R1=180)

        plan = days.planned(days.day(travel=travel), tmp_path)

        assert plan.figures is not None
        assert plan.figures.distance_m == 3000

    def test_a_gate_that_cannot_be_reached_is_no_time(self, tmp_path: Path) -> None:
        travel = self.travel(base_R1__P1=60, G1__base_R1=180)

        plan = days.planned(days.day(travel=travel), tmp_path)

        assert days.reasons(plan) == {"O1": Reason.NO_TIME}

    def test_a_vehicles_own_row_comes_before_the_row_for_all(self, tmp_path: Path) -> None:
        general = self.travel(base_R1__P1=60, P1__G1=120, G1__base_R1=180)
        own = dataclasses.replace(general.tables[0], vehicle="ebike", distance_m=(-1, -1, 70, 50, -1, -1, -1, 60, -1))
        travel = dataclasses.replace(general, tables=(general.tables[0], own))

        plan = days.planned(days.day(travel=travel), tmp_path)

        # G1 to the base 70 m, P1 to G1 50 m, the base to P1 60 m.
        assert plan.figures is not None
        assert plan.figures.distance_m == 180
