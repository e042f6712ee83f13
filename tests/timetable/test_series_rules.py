"""What a series of half-days becomes before any of them is written."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from ecopter.curricula.rules import Track
from ecopter.shared.dates import DateSpan, HalfDay
from ecopter.timetable.rules import (
    Booking,
    Bookings,
    ClashKind,
    Ground,
    Hours,
    Oddity,
    Series,
    SeriesFault,
    Slot,
    modules_in_order,
    plan_series,
    read_week,
    series_faults,
    week_of,
)

MORNING = Hours(time(9), time(12, 30))
AFTERNOON = Hours(time(14), time(17, 30))
COHORT = DateSpan(date(2026, 1, 1), date(2026, 12, 31))
MARCH, INDEPENDENCE = date(2026, 11, 6), date(2026, 11, 18)
SERIES = Series(
    weekdays=frozenset({0}),
    hours={HalfDay.MORNING: MORNING},
    first=date(2026, 11, 2),
    last=date(2026, 11, 30),
    skips_holidays=True,
    site_id=1,
    module_id=7,
)


def ground(*bookings, **changes):
    values = {
        "cohort_id": 1,
        "track": Track.TERROIR,
        "zone": "Africa/Casablanca",
        "holidays": (),
        "bookings": Bookings(bookings),
    } | changes
    return Ground(**values)


def booking(day, cohort_id=2, *, starts=9, ends=12, **changes):
    values = {
        "training_session_id": 50,
        "cohort_id": cohort_id,
        "cohort_names": {"fr": "Autre"},
        "held_on": day,
        "half_day": HalfDay.MORNING,
        "starts_at": datetime(day.year, day.month, day.day, starts, tzinfo=UTC),
        "ends_at": datetime(day.year, day.month, day.day, ends, tzinfo=UTC),
        "room_id": None,
        "is_cancelled": False,
        "instructor_ids": frozenset(),
    } | changes
    return Booking(**values)


def days(lines):
    return [line.slot.held_on.isoformat() for line in lines]


def test_nine_in_the_morning_stays_nine_when_morocco_changes_its_clock():
    weekly = replace(SERIES, first=date(2026, 2, 9), last=date(2026, 3, 23))

    plan = plan_series(weekly, ground(), [])

    starts = {line.slot.held_on: line.slot.starts_at for line in plan.planned}
    assert starts[date(2026, 2, 9)] == datetime(2026, 2, 9, 8, tzinfo=UTC)
    assert starts[date(2026, 2, 16)] == datetime(2026, 2, 16, 9, tzinfo=UTC)
    assert starts[date(2026, 3, 23)] == datetime(2026, 3, 23, 8, tzinfo=UTC)


def test_public_holidays_are_left_out_by_name_of_the_day():
    series = replace(SERIES, weekdays=frozenset({2, 4}))

    plan = plan_series(series, ground(holidays={MARCH, INDEPENDENCE}), [])

    assert days(plan.left_out) == ["2026-11-06", "2026-11-18"]
    assert len(plan.planned) == 6
    assert all(line.is_holiday for line in plan.left_out)


def test_a_holiday_that_is_not_left_out_is_said_to_be_odd():
    series = replace(SERIES, weekdays=frozenset({4}), skips_holidays=False)

    plan = plan_series(series, ground(holidays={MARCH}), [])

    odd = {line.slot.held_on for line in plan.planned if Oddity.HOLIDAY in line.oddities}
    assert odd == {MARCH}


@pytest.mark.parametrize(("track", "odd"), [(Track.TERROIR, True), (Track.LEADERSHIP, False)])
def test_a_saturday_is_unusual_unless_leaders_are_trained(track, odd):
    series = replace(SERIES, weekdays=frozenset({5}))

    plan = plan_series(series, ground(track=track), [])

    assert all((Oddity.WEEKEND in line.oddities) is odd for line in plan.planned)


def test_the_room_is_compared_with_whoever_has_a_place_on_that_day():
    places = [(DateSpan(date(2026, 1, 1)),), (DateSpan(date(2026, 11, 15)),)]

    plan = plan_series(SERIES, ground(capacity=1, periods=places), [])

    small = [line for line in plan.planned if Oddity.ROOM_TOO_SMALL in line.oddities]
    assert days(small) == ["2026-11-16", "2026-11-23", "2026-11-30"]


def test_modules_follow_one_another_and_the_series_ends_with_the_course():
    queue = modules_in_order([(1, 2), (2, 1), (3, 2)], {1: 1, 3: 5})

    plan = plan_series(replace(SERIES, module_id=None), ground(), queue)

    assert queue == [1, 2]
    assert [(line.slot.held_on.day, line.module_id) for line in plan.lines] == [(2, 1), (9, 2)]
    assert plan.modules_left == ()


def test_modules_that_found_no_day_are_told():
    plan = plan_series(replace(SERIES, module_id=None), ground(), [1] * 4 + [2] * 3)

    assert plan.modules_left == (2, 2)


@pytest.mark.parametrize(
    ("stands", "kind"),
    [
        (booking(date(2026, 11, 9), cohort_id=1), ClashKind.COHORT),
        (booking(date(2026, 11, 9), cohort_id=1, is_cancelled=True), ClashKind.CANCELLED),
        (booking(date(2026, 11, 9), instructor_ids=frozenset({4})), ClashKind.INSTRUCTOR),
        (booking(date(2026, 11, 9), room_id=3), ClashKind.ROOM),
    ],
    ids=["the cohort", "a cancelled half-day", "the instructor", "the room"],
)
def test_what_is_taken_is_left_out_and_why(stands, kind):
    series = replace(SERIES, instructor_ids=frozenset({4}), room_id=3)

    [line] = plan_series(series, ground(stands), []).left_out

    assert line.slot.held_on == date(2026, 11, 9)
    assert [clash.kind for clash in line.clashes] == [kind]


@pytest.mark.parametrize(
    "stands",
    [
        booking(date(2026, 11, 9), instructor_ids=frozenset({5})),
        booking(date(2026, 11, 9), is_cancelled=True, room_id=3, instructor_ids=frozenset({4})),
        # It begins at the minute in which ours ends.
        booking(
            date(2026, 11, 9),
            instructor_ids=frozenset({4}),
            starts_at=datetime(2026, 11, 9, 12, 30, tzinfo=UTC),
            ends_at=datetime(2026, 11, 9, 15, tzinfo=UTC),
        ),
        booking(date(2026, 11, 10), instructor_ids=frozenset({4})),
    ],
    ids=["someone else", "cancelled", "one after the other", "the day after"],
)
def test_what_only_looks_like_a_clash_is_none(stands):
    series = replace(SERIES, instructor_ids=frozenset({4}), room_id=3)

    assert plan_series(series, ground(stands, zone="UTC"), []).left_out == []


def test_a_half_day_never_collides_with_itself():
    stands = booking(date(2026, 11, 9), cohort_id=1)
    slot = Slot(
        1, stands.held_on, stands.half_day, stands.starts_at, stands.ends_at,
        training_session_id=stands.training_session_id,
    )  # fmt: skip

    assert Bookings([stands]).clashes(slot) == ()


def test_the_seal_changes_with_whatever_would_be_written():
    plan = plan_series(SERIES, ground(), [])
    elsewhere = plan_series(replace(SERIES, room_id=3), ground(), [])
    fewer = plan_series(SERIES, ground(booking(date(2026, 11, 9), cohort_id=1)), [])

    assert len({plan.seal, elsewhere.seal, fewer.seal}) == 3
    assert plan.seal == plan_series(SERIES, ground(), []).seal


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({}, ()),
        ({"weekdays": frozenset()}, (SeriesFault.NO_WEEKDAY,)),
        ({"hours": {}}, (SeriesFault.NO_HALF,)),
        (
            {"hours": {HalfDay.MORNING: Hours(time(12), time(9))}},
            (SeriesFault.ENDS_BEFORE_START,),
        ),
        (
            {"hours": {HalfDay.MORNING: MORNING, HalfDay.AFTERNOON: Hours(time(12), time(15))}},
            (SeriesFault.HALVES_OVERLAP,),
        ),
        ({"last": date(2026, 11, 1)}, (SeriesFault.LAST_BEFORE_FIRST,)),
        ({"last": date(2027, 1, 1)}, (SeriesFault.OUTSIDE_COHORT,)),
        (
            {
                "weekdays": frozenset(range(7)),
                "hours": {HalfDay.MORNING: MORNING, HalfDay.AFTERNOON: AFTERNOON},
                "first": date(2026, 1, 1),
                "last": date(2026, 12, 31),
            },
            (SeriesFault.TOO_MANY,),
        ),
        (
            {"weekdays": frozenset(), "hours": {}, "last": date(2026, 11, 1)},
            (SeriesFault.NO_WEEKDAY, SeriesFault.NO_HALF, SeriesFault.LAST_BEFORE_FIRST),
        ),
    ],
    ids=[
        "sound",
        "no weekday",
        "no half",
        "backwards",
        "halves overlap",
        "last before first",
        "outside",
        "too many",
        "all at once",
    ],
)
def test_everything_wrong_with_a_series_is_said(changes, faults):
    assert series_faults(replace(SERIES, **changes), COHORT) == faults


@pytest.mark.parametrize(
    ("text", "monday"),
    [
        ("2026-W48", date(2026, 11, 23)),
        ("2026-11-29", date(2026, 11, 23)),
        ("2026-W53", date(2026, 12, 28)),
        ("2025-W53", None),
        ("0001-W01", None),
        ("9999-12-31", None),
        ("next week", None),
    ],
)
def test_a_week_is_read_from_an_address(text, monday):
    week = read_week(text)

    assert (week and week.monday) == monday


def test_a_week_knows_its_neighbours_across_the_year():
    week = week_of(date(2027, 1, 1))

    assert (str(week), str(week.previous), str(week.next)) == ("2026-W53", "2026-W52", "2027-W01")


def test_a_slip_of_the_pen_in_a_year_is_found_without_counting_to_it():
    """The school waits while a series is tried: eight thousand years are not walked through."""

    class Weekdays(frozenset):
        asked = 0

        def __contains__(self, weekday):
            Weekdays.asked += 1
            return super().__contains__(weekday)

    ages = DateSpan(date(1, 1, 1), date(9999, 12, 31))
    for weekdays in (Weekdays({0}), Weekdays()):
        wanted = replace(SERIES, weekdays=weekdays, first=ages.first, last=ages.last)
        assert series_faults(wanted, ages)

    assert Weekdays.asked < 10_000
