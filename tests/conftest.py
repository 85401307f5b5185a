"""What all tests share: services, databases, the application, a browser, a clock that stands still.

A test that asks for `app`, `client` or `db_session` runs twice, on SQLite and on PostgreSQL, each time on an empty
database brought to the newest migration; mark it `one_database` where that shows nothing new. What a test commits is
gone before the next. Tests that ask for `page` get a real browser, and `live_server` a real server to look at.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import hypothesis
import hypothesis.configuration
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright
from sqlalchemy.orm import Session

from tests.support import browser as browsers
from tests.support import databases, network, postgres, server

ROOT = Path(__file__).resolve().parent.parent
DATABASES = ("sqlite", "postgresql")
STATE = "SUPPLYHUB_TEST_STATE"
OWNER = "SUPPLYHUB_TEST_OWNER"

# The settings of whoever runs the tests are not the tests' settings.
for name in [name for name in os.environ if name.startswith("SUPPLYHUB_") and "_TEST_" not in name]:
    del os.environ[name]
os.environ.pop("DATABASE_URL", None)

hypothesis.configuration.set_hypothesis_home_dir(ROOT / "var" / "cache" / "hypothesis")
hypothesis.settings.register_profile("house", deadline=None, print_blob=True, derandomize=bool(os.environ.get("CI")))
hypothesis.settings.load_profile("house")


# --- the run ---------------------------------------------------------------------------------------------------------


def is_worker(config: pytest.Config) -> bool:
    """Tell whether this process is one of several that share the tests."""
    return hasattr(config, "workerinput")


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder that all processes of this run share, and close the network."""
    if not is_worker(config):
        os.environ[STATE] = tempfile.mkdtemp(prefix="shtest-")
        os.environ[OWNER] = str(os.getpid())
    network.close()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the services of this run."""
    if not is_worker(config) and STATE in os.environ:
        state = Path(os.environ.pop(STATE))
        postgres.stop_shared_server(state)
        shutil.rmtree(state, ignore_errors=True)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what needs a database on both."""
    if "database_kind" in metafunc.fixturenames:
        single = metafunc.definition.get_closest_marker("one_database")
        kinds = [
            pytest.param(kind, marks=[pytest.mark.postgres] if kind == "postgresql" else [])
            for kind in (DATABASES[:1] if single else DATABASES)
        ]
        metafunc.parametrize("database_kind", kinds, indirect=True, scope="session")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what needs a browser, whoever forgot to."""
    if "browser" in getattr(item, "fixturenames", ()):
        item.add_marker(pytest.mark.browser)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Name the skipped tests that must not be skipped."""
    for report in must_not_skip(terminalreporter):
        terminalreporter.write_line(f"ERROR must not be skipped: {report.nodeid}", red=True)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run that skipped a test of the browser or of PostgreSQL."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and must_not_skip(reporter) and not session.exitstatus:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def must_not_skip(reporter: Any) -> list[Any]:
    """Return the reports of skipped tests that need a browser or PostgreSQL."""
    skipped = reporter.stats.get("skipped", [])
    return [report for report in skipped if {"browser", "postgres"} & set(report.keywords)]


@pytest.fixture(scope="session")
def state_folder() -> Path:
    """The folder that all processes of this run share."""
    return Path(os.environ[STATE])


@pytest.fixture(scope="session")
def worker_name(request: pytest.FixtureRequest) -> str:
    """The name of this test process: gw0, gw1, …; main where there is only one."""
    return getattr(request.config, "workerinput", {}).get("workerid", "main")


# --- databases and the application -----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def database_kind(request: pytest.FixtureRequest) -> str:
    """Return "sqlite" or "postgresql"."""
    return str(request.param)


@pytest.fixture(scope="session")
def database_url(database_kind: str, state_folder: Path, worker_name: str) -> Iterator[str]:
    """The URL of this process's own database, migrated and empty."""
    with databases.migrated_copy(database_kind, state_folder=state_folder, name=worker_name) as url:
        yield url


@pytest.fixture
def empty_database_url(database_kind: str, state_folder: Path, worker_name: str) -> Iterator[str]:
    """The URL of a database of one test, without a single table: for the tests of migrations."""
    with databases.empty(database_kind, state_folder=state_folder, name=f"empty_{worker_name}") as url:
        yield url


@pytest.fixture(scope="session")
def shared_app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application of this process, over its database."""
    app = databases.make_app(database_url, data_folder=tmp_path_factory.mktemp("data"))
    yield app
    databases.dispose(app)


@pytest.fixture
def app(shared_app: Flask) -> Iterator[Flask]:
    """The application, over an empty database."""
    yield shared_app
    databases.clear(shared_app)


@pytest.fixture
def make_app(database_url: str, app: Flask, tmp_path: Path) -> Iterator[Callable[..., Flask]]:
    """Make an application with other settings over the same database: `make_app(session_hours=1)`."""
    made: list[Flask] = []

    def make(**settings: Any) -> Flask:
        made.append(databases.make_app(database_url, **{"data_folder": tmp_path, **settings}))
        return made[-1]

    yield make
    for other in made:
        databases.dispose(other)


@pytest.fixture
def db_session(app: Flask) -> Iterator[Session]:
    """A session of the test's own: commit what a request or a job is to see."""
    with databases.open_session(app) as session:
        yield session


@pytest.fixture
def app_context(app: Flask) -> Iterator[None]:
    """An application context, for code that asks for the settings. Not together with `client`."""
    with app.app_context():
        yield


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client of nobody in particular."""
    return app.test_client()


# --- clock -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def frozen_clock() -> Iterator[Callable[[datetime | timedelta], None]]:
    """Stop the clock at 2022-11-24 08:00 in Zhuzhou; call it with an instant or a duration to move it."""
    start = datetime.fromisoformat("2022-11-24T08:00:00+08:00")
    with time_machine.travel(start, tick=False) as traveller:

        def move(to: datetime | timedelta) -> None:
            if isinstance(to, timedelta):
                traveller.shift(to)
            else:
                traveller.move_to(to)

        yield move


# --- browser ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The driver of browsers."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """A real browser, started once per process."""
    started = browsers.launch(playwright)
    yield started
    started.close()


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Open a fresh profile: `new_context(locale="en-GB", width=360)`."""
    opened: list[BrowserContext] = []

    def new(*, width: int = 1440, height: int = 900, locale: str = "zh-CN", **options: Any) -> BrowserContext:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            locale=locale,
            timezone_id="Asia/Shanghai",
            **options,
        )
        context.set_default_timeout(15_000)
        opened.append(context)
        return context

    yield new
    for context in opened:
        context.close()


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    """A page in a fresh profile, in Chinese, on a desk."""
    return new_context().new_page()


@pytest.fixture
def live_server(app: Flask) -> Iterator[str]:
    """The address of a real server over `app`, with a worker that does its jobs."""
    with server.serving(app) as address:
        yield address
