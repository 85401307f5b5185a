"""Access is denied by default; where it is given, it is given on the place that the address names."""

import pytest

from supplyhub.accounts.roles import Role
from supplyhub.permissions import Permission
from supplyhub.webkit.access import named_path, public, requires
from tests.support.factories import make_person, sign_in
from tests.support.published_day import Day

DISTRICT = "zhuzhou/tianyuan"

pytestmark = pytest.mark.one_database


@pytest.fixture
def app_with_routes(make_app, db_session):
    """An application of its own with a few routes more."""
    Day(session=db_session)
    Day(session=db_session, district_code="lusong")
    db_session.commit()
    app = make_app()
    app.add_url_rule("/<district>/strict", view_func=requires(Permission.VIEW_PLACES)(strict))
    app.add_url_rule("/<district>/loose", view_func=requires(Permission.VIEW_PLACES, anywhere=True)(loose))
    app.add_url_rule("/undeclared", view_func=undeclared)
    app.add_url_rule("/open", view_func=public(everybody))
    app.add_url_rule("/placeless", view_func=requires(Permission.RUN_SYSTEM)(placeless))
    return app


def strict(district):
    return named_path()


def loose(district):
    return named_path()


def undeclared():
    return "never seen"


def everybody():
    return named_path() or "nowhere"


def placeless():
    return "system"


@pytest.fixture
def client_of(app_with_routes, db_session):
    def make(*grants, phone="+8613800000001"):
        return sign_in(app_with_routes.test_client(), db_session, make_person(db_session, *grants, phone=phone))

    return make


class TestRequires:
    def test_gives_way_to_who_holds_the_right_there(self, client_of):
        client = client_of((Role.DISTRICT_STAFF, DISTRICT))

        assert client.get("/tianyuan/strict").text == DISTRICT

    def test_needs_it_on_the_whole_place_unless_anywhere(self, client_of):
        client = client_of((Role.STREET_STAFF, f"{DISTRICT}/嵩山路街道"))

        assert client.get("/tianyuan/strict").status_code == 404
        assert client.get("/tianyuan/loose").text == DISTRICT

    def test_reads_another_s_place_as_not_found(self, client_of):
        client = client_of((Role.DISTRICT_STAFF, DISTRICT))

        assert client.get("/lusong/strict").status_code == 404
        assert client.get("/lusong/loose").status_code == 404
        assert client.get("/nowhere/strict").status_code == 404

    def test_forbids_what_names_no_place(self, client_of):
        assert client_of((Role.DISTRICT_STAFF, DISTRICT)).get("/placeless").status_code == 403

    def test_lets_the_administrator_everywhere(self, client_of):
        client = client_of((Role.ADMIN, ""))

        assert [client.get(address).status_code for address in ("/lusong/strict", "/placeless")] == [200, 200]

    def test_asks_a_stranger_to_sign_in_and_says_no_more(self, app_with_routes):
        client = app_with_routes.test_client()

        assert client.get("/tianyuan/strict?a=1&b=2").location == "/log-in?next=/tianyuan/strict?a%3D1%26b%3D2"
        # an unknown district looks the same as a known one
        assert client.get("/nowhere/strict").location == "/log-in?next=/nowhere/strict"

    def test_answers_a_fragment_of_a_stranger_with_401(self, app_with_routes):
        answer = app_with_routes.test_client().get("/tianyuan/strict", headers={"HX-Request": "true"})

        assert answer.status_code == 401


class TestUndeclared:
    def test_is_refused_to_everybody(self, client_of):
        assert client_of((Role.ADMIN, "")).get("/undeclared").status_code == 403


class TestPublic:
    def test_is_open_to_everybody(self, app_with_routes):
        assert app_with_routes.test_client().get("/open").text == "nowhere"
