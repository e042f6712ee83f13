"""The ledger of hours: every half-day someone was expected at, and what they add up to.

A line counts once its register is closed: a draft may still be wrong.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, cached_property
from typing import Any, NamedTuple, Protocol, TypeVar

from sqlalchemy import ColumnElement, Select, String, bindparam, cast, select

from ecopter.attendance.models import AttendanceRecord, Register
from ecopter.attendance.rules import (
    AttendanceStatus,
    AttendanceSummary,
    Entry,
    HalfDayLine,
    counts_from,
    summarise,
)
from ecopter.cohorts.models import Enrolment
from ecopter.cohorts.rules import is_expected
from ecopter.db import db, plain_rows
from ecopter.school.models import Room, Site
from ecopter.shared.dates import DateSpan, HalfDay, minutes_between
from ecopter.timetable.models import TrainingSession
from ecopter.timetable.queries import loaded


class Counted(Protocol):
    """What the ledger must know of a half-day."""

    @property
    def id(self) -> int: ...

    @property
    def held_on(self) -> date: ...

    @property
    def minutes(self) -> int: ...

    @property
    def is_closed(self) -> bool: ...


H = TypeVar("H", bound=Counted)


@dataclass(frozen=True)
class PlainHalfDay:
    """A half-day that counts, for sums: no object of the session is made for it."""

    id: int
    held_on: date
    minutes: int
    is_closed: bool


@dataclass(frozen=True)
class HeldHalfDay:
    """A half-day with the hours it was planned for, or really held once its register is closed."""

    training_session: TrainingSession
    register: Register | None

    @property
    def id(self) -> int:
        return self.training_session.id

    @property
    def held_on(self) -> date:
        return self.training_session.held_on

    @cached_property
    def is_closed(self) -> bool:
        return self.register is not None and self.register.closed_at is not None

    @property
    def starts_at(self) -> datetime:
        """When it really began, once its register is closed; as planned before that."""
        if self.register is not None and self.is_closed:
            return self.register.actual_starts_at
        return self.training_session.starts_at

    @property
    def ends_at(self) -> datetime:
        if self.register is not None and self.is_closed:
            return self.register.actual_ends_at
        return self.training_session.ends_at

    @property
    def is_moved(self) -> bool:
        """It was held at other hours than planned."""
        planned = self.training_session.starts_at, self.training_session.ends_at
        return (self.starts_at, self.ends_at) != planned

    @cached_property
    def minutes(self) -> int:
        return minutes_between(self.starts_at, self.ends_at)


# By half-day and enrolment, without the private notes.
Written = Mapping[tuple[int, int], Entry]


def list_held(cohort_id: int, now: datetime) -> list[HeldHalfDay]:
    """Half-days of a cohort that count at `now`, in order, with names; two queries."""
    rows = db.session.execute(
        select(TrainingSession, Register)
        .outerjoin(Register, Register.training_session_id == TrainingSession.id)
        .options(*loaded())
        .where(TrainingSession.cohort_id == cohort_id, TrainingSession.cancelled_at.is_(None))
        .order_by(TrainingSession.starts_at)
    )
    found = (HeldHalfDay(training_session, register) for training_session, register in rows)
    return [
        half_day
        for half_day in found
        if counts_from(
            ends_at=half_day.training_session.ends_at, is_closed=half_day.is_closed, now=now
        )
    ]


def _plain(cohort_id: int, now: datetime) -> list[PlainHalfDay]:
    """The same for sums; one query of plain rows."""
    rows = db.session.execute(
        select(
            TrainingSession.id,
            TrainingSession.held_on,
            TrainingSession.starts_at,
            TrainingSession.ends_at,
            Register.closed_at,
            Register.actual_starts_at,
            Register.actual_ends_at,
        )
        .outerjoin(Register, Register.training_session_id == TrainingSession.id)
        .where(TrainingSession.cohort_id == cohort_id, TrainingSession.cancelled_at.is_(None))
    ).all()
    return [
        PlainHalfDay(
            key,
            held_on,
            minutes_between(*((began, ended) if closed_at else (starts_at, ends_at))),
            closed_at is not None,
        )
        for key, held_on, starts_at, ends_at, closed_at, began, ended in rows
        if counts_from(ends_at=ends_at, is_closed=closed_at is not None, now=now)
    ]


def list_written(*conditions: ColumnElement[bool]) -> Written:
    """What stands on registers; one query of plain rows."""
    rows = db.session.execute(
        select(
            AttendanceRecord.training_session_id,
            AttendanceRecord.enrolment_id,
            AttendanceRecord.status,
            AttendanceRecord.minutes_late,
            AttendanceRecord.minutes_left_early,
            AttendanceRecord.excuse_category,
        ).where(*conditions)
    ).all()
    return {
        (half_day, enrolment): Entry(status, late, early, category)
        for half_day, enrolment, status, late, early, category in rows
    }


def expected_lines(
    enrolment_id: int, spans: Sequence[DateSpan], half_days: Iterable[H], written: Written
) -> Iterator[tuple[H, HalfDayLine]]:
    """The half-days one person was expected at, each with what counts of it."""
    for half_day in half_days:
        if not is_expected(half_day.held_on, spans):
            continue
        entry = written.get((half_day.id, enrolment_id)) if half_day.is_closed else None
        yield half_day, _line(half_day.minutes, entry)


def _line(minutes: int, entry: Entry | None) -> HalfDayLine:
    if entry is None:
        return HalfDayLine(minutes, None)
    return HalfDayLine(minutes, entry.status, entry.minutes_late, entry.minutes_left_early)


def _of_cohort(cohort_id: int) -> Written:
    in_cohort = select(TrainingSession.id).where(TrainingSession.cohort_id == cohort_id)
    return list_written(AttendanceRecord.training_session_id.in_(in_cohort))


def summaries(
    cohort_id: int, enrolments: Iterable[Enrolment], *, now: datetime
) -> Mapping[int, AttendanceSummary]:
    """What each place of a cohort, its periods loaded, adds up to in minutes; two queries.

    By enrolment id. Half-days still to come at `now` do not count.
    """
    half_days, written = _plain(cohort_id, now), _of_cohort(cohort_id)
    return {
        place.id: summarise(
            line for _, line in expected_lines(place.id, place.spans, half_days, written)
        )
        for place in enrolments
    }


@dataclass(frozen=True)
class Hours:
    """What the half-days of one person add up to: all of them, and by module id."""

    total: AttendanceSummary
    modules: Mapping[int, AttendanceSummary]


class OwnHalfDay(NamedTuple):
    """A half-day of the cohort of one place, cancelled ones too, with what that person's line says.

    The hours `began` to `ended` are those of the register, if there is one.
    """

    training_session_id: int
    module_id: int
    held_on: date
    half_day: HalfDay
    starts_at: datetime
    ends_at: datetime
    is_cancelled: bool
    is_make_up: bool
    is_closed: bool
    zone: str
    # As the database keeps them: few of many half-days are shown.
    site_names_json: str
    room: str | None
    began: datetime | None
    ended: datetime | None
    status: AttendanceStatus | None
    minutes_late: int | None
    minutes_left_early: int | None

    @property
    def site_names(self) -> dict[str, str]:
        names: dict[str, str] = json.loads(self.site_names_json)
        return names

    @property
    def minutes(self) -> int:
        """As long as it was held, once its register is closed; as planned before that."""
        if self.is_closed and self.began and self.ended:
            return minutes_between(self.began, self.ended)
        return minutes_between(self.starts_at, self.ends_at)

    @property
    def line(self) -> HalfDayLine:
        """What counts of it; nothing is known of a person whom a closed register leaves out."""
        if self.is_closed and self.status:
            late, early = self.minutes_late or 0, self.minutes_left_early or 0
            return HalfDayLine(self.minutes, self.status, late, early)
        return HalfDayLine(self.minutes, None)


def list_own_half_days(enrolment: Enrolment) -> Sequence[OwnHalfDay]:
    """The half-days of one place, in order; one query, rows of this person only."""
    asked = {"enrolment_id": enrolment.id, "cohort_id": enrolment.cohort_id}
    return [OwnHalfDay._make(row) for row in plain_rows(_own_half_days(), asked)]


@cache
def _own_half_days() -> Select[*tuple[Any, ...]]:
    """Built once: every page of a path asks it."""
    record = AttendanceRecord
    return (
        select(
            TrainingSession.id,
            TrainingSession.module_id,
            TrainingSession.held_on,
            TrainingSession.half_day,
            TrainingSession.starts_at,
            TrainingSession.ends_at,
            TrainingSession.cancelled_at.is_not(None),
            TrainingSession.is_make_up,
            Register.closed_at.is_not(None),
            Site.zone,
            cast(Site.names, String),
            Room.name,
            Register.actual_starts_at,
            Register.actual_ends_at,
            record.status,
            record.minutes_late,
            record.minutes_left_early,
        )
        .join(Site, Site.id == TrainingSession.site_id)
        .outerjoin(Room, Room.id == TrainingSession.room_id)
        .outerjoin(Register, Register.training_session_id == TrainingSession.id)
        .outerjoin(
            record,
            (record.training_session_id == TrainingSession.id)
            & (record.enrolment_id == bindparam("enrolment_id")),
        )
        .where(TrainingSession.cohort_id == bindparam("cohort_id"))
        .order_by(TrainingSession.starts_at)
    )


def hours_of(enrolment: Enrolment, *, now: datetime) -> Hours:
    """The hours of one place whose periods are loaded; one query, rows of this person only."""
    return hours_among(list_own_half_days(enrolment), enrolment.spans, now=now)


def hours_among(
    half_days: Iterable[OwnHalfDay], spans: Sequence[DateSpan], *, now: datetime
) -> Hours:
    """The same of half-days that were read already."""
    lines: dict[int, list[HalfDayLine]] = {}
    for one in half_days:
        if one.is_cancelled or not is_expected(one.held_on, spans):
            continue
        if counts_from(ends_at=one.ends_at, is_closed=one.is_closed, now=now):
            lines.setdefault(one.module_id, []).append(one.line)
    return Hours(
        total=summarise(line for of_module in lines.values() for line in of_module),
        modules={module_id: summarise(of_module) for module_id, of_module in lines.items()},
    )


def without_register(cohort_id: int, *, now: datetime) -> Sequence[TrainingSession]:
    """Half-days that are over, not cancelled, and whose register is not closed; oldest first.

    Module, site and instructors are loaded; two queries.
    """
    return db.session.scalars(
        select(TrainingSession)
        .outerjoin(Register, Register.training_session_id == TrainingSession.id)
        .options(*loaded())
        .where(
            TrainingSession.cohort_id == cohort_id,
            TrainingSession.cancelled_at.is_(None),
            TrainingSession.ends_at <= now,
            Register.closed_at.is_(None),
        )
        .order_by(TrainingSession.starts_at)
    ).all()
