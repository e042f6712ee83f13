"""The first page of those who run the school: what waits, what worries, how to begin."""

from datetime import timedelta

import pytest

from tests.clock import NOW, TODAY
from tests.factories.assessment import lessons_of, make_submission
from tests.factories.attendance import ABSENT, make_register
from tests.factories.certificates import make_school
from tests.factories.cohorts import instructor_of, make_cohort, make_enrolment
from tests.factories.people import make_administrator, make_head_of_studies, make_user
from tests.factories.sites import make_site
from tests.factories.timetable import make_training_session


def home_of(browser, person, language="en"):
    return browser.as_(person).in_(language).get("home.show").get_data(as_text=True)


def test_work_to_grade_is_listed_with_names_and_days_oldest_first(browser):
    cohort = make_cohort()
    teacher = instructor_of(cohort)
    [lesson] = lessons_of(cohort)
    for name, days in (("Zoubida", 1), ("Brahim", 5)):
        place = make_enrolment(cohort, make_user(given_name_lat=name))
        make_submission(place, lesson, submitted_at=NOW - timedelta(days=days))

    page = home_of(browser, teacher)

    assert "2 exercises, the oldest first" in page
    assert page.index("Brahim") < page.index("Zoubida")
    assert "18/11/2026" in page


def test_registers_not_closed_are_listed_oldest_first(browser):
    cohort = make_cohort(1)
    teacher = instructor_of(cohort)
    for days in (3, 6):
        make_training_session(cohort, TODAY - timedelta(days=days))

    page = home_of(browser, teacher)

    assert page.index("17 November 2026") < page.index("20 November 2026")


def test_a_cohort_at_a_glance_says_people_hours_and_registers(browser):
    cohort = make_cohort(3, name="Promotion des amandiers")
    teacher = instructor_of(cohort)
    make_register(make_training_session(cohort, TODAY - timedelta(days=1)), teacher)
    make_training_session(cohort, TODAY - timedelta(days=2))

    reading = browser.as_(make_administrator()).in_("en")
    page = reading.get("home.show").get_data(as_text=True)
    table = page.split("<tbody>", 1)[1]
    row = table.split("Promotion des amandiers", 1)[1].split("</tr>", 1)[0]

    assert 'data-label="People">3<' in row
    assert "3 h 30" in row
    assert f"/cohorts/{cohort.id}/readiness" in reading.page.links
    assert f"/cohorts/{cohort.id}/half-days?state=missing" in reading.page.links


def test_cohorts_of_long_ago_are_left_to_the_list(browser):
    make_cohort(
        name="Promotion 2010",
        starts_on=TODAY - timedelta(days=800),
        ends_on=TODAY - timedelta(days=500),
    )

    assert "Promotion 2010" not in home_of(browser, make_administrator())


def test_low_attendance_is_an_alert_with_its_share(browser):
    cohort = make_cohort()
    place = make_enrolment(cohort, make_user(given_name_lat="Rahma"))
    held = make_training_session(cohort, TODAY - timedelta(days=1))
    make_register(held, instructor_of(cohort), {place.id: ABSENT})

    page = home_of(browser, make_head_of_studies())

    assert "Rahma" in page
    assert "attended 0% of the hours; the course asks for 85%." in page


@pytest.mark.parametrize(("days", "is_alert"), [(13, False), (15, True)])
def test_work_that_waits_for_two_weeks_is_an_alert(browser, days, is_alert):
    cohort = make_cohort()
    [lesson] = lessons_of(cohort)
    make_submission(make_enrolment(cohort), lesson, submitted_at=NOW - timedelta(days=days))

    page = home_of(browser, make_administrator())

    assert ("for more than two weeks" in page) is is_alert


def test_a_school_from_nothing_is_led_step_by_step(browser):
    page = home_of(browser, make_administrator())

    steps = ["The school:", "The sites", "The people who teach", "A cohort", "The trainees"]
    places = [page.index(step) for step in steps]
    assert places == sorted(places)
    assert page.count("Done – ") == 0


def test_what_is_done_of_the_set_up_is_shown_as_done(browser):
    make_school()
    make_site()
    make_user()

    page = home_of(browser, make_administrator())

    assert page.count("Done – ") == 3
    assert "Now – </span><a" in page


def test_the_set_up_goes_once_a_cohort_has_people_and_half_days(browser):
    cohort = make_cohort(1)
    make_training_session(cohort)

    assert "To set up the school" not in home_of(browser, make_administrator())


def test_the_set_up_is_not_the_instructors_business(browser):
    assert "To set up the school" not in home_of(browser, instructor_of(make_cohort()))


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_the_page_is_whole_in_every_language(browser, language):
    cohort = make_cohort(2)
    make_training_session(cohort, TODAY - timedelta(days=1))
    make_training_session(cohort)

    for person in (make_administrator(), make_head_of_studies(), instructor_of(cohort)):
        assert browser.as_(person).in_(language).get("home.show").status_code == 200


def test_nothing_here_is_read_by_a_trainee(browser):
    trainee = make_user()
    make_enrolment(make_cohort(name="Promotion des amandiers"), trainee)

    page = home_of(browser, trainee)

    assert "Ready for a paper" not in page
    assert "To watch" not in page


def test_a_school_row_without_an_address_is_not_yet_set_up(browser):
    make_school(address="")

    page = home_of(browser, make_administrator())

    assert page.count("Done – ") == 0
