"""Half-days that come again every week, before any of them is written."""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from enum import StrEnum
from hashlib import sha256
from itertools import islice

from ecopter.curricula.rules import Track
from ecopter.shared.dates import DateSpan, HalfDay, instant
from ecopter.timetable.rules.bookings import Bookings, Clash, Slot
from ecopter.timetable.rules.half_days import Oddity, oddities

# More than two years of the longest course: beyond, a slip of the pen in a date is more likely.
MOST_AT_ONCE = 400


@dataclass(frozen=True)
class Hours:
    """From when to when, by the clock of the site."""

    starts: time
    ends: time


@dataclass(frozen=True)
class Series:
    """What was asked for. `hours` has the halves wanted; `weekdays` counts from Monday, 0."""

    weekdays: frozenset[int]
    hours: Mapping[HalfDay, Hours]
    first: date
    last: date
    skips_holidays: bool
    site_id: int
    room_id: int | None = None
    instructor_ids: frozenset[int] = frozenset()
    # None: the modules of the course in their order.
    module_id: int | None = None


class SeriesFault(StrEnum):
    """What is wrong with a series as it was asked for."""

    NO_WEEKDAY = "no_weekday"
    NO_HALF = "no_half"
    ENDS_BEFORE_START = "ends_before_start"
    HALVES_OVERLAP = "halves_overlap"
    LAST_BEFORE_FIRST = "last_before_first"
    OUTSIDE_COHORT = "outside_cohort"
    TOO_MANY = "too_many"


def series_faults(series: Series, cohort: DateSpan) -> tuple[SeriesFault, ...]:
    """Everything wrong with a series for a cohort between two days."""
    return tuple(_faults(series, cohort))


def _faults(series: Series, cohort: DateSpan) -> Iterator[SeriesFault]:
    if not series.weekdays:
        yield SeriesFault.NO_WEEKDAY
    if not series.hours:
        yield SeriesFault.NO_HALF
    if any(hours.ends <= hours.starts for hours in series.hours.values()):
        yield SeriesFault.ENDS_BEFORE_START
    elif len(series.hours) > 1 and (
        series.hours[HalfDay.MORNING].ends > series.hours[HalfDay.AFTERNOON].starts
    ):
        yield SeriesFault.HALVES_OVERLAP
    if series.last < series.first:
        yield SeriesFault.LAST_BEFORE_FIRST
    elif series.first not in cohort or series.last not in cohort:
        yield SeriesFault.OUTSIDE_COHORT
    elif _size(series) > MOST_AT_ONCE:
        yield SeriesFault.TOO_MANY


def _size(series: Series) -> int:
    """How many half-days it asks for, counted no further than is too many."""
    if not series.weekdays:
        return 0
    return sum(1 for _day in islice(_days(series), MOST_AT_ONCE + 1)) * len(series.hours)


def _days(series: Series) -> Iterator[date]:
    for number in range((series.last - series.first).days + 1):
        day = series.first + timedelta(days=number)
        if day.weekday() in series.weekdays:
            yield day


@dataclass(frozen=True)
class Ground:
    """What a series meets: the site's zone and holidays, the room, the people, the half-days."""

    cohort_id: int
    track: Track
    zone: str
    holidays: Collection[date]
    bookings: Bookings
    # Places in the room; None without a room.
    capacity: int | None = None
    # Periods in which places of the cohort are held, by enrolment.
    periods: Sequence[Sequence[DateSpan]] = ()

    def expected(self, day: date) -> int:
        """How many trainees have a place on a day."""
        return sum(any(day in period for period in periods) for periods in self.periods)

    def oddities(self, day: date) -> frozenset[Oddity]:
        """What is unusual about holding a half-day on a day."""
        expected = self.expected(day)
        return oddities(
            day,
            track=self.track,
            holidays=self.holidays,
            expected=expected,
            capacity=expected if self.capacity is None else self.capacity,
        )


@dataclass(frozen=True)
class SeriesLine:
    """One half-day of a series: planned for a module, or left out and why."""

    slot: Slot
    module_id: int | None
    oddities: frozenset[Oddity] = frozenset()
    is_holiday: bool = False
    clashes: tuple[Clash, ...] = ()

    @property
    def is_planned(self) -> bool:
        return not self.is_holiday and not self.clashes


@dataclass(frozen=True)
class SeriesPlan:
    """Every half-day a series would make or leave out, in order.

    `modules_left` are the modules of the half-days that found no day, in order.
    """

    series: Series
    lines: Sequence[SeriesLine]
    modules_left: Sequence[int] = field(default_factory=tuple)

    @property
    def planned(self) -> list[SeriesLine]:
        return [line for line in self.lines if line.is_planned]

    @property
    def left_out(self) -> list[SeriesLine]:
        return [line for line in self.lines if not line.is_planned]

    @property
    def seal(self) -> str:
        """A short word that changes with anything that would be written."""
        parts = [
            (line.slot.starts_at.isoformat(), line.slot.ends_at.isoformat(), line.module_id)
            for line in self.planned
        ]
        place = (self.series.site_id, self.series.room_id, sorted(self.series.instructor_ids))
        return sha256(repr((place, parts)).encode()).hexdigest()[:16]


def modules_in_order(
    planned: Iterable[tuple[int, int]], standing: Mapping[int, int]
) -> Sequence[int]:
    """The module of each half-day still to plan.

    `planned` has (module, its half-days) in the order of the course; `standing` those there are.
    """
    return [
        module_id
        for module_id, half_days in planned
        for _number in range(max(0, half_days - standing.get(module_id, 0)))
    ]


def plan_series(series: Series, ground: Ground, modules: Sequence[int]) -> SeriesPlan:
    """Lay a series day by day, until its last day or until the modules are used up.

    `modules` says which one each free half-day gets, in order; a series of one module ignores it.
    """
    waiting = deque(modules)
    lines: list[SeriesLine] = []
    for slot in _slots(series, ground):
        if series.module_id is None and not waiting:
            break
        is_holiday = series.skips_holidays and slot.held_on in ground.holidays
        clashes = () if is_holiday else ground.bookings.clashes(slot)
        if is_holiday or clashes:
            lines.append(SeriesLine(slot, None, is_holiday=is_holiday, clashes=clashes))
            continue
        module_id = waiting.popleft() if series.module_id is None else series.module_id
        lines.append(SeriesLine(slot, module_id, ground.oddities(slot.held_on)))
    return SeriesPlan(series, lines, tuple(waiting) if series.module_id is None else ())


def _slots(series: Series, ground: Ground) -> Iterator[Slot]:
    for day in _days(series):
        for half_day in HalfDay:
            if half_day in series.hours:
                hours = series.hours[half_day]
                yield Slot(
                    ground.cohort_id,
                    day,
                    half_day,
                    instant(day, hours.starts, ground.zone),
                    instant(day, hours.ends, ground.zone),
                    series.room_id,
                    series.instructor_ids,
                )
