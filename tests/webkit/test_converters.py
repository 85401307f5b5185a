"""Numbers in addresses: those that no row can have are answered as pages that do not exist."""

import pytest

from supplyhub.webkit import converters
from supplyhub.webkit.access import public

pytestmark = pytest.mark.one_database


@pytest.fixture
def client(make_app):
    def thing(thing_id):
        return str(thing_id)

    app = make_app()
    app.add_url_rule("/things/<int:thing_id>", "thing", public(thing))
    return app.test_client()


class TestRowNumber:
    @pytest.mark.parametrize("number", ["1", "2147483647"])
    def test_takes_every_number_that_a_row_can_have(self, client, number):
        assert client.get(f"/things/{number}").text == number

    @pytest.mark.parametrize("number", ["2147483648", "9" * 30])
    def test_knows_that_there_is_nothing_beyond(self, client, number):
        assert client.get(f"/things/{number}").status_code == 404


class TestRowNumberInAQuery:
    def test_is_read_when_a_row_can_have_it(self):
        assert converters.row_number("2147483647") == 2147483647

    @pytest.mark.parametrize("text", ["2147483648", "9" * 30, "-1", "", "x"])
    def test_is_refused_otherwise(self, text):
        with pytest.raises(ValueError, match=r"No row|invalid literal"):
            converters.row_number(text)
