"""A half-day changes hands: the office names someone else, or an instructor takes it over."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.journeys.coming_in import OFFICE, Newcomer, come_in, make_known
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
ID = "SELECT id FROM cohorts WHERE code = ?"
USER = "SELECT id, family_name_lat FROM users WHERE sign_in_name = ?"
HALF_DAY = """
    SELECT id FROM training_sessions WHERE cohort_id = ? AND held_on = ? AND half_day = ?
"""
TEACHING = """
    SELECT users.sign_in_name FROM training_session_instructors AS named
    JOIN users ON users.id = named.user_id WHERE named.training_session_id = ?
"""


@LANGUAGES
def test_a_half_day_changes_hands(visit: Visit, school: School, language: str) -> None:
    cohort_id, other_id = (school.value(ID, code) for code in (COHORT, OTHER_COHORT))
    held_on = latest(WEEKDAYS[language])
    office = visit(OFFICE, language)
    user_id, sign_in_name, code = make_known(office, SUBSTITUTES[language])
    teach(office, other_id, sign_in_name)
    plan(office, cohort_id, held_on, school.value(USER, PLANNED))
    morning, afternoon = (
        school.value(HALF_DAY, cohort_id, held_on.isoformat(), half)
        for half in ("morning", "afternoon")
    )

    name_another(office, morning, user_id)
    assert school.rows(TEACHING, morning) == [(sign_in_name,)]
    substitute = visit(None, language)
    come_in(substitute, sign_in_name, code, PASSWORD)
    take_register(substitute, morning)
    see_sheet(substitute, morning, SUBSTITUTES[language].family, "Vallon")
    # The register is theirs; the cohort is not.
    assert substitute.go(f"/cohorts/{cohort_id}").status == 404

    instructor = visit(TAKES_OVER, language)
    take_over(instructor, afternoon, REASON[language])
    assert school.rows(TEACHING, afternoon) == [(TAKES_OVER,)]
    take_register(instructor, afternoon)
    office.go(f"/sessions/{afternoon}")
    assert REASON[language] in office.words


def latest(weekday: int) -> date:
    """The last such day before today."""
    today = datetime.now(UTC).date()
    return today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)


def teach(office: Journey, cohort_id: int, sign_in_name: str) -> None:
    """They teach another cohort than the one they will help out in."""
    office.go(f"/cohorts/{cohort_id}/instructors?q={sign_in_name}")
    office.choose("[name=user_id]")
    office.follow("main form:has([name=user_id]) button[type=submit]")
    assert not office.has(".error-summary")


def plan(office: Journey, cohort_id: int, held_on: date, instructor_id: int) -> None:
    """A day more than was planned, morning and afternoon: first seen, then written."""
    office.go(f"/cohorts/{cohort_id}/half-days")
    office.follow(office.link("/half-days/series"))
    office.choose(f"[name=weekdays][value='{held_on.weekday()}']")
    for name in ("first", "last"):
        office.page.fill(f"[name={name}]", held_on.isoformat())
    for box in office.all("[name=instructors]"):
        if box.is_checked() != (box.get_attribute("value") == str(instructor_id)):
            box.locator("xpath=ancestor::label[1]").click()
    module = office.page.locator("[name=module] option").last.get_attribute("value")
    office.page.select_option("[name=module]", module)
    office.follow("#series button[type=submit]")
    office.follow("main button[name=seal]")
    assert office.path == f"/cohorts/{cohort_id}/half-days"


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
    """The paper names who taught the morning; whoever was planned still has the afternoon."""
    instructor.go(f"/sessions/{half_day_id}/sheet")
    cells = {
        next(name for name in (taught, planned) if name in row.inner_html()): [
            cell.inner_text() for cell in row.locator("td").all()[1:]
        ]
        for row in instructor.all("tr.day-sheet__instructor")
    }
    none = "–"
    assert cells[taught][0] not in ("", none)
    assert cells[taught][1] == none
    assert cells[planned] == [none, ""]


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
