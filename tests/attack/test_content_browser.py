"""The same hostile school in a real browser: nothing runs, nothing is asked of another host."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Dialog, Page, Request, Route
from werkzeug.serving import WSGIRequestHandler, make_server

from ecopter.platform.security import POLICY
from tests.attack.corpus import READERS, addresses, make_school_of_texts, plant
from tests.attack.payloads import IN_PAGES, all_in_one
from tests.browser import Browser

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("content"),
    pytest.mark.timeout(3600),
]

SECONDS = 60
# One page for each kind of thing that is shown, for the reader who sees most of it.
MAIN = {
    "stranger": ("/help", "/verify/{code}"),
    "trainee": (
        "/",
        "/notices",
        "/path/{enrolment_id}",
        "/path/{enrolment_id}/lessons/{lesson_id}",
        "/path/{enrolment_id}/lessons/{lesson_id}/exercise",
        "/path/{enrolment_id}/marks",
        "/attempts/{attempt_id}",
    ),
    "leader": ("/leaders/home",),
    "instructor": (
        "/sessions/{training_session_id}/register",
        "/submissions/{submission_id}/grade",
        "/cohorts/{cohort_id}/gradebook",
        "/absences",
    ),
    "administrator": (
        "/people/{user_id}/details",
        "/associations/{association_id}",
        "/cohorts/{cohort_id}",
        "/school/details",
        "/products/{product_id}",
    ),
}


class Silent(WSGIRequestHandler):
    """A server of tests says nothing to the terminal."""

    def log(self, *_said: object) -> None:
        return None


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The application on a free port of this machine."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join(SECONDS)
        server.server_close()


@dataclass
class Watch:
    """What a browser did beyond showing a page."""

    own: str
    pages: int = 0
    dialogs: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        return self.dialogs + self.violations + self.foreign

    def over(self, page: Page) -> None:
        page.on("dialog", self._dialog)
        page.on("request", self._request)
        page.on("console", lambda said: self._console(said.text))
        page.route("**/*", self._route)

    def look(self, page: Page, address: str) -> None:
        page.goto(self.own + address, wait_until="load", timeout=SECONDS * 1000)
        # What waits for the hand of a reader: every part that listens for it gets its turn.
        page.evaluate(
            "document.querySelectorAll('[autofocus],details').forEach(one => one.focus())"
        )
        self.pages += 1

    def _dialog(self, dialog: Dialog) -> None:
        self.dialogs.append(f"{dialog.page.url if dialog.page else ''}: {dialog.message}")
        dialog.dismiss()

    def _console(self, said: str) -> None:
        if "Content Security Policy" in said or "Content-Security-Policy" in said:
            self.violations.append(said[:200])

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.own, "data:")):
            self.foreign.append(request.url[:120])

    def _route(self, route: Route) -> None:
        """No other host is reached, whatever a page asks for."""
        ours = route.request.url.startswith((self.own, "data:"))
        route.continue_() if ours else route.abort()


def watched(chromium: Chromium, own: str, visits: dict[str, tuple[Browser, list[str]]]) -> Watch:
    watch = Watch(own)
    for reader, pages in visits.values():
        context = chromium.new_context()
        cookie = reader.client.get_cookie("ecopter")
        if cookie is not None:
            context.add_cookies([{"name": "ecopter", "value": cookie.value, "url": own}])
        page = context.new_page()
        watch.over(page)
        for address in pages:
            watch.look(page, address)
        context.close()
    return watch


def test_a_browser_runs_none_of_it(app, browser, chromium, amount, proof):
    world = make_school_of_texts()
    readers = {role: Browser(app).as_(world.people[role]) for role in READERS}
    plant(all_in_one)
    here = world.ours.address
    shown = [
        address
        for address in addresses(app, here)
        if not address.endswith((".pdf", ".zip")) and "files" not in address
    ]
    visits = {
        role: (
            reader,
            amount(short=[one.format_map(here) for one in MAIN.get(role, ())], long=shown),
        )
        for role, reader in readers.items()
    }

    with served(app) as own:
        watch = watched(chromium, own, visits)

    assert watch.pages >= 15
    assert watch.faults == []
    proof(
        "attack",
        "A real browser runs none of the hostile texts it is shown",
        bar="0 dialogs, 0 violations of the policy, 0 requests to other hosts",
        figure=f"{watch.pages} pages of {len(readers)} roles, {len(IN_PAGES)} payloads in every "
        "text: 0, 0 and 0",
    )


# Planted faults: what the watch has to see.


def careless(policy: str | None) -> Flask:
    app = Flask("careless")
    headers = {"Content-Type": "text/html; charset=utf-8"}
    if policy:
        headers["Content-Security-Policy"] = policy
    app.add_url_rule("/", "show", lambda: (f"<!doctype html><p>{all_in_one()}", headers))
    return app


def test_a_page_that_trusts_its_text_is_seen(chromium):
    app = careless(None)

    with served(app) as own:
        watch = watched(chromium, own, {"anyone": (Browser(app), ["/"])})

    assert watch.dialogs
    assert any("evil.example" in address for address in watch.foreign)


def test_a_page_that_only_the_policy_protects_is_seen_too(chromium):
    app = careless(POLICY)

    with served(app) as own:
        watch = watched(chromium, own, {"anyone": (Browser(app), ["/"])})

    assert watch.dialogs == []
    assert watch.violations
