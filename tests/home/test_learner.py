"""The first page of someone who learns says where to be, what is missing and what is new."""

from datetime import timedelta

import pytest

from ecopter.notices.rules import NoticeEvent
from tests.clock import NOW, TODAY
from tests.factories.assessment import lessons_of, make_grade
from tests.factories.attendance import ABSENT, make_register
from tests.factories.cohorts import instructor_of, make_cohort, make_enrolment
from tests.factories.curricula import make_curriculum
from tests.factories.notices import make_notice
from tests.factories.people import make_user
from tests.factories.sites import make_site
from tests.factories.timetable import make_training_session


@pytest.fixture
def cohort(database):
    return make_cohort(curriculum=make_curriculum(modules=2, lessons=2))


def home_of(browser, person, language="en"):
    return browser.as_(person).in_(language).get("home.show").get_data(as_text=True)


def test_the_next_half_day_says_where_and_when_there_and_at_home(browser, cohort):
    at_home = make_user(country="FR")
    make_enrolment(cohort, at_home)
    make_training_session(cohort, TODAY + timedelta(days=1))

    page = home_of(browser, at_home)

    assert "Taliouine" in page
    assert "09:00–12:30" in page
    assert "When it is 09:00 there, it is 10:00 where you live." in page


def test_whoever_lives_where_the_course_is_reads_one_time(browser, cohort):
    trainee = make_user(country="MA")
    make_enrolment(cohort, trainee)
    make_training_session(cohort, TODAY + timedelta(days=1))

    assert "where you live" not in home_of(browser, trainee)


def test_a_cancelled_half_day_is_not_next(browser, cohort):
    trainee = make_user()
    make_enrolment(cohort, trainee)
    make_training_session(
        cohort, TODAY + timedelta(days=1), cancelled_at=NOW, cancel_reason="neige"
    )

    assert "No half-day is planned." in home_of(browser, trainee)


def test_what_is_missing_for_the_certificate_is_said_with_its_amounts(browser, cohort):
    trainee, teacher = make_user(), instructor_of(cohort)
    place = make_enrolment(cohort, trainee)
    held = make_training_session(cohort, TODAY - timedelta(days=1))
    make_register(held, teacher, {place.id: ABSENT})

    page = home_of(browser, trainee)

    assert "Towards my certificate" in page
    assert "Still missing:" in page
    assert "0%" in page


def test_the_latest_marks_are_those_published(browser, cohort):
    trainee, teacher = make_user(), instructor_of(cohort)
    place = make_enrolment(cohort, trainee)
    one, other, *_rest = lessons_of(cohort)
    make_grade(place, one, (3, 3, 4), by=teacher)
    make_grade(place, other, (1, 1, 1), by=teacher, published=False)

    page = home_of(browser, trainee)

    assert page.count("out of 20") == 1


def test_news_stay_until_the_reader_says_they_have_seen_them(browser, cohort):
    trainee = make_user()
    make_enrolment(cohort, trainee)
    make_notice(trainee, NoticeEvent.HALF_DAY_MOVED)
    reading = browser.as_(trainee).in_("en")

    first = reading.get("home.show").get_data(as_text=True)
    assert "What changed since your last visit" in first
    assert "What changed" in reading.get("home.show").get_data(as_text=True), (
        "reading marks nothing"
    )

    shown = first.split('name="notice_id" value="', 1)[1].split('"', 1)[0]
    reading.post("notices.notice.update", {"notice_id": shown, "next": "/"})

    assert "since your last visit" not in reading.get("home.show").get_data(as_text=True)


def test_an_absence_is_announced_from_here(browser, cohort):
    trainee = make_user()
    place = make_enrolment(cohort, trainee)
    make_training_session(cohort, TODAY + timedelta(days=1))
    reading = browser.as_(trainee)
    reading.get("home.show")

    assert f"/enrolments/{place.id}/absences" in reading.page.links


def test_whoever_has_left_announces_nothing_and_reads_everything(browser, cohort):
    leaver = make_user()
    yesterday = TODAY - timedelta(days=1)
    place = make_enrolment(cohort, leaver, periods=((cohort.starts_on, yesterday),))
    make_training_session(cohort, TODAY + timedelta(days=1), site=make_site())
    reading = browser.as_(leaver)

    page = reading.in_("en").get("home.show").get_data(as_text=True)

    assert "Your enrolment has ended" in page
    assert "No half-day is planned." in page
    assert f"/enrolments/{place.id}/absences" not in reading.page.links
    assert f"/path/{place.id}/marks" in reading.page.links


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_the_page_is_whole_in_every_language(browser, cohort, language):
    trainee = make_user()
    make_enrolment(cohort, trainee)
    make_training_session(cohort, TODAY + timedelta(days=1))
    make_notice(trainee)

    assert browser.as_(trainee).in_(language).get("home.show").status_code == 200
