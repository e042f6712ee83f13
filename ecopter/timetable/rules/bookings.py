"""What a new or moved half-day would collide with."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from ecopter.shared.dates import HalfDay

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Slot:
    """Where and when a half-day is wanted, and with whom. Instants are UTC, `held_on` is local.

    `training_session_id` is that of a half-day which stands already: it never collides with itself.
    """

    cohort_id: int
    held_on: date
    half_day: HalfDay
    starts_at: datetime
    ends_at: datetime
    room_id: int | None = None
    instructor_ids: frozenset[int] = frozenset()
    training_session_id: int | None = None


@dataclass(frozen=True)
class Booking:
    """A half-day that stands in the timetable of the school; the cohort's name by language."""

    training_session_id: int
    cohort_id: int
    cohort_names: Mapping[str, Any]
    held_on: date
    half_day: HalfDay
    starts_at: datetime
    ends_at: datetime
    room_id: int | None
    is_cancelled: bool
    instructor_ids: frozenset[int]

    def overlaps(self, slot: Slot) -> bool:
        """Half-days that touch, one ending as the other begins, do not overlap."""
        return self.starts_at < slot.ends_at and slot.starts_at < self.ends_at


class ClashKind(StrEnum):
    COHORT = "cohort"
    # The cohort's place is kept by a half-day that was cancelled: bring that one back instead.
    CANCELLED = "cancelled"
    INSTRUCTOR = "instructor"
    ROOM = "room"


@dataclass(frozen=True)
class Clash:
    """Why a slot is not free; `instructor_id` says who teaches elsewhere."""

    kind: ClashKind
    booking: Booking
    instructor_id: int | None = None


class Bookings:
    """Half-days by day, so that a slot is compared with its neighbours only."""

    def __init__(self, bookings: Iterable[Booking]) -> None:
        self._by_day: dict[date, list[Booking]] = defaultdict(list)
        for booking in bookings:
            self._by_day[booking.held_on].append(booking)

    def clashes(self, slot: Slot) -> tuple[Clash, ...]:
        """Everything that stands in the way of a slot."""
        return tuple(self._clashes(slot))

    def busy(self, slot: Slot) -> Mapping[int, Booking]:
        """Everyone who teaches at the time of a slot, and what."""
        return {
            instructor_id: booking
            for booking in self._near(slot)
            if not booking.is_cancelled and booking.overlaps(slot)
            for instructor_id in booking.instructor_ids
        }

    def _clashes(self, slot: Slot) -> Iterator[Clash]:
        for booking in self._near(slot):
            same_cohort = booking.cohort_id == slot.cohort_id
            same_place = (booking.held_on, booking.half_day) == (slot.held_on, slot.half_day)
            if booking.is_cancelled:
                if same_cohort and same_place:
                    yield Clash(ClashKind.CANCELLED, booking)
                continue
            overlaps = booking.overlaps(slot)
            if same_cohort and (same_place or overlaps):
                yield Clash(ClashKind.COHORT, booking)
                continue
            if not overlaps:
                continue
            for instructor_id in sorted(booking.instructor_ids & slot.instructor_ids):
                yield Clash(ClashKind.INSTRUCTOR, booking, instructor_id)
            if slot.room_id is not None and booking.room_id == slot.room_id:
                yield Clash(ClashKind.ROOM, booking)

    def _near(self, slot: Slot) -> Iterator[Booking]:
        """The day itself and its neighbours: days of two zones begin at different instants."""
        for day in (slot.held_on - _DAY, slot.held_on, slot.held_on + _DAY):
            for booking in self._by_day.get(day, ()):
                if booking.training_session_id != slot.training_session_id:
                    yield booking
