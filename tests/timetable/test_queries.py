"""Half-days and holidays are read in a constant number of statements."""

from datetime import timedelta

from ecopter.timetable.queries import by_week, get_timetable, list_holidays, list_sessions
from ecopter.timetable.rules import HalfDayState
from tests.clock import NOW, TODAY
from tests.factories.attendance import make_register
from tests.factories.cohorts import instructor_of, make_cohort
from tests.factories.timetable import make_holiday, make_training_session


def make_half_days(number):
    cohort = make_cohort(trainees=1)
    teacher = instructor_of(cohort)
    for days in range(number):
        make_training_session(cohort, TODAY - timedelta(days=days), instructors=(teacher,))
    return cohort, teacher


def test_a_timetable_takes_as_many_queries_for_two_half_days_as_for_thirty(database, count_queries):
    (short, _), (long, _) = make_half_days(2), make_half_days(30)

    with count_queries() as few:
        get_timetable(short.id, NOW)
    with count_queries() as many:
        timetable = get_timetable(long.id, NOW)

    assert len(few) == len(many) <= 4
    assert len(timetable.lines) == 30


def test_half_days_are_listed_in_order_with_what_a_page_needs(database):
    cohort, teacher = make_half_days(3)

    sessions = list_sessions(cohort.id)

    assert [s.held_on for s in sessions] == [TODAY - timedelta(days=d) for d in (2, 1, 0)]
    assert sessions[0].module.titles["fr"] == "Le safran"
    assert sessions[0].site.zone == "Africa/Casablanca"
    assert sessions[0].instructors == [teacher]


def test_each_half_day_says_what_it_is(database):
    cohort, teacher = make_half_days(3)
    today, yesterday, before = reversed(list_sessions(cohort.id))
    make_register(before, teacher)
    make_register(yesterday, teacher, closed=False)

    timetable = get_timetable(cohort.id, NOW)

    assert [line.state for line in timetable.lines] == [
        HalfDayState.CLOSED,
        HalfDayState.DRAFT,
        HalfDayState.TODAY,
    ]
    assert timetable.counts[HalfDayState.DRAFT] == 1
    assert timetable.lines[-1].training_session.id == today.id


def test_weeks_begin_on_monday_and_obey_every_filter(database):
    cohort, teacher = make_half_days(9)
    make_register(list_sessions(cohort.id)[0], teacher)
    timetable = get_timetable(cohort.id, NOW)

    mondays = [monday for monday, _ in by_week(timetable.lines)]
    closed = by_week(timetable.choice(state="closed"))

    assert mondays == [TODAY - timedelta(days=14), TODAY - timedelta(days=7), TODAY]
    assert [len(lines) for _, lines in closed] == [1]
    assert timetable.choice(module_id=0) == timetable.choice(site_id=0) == []


def test_holidays_are_told_apart_by_country(database):
    make_holiday(TODAY)
    make_holiday(TODAY, "FR")
    make_holiday(TODAY + timedelta(days=400))

    assert list_holidays(TODAY, TODAY + timedelta(days=30)) == {
        "MA": {TODAY},
        "FR": {TODAY},
    }
