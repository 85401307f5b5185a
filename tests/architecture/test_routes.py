"""Nobody can add a route that is open by omission, or a page whose reading writes."""

import pytest

SAFE = {"GET", "HEAD", "OPTIONS"}
# Flask's own; it serves files and has no view of ours.
WITHOUT_VIEW = {"static"}

pytestmark = pytest.mark.one_database


@pytest.fixture
def routes(app):
    return [
        (rule, app.view_functions[rule.endpoint])
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in WITHOUT_VIEW
    ]


class TestRoutes:
    def test_exist(self, routes):
        assert len(routes) > 5

    def test_declare_who_may_use_them(self, routes):
        open_by_omission = [f"{rule} ({rule.endpoint})" for rule, view in routes if not hasattr(view, "__access__")]

        assert not open_by_omission, "decorate them with @requires(Permission.X) or @public"

    def test_with_a_safe_method_never_write(self, routes):
        writing = [
            f"{rule} ({rule.endpoint})"
            for rule, view in routes
            if rule.methods & {"GET"} and getattr(view, "__transactional__", False)
        ]

        assert not writing, "reading never writes: give the form's POST a view of its own"

    def test_with_an_unsafe_method_are_transactional(self, routes):
        loose = [
            f"{rule} ({rule.endpoint})"
            for rule, view in routes
            if rule.methods - SAFE and not getattr(view, "__transactional__", False)
        ]

        assert not loose, "decorate them with @transactional"
