"""From what is written on a register to minutes, rates and what may be written."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from ecopter.attendance.rules import (
    AttendanceStatus,
    Entry,
    EntryFault,
    ExcuseCategory,
    HalfDayLine,
    HoursFault,
    Obstacle,
    attended_minutes,
    changed,
    counts_from,
    entry_faults,
    hours_fault,
    obstacle,
    summarise,
)

PRESENT, LATE = AttendanceStatus.PRESENT, AttendanceStatus.LATE
ABSENT, EXCUSED = AttendanceStatus.ABSENT, AttendanceStatus.EXCUSED
STARTS = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("entry", "faults"),
    [
        (Entry(PRESENT), ()),
        (Entry(PRESENT, 0, 20), ()),
        (Entry(LATE, 15), ()),
        (Entry(LATE, 200, 10), ()),
        (Entry(LATE), (EntryFault.LATE_WITHOUT_MINUTES,)),
        (Entry(LATE, 200, 11), (EntryFault.MINUTES_OUT_OF_RANGE,)),
        (
            Entry(LATE, -5),
            (EntryFault.LATE_WITHOUT_MINUTES, EntryFault.MINUTES_OUT_OF_RANGE),
        ),
        (Entry(ABSENT, 5), (EntryFault.MINUTES_NOT_THERE,)),
        (Entry(EXCUSED), (EntryFault.EXCUSE_WITHOUT_CATEGORY,)),
        (Entry(EXCUSED, excuse_category=ExcuseCategory.FAMILY), ()),
        (
            Entry(PRESENT, excuse_category=ExcuseCategory.FAMILY),
            (EntryFault.CATEGORY_NOT_EXCUSED,),
        ),
    ],
)
def test_entry_faults(entry, faults):
    assert entry_faults(entry, 210) == faults


@pytest.mark.parametrize(
    ("status", "late", "early", "minutes"),
    [
        (PRESENT, 0, 0, 210),
        (PRESENT, 0, 30, 180),
        (LATE, 15, 30, 165),
        (LATE, 210, 30, 0),
        (ABSENT, 0, 0, 0),
        (EXCUSED, 0, 0, 0),
    ],
)
def test_attended_minutes(status, late, early, minutes):
    assert attended_minutes(status, late, early, 210) == minutes


@pytest.mark.parametrize(
    ("is_cancelled", "is_closed", "minutes", "expected"),
    [
        (False, False, -16, Obstacle.TOO_EARLY),
        (False, False, -15, None),
        (False, False, 60 * 24 * 30, None),
        (False, True, 0, Obstacle.CLOSED),
        (True, False, -60, Obstacle.CANCELLED),
        (True, True, 0, Obstacle.CANCELLED),
    ],
    ids=["sixteen minutes before", "opens", "a month later", "closed", "cancelled", "both"],
)
def test_obstacle(is_cancelled, is_closed, minutes, expected):
    now = STARTS + timedelta(minutes=minutes)

    found = obstacle(is_cancelled=is_cancelled, is_closed=is_closed, starts_at=STARTS, now=now)

    assert found is expected


@pytest.mark.parametrize(
    ("minutes", "fault"),
    [
        (210, None),
        (480, None),
        (481, HoursFault.TOO_LONG),
        (0, HoursFault.END_BEFORE_START),
        (-5, HoursFault.END_BEFORE_START),
    ],
)
def test_hours_fault(minutes, fault):
    assert hours_fault(STARTS, STARTS + timedelta(minutes=minutes)) is fault


def test_only_lines_that_say_something_else_are_changed():
    before = {1: Entry(PRESENT), 2: Entry(LATE, 10), 3: None}
    after = {1: Entry(PRESENT), 2: Entry(LATE, 20), 3: Entry(ABSENT)}

    assert changed(before, after) == {2, 3}


def test_a_half_day_counts_when_closed_or_over():
    ends_at = STARTS + timedelta(minutes=210)

    assert counts_from(ends_at=ends_at, is_closed=True, now=STARTS)
    assert counts_from(ends_at=ends_at, is_closed=False, now=ends_at)
    assert not counts_from(ends_at=ends_at, is_closed=False, now=STARTS)


def test_summarise():
    summary = summarise(
        [
            HalfDayLine(210, PRESENT),
            HalfDayLine(210, LATE, 10, 20),
            HalfDayLine(180, EXCUSED),
            HalfDayLine(150, ABSENT),
            HalfDayLine(210, None),
        ]
    )

    assert (summary.expected_minutes, summary.attended_minutes) == (750, 390)
    assert summary.excused_minutes == 180
    assert (summary.half_days, summary.half_days_unwritten) == (5, 1)
    assert (summary.half_days_present, summary.half_days_late) == (2, 1)
    assert (summary.half_days_excused, summary.half_days_absent) == (1, 1)
    assert summary.rate == Decimal("52.0")
    assert summary.half_day_rate == Decimal("50.0")


def test_before_the_first_register_there_is_no_rate():
    assert summarise([]).rate is None
    assert summarise([HalfDayLine(210, None)]).half_day_rate is None
