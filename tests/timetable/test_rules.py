"""What a half-day is at an instant, and what is unusual about one."""

from datetime import UTC, date, datetime, timedelta

import pytest

from ecopter.curricula.rules import Track
from ecopter.timetable.rules import HalfDayState, Oddity, RegisterState, oddities, state_of

STARTS = datetime(2026, 11, 23, 9, tzinfo=UTC)
ENDS = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
MONDAY, SATURDAY = date(2026, 11, 23), date(2026, 11, 28)


def state(register=None, *, now=STARTS, is_cancelled=False, zone="UTC"):
    return state_of(
        register,
        starts_at=STARTS,
        ends_at=ENDS,
        zone=zone,
        is_cancelled=is_cancelled,
        now=now,
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"now": STARTS - timedelta(days=1)}, HalfDayState.PLANNED),
        ({"now": STARTS - timedelta(hours=8, minutes=59)}, HalfDayState.TODAY),
        ({"now": STARTS - timedelta(hours=9, minutes=1)}, HalfDayState.PLANNED),
        ({"now": ENDS - timedelta(minutes=1)}, HalfDayState.TODAY),
        ({"now": ENDS}, HalfDayState.MISSING),
        ({"now": ENDS, "register": RegisterState.DRAFT}, HalfDayState.DRAFT),
        ({"now": STARTS, "register": RegisterState.CLOSED}, HalfDayState.CLOSED),
        ({"now": ENDS, "is_cancelled": True}, HalfDayState.CANCELLED),
        (
            {"now": ENDS, "is_cancelled": True, "register": RegisterState.DRAFT},
            HalfDayState.CANCELLED,
        ),
        # Still the day before in Greenwich, noon of the day itself in Auckland.
        ({"now": STARTS - timedelta(hours=10), "zone": "Pacific/Auckland"}, HalfDayState.TODAY),
    ],
    ids=[
        "the day before",
        "just after midnight",
        "just before midnight",
        "last minute",
        "over",
        "draft",
        "closed early",
        "cancelled",
        "cancelled with a draft",
        "another zone, another day",
    ],
)
def test_state_of(given, expected):
    assert state(given.pop("register", None), **given) is expected


@pytest.mark.parametrize(
    ("held_on", "track", "holidays", "expected_people", "found"),
    [
        (MONDAY, Track.TERROIR, set(), 16, set()),
        (SATURDAY, Track.TERROIR, set(), 16, {Oddity.WEEKEND}),
        (SATURDAY + timedelta(days=1), Track.TERROIR, set(), 16, {Oddity.WEEKEND}),
        (SATURDAY, Track.LEADERSHIP, set(), 16, set()),
        (MONDAY, Track.TERROIR, {MONDAY}, 16, {Oddity.HOLIDAY}),
        (SATURDAY, Track.LEADERSHIP, {SATURDAY}, 16, {Oddity.HOLIDAY}),
        (MONDAY, Track.TERROIR, set(), 20, set()),
        (MONDAY, Track.TERROIR, set(), 21, {Oddity.ROOM_TOO_SMALL}),
        (SATURDAY, Track.TERROIR, {SATURDAY}, 21, set(Oddity)),
    ],
    ids=[
        "an ordinary Monday",
        "Saturday",
        "Sunday",
        "leaders are free at weekends",
        "holiday",
        "leaders have holidays too",
        "full room",
        "one too many",
        "everything at once",
    ],
)
def test_oddities(held_on, track, holidays, expected_people, found):
    odd = oddities(held_on, track=track, holidays=holidays, expected=expected_people, capacity=20)

    assert odd == found
