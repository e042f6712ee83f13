"""An instructor's day: the register, a correction, grading, publishing, observing, the sheet."""

import re

import pytest

from tests.journeys.conftest import Visit
from tests.journeys.journey import LANGUAGES, Journey

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys"), pytest.mark.timeout(400)]

NAME = "instructor.demo"
REASON = {"fr": "Arrivé à 9 h 20, vu par le gardien", "ar": "وصل متأخرا حسب الحارس"}
COMMENT = {"fr": "C'est clair et complet.", "ar": "عمل واضح وكامل"}
OPEN, CLOSED = "form[data-register]", 'main a[href*="/register/corrections/"]'
# All present, one exception, close.
FEWEST_ACTIONS = 3
# A quarter of an hour before the morning and the afternoon of the demonstration.
OPENING_TIMES = ("08:45", "13:45")
OBSERVED = 2


@LANGUAGES
def test_an_instructor_takes_the_register(visit: Visit, language: str) -> None:
    journey = visit(NAME, language)

    if open_register(journey):
        take_register(journey)
    else:
        find_closed_register(journey)
    correct_line(journey)
    see_sheet(journey)


@LANGUAGES
def test_an_instructor_grades_publishes_and_observes(visit: Visit, language: str) -> None:
    journey = visit(NAME, language)

    grade_one(journey)
    observe_some(journey)


def open_register(journey: Journey) -> bool:
    """Home is one tap away from today's registers; whether one of them can be taken now.

    Where none is open it is still too early, and the page says until when, or they are closed.
    """
    addresses = [link.get_attribute("href") for link in journey.all('main a[href$="/register"]')]
    for address in addresses:
        journey.go("/")
        journey.follow(f'main a[href="{address}"]')
        if journey.has(OPEN):
            return True
        if not journey.has(CLOSED):
            assert any(time in journey.words for time in OPENING_TIMES)
            assert journey.has('main a[href$="/sheet?blank=1"]')
    return False


def find_closed_register(journey: Journey) -> None:
    """The latest register that is closed, today's or an earlier one."""
    journey.follow('nav a[href="/registers"]')
    journey.follow('main a[href*="list=closed"]')
    journey.follow('main a[href$="/register"]')
    assert journey.has(CLOSED)


def take_register(journey: Journey) -> None:
    """Three actions close a register of sixteen people with one exception."""
    page = journey.page
    taps: list[int] = []
    page.expose_function("tapped", lambda: taps.append(1))
    page.evaluate("addEventListener('pointerdown', () => tapped(), true)")
    people = len(journey.all("fieldset.row"))
    assert people > 1
    assert tally(journey)[""] == people
    everyone = page.locator("button[name=all]")
    if journey.has_scripts:
        everyone.click()
    else:
        journey.follow(everyone)
    last = "fieldset.row:last-of-type input[value=absent]"
    journey.choose(last)
    if journey.has_scripts:
        assert tally(journey) == {
            "present": people - 1,
            "late": 0,
            "absent": 1,
            "excused": 0,
            "": 0,
        }
        assert len(taps) == FEWEST_ACTIONS - 1
    journey.follow("button[name=do][value=close]")
    assert journey.has(CLOSED)
    assert len(journey.all(CLOSED)) == people
    statuses = "tbody td:nth-of-type(1) .badge"
    assert len(journey.all(f"{statuses}.tone--absent")) == 1
    assert len(journey.all(f"{statuses}.tone--present")) == people - 1


def tally(journey: Journey) -> dict[str, int]:
    """What the foot of the register counts, by answer; "" for those without one."""
    return {
        place.get_attribute("data-tally") or "": int(place.inner_text())
        for place in journey.all("[data-tally]")
    }


def correct_line(journey: Journey) -> None:
    """One line of a closed register says something else, and says why."""
    before = len(journey.all(".history__item"))
    row = 'tbody tr:has(a[href*="/register/corrections/"])'
    address = journey.page.locator(f"{row}:last-of-type a").last.get_attribute("href")
    journey.follow(f'main a[href="{address}"]')
    was_late = journey.page.locator("[name=status][value=late]").is_checked()
    if was_late:
        journey.choose("[name=status][value=present]")
    else:
        journey.choose("[name=status][value=late]")
        journey.page.fill("[name=minutes_late]", "20")
    refuse_without_reason(journey)
    journey.page.fill("[name=reason]", REASON[journey.language])
    journey.follow("main form button[type=submit]")
    history = journey.page.locator(f'tr:has(a[href="{address}"]) .history__item')
    assert REASON[journey.language] in history.last.inner_text()
    assert len(journey.all(".history__item")) == before + 1


def refuse_without_reason(journey: Journey) -> None:
    """The reason is asked for, and what was typed stays."""
    chosen = journey.page.locator("[name=status]:checked").get_attribute("value")
    journey.follow("main form button[type=submit]")
    assert journey.has('.error-summary a[href="#reason"]')
    assert journey.page.locator("[name=status]:checked").get_attribute("value") == chosen


def see_sheet(journey: Journey) -> None:
    """The day on paper: everyone's name, both halves of the day, without a menu."""
    people = len(journey.all(CLOSED))
    journey.follow('main a[href$="/sheet"]')
    assert len(journey.all("tbody tr:not(.day-sheet__instructor)")) >= people
    assert not journey.has("nav")


def grade_one(journey: Journey) -> None:
    """The oldest work first; "save and next" opens the next; publishing shows it to the trainee."""
    journey.follow('nav a[href="/grading"]')
    waiting = journey.all('main a[href*="/submissions/"]')
    assert len(waiting) > 1
    journey.follow(waiting[0])
    graded = journey.path
    lesson = journey.page.locator('main a[href$="/observation"]').get_attribute("href")
    assert lesson is not None
    for criterion in journey.all("main form fieldset:has(input[type=radio])"):
        journey.choose(criterion.locator("input[value='3']"))
    journey.page.fill("[name=comment]", COMMENT[journey.language])
    journey.follow("button[name=then][value=next]")
    assert re.fullmatch(r"/submissions/\d+/grade.*", journey.path)
    assert journey.path != graded

    journey.go(lesson)
    own = f'main li:has(a[href="{graded.partition("?")[0]}"])'
    assert journey.has(f"{own} .tone--neutral")
    journey.follow(journey.submit("/publication"))
    assert journey.path == lesson
    assert not journey.has(journey.submit("/publication"))
    assert journey.has(f"{own} .tone--done")


def observe_some(journey: Journey) -> None:
    """Several people judged in one go, on the page of the lesson just published."""
    form = 'main form[action$="/observation"]'
    people = "li.people__person:not(:has(a))"
    for criterion in journey.all(f"{form} > fieldset:has(input[name^='a-'])"):
        journey.choose(criterion.locator("input[value='4']"))
    chosen = journey.all(f"{people} input[name=p]")[:OBSERVED]
    assert len(chosen) == OBSERVED
    keys = [box.get_attribute("value") for box in chosen]
    for box in chosen:
        journey.choose(box)
    journey.follow(f"{form} button[type=submit]")
    for key in keys:
        assert not journey.has(f"input[name=p][value='{key}']")
        assert journey.has(f'main a[href$="change={key}"]')
