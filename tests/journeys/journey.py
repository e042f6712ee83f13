"""A reader on the way through the school: every page they reach is looked at."""

import os
import re
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import ConsoleMessage, Locator, Page, Request, Response

LANGUAGES = pytest.mark.parametrize("language", ["fr", "ar"])
# Signs that words were not filled in, or come from the program and not from the school.
UNFINISHED = ("%(", "⟦", "None", "Undefined", "lazy_gettext")
# Where to keep a picture of each page of the journeys, for whoever wants to see them.
PICTURES = os.environ.get("ECOPTER_JOURNEY_PICTURES")
NUMBERS = count(1)


class Journey:
    """One page of a real browser, in one language, and everything that went wrong in it.

    French is read at 1280 px with JavaScript, Arabic at 360 px without.
    """

    def __init__(self, page: Page, language: str, home: str) -> None:
        self.page = page
        self.language = language
        self.home = home
        self.has_scripts = language == "fr"
        self.faults: list[str] = []
        # The addresses of the pages looked at, in order: how many screens a way takes.
        self.seen: list[str] = []
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on("request", self._asked)
        page.on("response", self._answered)

    def _heard(self, message: ConsoleMessage) -> None:
        """What the content security policy stops is told here too."""
        # A page that says 404 or 422 is told as well: pages are looked at, their parts below.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.faults.append(f"{self.page.url}: {message.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((f"{self.home}/", "data:", "blob:")):
            self.faults.append(f"{self.page.url} asks {request.url}")

    def _answered(self, response: Response) -> None:
        is_page = response.request.resource_type == "document"
        if response.status >= (500 if is_page else 400):
            self.faults.append(f"{self.page.url}: {response.url} answers {response.status}")

    @property
    def path(self) -> str:
        """Where we are, without the host."""
        return self.page.url.removeprefix(self.home)

    @property
    def words(self) -> str:
        """What the page says, spaces made one."""
        return " ".join(self.page.inner_text("main").split())

    def all(self, selector: str) -> list[Locator]:
        return self.page.locator(selector).all()

    def has(self, selector: str) -> bool:
        return self.page.locator(selector).count() > 0

    def go(self, address: str) -> Response:
        """Open an address as one types it."""
        response = self.page.goto(address)
        assert response is not None
        self.look()
        return response

    def follow(self, what: str | Locator) -> None:
        """Press a link or a button that leads to a page, and look at that page."""
        control = self.page.locator(what).first if isinstance(what, str) else what
        with self.page.expect_navigation():
            control.click()
        self.look()

    def choose(self, control: str | Locator) -> None:
        """Press the words of a radio button or a tick box, as a finger does."""
        box = self.page.locator(control).first if isinstance(control, str) else control
        box.locator("xpath=ancestor::label[1]").click()
        assert box.is_checked()

    def link(self, address: str) -> str:
        """The selector of a link of the page itself, by the end of its address."""
        return f'main a[href$="{address}"]'

    def submit(self, action: str) -> str:
        """The selector of the button of a form, by the end of its address."""
        return f'main form[action$="{action}"] button'

    def look(self) -> None:
        """Language and direction, one heading, words filled in, nothing wider than the screen."""
        page = self.page
        self.seen.append(self.path)
        self._picture()
        assert page.get_attribute("html", "lang") == self.language
        assert page.get_attribute("html", "dir") == ("rtl" if self.language == "ar" else "ltr")
        assert page.locator("h1").count() == 1, page.url
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{page.url} is {wide} px too wide"
        words = page.inner_text("body")
        unfinished = [sign for sign in UNFINISHED if re.search(rf"(?<!\w){re.escape(sign)}", words)]
        assert not unfinished, f"{page.url}: {unfinished}"
        assert not self.faults, self.faults

    def _picture(self) -> None:
        if PICTURES:
            name = re.sub(r"[^a-z0-9]+", "-", self.path.casefold()).strip("-") or "home"
            file = f"{next(NUMBERS):03d}-{self.language}-{name[:60]}.png"
            self.page.screenshot(path=Path(PICTURES) / file, full_page=True)

    def wait_for(self, condition: Callable[[], bool], seconds: float = 30) -> None:
        """Until something holds; the content security policy forbids asking inside the page."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"{self.page.url}: waited {seconds} s in vain"
            self.page.wait_for_timeout(100)

    def fetch(self, address: str) -> Any:
        """Ask for a file with the cookies of this reader."""
        return self.page.request.get(address)
