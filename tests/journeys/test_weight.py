"""What a page costs on a phone that pays for every kilobyte."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.journeys.conftest import PHONE, Visit
from tests.journeys.journey import LANGUAGES
from tests.journeys.serving import School

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys"), pytest.mark.timeout(300)]

FIRST_BYTES = 60_000
FIRST_REQUESTS = 6
NEXT_BYTES = 12_000
LOCALES = {"fr": "fr-FR", "ar": "ar-MA"}
LESSON = "SELECT min(lesson_id) FROM lesson_completions WHERE enrolment_id = ?"
PLACE = """
    SELECT enrolments.id FROM enrolments JOIN users ON users.id = enrolments.trainee_id
    WHERE users.sign_in_name = 'trainee.demo'
"""
# One that can be filled in now, else the latest that is closed: at night none is open.
REGISTER = """
    SELECT training_sessions.id FROM training_sessions
    JOIN training_session_instructors
        ON training_session_instructors.training_session_id = training_sessions.id
    JOIN users ON users.id = training_session_instructors.user_id
    LEFT JOIN registers ON registers.training_session_id = training_sessions.id
    WHERE users.sign_in_name = 'instructor.demo' AND cancelled_at IS NULL
    AND (closed_at IS NOT NULL OR starts_at <= CURRENT_TIMESTAMP)
    ORDER BY closed_at IS NOT NULL, starts_at DESC LIMIT 1
"""
# Whoever is on a register, open or closed.
PEOPLE = "fieldset.row, main a[href*='/register/corrections/']"
CODE = "SELECT min(code) FROM credentials WHERE is_live"


@dataclass
class Traffic:
    """Everything one page asked for, and the bytes that came over the wire."""

    sizes: dict[str, int] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)

    def listen(self, page: Page) -> None:
        network = page.context.new_cdp_session(page)
        network.on("Network.requestWillBeSent", self._asked)
        network.on("Network.loadingFinished", self._came)
        network.send("Network.enable")

    def _asked(self, event: dict[str, Any]) -> None:
        address = event["request"]["url"]
        if not address.startswith("data:"):
            self.addresses[event["requestId"]] = address

    def _came(self, event: dict[str, Any]) -> None:
        if event["requestId"] in self.addresses:
            self.sizes[event["requestId"]] = int(event["encodedDataLength"])

    def start_again(self) -> None:
        self.sizes.clear()
        self.addresses.clear()

    @property
    def over_the_wire(self) -> dict[str, int]:
        """Bytes by address; what the browser had already costs nothing."""
        return {self.addresses[key]: size for key, size in self.sizes.items() if size}

    @property
    def fonts(self) -> int:
        return sum(size for at, size in self.over_the_wire.items() if "/fonts/" in at)

    @property
    def total(self) -> int:
        return sum(self.over_the_wire.values())


def strange_phone(chromium: Browser, school: School, language: str, cookies: Any) -> BrowserContext:
    """A phone that has never seen the school, on which someone has signed in all the same."""
    context = chromium.new_context(
        base_url=school.address, viewport=PHONE, locale=LOCALES[language], storage_state=cookies
    )
    context.set_default_timeout(60_000)
    return context


def weigh(page: Page, traffic: Traffic, address: str) -> None:
    traffic.start_again()
    page.goto(address, wait_until="networkidle")
    assert len(traffic.addresses) == len(traffic.sizes)


def light(traffic: Traffic, school: School, bytes_allowed: int) -> None:
    everything = traffic.over_the_wire
    assert traffic.total <= bytes_allowed, everything
    assert len(everything) <= FIRST_REQUESTS, everything
    assert all(address.startswith(school.address) for address in traffic.addresses.values())


@LANGUAGES
@pytest.mark.parametrize("which", ["home", "path", "lesson", "register"])
def test_a_first_page_is_light_and_the_next_one_lighter(
    visit: Visit, school: School, chromium: Browser, which: str, language: str
) -> None:
    place = school.value(PLACE)
    lesson = school.value(LESSON, place)
    addresses = {
        "home": ("/", f"/path/{place}"),
        "path": (f"/path/{place}", "/"),
        "lesson": (f"/path/{place}/lessons/{lesson}", f"/path/{place}"),
        "register": (f"/sessions/{school.value(REGISTER)}/register", "/"),
    }
    name = "instructor.demo" if which == "register" else "trainee.demo"
    cookies = visit(name, language).page.context.storage_state()
    first, following = addresses[which]
    with strange_phone(chromium, school, language, cookies) as context:
        page, traffic = context.new_page(), Traffic()
        traffic.listen(page)

        weigh(page, traffic, first)
        print(which, language, traffic.total, traffic.over_the_wire)
        light(traffic, school, FIRST_BYTES)
        begun = traffic.total
        assert page.get_attribute("html", "lang") == language
        assert which != "register" or page.locator(PEOPLE).count() > 1
        weigh(page, traffic, following)
        print(which, language, "next", traffic.total, traffic.over_the_wire)
        # A script's font comes once, with its first letter, be it on the second page (somebody
        # may have written in Arabic): it weighs on the beginning.
        light(traffic, school, NEXT_BYTES + traffic.fonts)
        assert begun + traffic.fonts <= FIRST_BYTES


@LANGUAGES
def test_checking_a_paper_is_light_and_leaves_no_cookie(
    school: School, chromium: Browser, language: str
) -> None:
    with strange_phone(chromium, school, language, None) as context:
        page, traffic = context.new_page(), Traffic()
        traffic.listen(page)

        weigh(page, traffic, f"/verify/{school.value(CODE)}")

        print("verify", language, traffic.total, traffic.over_the_wire)
        light(traffic, school, FIRST_BYTES)
        assert page.locator(".verdict.tone--done").count() == 1
        assert context.cookies() == []
