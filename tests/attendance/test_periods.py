"""The record of someone who left and came back: what counts of each stay, and what does not."""

from datetime import timedelta

import pytest

from ecopter.attendance.queries import get_record
from ecopter.db import db
from ecopter.people.models import User
from tests.clock import NOW, TODAY
from tests.factories.attendance import PRESENT, late, make_register
from tests.factories.cohorts import instructor_of, make_cohort, make_enrolment
from tests.factories.curricula import make_curriculum, make_module
from tests.factories.timetable import make_training_session

DAY = timedelta(days=1)


@pytest.fixture
def place(browser):
    """Two half-days, away for three of which one is cancelled, back for one."""
    curriculum = make_curriculum(modules=0)
    first, second = (make_module(curriculum, position=position) for position in (1, 2))
    cohort = make_cohort(curriculum=curriculum)
    teacher = instructor_of(cohort)
    periods = ((TODAY - 30 * DAY, TODAY - 20 * DAY), (TODAY - 10 * DAY, None))
    enrolment = make_enrolment(cohort, periods=periods)
    for ago, module, entry in (
        (29, first, PRESENT),
        (28, second, late(30)),
        (15, first, None),
        (14, second, None),
        (5, second, PRESENT),
    ):
        session = make_training_session(cohort, TODAY - ago * DAY, module=module)
        make_register(session, teacher, {enrolment.id: entry} if entry else {})
    cancelled = {"cancelled_at": NOW, "cancel_reason": "Neige"}
    make_training_session(cohort, TODAY - 13 * DAY, module=first, **cancelled)
    db.session.commit()
    return enrolment


def test_hours_are_added_by_period_and_what_was_missed_between_is_listed(place):
    record = get_record(place.id, NOW)

    before, after = record.periods
    assert [p.summary.attended_minutes for p in (before, after)] == [210 + 180, 210]
    assert [sums.attended_minutes for _, sums in before.modules] == [210, 180]
    assert [sums.half_days for _, sums in after.modules] == [1]
    assert before.gap == []
    assert (after.gap_span.first, after.gap_span.last) == (TODAY - 19 * DAY, TODAY - 11 * DAY)
    assert [half_day.held_on for half_day in after.gap] == [TODAY - 15 * DAY, TODAY - 14 * DAY]
    total = sum(period.summary.attended_minutes for period in record.periods)
    assert total == record.summary.attended_minutes
    assert record.summary.half_days == 3


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_the_page_says_what_does_not_count(browser, place, language):
    trainee = db.session.get_one(User, place.trainee_id)

    page = browser.as_(trainee).in_(language).get("attendance.record.show", enrolment_id=place.id)

    assert page.status_code == 200
    if language == "en":
        assert "Not expected: 2 half-days between" in page.text


def test_someone_who_never_left_has_one_period_and_no_such_section(browser):
    cohort = make_cohort(trainees=1)
    session = make_training_session(cohort, TODAY - DAY)
    make_register(session, instructor_of(cohort))
    enrolment = make_enrolment(cohort)
    trainee = db.session.get_one(User, enrolment.trainee_id)

    page = browser.as_(trainee).in_("en").get("attendance.record.show", enrolment_id=enrolment.id)

    assert len(get_record(enrolment.id, NOW).periods) == 1
    assert "By period" not in page.text


def test_two_periods_that_follow_each_other_leave_no_gap(database):
    cohort = make_cohort()
    periods = ((TODAY - 9 * DAY, TODAY - 5 * DAY), (TODAY - 4 * DAY, None))

    record = get_record(make_enrolment(cohort, periods=periods).id, NOW)

    assert [period.gap_span for period in record.periods] == [None, None]
