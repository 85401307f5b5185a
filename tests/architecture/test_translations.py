"""No English sentence without its Chinese one."""

from tests.support import catalogue


class TestChineseCatalogue:
    def test_is_complete_and_certain(self):
        assert list(catalogue.problems(catalogue.collected(), catalogue.stored())) == []

    def test_holds_nothing_that_nobody_says(self):
        said = {catalogue.singular(message) for message in catalogue.collected()}

        left_over = [catalogue.singular(message) for message in catalogue.stored() if message.id]

        assert [text for text in left_over if text not in said] == []
