"""One running school for all journeys, and browsers in front of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from ecopter.settings import DEMO_PASSWORD
from tests.journeys.journey import Journey
from tests.journeys.serving import School, start
from tests.postgres import own_database

PATIENCE_MILLISECONDS = 60_000
WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 720}


@contextmanager
def place(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """Where a running school of this run keeps its rows; None is SQLite in its folder."""
    if request.config.getoption("database") == "sqlite":
        yield None
        return
    with own_database() as address:
        yield address


@pytest.fixture
def own_place(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """The same for the school of one test."""
    with place(request) as database:
        yield database


@pytest.fixture(scope="session")
def school(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[School]:
    with place(request) as database:
        running = start(tmp_path_factory.mktemp("school"), database=database)
        try:
            yield running
        finally:
            running.stop()


Visit = Callable[..., Journey]


def arrival(language: str) -> dict[str, Any]:
    """How someone comes: French on a wide screen, Arabic on a phone without JavaScript."""
    wide = language == "fr"
    return {
        "viewport": WIDE if wide else PHONE,
        "locale": "fr-FR" if wide else "ar-MA",
        "java_script_enabled": wide,
        "accept_downloads": True,
    }


@pytest.fixture
def visit(school: School, chromium: Browser) -> Iterator[Visit]:
    """`visit("trainee.demo", "ar")`: someone who has signed in; `visit(None, "ar")`: a stranger."""
    contexts: list[BrowserContext] = []
    journeys: list[Journey] = []

    def set_out(name: str | None, language: str) -> Journey:
        context = chromium.new_context(base_url=school.address, **arrival(language))
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        contexts.append(context)
        journey = Journey(context.new_page(), language, school.address)
        journeys.append(journey)
        if name is not None:
            journey.go("/")
            assert journey.path.startswith("/sign-in")
            journey.page.fill("[name=sign_in_name]", name)
            journey.page.fill("[name=password]", DEMO_PASSWORD)
            journey.follow("main form button[type=submit]")
            # Whoever only leads an association is at home in the leaders' area.
            assert journey.path in {"/", "/leaders/home"}
        return journey

    yield set_out
    for context in contexts:
        context.close()
    assert not [fault for journey in journeys for fault in journey.faults]
