"""Changes and answers survive being written and read; what is no change is named with its fault."""

import json

import pytest

from supplyhub.planning.live import answer_documents, change_documents
from supplyhub.planning.live.answers import (
    Answer,
    ChangedRound,
    ChangedVisit,
    LateOrder,
    LeftOutOrder,
    Refusal,
    Refused,
    StrandedOrder,
    VisitChange,
)
from supplyhub.planning.live.change_documents import UnableToReadChanges
from supplyhub.planning.live.changes import (
    CancelledOrder,
    ClosedGate,
    HighRiskCompound,
    LateRider,
    NewOrder,
    OutOfStock,
    StoppedRider,
    StopReason,
)
from supplyhub.planning.plan import Figures, Reason, VisitKind
from tests.planning import days

CHANGES = (
    NewOrder(order=days.order("N1", priority=3)),
    CancelledOrder(order_id="O1"),
    StoppedRider(rider_id="R1", why=StopReason.PASS_REVOKED),
    LateRider(rider_id="R2", until_s=days.clock("10:40:30")),
    HighRiskCompound(compound_id="C1"),
    ClosedGate(gate_id="G1", from_s=days.clock("10:30")),
    OutOfStock(pickup_id="P1", order_ids=("O2", "O3")),
)
FIGURES = Figures(score_m=9, distance_m=8, gate_visits=7, loads=6, rounds=5, served=4, unserved=3, unserved_m=2)


class TestChanges:
    def test_are_the_same_after_writing_and_reading(self) -> None:
        text = json.dumps(change_documents.changes_document(CHANGES))

        assert change_documents.read_changes(json.loads(text)) == CHANGES

    def test_are_written_as_a_person_would(self) -> None:
        late = change_documents.change_document(LateRider(rider_id="R2", until_s=days.clock("10:40")))

        assert late == {"kind": "late_rider", "rider_id": "R2", "until": "10:40:00"}

    @pytest.mark.parametrize(
        ("entry", "sentence"),
        [
            ("late", "Change 1: it is no object."),
            ({"kind": "holiday"}, "“holiday” is not one of new_order, cancelled_order"),
            ({"kind": ["late_rider"]}, "is not one of"),
            ({"kind": "cancelled_order"}, "Change 1: “order_id” is missing."),
            ({"kind": "cancelled_order", "order_id": 7}, "“order_id” is missing."),
            ({"kind": "late_rider", "rider_id": "R1", "until": "25:00"}, "“until” is not a time of day"),
            ({"kind": "closed_gate", "gate_id": "G1"}, "“from” is missing."),
            ({"kind": "stopped_rider", "rider_id": "R1", "why": "tired"}, "“tired” cannot stand in “why”."),
            ({"kind": "out_of_stock", "pickup_id": "P1", "order_ids": "O1"}, "“order_ids” is not a list of ids."),
            ({"kind": "new_order", "order": "O1"}, "“order” is no object."),
        ],
    )
    def test_that_are_none_are_refused_with_their_number_and_fault(self, entry: object, sentence: str) -> None:
        fine = change_documents.change_document(CHANGES[1])
        document = {"format": "supply-changes/1", "changes": [fine, entry]}

        with pytest.raises(UnableToReadChanges) as refused:
            change_documents.read_changes(document)

        assert refused.value.message.startswith("Change 1: ")
        assert sentence in refused.value.message

    @pytest.mark.parametrize(
        ("name", "value"), [("weight_g", -1), ("weight_g", 1.5), ("priority", 4), ("priority", True)]
    )
    def test_with_an_order_of_odd_numbers_are_refused(self, name: str, value: object) -> None:
        document = change_documents.change_document(CHANGES[0])
        order = document["order"]
        assert isinstance(order, dict)

        with pytest.raises(UnableToReadChanges, match=f"“{name}” is not a whole number from 0 to"):
            change_documents.read_change({**document, "order": {**order, name: value}})

    @pytest.mark.parametrize("document", [None, [], {"changes": []}, {"format": "supply-changes/1", "changes": {}}])
    def test_are_nothing_else(self, document: object) -> None:
        with pytest.raises(UnableToReadChanges):
            change_documents.read_changes(document)


def test_an_answer_is_the_same_after_writing_and_reading() -> None:
    answer = Answer(
        changed_visits=1,
        rounds=(
            ChangedRound(
                rider_id="R1",
                visits=(
                    ChangedVisit(
                        change=VisitChange.ORDERS,
                        kind=VisitKind.HAND_OVER,
                        place_id="G1",
                        before_s=36_000,
                        after_s=36_120,
                        orders_added=("N1",),
                        orders_removed=("O1", "O2"),
                        because=(0, 2),
                    ),
                ),
                back_before_s=40_000,
                back_after_s=None,
                stopped_s=39_000,
                because=(2,),
            ),
        ),
        refused=(Refused(number=1, why=Refusal.LOADED, order_id="O3", rider_id="R1"),),
        stranded=(StrandedOrder(order_id="O4", rider_id="R1", place_id="G1", stopped_s=39_000, because=(2,)),),
        late=(LateOrder(order_id="O5", rider_id="R2", due_s=45_000, handed_s=45_600, because=(3,)),),
        left_out=(LeftOutOrder(order_id="O6", reason=Reason.NO_CAPACITY_LEFT),),
        before=FIGURES,
        after=FIGURES,
    )

    text = json.dumps(answer_documents.answer_document(answer))

    assert answer_documents.read_answer(json.loads(text)) == answer
    assert answer.rounds[0].visits[0].later_s == 120
