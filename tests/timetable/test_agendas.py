"""A week at a glance: mine, a cohort's, a site's, a person's."""

from datetime import date, timedelta

import pytest

from ecopter.authorization.policy import Actor
from ecopter.db import db
from ecopter.people.models import User
from ecopter.shared.dates import HalfDay
from ecopter.timetable.queries import get_agenda, of_cohort, of_reader
from ecopter.timetable.rules import week_of
from tests.clock import NOW, TODAY
from tests.factories.cohorts import instructor_of, make_cohort, make_enrolment
from tests.factories.people import make_administrator, make_user
from tests.factories.sites import make_site
from tests.factories.timetable import make_holiday, make_training_session

WEEK = week_of(TODAY)
WEDNESDAY = TODAY + timedelta(days=2)


def lines(agenda):
    return [line.training_session for day in agenda.days for line in day.lines]


def mine(user, week=WEEK):
    actor = Actor(user_id=user.id)
    return lines(get_agenda(of_reader(actor), week, actor=actor, now=NOW))


def test_a_trainee_reads_the_half_days_of_their_places_while_they_hold_them(database):
    cohort, other, trainee = make_cohort(), make_cohort(), make_user()
    make_enrolment(cohort, trainee, periods=((cohort.starts_on, WEDNESDAY),))
    first = make_training_session(cohort, TODAY)
    last = make_training_session(cohort, WEDNESDAY)
    make_training_session(cohort, WEDNESDAY + timedelta(days=1))
    make_training_session(other, TODAY)

    assert mine(trainee) == [first, last]


def test_an_instructor_reads_what_they_teach_once(database):
    cohort = make_cohort()
    teacher = instructor_of(cohort)
    make_enrolment(cohort, teacher)
    taught = make_training_session(cohort, TODAY, instructors=(teacher,))

    assert mine(teacher) == [taught]


def test_days_hold_their_half_days_in_order_and_holidays_of_the_countries_concerned(database):
    cohort = make_cohort()
    late = make_training_session(cohort, WEDNESDAY, HalfDay.AFTERNOON)
    early = make_training_session(cohort, WEDNESDAY)
    make_holiday(WEDNESDAY)
    make_holiday(WEDNESDAY, "FR")

    agenda = get_agenda(of_cohort(cohort.id), WEEK, actor=Actor(user_id=1), now=NOW)

    day = agenda.days[2]
    assert [line.training_session for line in day.lines] == [early, late]
    assert [holiday.country for holiday in day.holidays] == ["MA"]


def test_an_empty_week_leads_to_the_next_one(browser):
    cohort = make_cohort()
    make_training_session(cohort, date(2026, 12, 10))
    teacher = browser.as_(instructor_of(cohort))

    page = teacher.get("timetable.cohort_agenda.show", cohort_id=cohort.id, week="2026-W48")

    assert "?week=2026-12-10" in page.text


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_the_weeks_around_are_one_tap_away(browser, language):
    cohort = make_cohort()
    make_training_session(cohort, TODAY, cancelled_at=NOW, cancel_reason="Neige au col")
    reader = browser.as_(instructor_of(cohort)).in_(language)

    page = reader.get("timetable.cohort_agenda.show", cohort_id=cohort.id, week="2026-W48")
    jumped = reader.get("timetable.cohort_agenda.show", cohort_id=cohort.id, day="2026-11-25")
    nonsense = reader.get("timetable.cohort_agenda.show", cohort_id=cohort.id, week="soon")

    for address in ("?week=2026-W47", "?week=2026-W49"):
        assert address in page.text
    for answer in (page, jumped, nonsense):
        assert "slot--off" in answer.text
        assert "Neige au col" in answer.text


def test_a_reader_in_another_zone_reads_both_clocks_where_they_differ(browser):
    site = make_site(names={"fr": "Taroudant", "ar": "تارودانت", "en": "Taroudant"})
    cohort = make_cohort(starts_on=date(2026, 1, 5))
    # In February 2026 both clocks agree until the 15th, then Morocco goes back an hour.
    same = make_training_session(cohort, date(2026, 2, 9), site=site)
    other = make_training_session(cohort, date(2026, 2, 16), site=site)
    reader = browser.as_(instructor_of(cohort, country="FR"))
    where = {"cohort_id": cohort.id}

    first = reader.get("timetable.cohort_agenda.show", **where, week=same.held_on.isoformat())
    second = reader.get("timetable.cohort_agenda.show", **where, week=other.held_on.isoformat())

    assert "10:00 – 13:30" not in first.text
    assert "09:00 – 12:30" in second.text
    assert "10:00 – 13:30" in second.text


def test_a_trainee_reads_the_agenda_of_the_cohort_and_gets_no_link_to_what_is_not_theirs(browser):
    cohort = make_cohort()
    trainee = make_enrolment(cohort)
    half_day = make_training_session(cohort, TODAY)
    link = browser.url("timetable.half_day.show", training_session_id=half_day.id)
    reader = browser.as_(db.session.get(User, trainee.trainee_id))

    page = reader.get("timetable.cohort_agenda.show", cohort_id=cohort.id)
    own = reader.get("timetable.agenda.show")
    other = reader.get("timetable.cohort_agenda.show", cohort_id=make_cohort().id)

    assert (page.status_code, own.status_code, other.status_code) == (200, 200, 404)
    for answer in (page, own):
        assert "Le safran" in answer.text
        assert link not in answer.text


def test_sites_are_for_staff_and_people_for_the_office(browser):
    cohort, site = make_cohort(), make_site()
    teacher = instructor_of(cohort)
    make_training_session(cohort, TODAY, site=site, instructors=(teacher,))
    trainee = db.session.get(User, make_enrolment(cohort).trainee_id)
    office, at_site, of_teacher = make_administrator(), site.id, teacher.id

    def status(user, endpoint, **where):
        answer = browser.as_(user).get(endpoint, **where)
        if answer.status_code == 200:
            assert "Le safran" in answer.text
        return answer.status_code

    place, person = "timetable.site_agenda.show", "timetable.person_agenda.show"
    assert [status(user, place, site_id=at_site) for user in (office, teacher, trainee)] == [
        200,
        200,
        404,
    ]
    assert [status(user, person, user_id=of_teacher) for user in (office, teacher, trainee)] == [
        200,
        404,
        404,
    ]
    assert status(office, place, site_id=999) == 404
    assert status(office, person, user_id=999) == 404


def test_a_full_week_takes_as_many_queries_as_an_empty_one(database, count_queries):
    cohort = make_cohort(trainees=3)
    subject, actor = of_cohort(cohort.id), Actor(user_id=1)
    make_training_session(cohort, TODAY)
    with count_queries() as few:
        get_agenda(subject, WEEK, actor=actor, now=NOW)
    for days in range(1, 7):
        for half in HalfDay:
            make_training_session(cohort, TODAY + timedelta(days=days), half)
    with count_queries() as many:
        agenda = get_agenda(subject, WEEK, actor=actor, now=NOW)

    assert len(few) == len(many) <= 6
    assert len(lines(agenda)) == 13
