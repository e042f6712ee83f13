"""One account with several places in the school, and a place that is left and taken again."""

from collections.abc import Sequence
from datetime import date

import pytest

from tests.journeys.coming_in import OFFICE, Newcomer, come_in, make_known, read_slip, school_day
from tests.journeys.conftest import Visit
from tests.journeys.journey import LANGUAGES, Journey
from tests.journeys.serving import School

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys"), pytest.mark.timeout(400)]

PASSWORD = "quatre mots faciles à retenir"
TAUGHT = "ECO-2026"
THREE_HATS = {
    "fr": Newcomer("Tuda", "Aglou", "تودا", "أكلو"),
    "ar": Newcomer("Moha", "Ifni", "موحى", "إفني"),
}
FOLLOWED = {"fr": "Atelier du lundi", "ar": "Atelier du mardi"}
COHORT = "SELECT id, curriculum_id FROM cohorts WHERE code = ?"
ASSOCIATION = "SELECT id FROM associations ORDER BY id LIMIT 1 OFFSET ?"
MANDATE = "SELECT id FROM mandates WHERE association_id = ? AND user_id = ?"
ENROLMENT = "SELECT id FROM enrolments WHERE cohort_id = ? AND trainee_id = ?"
# Nobody else's journey goes through their accounts.
LEAVERS = {"fr": "jade.amandier", "ar": "said.ounzar"}
REASON = {"fr": "Récolte familiale du safran", "ar": "جني الزعفران مع الأسرة"}
PLACE = """
    SELECT enrolments.cohort_id, enrolments.id, users.family_name_lat FROM enrolments
    JOIN users ON users.id = enrolments.trainee_id WHERE users.sign_in_name = ?
"""
HELD = """
    SELECT held_on FROM training_sessions JOIN registers
    ON registers.training_session_id = training_sessions.id
    WHERE cohort_id = ? AND closed_at IS NOT NULL AND cancelled_at IS NULL AND NOT is_make_up
    ORDER BY starts_at
"""
# A lesson that they have done, with something to hand in that they have not.
LESSON = """
    SELECT lessons.id FROM lessons
    JOIN lesson_completions ON lesson_completions.lesson_id = lessons.id
    LEFT JOIN submissions ON submissions.lesson_id = lessons.id
        AND submissions.enrolment_id = lesson_completions.enrolment_id
    WHERE lesson_completions.enrolment_id = ? AND lessons.exercise != '' AND submissions.id IS NULL
    ORDER BY lessons.id LIMIT 1
"""


@LANGUAGES
def test_one_account_teaches_learns_and_leads(visit: Visit, school: School, language: str) -> None:
    taught_id, course_id = school.rows(COHORT, TAUGHT)[0]
    association_id = school.value(ASSOCIATION, ["fr", "ar"].index(language))
    office = visit(OFFICE, language)
    user_id, sign_in_name, code = make_known(office, THREE_HATS[language])
    followed_id = open_cohort(office, FOLLOWED[language], course_id)
    enrol(office, followed_id, sign_in_name)
    make_instructor(office, taught_id, sign_in_name)
    give_mandate(office, association_id, sign_in_name)
    enrolment_id = school.value(ENROLMENT, followed_id, user_id)

    journey = visit(None, language)
    come_in(journey, sign_in_name, code, PASSWORD)
    assert journey.path == "/"
    for part in (f"/path/{enrolment_id}/marks", "/registers", "/leaders/home"):
        assert journey.has(journey.link(part)), part
    see_leaders_area(journey, association_id)
    # What they learn in they do not teach, and the other way round.
    assert journey.go(f"/cohorts/{taught_id}").status == 200
    assert journey.go(f"/cohorts/{followed_id}").status == 404

    mandate_id = school.value(MANDATE, association_id, user_id)
    end_mandate(office, association_id, mandate_id)
    see_leaders_area_closed(journey, association_id)
    for part in (f"/path/{enrolment_id}/marks", "/registers"):
        assert journey.has(journey.link(part)), part


def open_cohort(office: Journey, name: str, course_id: int) -> int:
    """A cohort that begins today."""
    office.go("/cohorts")
    office.follow(office.link("/cohorts/new"))
    office.page.fill("[name=name]", name)
    office.page.select_option("[name=curriculum_id]", str(course_id))
    office.page.fill("[name=starts_on]", school_day(0).isoformat())
    office.page.fill("[name=ends_on]", school_day(60).isoformat())
    office.follow("main form:has([name=ends_on]) button[type=submit]")
    assert name in office.words
    return int(office.path.removeprefix("/cohorts/"))


def search(office: Journey, sign_in_name: str) -> None:
    """Who is meant, among those who have an account; the only one found is chosen."""
    office.page.fill("main form[role=search] [name=q]", sign_in_name)
    office.follow("main form[role=search] button")
    assert sign_in_name in office.words
    assert len(office.all("main form input[type=radio]")) == 1
    office.choose("main form input[type=radio]")


def enrol(office: Journey, cohort_id: int, sign_in_name: str) -> None:
    office.go(f"/cohorts/{cohort_id}/roster")
    search(office, sign_in_name)
    office.follow("main form button[name=act][value=person]")
    assert office.path == f"/cohorts/{cohort_id}"


def make_instructor(office: Journey, cohort_id: int, sign_in_name: str) -> None:
    office.go(f"/cohorts/{cohort_id}/instructors")
    search(office, sign_in_name)
    office.follow("main form:has(input[type=radio]) button[type=submit]")
    assert not office.has(".error-summary")


def give_mandate(office: Journey, association_id: int, sign_in_name: str) -> None:
    """From a month ago on, so that it can end the evening before today."""
    office.go(f"/associations/{association_id}")
    office.follow(office.link("/mandates"))
    office.page.fill("main form[role=search] [name=q]", sign_in_name)
    office.follow("main form[role=search] button")
    assert office.page.locator("main input[name=person]").count() == 1
    office.choose("main input[name=person]")
    office.page.select_option("[name=office]", "treasurer")
    office.page.fill("[name=from_on]", school_day(-30).isoformat())
    office.follow("main form:has([name=person]) button[type=submit]")
    assert office.path == f"/associations/{association_id}"


def see_leaders_area(journey: Journey, association_id: int) -> None:
    """An entrance, a home and a bar of its own, and the way back."""
    own_pages = f"/associations/{association_id}"
    assert not journey.has(".area")
    journey.follow(journey.link("/leaders/home"))
    assert journey.has(".area")
    assert journey.has(f'nav a[href="{own_pages}"]')
    assert not journey.has('nav a[href="/registers"]')
    journey.follow(journey.link(own_pages))
    assert journey.has(".area")
    assert journey.has(journey.link(f"{own_pages}/facts"))
    assert not journey.has(journey.link(f"{own_pages}/mandates"))
    journey.go("/leaders")
    assert journey.path == "/leaders/home"
    journey.follow('.area a[href="/"]')
    assert not journey.has(".area")


def end_mandate(office: Journey, association_id: int, mandate_id: int) -> None:
    """Over since yesterday evening."""
    office.go(f"/associations/{association_id}")
    office.follow(office.link(f"/mandates/{mandate_id}/end"))
    office.page.fill("[name=last_day]", school_day(-1).isoformat())
    office.follow("main form:has([name=last_day]) button[type=submit]")
    assert office.path == f"/associations/{association_id}"
    assert not office.has(office.link(f"/mandates/{mandate_id}/end"))


def see_leaders_area_closed(journey: Journey, association_id: int) -> None:
    assert journey.go("/leaders/home").status in (403, 404)
    assert journey.go(f"/associations/{association_id}").status == 404
    journey.go("/leaders")
    assert journey.path == "/leaders"
    journey.go("/")
    assert not journey.has('a[href="/leaders/home"]')


@LANGUAGES
def test_a_trainee_leaves_and_comes_back(visit: Visit, school: School, language: str) -> None:
    cohort_id, enrolment_id, family_name = school.rows(PLACE, LEAVERS[language])[0]
    lesson_id = school.value(LESSON, enrolment_id)
    held = [date.fromisoformat(held_on) for (held_on,) in school.rows(HELD, cohort_id)]
    left_on, back_on = held[len(held) // 3], held[2 * len(held) // 3]
    missed = [held_on for held_on in held if left_on < held_on < back_on]
    place = f"/cohorts/{cohort_id}/trainees/{enrolment_id}"
    own, lesson = f"/path/{enrolment_id}", f"/path/{enrolment_id}/lessons/{lesson_id}"

    office = visit(OFFICE, language)
    code = leave(office, place, left_on, REASON[language])
    journey = visit(None, language)
    come_in(journey, *code, PASSWORD)
    read_only(journey, own, lesson)

    come_back(office, place, back_on)
    journey.go(lesson)
    assert journey.has(journey.link(f"{lesson}/exercise"))
    journey.follow(journey.link(f"{lesson}/exercise"))
    assert journey.has("main form [name=text]")
    for reader in (journey, office):
        reader.go(f"{own}/attendance")
        see_two_periods(reader, missed)
    see_both_on_paper(office, cohort_id, family_name)


def leave(office: Journey, place: str, last_day: date, reason: str) -> tuple[str, str]:
    """Refused without a reason; then ended. The office gives a code, to go on reading with."""
    office.go(place)
    office.follow(office.link(f"{place}/withdrawal"))
    office.page.fill("[name=last_day]", last_day.isoformat())
    office.page.evaluate("document.querySelector('[name=reason]').form.noValidate = true")
    office.follow("main form:has([name=reason]) button[type=submit]")
    assert office.has('.error-summary a[href="#reason"]')
    assert office.page.input_value("[name=last_day]") == last_day.isoformat()
    office.page.fill("[name=reason]", reason)
    office.follow("main form:has([name=reason]) button[type=submit]")
    assert office.path == place
    assert reason in office.words
    office.follow(office.submit(f"{place}/code"))
    return read_slip(office)


def read_only(journey: Journey, own: str, lesson: str) -> None:
    """Lessons and hours stay open; nothing can be handed in, answered or said done."""
    assert journey.path == "/"
    for address in (own, lesson, f"{own}/attendance", f"{own}/marks"):
        assert journey.go(address).status == 200, address
    journey.go(lesson)
    assert len(journey.page.inner_text("main .prose >> nth=1")) > 100
    assert not journey.has(journey.link(f"{lesson}/exercise"))
    assert not journey.has('main form[action*="/completion"]')
    assert journey.go(f"{lesson}/exercise").status == 403
    journey.go(f"{lesson}/quiz")
    assert not journey.has("form.quiz__form button[type=submit]")


def come_back(office: Journey, place: str, first_day: date) -> None:
    office.go(place)
    office.follow(office.link(f"{place}/return"))
    office.page.fill("[name=first_day]", first_day.isoformat())
    office.follow("main form:has([name=first_day]) button[type=submit]")
    assert office.path == place
    assert len(office.all("main .card ol > li")) == 2


def see_two_periods(reader: Journey, missed: Sequence[date]) -> None:
    """What was missed in between is listed, and counts on neither side."""
    periods = reader.page.locator("main section", has=reader.page.locator("h3")).first
    assert periods.locator("h3").count() == 2
    listed = [time.get_attribute("datetime") for time in periods.locator("details time").all()]
    assert listed == [held_on.isoformat() for held_on in missed]
    counted = reader.all("#half-days time")
    days = {time.get_attribute("datetime") for time in counted}
    assert days
    assert not days & set(listed)


def see_both_on_paper(office: Journey, cohort_id: int, family_name: str) -> None:
    """The proof of the certificate says both periods, where it says one of the others."""
    office.go(f"/cohorts/{cohort_id}/readiness?kind=completion")
    assert family_name in office.page.content()
    office.follow('main a[href*="/certificates/proof"]')
    lines = {
        family_name in row.inner_text(): len(row.locator("td").nth(1).inner_text().splitlines())
        for row in office.all("tbody tr:has(th)")
    }
    assert lines[True] == lines[False] + 1
