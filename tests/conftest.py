"""One application per process, one fresh database per test, a browser that looks closely."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

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
from ecopter.tables import METADATA
from tests.browser import Browser
from tests.clock import NOW

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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out, aloud, what this machine cannot run; in CI that is a failure instead."""
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
def app(data: Path) -> Iterator[Flask]:
    """The application on a SQLite file of its own, at the tests' fixed instant."""
    settings = Settings(
        data=data, testing=True, secret_key="for tests only, never anywhere else", demo=False
    )
    app = create_app(settings, with_clock(outside_world(settings), lambda: NOW))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def empty_database(app: Flask, data: Path) -> Path:
    """A database with all tables and no row, copied before each test."""
    with app.app_context():
        METADATA.create_all(db.engine)
        db.engine.dispose()
    template = data / "template.sqlite3"
    shutil.copy(data / "ecopter.sqlite3", template)
    return template


@pytest.fixture
def database(app: Flask, empty_database: Path, data: Path) -> Iterator[None]:
    """A fresh database; the test runs inside an application context with its own session."""
    with app.app_context():
        put_back(empty_database, data)
        yield
        db.session.remove()
        db.engine.dispose()


def put_back(template: Path, data: Path) -> None:
    db.engine.dispose()
    for rest in data.glob("ecopter.sqlite3-*"):
        rest.unlink()
    shutil.copy(template, data / "ecopter.sqlite3")


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
            ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SAVEPOINT", "RELEASE")
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
