"""Which absences may be announced, which half-days they cover, and for how long a line is fresh."""

from datetime import date, timedelta

import pytest

from ecopter.attendance.rules import AttendanceStatus, is_missing_in_a_row, is_settled
from ecopter.attendance.rules.absences import (
    Absence,
    AbsenceFault,
    AbsenceState,
    absence_faults,
    state_of,
)
from ecopter.attendance.rules.weeks import monday_named, monday_of, week_name
from ecopter.shared.dates import DateSpan, HalfDay
from tests.clock import NOW, TODAY

COURSE = DateSpan(date(2026, 9, 14), date(2027, 6, 11))
DAY = timedelta(days=1)
MORNING, AFTERNOON = HalfDay.MORNING, HalfDay.AFTERNOON


def days(first, last=None, half=None):
    """An absence by distance from today, in days."""
    last = first if last is None else last
    return Absence(TODAY + first * DAY, TODAY + last * DAY, half)


@pytest.mark.parametrize(
    ("absence", "expected"),
    [
        (days(0), ()),
        (days(3, 33), ()),
        (days(3, 34), (AbsenceFault.TOO_LONG,)),
        (days(-7), ()),
        (days(-8), (AbsenceFault.TOO_LATE,)),
        (days(-20, -7), ()),
        (days(1, 0), (AbsenceFault.ENDS_BEFORE_START,)),
        (days(1, half=MORNING), ()),
        (days(1, 2, MORNING), (AbsenceFault.HALF_OF_SEVERAL_DAYS,)),
        (Absence(date(2026, 9, 13), date(2026, 9, 14)), (AbsenceFault.BEFORE_COHORT,)),
        (Absence(date(2027, 6, 11), date(2027, 6, 12)), (AbsenceFault.AFTER_COHORT,)),
        (
            Absence(date(2026, 8, 1), date(2026, 9, 20), AFTERNOON),
            (
                AbsenceFault.HALF_OF_SEVERAL_DAYS,
                AbsenceFault.TOO_LONG,
                AbsenceFault.BEFORE_COHORT,
                AbsenceFault.TOO_LATE,
            ),
        ),
    ],
)
def test_which_absences_may_be_announced(absence, expected):
    today = date(2026, 9, 15) if absence.first_day == date(2026, 9, 13) else TODAY

    assert absence_faults(absence, today=today, course=COURSE, others=()) == expected


@pytest.mark.parametrize(
    ("absence", "other", "overlaps"),
    [
        (days(0), days(0), True),
        (days(0, 3), days(3, 5), True),
        (days(0, 2), days(3, 5), False),
        (days(0, half=MORNING), days(0, half=AFTERNOON), False),
        (days(0, half=MORNING), days(0, half=MORNING), True),
        (days(0, half=MORNING), days(-2, 2), True),
    ],
)
def test_of_two_absences_on_the_same_half_day_the_second_is_refused(absence, other, overlaps):
    faults = absence_faults(absence, today=TODAY, course=COURSE, others=[days(20), other])

    assert faults == ((AbsenceFault.OVERLAPS,) if overlaps else ())
    assert absence.overlaps(other) is other.overlaps(absence) is overlaps


@pytest.mark.parametrize(
    ("absence", "day", "half", "covered"),
    [
        (days(0), TODAY, MORNING, True),
        (days(0), TODAY + DAY, MORNING, False),
        (days(0, 2), TODAY + 2 * DAY, AFTERNOON, True),
        (days(0, half=MORNING), TODAY, AFTERNOON, False),
    ],
)
def test_which_half_days_an_absence_covers(absence, day, half, covered):
    assert absence.covers(day, half) is covered


@pytest.mark.parametrize(
    ("is_accepted", "is_withdrawn", "state"),
    [
        (None, False, AbsenceState.UNDECIDED),
        (True, False, AbsenceState.ACCEPTED),
        (False, False, AbsenceState.REFUSED),
        (None, True, AbsenceState.WITHDRAWN),
    ],
)
def test_what_an_absence_is(is_accepted, is_withdrawn, state):
    assert state_of(is_accepted=is_accepted, is_withdrawn=is_withdrawn) is state


@pytest.mark.parametrize(
    ("age", "settled"),
    [
        (None, False),
        (timedelta(0), False),
        (timedelta(days=7), False),
        (timedelta(days=7, microseconds=1), True),
    ],
)
def test_seven_days_after_it_was_closed_a_register_is_the_office_s(age, settled):
    assert is_settled(None if age is None else NOW - age, NOW) is settled


P, A, L, E = (AttendanceStatus(word) for word in ("present", "absent", "late", "excused"))


@pytest.mark.parametrize(
    ("statuses", "missing"),
    [
        ([], False),
        ([A, A], False),
        ([A, A, A], True),
        ([P, L, A, A, A], True),
        ([A, A, A, P], False),
        ([A, A, E], False),
        ([A, A, None, A, None], True),
    ],
)
def test_three_half_days_missed_in_a_row(statuses, missing):
    assert is_missing_in_a_row(statuses) is missing


@pytest.mark.parametrize(
    ("text", "monday"),
    [
        ("2026-W48", date(2026, 11, 23)),
        ("2026-W53", date(2026, 12, 28)),
        ("2025-W53", None),
        ("2026-W00", None),
        ("1926-W48", None),
        ("48", None),
        ("", None),
    ],
)
def test_a_week_is_named_as_iso_8601_does(text, monday):
    assert monday_named(text) == monday
    if monday:
        assert week_name(monday + 6 * DAY) == text
        assert monday_of(monday + 6 * DAY) == monday
