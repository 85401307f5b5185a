"""Every error answers with a sentence and a way back, and never with what went wrong inside."""

import pytest

from supplyhub.core import errors
from supplyhub.webkit.access import public
from supplyhub.webkit.errors import status_of
from tests.support.factories import words

pytestmark = pytest.mark.one_database


class PassExpired(errors.Conflict):
    pass


def raising(error):
    def view():
        raise error

    return public(view)


@pytest.fixture
def client(make_app):
    app = make_app()
    app.add_url_rule("/conflict", "conflict", raising(PassExpired("The pass has expired.")))
    app.add_url_rule("/broken", "broken", raising(RuntimeError("secret detail")))
    return app.test_client()


class TestStatusOf:
    @pytest.mark.parametrize(
        ("error", "status"),
        [
            (errors.NotFound("x"), 404),
            (errors.NotAllowed("x"), 403),
            (PassExpired("x"), 409),
            (errors.Invalid("x"), 422),
            (errors.TooLarge("x"), 413),
            (errors.TooMany("x"), 429),
            (errors.DomainError("x"), 400),
        ],
    )
    def test_follows_the_kind(self, error, status):
        assert status_of(error) == status


class TestErrorPages:
    def test_say_the_sentence_of_the_refusal(self, client):
        page = client.get("/conflict", headers={"Accept-Language": "en"})

        assert page.status_code == 409
        assert "The pass has expired." in words(page)

    def test_lead_back_to_where_one_came_from(self, client):
        page = client.get("/conflict", headers={"Referer": "http://localhost/orders?page=2"})

        assert 'href="http://localhost/orders?page=2"' in page.text

    @pytest.mark.parametrize("referrer", ["http://evil.example/", "http://localhost.evil.example/", "javascript:1", ""])
    def test_lead_nowhere_else(self, client, referrer):
        page = client.get("/conflict", headers={"Referer": referrer})

        assert 'class="btn main" href="/"' in page.text
        assert "evil" not in page.text

    def test_are_fragments_for_htmx(self, client):
        answer = client.get("/conflict", headers={"HX-Request": "true", "Accept-Language": "en"})

        assert answer.status_code == 409
        assert "<html" not in answer.text
        assert 'role="alert"' in answer.text

    def test_keep_what_went_wrong_to_themselves(self, client):
        page = client.get("/broken")

        assert page.status_code == 500
        assert "secret detail" not in page.text
        assert "RuntimeError" not in page.text

    def test_come_even_where_nothing_else_works(self, make_app):
        app = make_app()
        app.add_url_rule("/broken", "broken", raising(RuntimeError("secret detail")))
        app.context_processor(lambda: {}["the database is gone"])

        page = app.test_client().get("/broken")

        assert page.status_code == 500
        assert "Try again in a moment." in page.text
        assert "请稍后再试" in page.text
        assert "secret" not in page.text

    @pytest.mark.parametrize(
        ("language", "sentence"), [("en", "There is nothing here"), ("zh-CN", '<html lang="zh-Hans"')]
    )
    def test_speak_the_reader_s_language(self, client, language, sentence):
        page = client.get("/no/such/page", headers={"Accept-Language": language})

        assert page.status_code == 404
        assert sentence in page.text

    def test_name_a_file_that_is_too_large(self, make_app):
        client = make_app(upload_limit_mb=1).test_client()

        answer = client.post("/log-in", data={"phone": "x" * (2 * 1024 * 1024)})

        assert answer.status_code == 413
