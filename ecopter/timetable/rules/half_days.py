"""What a half-day is at an instant, and what is unusual about planning one."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from enum import StrEnum

from ecopter.curricula.rules import Track
from ecopter.shared.dates import local

SATURDAY = 5
# A half-day can be taken over from a week after it was held to a fortnight ahead.
TAKEN_OVER_AFTER = timedelta(days=7)
TAKEN_OVER_BEFORE = timedelta(days=14)


class RegisterState(StrEnum):
    """How far the register of a half-day is; no state at all before it is first saved."""

    DRAFT = "draft"
    CLOSED = "closed"


class HalfDayState(StrEnum):
    PLANNED = "planned"
    TODAY = "today"
    MISSING = "missing"
    DRAFT = "draft"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Oddity(StrEnum):
    """Something to be told before a half-day is planned; none of them forbids it."""

    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    ROOM_TOO_SMALL = "room_too_small"


def state_of(
    register: RegisterState | None,
    *,
    starts_at: datetime,
    ends_at: datetime,
    zone: str,
    is_cancelled: bool,
    now: datetime,
) -> HalfDayState:
    """What one half-day is at `now`; its register is missing once the half-day is over."""
    if is_cancelled:
        return HalfDayState.CANCELLED
    if register is not None:
        return HalfDayState(register.value)
    if ends_at <= now:
        return HalfDayState.MISSING
    if local(starts_at, zone).date() == local(now, zone).date():
        return HalfDayState.TODAY
    return HalfDayState.PLANNED


def oddities(
    held_on: date, *, track: Track, holidays: Collection[date], expected: int, capacity: int
) -> frozenset[Oddity]:
    """What is unusual about a half-day (customary checks of a French attendance sheet).

    `holidays` are those of the country of the site, `expected` the number of trainees. Leaders of
    associations are trained at weekends: for them a Saturday or Sunday is a day like any other.
    """
    found = set()
    if held_on.weekday() >= SATURDAY and track is not Track.LEADERSHIP:
        found.add(Oddity.WEEKEND)
    if held_on in holidays:
        found.add(Oddity.HOLIDAY)
    if expected > capacity:
        found.add(Oddity.ROOM_TOO_SMALL)
    return frozenset(found)


def may_be_taken_over(held_on: date, today: date) -> bool:
    """Whether an instructor may put themself on a half-day of that day without the office."""
    return today - TAKEN_OVER_AFTER <= held_on <= today + TAKEN_OVER_BEFORE
