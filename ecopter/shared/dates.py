"""Days, periods and half-days in the zone of a site."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo


class HalfDay(StrEnum):
    MORNING = "morning"
    AFTERNOON = "afternoon"


@dataclass(frozen=True, order=True)
class DateSpan:
    """From `first` to `last`, both days included; an open span has no `last`."""

    first: date
    last: date | None = None

    def __contains__(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


def instant(day: date, clock: time, zone: str) -> datetime:
    """The UTC instant of a wall-clock time at a site.

    A time that the clock change skips or repeats is read as its first occurrence.
    """
    return datetime.combine(day, clock, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def local(moment: datetime, zone: str) -> datetime:
    """The wall-clock time of an instant at a site."""
    return moment.astimezone(ZoneInfo(zone))


def minutes_between(start: datetime, end: datetime) -> int:
    """Whole minutes between two aware instants; real time, whatever the wall clock did."""
    return int((end.astimezone(UTC) - start.astimezone(UTC)).total_seconds() // 60)
