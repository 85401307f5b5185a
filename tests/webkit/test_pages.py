"""What pages are made with: forms, pages of lists, sorting, filters, language, headers."""

from datetime import UTC, date, datetime

import pytest
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, Length

from supplyhub import config
from supplyhub.webkit import filters, locale, pagination, tables
from supplyhub.webkit.forms import Form
from supplyhub.webkit.security import content_security_policy

pytestmark = pytest.mark.one_database


class Greeting(Form):
    name = StringField("Name", validators=[DataRequired("Enter your name."), Length(max=5)])
    word = PasswordField("Word")


@pytest.fixture
def request_of(app):
    """Open a request: `with request_of("/?page=2")`."""

    def make(address="/", **options):
        return app.test_request_context(address, **options)

    return make


def sent(request_of, **data):
    return request_of("/log-in", method="POST", data=data)


class TestForm:
    def test_strips_text_but_no_password(self, request_of):
        with sent(request_of, name="  王芳 ", word=" two spaces "):
            form = Greeting()

            assert form.name.data == "王芳"
            assert form.word.data == " two spaces "

    @pytest.mark.parametrize(("name", "errors"), [("   ", ["Enter your name."]), ("王芳", [])])
    def test_takes_spaces_for_nothing(self, request_of, name, errors):
        with sent(request_of, name=name):
            form = Greeting()
            form.validate()

            assert list(form.name.errors) == errors

    def test_is_blank_when_asked(self, request_of):
        with sent(request_of, name="王芳"):
            assert Greeting(blank=True).name.data is None

    def test_shows_a_refusal_at_its_field(self, request_of):
        with sent(request_of, name="王芳"):
            form = Greeting()
            form.refuse("name", "Somebody else is called so.")

            assert form.errors == {"name": ["Somebody else is called so."]}

    def test_speaks_the_reader_s_language_in_its_own_validators(self, request_of):
        with request_of("/log-in", method="POST", data={"name": "too long"}, headers={"Accept-Language": "zh-CN"}):
            form = Greeting()
            form.validate()

            assert not any("Field" in str(error) for error in form.name.errors)


class TestPage:
    def page(self, **values):
        return pagination.Page(**{"items": (), "number": 2, "per_page": 50, "total": 120, **values})

    def test_counts_its_items(self):
        page = self.page(number=3)

        assert (page.count, page.first_item, page.last_item) == (3, 101, 120)

    def test_of_nothing_is_one_page(self):
        page = self.page(number=1, total=0)

        assert (page.count, page.first_item, page.last_item) == (1, 0, 0)

    def test_keeps_the_filters_in_its_addresses(self, request_of):
        with request_of("/sign-up?code=A&code=B&page=2"):
            assert self.page().next_url == "/sign-up?code=A&code=B&page=3"
            assert self.page().previous_url == "/sign-up?code=A&code=B&page=1"
            assert self.page(number=1).previous_url is None
            assert self.page(number=3).next_url is None

    @pytest.mark.parametrize(("asked", "number"), [("0", 1), ("-5", 1), ("99", 3), ("2", 2), ("x", 1), ("", 1)])
    def test_is_the_nearest_to_what_was_asked(self, request_of, asked, number):
        with request_of(f"/sign-up?page={asked}"):
            page = tables.page_of_rows(list(range(120)), number=pagination.requested_page())

            assert page.number == number


class TestSorting:
    def test_turns_around_when_pressed_again(self, request_of):
        with request_of("/sign-up?sort=name&page=4"):
            sorting = tables.requested_sorting(("name", "orders"), default="name")
            column = sorting.column("name", "Name")

        assert column["sorted"] == "ascending"
        assert column["sort_url"] == "/sign-up?sort=-name"

    def test_begins_numbers_with_the_largest(self, request_of):
        with request_of("/sign-up"):
            sorting = tables.requested_sorting(("name", "orders"), default="name")

            assert sorting.column("orders", "Orders", "num")["sort_url"] == "/sign-up?sort=-orders"
            assert sorting.column("orders", "Orders", "num")["sorted"] is None

    @pytest.mark.parametrize("asked", ["nonsense", "--name", "", "-"])
    def test_falls_back_to_the_default(self, request_of, asked):
        with request_of(f"/sign-up?sort={asked}"):
            assert tables.requested_sorting(("name",), default="name") == tables.Sorting(
                key="name", is_descending=False
            )

    def test_leaves_equal_rows_in_their_order(self):
        rows = [("b", 1), ("a", 1), ("c", 0)]
        sorting = tables.Sorting(key="n", is_descending=True)

        assert tables.sort_rows(rows, sorting=sorting, keys={"n": lambda row: row[1]}) == [("b", 1), ("a", 1), ("c", 0)]


class TestFilters:
    @pytest.mark.parametrize(
        ("share", "written"), [(0.98932, "98.9%"), (1, "100%"), (0.9999, "99.9%"), (0, "0%"), (0.5, "50%")]
    )
    def test_write_a_hundred_per_cent_only_where_nothing_is_missing(self, share, written):
        assert filters.percent(share) == written

    @pytest.mark.parametrize(
        ("function", "value", "written"),
        [
            (filters.number, 13680, "13,680"),
            (filters.grams, 900, "900 g"),
            (filters.grams, 4300, "4.3 kg"),
            (filters.grams, 61_400_000, "61,400 kg"),
            (filters.metres, 950, "950 m"),
            (filters.metres, 24_600, "24.6 km"),
            (filters.duration, 20, "under a minute"),
            (filters.duration, 600, "10 min"),
            (filters.duration, 3600, "1 h"),
            (filters.duration, 5400, "1 h 30 min"),
            (filters.yuan, 38030, "¥380.30"),
            (filters.time_of_day, 30_659, "08:30"),
            (filters.local_date, date(2022, 11, 8), "8 November"),
            (filters.day_name, date(2022, 11, 8), "Tuesday 8 November"),
            (filters.masked_phone, "+8613812345678", "138****5678"),
            (filters.masked_name, "李小妹", "李**"),
        ],
    )
    def test_write_for_people(self, request_of, function, value, written):
        with request_of(headers={"Accept-Language": "en"}):
            assert function(value) == written

    def test_name_the_day_where_it_is_not_today(self, request_of, frozen_clock):
        with request_of(headers={"Accept-Language": "en"}):
            # the clock stands at 08:00 on 24 November in Zhuzhou
            assert filters.local_datetime(datetime(2022, 11, 24, 2, 30, tzinfo=UTC)) == "10:30"
            assert filters.local_datetime(datetime(2022, 11, 22, 15, 59, tzinfo=UTC)) == "22 November 23:59"


class TestLanguage:
    @pytest.mark.parametrize(
        ("wish", "chosen"),
        [
            ("zh-CN,zh;q=0.9", "zh-Hans"),
            ("zh-TW", "zh-Hans"),
            ("en-GB,en;q=0.8", "en"),
            ("fr-FR,en;q=0.5", "en"),
            ("fr", "zh-Hans"),
            ("", "zh-Hans"),
            ("nonsense;;q=x", "zh-Hans"),
        ],
    )
    def test_follows_the_browser(self, app, wish, chosen):
        assert f'lang="{chosen}"' in app.test_client().get("/log-in", headers={"Accept-Language": wish}).text

    def test_is_one_of_two(self):
        assert set(locale.LOCALES) == {"zh_Hans", "en"}


class TestHeaders:
    def test_go_along_with_every_answer(self, client):
        for address in ("/log-in", "/no/such/page", "/"):
            headers = client.get(address).headers

            assert "script-src 'self'" in headers["Content-Security-Policy"]
            assert "unsafe" not in headers["Content-Security-Policy"]
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Referrer-Policy"] == "same-origin"

    def test_keep_pages_out_of_shared_stores(self, client):
        assert client.get("/log-in").headers["Cache-Control"] == "no-store"

    def test_hide_the_cookie_from_scripts(self, client):
        cookie = client.get("/log-in").headers["Set-Cookie"]

        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie

    def test_let_map_tiles_in_from_their_host_alone(self):
        settings = config.load(environment="test", map_tile_url="https://tiles.example/{z}/{x}/{y}.png")

        assert "img-src 'self' data: https://tiles.example;" in content_security_policy(settings)
