"""The smallest day that uses the whole engine: planning it compiles everything."""

from datetime import date

from supplyhub.planning.problem import (
    Compound,
    Gate,
    Handover,
    Order,
    Pickup,
    PickupKind,
    Problem,
    Ride,
    Rider,
    Risk,
    ScoreSettings,
    Source,
    Travel,
    TravelModel,
    Vehicle,
)


def smallest_problem() -> Problem:
    """Return a day on which one rider brings one order to one gate."""
    return Problem(
        day_date=date(2022, 11, 8),
        timezone="UTC",
        travel=Travel(model=TravelModel.CROW),
        handover=Handover(fixed_s=60, per_order_s=10),
        ride=Ride(max_s=3600),
        score=ScoreSettings(contact_m=1, rider_m=1, unserved_m=(1, 1, 1, 1)),
        vehicles=(Vehicle(name="bike", speed_kmh=10.0, capacity_g=1000, capacity_ml=1000),),
        pickups=(
            Pickup(
                pickup_id="P",
                name="",
                kind=PickupKind.STORE,
                lat=0.0,
                lon=0.0,
                opens_s=0,
                closes_s=86_400,
                loading_s=60,
                docks=1,
            ),
        ),
        compounds=(
            Compound(
                compound_id="C",
                name="",
                street="",
                lat=0.0,
                lon=0.0,
                risk=Risk.LOW,
                households=1,
                residents=1,
            ),
        ),
        gates=(
            Gate(
                gate_id="G",
                compound_id="C",
                name="",
                lat=0.0,
                lon=0.0,
                opens_s=0,
                closes_s=86_400,
                slot_s=600,
                riders_per_slot=1,
            ),
        ),
        riders=(
            Rider(
                rider_id="R",
                name="",
                company="",
                vehicle="bike",
                pickup_id=None,
                zones=None,
                high_risk=False,
                pass_no="",
                pass_from_s=0,
                pass_until_s=86_400,
                shift_start_s=0,
                shift_end_s=86_400,
                base_lat=0.0,
                base_lon=0.0,
            ),
        ),
        orders=(
            Order(
                order_id="O",
                pickup_id="P",
                compound_id="C",
                weight_g=1,
                volume_ml=1,
                ready_s=0,
                due_s=86_400,
                priority=0,
                source=Source.PLATFORM,
            ),
        ),
    )
