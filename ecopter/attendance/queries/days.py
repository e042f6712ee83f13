"""The printable sheet of one day of a cohort: both halves, everyone expected, who taught."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ecopter.attendance.models import AttendanceRecord, Register
from ecopter.attendance.queries.ledger import HeldHalfDay
from ecopter.attendance.rules import Entry
from ecopter.authorization.policy import Scope
from ecopter.cohorts.models import Cohort
from ecopter.cohorts.queries import list_enrolments
from ecopter.cohorts.rules import is_expected
from ecopter.db import db
from ecopter.people.rules import PersonName
from ecopter.school.models import School
from ecopter.school.queries import find_school
from ecopter.shared.errors import NotFound
from ecopter.timetable.models import TrainingSession
from ecopter.timetable.queries import loaded


@dataclass(frozen=True)
class DayRow:
    """One person; an entry for each half, None where nothing is written or it is not closed.

    Why someone is excused is not read at all: it is nobody's business who sees the sheet.
    """

    name: PersonName
    marks: Sequence[Entry | None]


@dataclass(frozen=True)
class Taught:
    """Someone who taught on the day, and in which halves."""

    name: PersonName
    halves: frozenset[int]

    def teaches(self, half: HeldHalfDay) -> bool:
        return half.training_session.id in self.halves


@dataclass(frozen=True)
class DaySheet:
    """A day of a cohort as it is printed. `first` is the half-day the address named."""

    first: TrainingSession
    halves: Sequence[HeldHalfDay]
    rows: Sequence[DayRow]
    instructors: Sequence[Taught]
    school: School | None

    @property
    def scope(self) -> Scope:
        return Scope(cohort_id=self.first.cohort_id)


def get_day_sheet(training_session_id: int) -> DaySheet:
    """Seven queries, whatever the size. Raises NotFound; cancelled halves are left out."""
    first = db.session.scalar(
        select(TrainingSession)
        .options(
            joinedload(TrainingSession.module),
            joinedload(TrainingSession.site),
            joinedload(TrainingSession.cohort).joinedload(Cohort.curriculum),
        )
        .where(TrainingSession.id == training_session_id)
    )
    if first is None:
        raise NotFound
    halves = _halves(first)
    marks = _marks([half.training_session.id for half in halves if half.is_closed])
    rows = [
        DayRow(
            enrolment.trainee.name,
            [marks.get((half.training_session.id, enrolment.id)) for half in halves],
        )
        for enrolment in list_enrolments(first.cohort_id)
        if is_expected(first.held_on, enrolment.spans)
    ]
    return DaySheet(first, halves, rows, _taught(halves), find_school())


def _taught(halves: Sequence[HeldHalfDay]) -> list[Taught]:
    """Everyone named on a half, once, with all of theirs."""
    people: dict[int, tuple[PersonName, set[int]]] = {}
    for half in halves:
        for user in half.training_session.instructors:
            people.setdefault(user.id, (user.name, set()))[1].add(half.training_session.id)
    return [Taught(name, frozenset(ids)) for name, ids in people.values()]


def _halves(first: TrainingSession) -> list[HeldHalfDay]:
    rows = db.session.execute(
        select(TrainingSession, Register)
        .outerjoin(Register, Register.training_session_id == TrainingSession.id)
        .options(*loaded())
        .where(
            TrainingSession.cohort_id == first.cohort_id,
            TrainingSession.held_on == first.held_on,
            TrainingSession.cancelled_at.is_(None),
        )
        .order_by(TrainingSession.starts_at)
    )
    return [HeldHalfDay(*row) for row in rows]


def _marks(training_session_ids: Sequence[int]) -> dict[tuple[int, int], Entry]:
    rows = db.session.execute(
        select(
            AttendanceRecord.training_session_id,
            AttendanceRecord.enrolment_id,
            AttendanceRecord.status,
            AttendanceRecord.minutes_late,
            AttendanceRecord.minutes_left_early,
        ).where(AttendanceRecord.training_session_id.in_(training_session_ids))
    )
    return {
        (half, enrolment): Entry(status, late, early)
        for half, enrolment, status, late, early in rows
    }
