"""One application per process, one fresh database per test, a browser that looks closely."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import sync_playwright
from sqlalchemy import event

from ecopter.app import create_app, outside_world, with_clock
from ecopter.db import db
from ecopter.platform import translations
from ecopter.platform.pdf import pdf_available
from ecopter.settings import Settings
from tests.browser import Browser
from tests.clock import NOW
from tests.databases import Store, open_store
from tests.proof import Proof, keep
from tests.sharing import BesideEachOther

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
REQUIRED = set(filter(None, os.environ.get("ECOPTER_TEST_REQUIRE", "").split(",")))


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("ecopter")
    group.addoption("--long", action="store_true", help="run every harness at full length")
    group.addoption(
        "--database",
        choices=("sqlite", "postgresql"),
        default="sqlite",
        help="where the tests' rows live (postgresql: on the server of TEST_POSTGRES_URL)",
    )
    group.addoption("--proof", type=Path, help="a folder for the figures of docs/proof.md")
    group.addoption("--screenshots", type=Path, help="a folder for a picture of every page")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> BesideEachOther:
    return BesideEachOther(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: whoever waits for a browser leaves its own to others."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Choose the tests of this run; what this machine cannot run is left out aloud."""
    left_out = [item for item in items if not _belongs(config, item)]
    items[:] = [item for item in items if _belongs(config, item)]
    config.hook.pytest_deselected(items=left_out)
    _skip_what_cannot_run(items)


def _belongs(config: pytest.Config, item: pytest.Item) -> bool:
    """Long tests on demand; on PostgreSQL what touches the database, SQLite's own aside."""
    whole = config.getoption("long")
    if item.get_closest_marker("long") and not whole:
        return False
    on_postgresql = config.getoption("database") == "postgresql"
    if (only := item.get_closest_marker("short_on")) and not whole and _has_both():
        return only.args[0] == config.getoption("database")
    return not on_postgresql or _touches_the_database(item, whole=whole)


def _has_both() -> bool:
    return bool(os.environ.get("TEST_POSTGRES_URL"))


def _touches_the_database(item: pytest.Item, *, whole: bool) -> bool:
    """In short, the data layer and the doors: pages say the same of either database."""
    uses = set(getattr(item, "fixturenames", ()))
    if item.get_closest_marker("sqlite") or not uses & {"empty_database", "own_place", "school"}:
        return False
    return whole or "access" in item.path.parts or not uses & {"browser", "school", "own_place"}


def _skip_what_cannot_run(items: list[pytest.Item]) -> None:
    """In CI, what cannot run is a failure instead."""
    status = pdf_available()
    reasons = {
        "pdf": None if status.ok else f"no PDF libraries: {status.advice}",
        "browser": None if shutil.which("chromium") else "no chromium on the PATH",
        "poppler": None if shutil.which("pdftoppm") else "no pdftoppm (poppler-utils) on the PATH",
        "postgres": None if os.environ.get("TEST_POSTGRES_URL") else "TEST_POSTGRES_URL is not set",
    }
    for item in items:
        for mark, reason in reasons.items():
            if reason and item.get_closest_marker(mark) and mark not in REQUIRED:
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session", autouse=True)
def compiled_catalogues(tmp_path_factory: pytest.TempPathFactory) -> None:
    translations.compile_all(only_stale=True)


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session")
def amount(request: pytest.FixtureRequest) -> Callable[..., int]:
    """`amount(short=10, long=50)`: how much of something this run does."""
    whole = bool(request.config.getoption("long"))
    return lambda *, short, long: long if whole else short


@pytest.fixture
def proof(request: pytest.FixtureRequest) -> Callable[..., None]:
    """`proof("attack", promise, bar=…, figure=…)` after the asserts: a row of docs/proof.md."""
    folder = request.config.getoption("proof")
    options = " --long" if request.config.getoption("long") else ""
    if request.config.getoption("database") == "postgresql":
        options += " --database=postgresql"
    where = request.node.nodeid.partition("[")[0]

    def record(section: str, promise: str, *, bar: str, figure: str) -> None:
        found = Proof(section, promise, bar, figure, f"./dev test{options} {where}")
        if folder:
            keep(folder, found)

    return record


@pytest.fixture(scope="session")
def database_store(request: pytest.FixtureRequest, data: Path) -> Iterator[Store]:
    with open_store(request.config.getoption("database"), data) as opened:
        yield opened


@pytest.fixture(scope="session")
def app(data: Path, database_store: Store) -> Iterator[Flask]:
    """The application on a database of its own, at the tests' fixed instant."""
    settings = Settings(
        data=data,
        database_url=database_store.address,
        testing=True,
        secret_key="for tests only, never anywhere else",
        demo=False,
    )
    app = create_app(settings, with_clock(outside_world(settings), lambda: NOW))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def empty_database(app: Flask, database_store: Store) -> Store:
    """A database with all tables; `empty()` takes away all rows."""
    with app.app_context():
        database_store.create()
    return database_store


@pytest.fixture
def database(app: Flask, empty_database: Store) -> Iterator[None]:
    """No row; the test runs inside an application context with its own session."""
    with app.app_context():
        empty_database.empty()
        yield
        db.session.remove()
        if empty_database.address is None:
            db.engine.dispose()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """One real browser for all tests of this process: its driver cannot be started twice."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def browser(app: Flask, database: None) -> Browser:
    return Browser(app)


@dataclass
class Statements:
    seen: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.seen)


@contextmanager
def count_queries() -> Iterator[Statements]:
    """Every statement sent to the database inside the block, transaction control aside."""
    statements = Statements()

    def note(_conn, _cursor, statement, *_rest):
        if not statement.startswith(
            (
                *("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SAVEPOINT", "RELEASE"),
                # How PostgreSQL opens a reader, and keeps the trail in one line.
                *("SET TRANSACTION", "SELECT pg_advisory_xact_lock"),
            )
        ):
            statements.seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture(name="count_queries")
def count_queries_fixture():
    return count_queries
