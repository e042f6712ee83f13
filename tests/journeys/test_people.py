"""Coming in with a code, getting back in without the password, and sharing one telephone."""

import pytest

from ecopter.settings import DEMO_PASSWORD
from tests.journeys.coming_in import (
    OFFICE,
    SIGN_OUT,
    Newcomer,
    come_in,
    make_known,
    read_slip,
    sign_in,
    use_code,
)
from tests.journeys.conftest import Visit
from tests.journeys.journey import LANGUAGES, Journey
from tests.journeys.serving import School

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys"), pytest.mark.timeout(400)]

# The sign-in page and home are counted.
MOST_SCREENS = 6
NEWCOMERS = {
    "fr": Newcomer("Rkia", "Tamda", "رقية", "تامدا"),
    "ar": Newcomer("Brahim", "Tizi", "إبراهيم", "تيزي"),
}
# Nobody else's journey goes through their accounts.
FORGETFUL = {"fr": "naima.tagant", "ar": "houssaine.igran"}
LOST, FOUND = "trois oliviers et une amande", "le safran fleurit en octobre"
PLACE = """
    SELECT enrolments.cohort_id, enrolments.id FROM enrolments
    JOIN users ON users.id = enrolments.trainee_id WHERE users.sign_in_name = ?
"""
NAMES = "SELECT family_name_lat, family_name_ar FROM users WHERE sign_in_name = ?"


@LANGUAGES
def test_someone_new_comes_in_with_a_code(visit: Visit, school: School, language: str) -> None:
    newcomer = NEWCOMERS[language]
    office = visit(OFFICE, language)
    user_id, sign_in_name, code = make_known(office, newcomer)
    assert sign_in_name == newcomer.sign_in_name

    journey = visit(None, language)
    password = use_code(journey, sign_in_name, code)
    read_privacy_notice(journey)
    confirm_name(journey, newcomer)
    assert journey.path == "/"
    assert len(journey.seen) <= MOST_SCREENS, journey.seen
    assert newcomer.names()[journey.language == "ar"] in journey.page.inner_text("body")

    assert all(school.rows(CONFIRMED, user_id)[0])
    journey.follow(SIGN_OUT)
    sign_in(journey, sign_in_name, password)
    assert journey.path == "/"


CONFIRMED = "SELECT privacy_read_at, name_confirmed_at FROM users WHERE id = ?"


def read_privacy_notice(journey: Journey) -> None:
    """What is kept, by whom and how long; whose account it is can be said to be wrong."""
    assert journey.path.startswith("/privacy")
    assert len(journey.all("main .prose h2")) > 5
    assert journey.has('form[action="/sign-out"] button')
    journey.follow(journey.submit("/privacy"))


def confirm_name(journey: Journey, person: Newcomer) -> None:
    """Both names stand there as they will be printed."""
    assert journey.path.startswith("/account/name-confirmation")
    printed = tuple(line.inner_text() for line in journey.all(".printed-name"))
    assert printed == person.names()
    journey.follow(journey.submit("/account/name-confirmation"))


@LANGUAGES
def test_a_lost_password_is_replaced_with_a_code(
    visit: Visit, school: School, language: str
) -> None:
    cohort_id, enrolment_id = school.rows(PLACE, FORGETFUL[language])[0]
    instructor = visit("instructor.demo", language)
    sign_in_name, first_code = code_for_trainee(instructor, cohort_id, enrolment_id)
    journey = visit(None, language)
    come_in(journey, sign_in_name, first_code, LOST)
    journey.follow(SIGN_OUT)

    sign_in_name, code = code_for_trainee(instructor, cohort_id, enrolment_id)
    before = len(journey.seen)
    use_code(journey, sign_in_name, code, FOUND)
    assert journey.path == "/"
    assert len(journey.seen) - before <= MOST_SCREENS
    journey.follow(SIGN_OUT)

    sign_in(journey, sign_in_name, LOST)
    assert journey.path.startswith("/sign-in")
    assert journey.has(".error-summary")
    for used in (first_code, code):
        use_code(journey, sign_in_name, used, LOST)
        assert journey.path.startswith("/password")
        assert journey.has('.error-summary a[href="#code"]')
    sign_in(journey, sign_in_name, FOUND)
    assert journey.path == "/"


def code_for_trainee(instructor: Journey, cohort_id: int, enrolment_id: int) -> tuple[str, str]:
    """An instructor gives it to someone of their cohort, from home on."""
    instructor.go("/")
    instructor.follow('nav a[href="/more"]')
    instructor.follow('main a[href="/cohorts"]')
    instructor.follow(f'main a[href="/cohorts/{cohort_id}"]')
    place = f"/cohorts/{cohort_id}/trainees/{enrolment_id}"
    instructor.follow(f'main a[href="{place}"]')
    instructor.follow(instructor.submit(f"{place}/code"))
    return read_slip(instructor)


@LANGUAGES
def test_two_people_share_one_telephone(visit: Visit, school: School, language: str) -> None:
    first, second = "trainee.demo", "graduate.demo"
    journey = visit(first, language)
    journey.follow('main a[href^="/path/"]')
    page_of_first = journey.path
    kept = journey.page.context.cookies()
    assert says_name(journey, school, first)
    journey.follow(SIGN_OUT)
    for _ in range(2):
        journey.page.go_back()
        journey.look()
        assert journey.path.startswith("/sign-in")
        assert not says_name(journey, school, first)

    sign_in(journey, second, DEMO_PASSWORD)
    for address in ("/", "/more", "/account", "/notices"):
        journey.go(address)
        assert says_name(journey, school, second)
        assert not says_name(journey, school, first)
    answer = journey.go(page_of_first)
    assert answer.status == 404
    assert not says_name(journey, school, first)

    stolen = visit(None, language)
    stolen.page.context.add_cookies(kept)
    stolen.go(page_of_first)
    assert stolen.path.startswith("/sign-in")
    assert not says_name(stolen, school, first)


def says_name(journey: Journey, school: School, sign_in_name: str) -> bool:
    """Anywhere on the page, hidden or not, in either script."""
    text = journey.page.content()
    return any(name in text for name in school.rows(NAMES, sign_in_name)[0])
