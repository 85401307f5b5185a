"""The words for why an order is on no round."""

from supplyhub.orders import reasons
from supplyhub.planning.plan import Reason


def test_there_are_words_for_each_reason_of_the_planner_in_its_order():
    assert [words.code for words in reasons.REASONS] == [reason.value for reason in Reason]


def test_an_unknown_code_is_shown_to_staff_as_it_is():
    words = reasons.reason_words("meteor")

    assert words.label == "meteor"
    assert "meteor" not in str(words.for_resident)
