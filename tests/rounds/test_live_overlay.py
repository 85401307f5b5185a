"""What of a running day differs from the records, as a document, and back."""

import dataclasses
import json

from supplyhub.planning.problem import Ride, Risk
from supplyhub.rounds import live_overlay
from tests.support import day


def through_json(document):
    return json.loads(json.dumps(document))


class TestOverlay:
    def test_lays_the_same_day_over_the_records(self):
        records = day.read("tiny")
        gate, *gates = records.gates
        rider, *riders = records.riders
        order, *orders = records.orders
        compound, *compounds = records.compounds
        changed = records.replace(
            gates=(dataclasses.replace(gate, closes_s=gate.closes_s - 3600), *gates),
            riders=(dataclasses.replace(rider, pass_until_s=36000, shift_end_s=36000), *riders),
            orders=(dataclasses.replace(order, due_s=order.due_s + 900), *orders),
            compounds=(dataclasses.replace(compound, risk=Risk.HIGH), *compounds),
            ride=Ride(max_s=records.ride.max_s + 60),
        )

        document = through_json(live_overlay.overlay_document(records, changed))

        assert live_overlay.with_overlay(records, document) == changed
        assert document["riders"] == {rider.rider_id: {"pass_until_s": 36000, "shift_end_s": 36000}}

    def test_is_empty_where_nothing_differs(self):
        records = day.read("tiny")

        document = live_overlay.overlay_document(records, records)

        assert not any(document[name] for name in ("riders", "gates", "compounds", "orders"))
        assert live_overlay.with_overlay(records, document) == records

    def test_leaves_a_day_without_a_document_as_it_is(self):
        records = day.read("tiny")

        assert live_overlay.with_overlay(records, {}) == records

    def test_forgets_orders_that_are_gone_and_keeps_new_ones_out(self):
        # which orders there are is said by the plan, not by the overlay
        records = day.read("tiny")
        changed = records.replace(orders=records.orders[1:])

        assert live_overlay.overlay_document(records, changed)["orders"] == {}
