"""Printable sheets of a day or a week of a cohort: halves, everyone expected, who taught."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ecopter.attendance.models import AttendanceRecord, Register
from ecopter.attendance.queries.ledger import HeldHalfDay
from ecopter.attendance.rules import Entry
from ecopter.attendance.rules.weeks import monday_of, week_name
from ecopter.authorization.policy import Scope
from ecopter.cohorts.models import Cohort, Enrolment
from ecopter.cohorts.queries import get_cohort, list_enrolments
from ecopter.cohorts.rules import is_expected
from ecopter.db import db
from ecopter.people.rules import PersonName
from ecopter.platform.clock import school_day
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

    cohort: Cohort
    first: TrainingSession
    halves: Sequence[HeldHalfDay]
    rows: Sequence[DayRow]
    instructors: Sequence[Taught]
    school: School | None

    @property
    def scope(self) -> Scope:
        named = [half for half in self.halves if half.id == self.first.id]
        teachers = (user.id for half in named for user in half.training_session.instructors)
        return Scope(cohort_id=self.cohort.id, instructor_ids=frozenset(teachers))


def get_day_sheet(training_session_id: int) -> DaySheet:
    """Seven queries, whatever the size. Raises NotFound; cancelled halves are left out."""
    first = db.session.scalar(
        select(TrainingSession)
        .options(
            joinedload(TrainingSession.module),
            joinedload(TrainingSession.site),
            joinedload(TrainingSession.room),
            joinedload(TrainingSession.cohort).joinedload(Cohort.curriculum),
        )
        .where(TrainingSession.id == training_session_id)
    )
    if first is None:
        raise NotFound
    halves = _halves(first.cohort_id, first.held_on, first.held_on)
    marks = _marks([half.id for half in halves if half.is_closed])
    enrolments = list_enrolments(first.cohort_id)
    school = find_school()
    return _day(first.cohort, first, halves, enrolments=enrolments, marks=marks, school=school)


@dataclass(frozen=True)
class WeekSheet:
    """The days of a cohort's week that have a half-day, each as it is printed."""

    cohort: Cohort
    monday: date
    days: Sequence[DaySheet]

    @property
    def before(self) -> str:
        return week_name(self.monday - timedelta(days=7))

    @property
    def after(self) -> str:
        return week_name(self.monday + timedelta(days=7))


@dataclass(frozen=True)
class SheetDesk:
    """A cohort whose sheets are printed, and the Monday of this week."""

    cohort: Cohort
    monday: date

    @property
    def scope(self) -> Scope:
        return Scope(cohort_id=self.cohort.id)


def get_sheet_desk(cohort_id: int, now: datetime) -> SheetDesk:
    """One query. Raises NotFound."""
    return SheetDesk(get_cohort(cohort_id), monday_of(school_day(now)))


def get_week_sheet(cohort: Cohort, monday: date) -> WeekSheet:
    """Six queries, whatever the size of the cohort; cancelled half-days are left out."""
    halves = _halves(cohort.id, monday, monday + timedelta(days=6))
    marks = _marks([half.id for half in halves if half.is_closed])
    enrolments, school = list_enrolments(cohort.id), find_school()
    by_day = [list(group) for _, group in groupby(halves, key=lambda half: half.held_on)]
    days = [
        _day(
            cohort,
            group[0].training_session,
            group,
            enrolments=enrolments,
            marks=marks,
            school=school,
        )
        for group in by_day
    ]
    return WeekSheet(cohort, monday, days)


def _day(
    cohort: Cohort,
    first: TrainingSession,
    halves: Sequence[HeldHalfDay],
    *,
    enrolments: Sequence[Enrolment],
    marks: Mapping[tuple[int, int], Entry],
    school: School | None,
) -> DaySheet:
    rows = [
        DayRow(enrolment.trainee.name, [marks.get((half.id, enrolment.id)) for half in halves])
        for enrolment in enrolments
        if is_expected(first.held_on, enrolment.spans)
    ]
    return DaySheet(cohort, first, halves, rows, _taught(halves), school)


def _taught(halves: Sequence[HeldHalfDay]) -> list[Taught]:
    """Everyone named on a half, once, with all of theirs."""
    people: dict[int, tuple[PersonName, set[int]]] = {}
    for half in halves:
        for user in half.training_session.instructors:
            people.setdefault(user.id, (user.name, set()))[1].add(half.training_session.id)
    return [Taught(name, frozenset(ids)) for name, ids in people.values()]


def _halves(cohort_id: int, first: date, last: date) -> list[HeldHalfDay]:
    """Half-days between two days, both included, in order; two queries."""
    rows = db.session.execute(
        select(TrainingSession, Register)
        .outerjoin(Register, Register.training_session_id == TrainingSession.id)
        .options(*loaded())
        .where(
            TrainingSession.cohort_id == cohort_id,
            TrainingSession.held_on.between(first, last),
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
