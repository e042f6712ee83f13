"""The ledger of hours: every half-day someone was expected at, and what they add up to.

A line counts once its register is closed: a draft may still be wrong.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import groupby

from sqlalchemy import ColumnElement, select

from ecopter.attendance.models import AttendanceRecord, AttendanceRevision, Register
from ecopter.attendance.queries.revisions import Change, list_changes
from ecopter.attendance.rules import (
    AttendanceSummary,
    Entry,
    HalfDayLine,
    counts_from,
    summarise,
)
from ecopter.authorization.policy import Scope
from ecopter.cohorts.models import Enrolment
from ecopter.cohorts.queries import get_enrolment, scope_of, spans_by_enrolment
from ecopter.cohorts.rules import is_expected
from ecopter.curricula.models import Module
from ecopter.db import db
from ecopter.platform.clock import request_now
from ecopter.shared.dates import DateSpan, minutes_between
from ecopter.timetable.models import TrainingSession
from ecopter.timetable.queries import loaded


@dataclass(frozen=True)
class HeldHalfDay:
    """A half-day that counts: over, or its register closed; cancelled ones never do."""

    training_session: TrainingSession
    register: Register | None

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


def _held(cohort_id: int, now: datetime, *, with_names: bool = False) -> list[HeldHalfDay]:
    """Half-days of a cohort that count at `now`, in order; one query, two with names."""
    rows = db.session.execute(
        select(TrainingSession, Register)
        .outerjoin(Register, Register.training_session_id == TrainingSession.id)
        .options(*(loaded() if with_names else ()))
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


def _written(*conditions: ColumnElement[bool]) -> Written:
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
    )
    return {
        (half_day, enrolment): Entry(status, late, early, category)
        for half_day, enrolment, status, late, early, category in rows
    }


def _lines(
    enrolment_id: int, spans: Sequence[DateSpan], half_days: Iterable[HeldHalfDay], written: Written
) -> Iterator[tuple[HeldHalfDay, HalfDayLine]]:
    """The half-days one person was expected at, each with what counts of it."""
    for half_day in half_days:
        training_session = half_day.training_session
        if not is_expected(training_session.held_on, spans):
            continue
        entry = written.get((training_session.id, enrolment_id)) if half_day.is_closed else None
        if entry is None:
            yield half_day, HalfDayLine(half_day.minutes, None)
        else:
            late, early = entry.minutes_late, entry.minutes_left_early
            yield half_day, HalfDayLine(half_day.minutes, entry.status, late, early)


def _of_cohort(cohort_id: int) -> Written:
    in_cohort = select(TrainingSession.id).where(TrainingSession.cohort_id == cohort_id)
    return _written(AttendanceRecord.training_session_id.in_(in_cohort))


def summaries(cohort_id: int, *, now: datetime | None = None) -> Mapping[int, AttendanceSummary]:
    """What each enrolment of a cohort adds up to, in minutes; three queries.

    `now` is this request's instant unless given: half-days still to come do not count.
    """
    half_days, written = _held(cohort_id, now or request_now()), _of_cohort(cohort_id)
    return {
        enrolment_id: summarise(line for _, line in _lines(enrolment_id, spans, half_days, written))
        for enrolment_id, spans in spans_by_enrolment(cohort_id).items()
    }


def module_summaries(
    cohort_id: int, *, now: datetime | None = None
) -> Mapping[tuple[int, int], AttendanceSummary]:
    """The same by (enrolment, module), for modules the person was expected in; three queries."""
    half_days, written = _held(cohort_id, now or request_now()), _of_cohort(cohort_id)
    found: dict[tuple[int, int], list[HalfDayLine]] = {}
    for enrolment_id, spans in spans_by_enrolment(cohort_id).items():
        for half_day, line in _lines(enrolment_id, spans, half_days, written):
            key = (enrolment_id, half_day.training_session.module_id)
            found.setdefault(key, []).append(line)
    return {key: summarise(lines) for key, lines in found.items()}


def summary_of(enrolment_id: int, *, now: datetime | None = None) -> AttendanceSummary:
    """What one enrolment adds up to, in minutes; four queries. Raises NotFound."""
    enrolment = get_enrolment(enrolment_id)
    half_days = _held(enrolment.cohort_id, now or request_now())
    written = _written(AttendanceRecord.enrolment_id == enrolment_id)
    lines = _lines(enrolment_id, enrolment.spans, half_days, written)
    return summarise(line for _, line in lines)


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


@dataclass(frozen=True)
class RecordLine:
    """One half-day of one person. The category of an excuse is theirs to see, a note is not."""

    half_day: HeldHalfDay
    line: HalfDayLine
    entry: Entry | None
    changes: Sequence[Change]

    @property
    def is_written(self) -> bool:
        return self.entry is not None


@dataclass(frozen=True)
class Record:
    """Everything the registers say of one enrolment, half-day by half-day."""

    enrolment: Enrolment
    lines: Sequence[RecordLine]

    @property
    def scope(self) -> Scope:
        return scope_of(self.enrolment)

    @property
    def summary(self) -> AttendanceSummary:
        return summarise(line.line for line in self.lines)

    @property
    def modules(self) -> Sequence[tuple[Module, AttendanceSummary]]:
        """Each module the person was expected in, in the order of the course, and its sum."""
        ordered = sorted(self.lines, key=_position)
        return [
            (lines[0].half_day.training_session.module, summarise(line.line for line in lines))
            for lines in (list(group) for _, group in groupby(ordered, key=_position))
        ]

    def lines_of(self, kind: str, module_id: int | None) -> Sequence[RecordLine]:
        """The half-days a figure adds up from, of one module or all of them.

        `kind`: "attended" (with minutes), "written" (on closed registers), else all.
        """
        return [
            line
            for line in self.lines
            if module_id in (None, line.half_day.training_session.module_id)
            and (kind != "attended" or line.line.minutes > 0)
            and (kind != "written" or line.is_written)
        ]


def _position(line: RecordLine) -> tuple[int, int]:
    module = line.half_day.training_session.module
    return module.position, module.id


def get_record(enrolment_id: int, now: datetime) -> Record:
    """Six queries, whatever the number of half-days. Raises NotFound."""
    enrolment = get_enrolment(enrolment_id)
    half_days = _held(enrolment.cohort_id, now, with_names=True)
    written = _written(AttendanceRecord.enrolment_id == enrolment_id)
    changes = list_changes(AttendanceRevision.enrolment_id == enrolment_id)
    return Record(
        enrolment,
        [
            RecordLine(
                half_day,
                line,
                _entry(written.get((half_day.training_session.id, enrolment_id)), line),
                changes.get((half_day.training_session.id, enrolment_id), []),
            )
            for half_day, line in _lines(enrolment_id, enrolment.spans, half_days, written)
        ],
    )


def _entry(entry: Entry | None, line: HalfDayLine) -> Entry | None:
    """What a line says, once it counts."""
    return entry if line.status is not None else None
