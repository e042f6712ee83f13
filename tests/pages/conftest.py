"""One school, one list of its pages and one walk through them serve every test of this folder."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.pages.gallery import hang
from tests.pages.looking import Eye, Findings, Setting, eye, look
from tests.pages.places import Place, errors, forms_of, pages_of
from tests.pages.serving import House, build, served

DESK = Setting("fr", "light", 1280)
PHONE = Setting("ar", "dark", 360)
# Each language in each theme and at each width, and each theme at each width. Not all twelve: a
# theme only exchanges colours, whatever the language and the width.
EVERY = [
    DESK,
    Setting("fr", "dark", 360),
    Setting("ar", "dark", 1280),
    Setting("ar", "light", 360),
    Setting("en", "light", 1280),
    Setting("en", "dark", 360),
]
CHECKS = (
    Eye.accessible,
    Eye.mirrors,
    Eye.prints,
    Eye.fits,
    Eye.big_enough,
    Eye.quiet,
)


@dataclass
class Places:
    """Pages that are read, pages that answer a form, pages of what went wrong."""

    pages: list[Place]
    forms: list[Place]
    errors: list[Place]

    @property
    def all(self) -> list[Place]:
        return [*self.pages, *self.forms, *self.errors]


@pytest.fixture(scope="session")
def is_long(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("long"))


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory, compiled_catalogues: None) -> Iterator[House]:
    with served(build(tmp_path_factory.mktemp("pages"))) as house:
        yield house


@pytest.fixture(scope="session")
def places(house: House, is_long: bool) -> Places:
    house.speak("fr")
    return Places(pages_of(house, everyone=is_long), forms_of(house, everyone=is_long), errors())


@pytest.fixture(scope="session")
def crawl(
    request: pytest.FixtureRequest, chromium: Browser, house: House, places: Places, is_long: bool
) -> Findings:
    """Long: everything about every page for every role in every setting.

    Short: each page as its main role, at a desk in French and on a phone in Arabic at night in
    turn; pages of errors and every fourth answer to a form on the phone. With pictures, all
    pages in both.
    """
    folder: Path | None = request.config.getoption("screenshots")
    walk = Walk(chromium, house, folder)
    if is_long:
        for setting in EVERY:
            walk.through(setting, places.all)
    else:
        step = 1 if folder else 2
        walk.through(DESK, places.pages[::step])
        walk.through(
            PHONE, [*places.pages[step - 1 :: step], *places.forms[:: step * step], *places.errors]
        )
    if folder:
        hang(folder, walk.pictures)
    return walk.findings


class Walk:
    """Every page of a list in one setting after another."""

    def __init__(self, chromium: Browser, house: House, folder: Path | None) -> None:
        self.chromium = chromium
        self.house = house
        self.folder = folder
        self.findings = Findings()
        self.pictures: list[tuple[str, str, str]] = []
        if folder:
            folder.mkdir(parents=True, exist_ok=True)

    def through(self, setting: Setting, places: list[Place]) -> None:
        with eye(self.chromium, self.house, setting) as reader:
            reader.findings = self.findings
            look(reader, places, self._everything)

    def _everything(self, reader: Eye, place: Place) -> None:
        if self.folder:
            name = reader.picture(place, self.folder)
            self.pictures.append((str(place), str(reader.setting), name))
        reader.ask("look.openParts()")
        for check in CHECKS:
            check(reader, place)
