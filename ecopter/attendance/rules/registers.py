"""From what is written on a register to minutes, rates and what may be corrected."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from ecopter.shared.grade import share
from ecopter.shared.text import N_

# The register opens a quarter of an hour before the half-day (settled rule of the school).
OPENS_BEFORE = timedelta(minutes=15)
# From then on a correction is the office's: hours that were reported do not move by themselves.
CORRECTED_BY_INSTRUCTORS = timedelta(days=7)
# Absent so many half-days one after the other, someone has perhaps left without saying so.
MISSING_IN_A_ROW = 3
# A slip of the pen (21:00 for 12:00) must not invent hours.
LONGEST = timedelta(hours=8)


class AttendanceStatus(StrEnum):
    PRESENT = "present"
    LATE = "late"
    ABSENT = "absent"
    EXCUSED = "excused"


class ExcuseCategory(StrEnum):
    ILLNESS = "illness"
    FAMILY = "family"
    TRANSPORT = "transport"
    WORK = "work"
    OTHER = "other"


THERE = frozenset({AttendanceStatus.PRESENT, AttendanceStatus.LATE})


@dataclass(frozen=True)
class Entry:
    """One line as written: minutes count from the actual start and to the actual end."""

    status: AttendanceStatus
    minutes_late: int = 0
    minutes_left_early: int = 0
    excuse_category: ExcuseCategory | None = None
    excuse_note: str = ""


class EntryFault(StrEnum):
    LATE_WITHOUT_MINUTES = "late_without_minutes"
    MINUTES_OUT_OF_RANGE = "minutes_out_of_range"
    MINUTES_NOT_THERE = "minutes_not_there"
    EXCUSE_WITHOUT_CATEGORY = "excuse_without_category"
    CATEGORY_NOT_EXCUSED = "category_not_excused"


SENTENCES = {
    EntryFault.LATE_WITHOUT_MINUTES: N_("Write how many minutes late."),
    EntryFault.MINUTES_OUT_OF_RANGE: N_("The minutes are more than the half-day lasts."),
    EntryFault.MINUTES_NOT_THERE: N_("Minutes are only for someone who came."),
    EntryFault.EXCUSE_WITHOUT_CATEGORY: N_("Choose why this person is excused."),
    EntryFault.CATEGORY_NOT_EXCUSED: N_("A reason is only for someone who is excused."),
}


def entry_faults(entry: Entry, duration: int) -> tuple[EntryFault, ...]:
    """Everything wrong with one line of a half-day of `duration` minutes."""
    faults = []
    minutes = entry.minutes_late + entry.minutes_left_early
    if entry.status is AttendanceStatus.LATE and entry.minutes_late <= 0:
        faults.append(EntryFault.LATE_WITHOUT_MINUTES)
    if entry.minutes_late < 0 or entry.minutes_left_early < 0 or minutes > duration:
        faults.append(EntryFault.MINUTES_OUT_OF_RANGE)
    if minutes and entry.status not in THERE:
        faults.append(EntryFault.MINUTES_NOT_THERE)
    if entry.status is AttendanceStatus.EXCUSED and entry.excuse_category is None:
        faults.append(EntryFault.EXCUSE_WITHOUT_CATEGORY)
    if entry.status is not AttendanceStatus.EXCUSED and entry.excuse_category is not None:
        faults.append(EntryFault.CATEGORY_NOT_EXCUSED)
    return tuple(faults)


def attended_minutes(
    status: AttendanceStatus, minutes_late: int, minutes_left_early: int, duration: int
) -> int:
    """Minutes that count: only someone who came has any (Code du travail, half-day sheets)."""
    if status not in THERE:
        return 0
    return max(0, duration - minutes_late - minutes_left_early)


def opens_at(starts_at: datetime) -> datetime:
    """When a register may first be written."""
    return starts_at - OPENS_BEFORE


class Obstacle(StrEnum):
    """Why a register cannot be written now."""

    CANCELLED = "cancelled"
    CLOSED = "closed"
    TOO_EARLY = "too_early"


OBSTACLES = {
    Obstacle.CANCELLED: N_("This half-day is cancelled: it has no register."),
    Obstacle.CLOSED: N_("This register is closed. Correct one line at a time, with a reason."),
    Obstacle.TOO_EARLY: N_("This register opens 15 minutes before the half-day begins."),
}


def obstacle(
    *, is_cancelled: bool, is_closed: bool, starts_at: datetime, now: datetime
) -> Obstacle | None:
    """What stands in the way of writing a register at `now`; None when it is open."""
    if is_cancelled:
        return Obstacle.CANCELLED
    if is_closed:
        return Obstacle.CLOSED
    if now < opens_at(starts_at):
        return Obstacle.TOO_EARLY
    return None


def is_settled(closed_at: datetime | None, now: datetime) -> bool:
    """Closed for longer than instructors may correct; an open register never is."""
    return closed_at is not None and now - closed_at > CORRECTED_BY_INSTRUCTORS


class HoursFault(StrEnum):
    END_BEFORE_START = "end_before_start"
    TOO_LONG = "too_long"


HOURS_SENTENCES = {
    HoursFault.END_BEFORE_START: N_("The end must be after the start."),
    HoursFault.TOO_LONG: N_("A half-day lasts eight hours at most."),
}


def hours_fault(starts_at: datetime, ends_at: datetime) -> HoursFault | None:
    """What is wrong with the hours a half-day was really held."""
    if ends_at <= starts_at:
        return HoursFault.END_BEFORE_START
    if ends_at - starts_at > LONGEST:
        return HoursFault.TOO_LONG
    return None


def changed(before: Mapping[int, Entry | None], after: Mapping[int, Entry]) -> frozenset[int]:
    """Ids of the lines that say something else afterwards; only these make revisions."""
    return frozenset(key for key, entry in after.items() if before.get(key) != entry)


@dataclass(frozen=True)
class HalfDayLine:
    """One person at one half-day they were expected at. `status` None: not written yet."""

    duration: int
    status: AttendanceStatus | None
    minutes_late: int = 0
    minutes_left_early: int = 0

    @property
    def minutes(self) -> int:
        if self.status is None:
            return 0
        return attended_minutes(
            self.status, self.minutes_late, self.minutes_left_early, self.duration
        )


@dataclass(frozen=True)
class AttendanceSummary:
    """What the half-days of one person add up to; minutes are exact."""

    expected_minutes: int = 0
    attended_minutes: int = 0
    excused_minutes: int = 0
    half_days: int = 0
    half_days_present: int = 0
    half_days_late: int = 0
    half_days_excused: int = 0
    half_days_absent: int = 0
    half_days_unwritten: int = 0

    @property
    def rate(self) -> Decimal | None:
        """Attended over expected minutes, in per cent; None before the first register."""
        return share(self.attended_minutes, self.expected_minutes)

    @property
    def half_day_rate(self) -> Decimal | None:
        """Half-days with presence over half-days written, in per cent."""
        written = self.half_days - self.half_days_unwritten
        return share(self.half_days_present, written)


def counts_from(*, ends_at: datetime, is_closed: bool, now: datetime) -> bool:
    """A half-day enters the sums when its register is closed, or else when it is over."""
    return is_closed or ends_at <= now


def summarise(lines: Iterable[HalfDayLine]) -> AttendanceSummary:
    """Add up half-days; one whose line is not written yet is in neither side of the rates."""
    expected = attended = excused = 0
    present = late = excuses = absent = unwritten = total = 0
    for line in lines:
        total += 1
        if line.status is None:
            unwritten += 1
            continue
        expected += line.duration
        attended += line.minutes
        present += line.status in THERE
        late += line.status is AttendanceStatus.LATE
        absent += line.status is AttendanceStatus.ABSENT
        if line.status is AttendanceStatus.EXCUSED:
            excuses += 1
            excused += line.duration
    return AttendanceSummary(
        expected, attended, excused, total, present, late, excuses, absent, unwritten
    )


def is_missing_in_a_row(statuses: Iterable[AttendanceStatus | None]) -> bool:
    """Absent, and not excused, at each of the last three half-days written; oldest first."""
    written = [status for status in statuses if status is not None]
    last = written[-MISSING_IN_A_ROW:]
    return len(last) == MISSING_IN_A_ROW and set(last) == {AttendanceStatus.ABSENT}
