"""The application: wiring only. What a lower package asks of a higher one is registered here."""

from typing import Any

import structlog
from flask import Flask, g, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from werkzeug.middleware.proxy_fix import ProxyFix

from supplyhub import config, extensions
from supplyhub.accounts import operations as accounts_operations
from supplyhub.accounts import own_web, people_web, scopes
from supplyhub.accounts import queries as accounts_queries
from supplyhub.accounts.sessions import SignedIn
from supplyhub.config import Settings
from supplyhub.core import clock
from supplyhub.dashboards import navigation as dashboards_navigation
from supplyhub.dashboards import web as dashboards_web
from supplyhub.db.engine import session
from supplyhub.db.transaction import reading, transaction
from supplyhub.demo import log_ins
from supplyhub.demo import queries as demo_queries
from supplyhub.orders import staff_queries, staff_web
from supplyhub.orders import web as orders_web
from supplyhub.places import day as places_day
from supplyhub.places import queries as places_queries
from supplyhub.places import web as places_web
from supplyhub.places.scopes import PlaceScopes
from supplyhub.riders import day as riders_day
from supplyhub.riders import web as riders_web
from supplyhub.riders.scopes import RiderScopes
from supplyhub.rounds import day_of_riders, what_if_jobs
from supplyhub.rounds import jobs as rounds_jobs
from supplyhub.rounds.web import (
    cities,
    exposure,
    fairness,
    field,
    imports,
    live_recording,
    loading,
    plans,
    what_ifs,
    why,
)
from supplyhub.suppliers.scopes import SupplierScopes
from supplyhub.webkit import access, assets, converters, errors, filters, locale, logs, navigation, security
from supplyhub.webkit.settings import settings as current_settings

log = structlog.get_logger()
JOB_MODULES = (rounds_jobs, what_if_jobs)
"""Modules whose import registers handlers of jobs."""


BLUEPRINTS = (
    own_web,  # all of accounts: it adds to the blueprint of accounts.web
    people_web,
    places_web,
    riders_web,
    orders_web,
    staff_web,
    plans,
    why,
    what_ifs,
    live_recording,  # all of live changes: it adds to the blueprint of web.live
    fairness,
    exposure,
    cities,
    imports,
    field,
    loading,
    dashboards_web,
)


def create_app(settings: Settings | None = None) -> Flask:
    """Make the application from its settings, read from files and the environment where none are given."""
    settings = settings or config.load()
    logs.configure(settings)
    app = Flask("supplyhub")
    _configure(app, settings)
    extensions.init_app(app)
    for part in (converters, locale, filters, security, errors, assets):
        part.init_app(app)
    app.before_request(access.refuse_undeclared)
    access.register_path_resolver(app, _named_path)
    navigation.register(app, dashboards_navigation.items)
    extensions.login_manager.user_loader(_load_signed_in)
    _register_answers(app)
    for module in BLUEPRINTS:
        app.register_blueprint(module.blueprint)
    app.context_processor(_names)
    app.jinja_env.globals["demo_clock"] = _demo_clock
    app.add_url_rule("/health", view_func=health)
    if settings.environment == "development":
        app.add_url_rule("/gallery", view_func=gallery)
    return app


def _register_answers(app: Flask) -> None:
    """Let lower packages ask higher ones what they cannot know."""
    scopes.register_scope_sources(app, (PlaceScopes(), SupplierScopes(), RiderScopes()))
    places_day.register_day_source(app, staff_queries.DayOfCompounds())
    riders_day.register_day_source(app, day_of_riders.DayOfRiders())


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        TESTING=settings.environment == "test",
        SQLALCHEMY_DATABASE_URI=settings.database,
        MAX_CONTENT_LENGTH=settings.upload_limit_bytes,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        SESSION_COOKIE_NAME="supplyhub",
        SESSION_COOKIE_SECURE=settings.session_cookie_secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,  # the token lives as long as the session
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,  # names of built files carry a hash
    )
    settings.data_folder.mkdir(parents=True, exist_ok=True)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["is_demo"] = settings.demo
    if settings.proxy_count:
        count = settings.proxy_count
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]


def _load_signed_in(token: str) -> SignedIn | None:
    """Load the person in a transaction of its own, so that the request's own begins after it."""
    now = clock.now()
    with reading() as current:
        found = accounts_queries.find_signed_in(current, token=token, now=now)
        is_stale = found is not None and found.last_seen_at < now - accounts_operations.SEEN_EVERY
    if is_stale:
        with transaction() as current:
            accounts_operations.touch_session(current, token=token, now=now)
    return found


def _named_path(arguments: dict[str, Any]) -> str | None:
    """Return the scope path of the city or district that an address names; times are shown in the district's zone."""
    if "city" in arguments:
        city = places_queries.get_city(session(), code=str(arguments["city"]))
        g.place_title = city.name
        return city.code
    code = arguments.get("district")
    if code is None:
        return None
    district = places_queries.get_district(session(), code=str(code))
    locale.use_timezone(district.timezone)
    g.place_title = district.name
    return district.path


def _names() -> dict[str, Any]:
    """Return what every template may name: the place that the page is about, and the log-ins of a demo."""
    return {"place_title": g.get("place_title"), "demo_log_ins": log_ins.log_ins() if current_settings().demo else ()}


def _demo_clock() -> str | None:
    """Return what the clock of the invented district shows, for the log-in page of a demo."""
    return demo_queries.find_time_of_day(session(), now=clock.now())


@access.public
def gallery() -> ResponseReturnValue:
    """Show every building block of the pages, for those who make them."""
    return render_template("gallery.html", frame=request.args.get("frame", "desk"))


@access.public
def health() -> ResponseReturnValue:
    """Answer whether the application and its database work."""
    session().execute(text("SELECT 1"))
    return {"status": "ok"}
