"""One page of a real browser, looked at for everything a page of the school promises."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

from tests.pages.places import Place
from tests.pages.serving import AXE, House

HERE = Path(__file__).parent
LOOK = (HERE / "look.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN_AXE = """async (tags) => {
  const options = { runOnly: tags, resultTypes: ["violations"], preload: false };
  const { violations } = await axe.run(document, options);
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`));
}"""
LOCALES = {"fr": "fr-FR", "ar": "ar-MA", "en": "en-GB"}
HEIGHT = 800
NARROW = 320
# A4 at 96 px to the inch, without the margins of 14 mm.
PAPER = 688
TABS = 400


@dataclass(frozen=True)
class Setting:
    """How someone reads: language, theme, width of the screen, with scripts or without."""

    language: str = "fr"
    theme: str = "light"
    width: int = 1280
    scripts: bool = True

    def __str__(self) -> str:
        scripts = "" if self.scripts else " no scripts"
        return f"{self.language} {self.theme} {self.width}{scripts}"


@dataclass
class Findings:
    """What was found, by what it breaks; and how much was looked at."""

    found: dict[str, list[str]] = field(default_factory=dict)
    looked: dict[str, int] = field(default_factory=dict)

    def add(self, check: str, where: str, sentences: list[str], looked: int = 1) -> None:
        self.looked[check] = self.looked.get(check, 0) + looked
        here = self.found.setdefault(check, [])
        here += [f"{where}: {sentence}" for sentence in dict.fromkeys(sentences)]

    def of(self, check: str) -> list[str]:
        assert self.looked.get(check), f"nothing was looked at for {check}"
        return self.found[check]


class Eye:
    """A reader's browser in one setting, going from page to page as one role after another."""

    def __init__(self, house: House, context: BrowserContext, setting: Setting) -> None:
        self.house = house
        self.setting = setting
        self.context = context
        self.findings = Findings()
        self.faults: list[str] = []
        self.role = ""
        context.on("console", self._heard)
        context.on("weberror", lambda error: self.faults.append(str(error.error)))
        context.on("request", self._asked)
        context.on("requestfailed", lambda asked: self.faults.append(f"{asked.url} failed"))
        context.on("response", self._answered)
        self.page: Page = context.new_page()

    def _heard(self, message: ConsoleMessage) -> None:
        """What the content security policy stops is told here too."""
        # A page that answers 404 is told of as well; parts that fail are counted below.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            self.faults.append(f"the console says {message.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((f"{self.house.address}/", "data:", "blob:", "about:")):
            self.faults.append(f"asks {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.request.resource_type != "document":
            self.faults.append(f"{response.url} answers {response.status}")

    def open(self, place: Place) -> bool:
        """Go there as one does; whether it answered as it did when the pages were listed."""
        self.become(place.role)
        self.faults.clear()
        address = f"{self.house.address}{place.address}"
        with self._sending(place, address):
            answer = self.page.goto(address, wait_until="load")
        status = answer.status if answer else 0
        if status != place.status:
            self.note("answer", place, [f"answers {status} instead of {place.status}"])
            return False
        self.note("answer", place, [])
        self.page.evaluate(LOOK)
        return True

    def become(self, role: str) -> None:
        if role != self.role:
            self.role = role
            self.context.clear_cookies()
            cookie = {"name": "ecopter", "value": self.house.readers[role].cookie}
            self.context.add_cookies([cookie | {"url": self.house.address}])  # type: ignore[list-item]

    @contextmanager
    def _sending(self, place: Place, address: str) -> Iterator[None]:
        """An address opened by a form: the same request, sent as an empty form."""
        if place.method == "GET":
            yield
            return
        body = f"csrf_token={self.house.readers[place.role].token}"
        kind = {"content-type": "application/x-www-form-urlencoded"}
        self.page.route(
            address,
            lambda route: route.continue_(
                method="POST", post_data=body, headers=route.request.headers | kind
            ),
        )
        yield
        self.page.unroute(address)

    def note(self, check: str, place: Place, sentences: list[str], looked: int = 1) -> None:
        self.findings.add(check, f"{place} in {self.setting}", sentences, looked)

    def ask(self, question: str, argument: object = None) -> Any:
        return self.page.evaluate(question, argument)

    def widen(self, width: int, height: int = HEIGHT) -> None:
        self.page.set_viewport_size({"width": width, "height": height})

    # The checks.

    def quiet(self, place: Place) -> None:
        self.note("quiet", place, list(self.faults))

    def accessible(self, place: Place) -> None:
        self.page.add_script_tag(url=f"{self.house.address}{AXE}")
        self.note("axe", place, self.ask(RUN_AXE, TAGS))

    def fits(self, place: Place) -> None:
        """On its own screen, on 320 px, and with text of twice the size on its own screen."""
        found = [f"{words} (screen)" for words in self.ask("look.overflow()")]
        self.ask("look.bigText(true)")
        found += [f"{words} (text 200 %)" for words in self.ask("look.overflow()")]
        self.ask("look.bigText(false)")
        self.widen(NARROW)
        found += [f"{words} (320 px)" for words in self.ask("look.overflow()")]
        self.widen(self.setting.width)
        self.note("fits", place, found, 3)

    def narrow(self, place: Place) -> None:
        """On its own screen alone."""
        self.note("narrow", place, self.ask("look.overflow()"))

    def big_enough(self, place: Place) -> None:
        self.note("targets", place, self.ask("look.targets()"))

    def mirrors(self, place: Place) -> None:
        self.note("mirror", place, self.ask("look.mirror()"))

    def prints(self, place: Place) -> None:
        self.page.emulate_media(media="print")
        self.widen(PAPER)
        self.note("paper", place, self.ask("look.onPaper()"))
        self.widen(self.setting.width)
        self.page.emulate_media(media="screen")

    def keyboard(self, place: Place) -> None:
        """From the top with Tab alone, until the page has been left."""
        found: list[str] = []
        stops = 0
        while stops < TABS:
            self.page.keyboard.press("Tab")
            step = self.ask("look.focused()")
            found += step["found"]
            if step["done"]:
                break
            stops += 1
        else:
            found.append(f"Tab does not get out in {TABS} steps")
        self.note("focus", place, found, stops)

    def alone(self, place: Place) -> None:
        self.note("alone", place, self.ask("look.alone()"))

    def outline(self) -> dict[str, list[str]]:
        outline: dict[str, list[str]] = self.ask("look.outline()")
        return outline

    def picture(self, place: Place, folder: Path) -> str:
        """The whole page; what sticks to the foot of the screen then stands at the foot."""
        height = self.ask("document.documentElement.scrollHeight")
        self.widen(self.setting.width, max(HEIGHT, min(height, 12_000)))
        name = "-".join([*place.address.strip("/").split("/"), place.role, place.method])
        name = f"{self.setting!s}-{name}-{place.status}".replace(" ", "-") + ".png"
        self.page.screenshot(path=folder / name)
        self.widen(self.setting.width)
        return name


@contextmanager
def eye(chromium: Browser, house: House, setting: Setting) -> Iterator[Eye]:
    """A browser window in a setting; the accounts read in its language.

    The school is put back, too: whoever verified often in one setting may do so in the next.
    """
    house.language = setting.language
    house.put_back()
    context = chromium.new_context(
        locale=LOCALES[setting.language],
        color_scheme="dark" if setting.theme == "dark" else "light",
        viewport={"width": setting.width, "height": HEIGHT},
        java_script_enabled=setting.scripts,
        reduced_motion="reduce",
    )
    context.set_default_timeout(120_000)
    try:
        yield Eye(house, context, setting)
    finally:
        context.close()


def look(eye: Eye, places: list[Place], *checks: Callable[[Eye, Place], None]) -> None:
    """Go through pages; readers change as seldom as possible."""
    for place in sorted(places, key=lambda place: place.role):
        if eye.open(place):
            for check in checks:
                check(eye, place)
        if place.method != "GET" and place.status < 400:
            eye.house.put_back()
