"""A half-day changes hands: the office names someone else, or an instructor takes it over."""

from datetime import date, timedelta

import pytest

from tests.journeys.coming_in import OFFICE, Newcomer, come_in, make_known, school_day
from tests.journeys.conftest import Visit
from tests.journeys.journey import LANGUAGES, Journey
from tests.journeys.serving import School

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys"), pytest.mark.timeout(400)]

PASSWORD = "quatre mots faciles à retenir"
COHORT, OTHER_COHORT = "ECO-2026", "DIR-2026"
PLANNED, TAKES_OVER = "claire.vallon", "instructor.demo"
SUBSTITUTES = {
    "fr": Newcomer("Yamna", "Argana", "يامنة", "أركانة"),
    "ar": Newcomer("Lhou", "Tifnit", "لحو", "تيفنيت"),
}
# Days on which nobody else's half-day stands, each within the week that may be taken over.
SATURDAY, SUNDAY = 5, 6
WEEKDAYS = {"fr": SATURDAY, "ar": SUNDAY}
REASON = {"fr": "Claire accompagne la visite", "ar": "كلير ترافق الزيارة"}
# What the sheet says where someone does not teach.
NOT_THEIRS = "–"
ID = "SELECT id FROM cohorts WHERE code = ?"
USER = "SELECT id FROM users WHERE sign_in_name = ?"
HALF_DAY = """
    SELECT id FROM training_sessions WHERE cohort_id = ? AND held_on = ? AND half_day = ?
"""
TEACHING = """
    SELECT users.sign_in_name FROM training_session_instructors AS named
    JOIN users ON users.id = named.user_id WHERE named.training_session_id = ?
"""


@LANGUAGES
def test_the_office_names_a_substitute(visit: Visit, school: School, language: str) -> None:
    cohort_id, other_id = (school.value(ID, code) for code in (COHORT, OTHER_COHORT))
    office = visit(OFFICE, language)
    user_id, sign_in_name, code = make_known(office, SUBSTITUTES[language])
    teach(office, other_id, sign_in_name)
    morning = plan(office, school, latest(WEEKDAYS[language]), "morning")

    name_another(office, morning, user_id)
    assert school.rows(TEACHING, morning) == [(sign_in_name,)]
    substitute = visit(None, language)
    come_in(substitute, sign_in_name, code, PASSWORD)
    take_register(substitute, morning)
    see_sheet(substitute, morning, SUBSTITUTES[language].family, PLANNED.rpartition(".")[2])
    # The register is theirs; the cohort is not.
    assert substitute.go(f"/cohorts/{cohort_id}").status == 404


@LANGUAGES
def test_an_instructor_takes_a_half_day_over(visit: Visit, school: School, language: str) -> None:
    office = visit(OFFICE, language)
    afternoon = plan(office, school, latest(WEEKDAYS[language]), "afternoon")

    instructor = visit(TAKES_OVER, language)
    take_over(instructor, afternoon, REASON[language])
    assert school.rows(TEACHING, afternoon) == [(TAKES_OVER,)]
    take_register(instructor, afternoon)
    office.go(f"/sessions/{afternoon}")
    assert REASON[language] in office.words


def latest(weekday: int) -> date:
    """The last such day before today."""
    today = school_day()
    return today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)


def teach(office: Journey, cohort_id: int, sign_in_name: str) -> None:
    """They teach another cohort than the one they will help out in."""
    office.go(f"/cohorts/{cohort_id}/instructors?q={sign_in_name}")
    office.choose("[name=user_id]")
    office.follow("main form:has([name=user_id]) button[type=submit]")
    assert not office.has(".error-summary")


def plan(office: Journey, school: School, held_on: date, half: str) -> int:
    """A half-day more than was planned, in two steps: first seen, then written."""
    cohort_id, instructor_id = school.value(ID, COHORT), school.value(USER, PLANNED)
    office.go(f"/cohorts/{cohort_id}/half-days")
    office.follow(office.link("/half-days/series"))
    tick(office, "weekdays", str(held_on.weekday()))
    for one in ("morning", "afternoon"):
        tick(office, one, "y" if one == half else "")
    tick(office, "instructors", str(instructor_id))
    for name in ("first", "last"):
        office.page.fill(f"[name={name}]", held_on.isoformat())
    module = office.page.locator("[name=module] option").last.get_attribute("value")
    office.page.select_option("[name=module]", module)
    office.follow("#series button[type=submit]")
    office.follow("main button[name=seal]")
    assert office.path == f"/cohorts/{cohort_id}/half-days"
    return int(school.value(HALF_DAY, cohort_id, held_on.isoformat(), half))


def tick(office: Journey, name: str, value: str) -> None:
    """The box of this value and no other of its name."""
    for box in office.all(f"[name={name}]"):
        if box.is_checked() != (box.get_attribute("value") == value):
            box.locator("xpath=ancestor::label[1]").click()


def name_another(office: Journey, half_day_id: int, user_id: int) -> None:
    """Two taps from the half-day: who comes is all that has to be said."""
    office.go(f"/sessions/{half_day_id}")
    before = len(office.seen)
    office.follow(office.link(f"/sessions/{half_day_id}/substitution"))
    office.follow(f"main button[name=joined][value='{user_id}']")
    assert office.path == f"/sessions/{half_day_id}"
    assert len(office.seen) - before == 2


def take_register(instructor: Journey, half_day_id: int) -> None:
    """It stands among their registers; everyone was there."""
    register = f"/sessions/{half_day_id}/register"
    instructor.follow('nav a[href="/registers"]')
    instructor.follow(instructor.link(register))
    assert len(instructor.all("fieldset.row")) > 1
    everyone = instructor.page.locator("button[name=all]")
    if instructor.has_scripts:
        everyone.click()
    else:
        instructor.follow(everyone)
    instructor.follow("button[name=do][value=close]")
    assert instructor.has('main a[href*="/register/corrections/"]')
    instructor.follow('nav a[href="/registers"]')
    assert not instructor.has(instructor.link(register))


def see_sheet(instructor: Journey, half_day_id: int, taught: str, planned: str) -> None:
    """The paper names who taught the half-day, and not who was planned."""
    instructor.go(f"/sessions/{half_day_id}/sheet")
    heads = [head.inner_text().split() for head in instructor.all("th.day-sheet__half")]
    column = next(n for n, words in enumerate(heads, 1) if str(half_day_id) in words)
    cells = {
        row.locator("th").inner_text().casefold(): row.locator("td").nth(column).inner_text()
        for row in instructor.all("tr.day-sheet__instructor")
    }
    said = {name: words for name, words in cells.items() if words not in ("", NOT_THEIRS)}
    assert len(said) == 1
    assert taught.casefold() in next(iter(said))
    assert planned not in next(iter(said))


def take_over(instructor: Journey, half_day_id: int, reason: str) -> None:
    """On one's own word, but with a reason."""
    instructor.follow('nav a[href="/more"]')
    instructor.follow('main a[href="/substitutions"]')
    instructor.follow(instructor.link(f"/sessions/{half_day_id}/takeover"))
    instructor.follow("main form:has([name=reason]) button[type=submit]")
    assert instructor.has('.error-summary a[href="#reason"]')
    instructor.page.fill("[name=reason]", reason)
    instructor.follow("main form:has([name=reason]) button[type=submit]")
    assert instructor.path == f"/sessions/{half_day_id}"
    assert reason in instructor.words
