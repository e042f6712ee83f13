"""Who is about to lose the course, and how many absences wait: for a home page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import aliased

from ecopter.attendance.models import AbsenceNotice, AttendanceRecord, Register
from ecopter.attendance.queries.absence_lists import in_cohorts_of
from ecopter.attendance.rules import (
    AttendanceStatus,
    HalfDayLine,
    is_missing_in_a_row,
    summarise,
)
from ecopter.authorization.policy import Actor, Role
from ecopter.cohorts.models import Cohort, Enrolment, EnrolmentPeriod
from ecopter.cohorts.rules import is_expected
from ecopter.curricula.models import Curriculum
from ecopter.db import db
from ecopter.people.models import User
from ecopter.people.rules import PersonName
from ecopter.platform.clock import school_day
from ecopter.shared.dates import DateSpan, minutes_between
from ecopter.timetable.models import TrainingSession


@dataclass(frozen=True)
class LowAttendance:
    """Someone under the share that the course asks, or absent several half-days in a row.

    `rate` and `threshold` in per cent of the minutes; `rate` None before the first register.
    """

    cohort_id: int
    cohort: Mapping[str, str]
    enrolment_id: int
    name: PersonName
    rate: Decimal | None
    threshold: Decimal
    misses_in_a_row: bool


@dataclass(frozen=True)
class _HalfDay:
    id: int
    held_on: date
    minutes: int


@dataclass
class _Person:
    """A place of today, and those of its lines that are not simply present."""

    cohort_id: int
    cohort: Mapping[str, str]
    threshold: Decimal
    name: PersonName
    spans: set[DateSpan]
    # By half-day; a status of None: its closed register does not mention the person.
    exceptions: dict[int, tuple[AttendanceStatus | None, int, int]]


def list_low_attendance(actor: Actor, now: datetime) -> Sequence[LowAttendance]:
    """People of today in running cohorts the actor works with, the lowest share first.

    Two queries, whatever the number of people and half-days: whoever was present from start to
    end, which is nearly everyone, is not read line by line.
    """
    today = school_day(now)
    cohorts = _running(actor, today)
    half_days = _closed(cohorts)
    found = []
    for enrolment_id, person in _people(cohorts, today).items():
        lines = [
            _line(half_day, person.exceptions)
            for half_day in half_days.get(person.cohort_id, ())
            if is_expected(half_day.held_on, person.spans)
        ]
        rate = summarise(lines).rate
        misses = is_missing_in_a_row(line.status for line in lines)
        if misses or (rate is not None and rate < person.threshold):
            found.append(
                LowAttendance(
                    person.cohort_id,
                    person.cohort,
                    enrolment_id,
                    person.name,
                    rate,
                    person.threshold,
                    misses,
                )
            )
    return sorted(found, key=lambda low: (low.rate or Decimal(0), low.name.latin))


def count_undecided(actor: Actor, now: datetime) -> int:
    """Announced absences of running cohorts that wait for a decision of the actor; one query."""
    statement = (
        select(func.count(AbsenceNotice.id))
        .join(Enrolment, Enrolment.id == AbsenceNotice.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(
            AbsenceNotice.withdrawn_at.is_(None),
            AbsenceNotice.decided_at.is_(None),
            Cohort.ends_on >= school_day(now),
            in_cohorts_of(actor),
        )
    )
    return db.session.scalar(statement) or 0


def _running(actor: Actor, today: date) -> ColumnElement[bool]:
    sees_all = actor.has(Role.ADMINISTRATOR) or actor.has(Role.HEAD_OF_STUDIES)
    mine = true() if sees_all else Cohort.id.in_(actor.teaches)
    return mine & (Cohort.starts_on <= today) & (Cohort.ends_on >= today)


def _closed(cohorts: ColumnElement[bool]) -> Mapping[int, Sequence[_HalfDay]]:
    """Half-days with a closed register by cohort, in order; one query."""
    rows = db.session.execute(
        select(
            TrainingSession.cohort_id,
            TrainingSession.id,
            TrainingSession.held_on,
            Register.actual_starts_at,
            Register.actual_ends_at,
        )
        .join(Register, Register.training_session_id == TrainingSession.id)
        .join(Cohort, Cohort.id == TrainingSession.cohort_id)
        .where(cohorts, Register.closed_at.is_not(None), TrainingSession.cancelled_at.is_(None))
        .order_by(TrainingSession.starts_at)
    )
    found: dict[int, list[_HalfDay]] = {}
    for cohort_id, key, held_on, began, ended in rows:
        half_day = _HalfDay(key, held_on, minutes_between(began, ended))
        found.setdefault(cohort_id, []).append(half_day)
    return found


def _people(cohorts: ColumnElement[bool], today: date) -> Mapping[int, _Person]:
    """Everyone with a place today, by enrolment, with their periods and exceptions; one query."""
    period = aliased(EnrolmentPeriod)
    record = AttendanceRecord
    exception = (
        select(
            Enrolment.id.label("enrolment_id"),
            TrainingSession.id.label("half_day_id"),
            record.status,
            record.minutes_late,
            record.minutes_left_early,
        )
        .select_from(Enrolment)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(TrainingSession, TrainingSession.cohort_id == Cohort.id)
        .join(Register, Register.training_session_id == TrainingSession.id)
        .outerjoin(
            record,
            (record.training_session_id == TrainingSession.id)
            & (record.enrolment_id == Enrolment.id),
        )
        .where(
            cohorts,
            Register.closed_at.is_not(None),
            TrainingSession.cancelled_at.is_(None),
            or_(
                record.status.is_(None),
                record.status != AttendanceStatus.PRESENT,
                record.minutes_left_early > 0,
            ),
        )
        .subquery()
    )
    has_place = (
        select(EnrolmentPeriod.id)
        .where(
            EnrolmentPeriod.enrolment_id == Enrolment.id,
            EnrolmentPeriod.starts_on <= today,
            or_(EnrolmentPeriod.ends_on.is_(None), EnrolmentPeriod.ends_on >= today),
        )
        .exists()
    )
    rows = db.session.execute(
        select(
            Enrolment.id,
            Cohort.id,
            Cohort.name,
            Cohort.name_ar,
            Curriculum.course_attendance_share,
            User.given_name_lat,
            User.family_name_lat,
            User.given_name_ar,
            User.family_name_ar,
            period.starts_on,
            period.ends_on,
            exception.c.half_day_id,
            exception.c.status,
            exception.c.minutes_late,
            exception.c.minutes_left_early,
        )
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Curriculum, Curriculum.id == Cohort.curriculum_id)
        .join(User, User.id == Enrolment.trainee_id)
        .join(period, period.enrolment_id == Enrolment.id)
        .outerjoin(exception, exception.c.enrolment_id == Enrolment.id)
        .where(cohorts, has_place)
    )
    people: dict[int, _Person] = {}
    for key, cohort_id, name, name_ar, threshold, *rest in rows:
        *words, starts_on, ends_on, half_day_id, status, late, early = rest
        person = people.get(key)
        if person is None:
            names = {"fr": name, "ar": name_ar}
            person = _Person(cohort_id, names, threshold, PersonName(*words), set(), {})
            people[key] = person
        person.spans.add(DateSpan(starts_on, ends_on))
        if half_day_id is not None:
            person.exceptions[half_day_id] = (status, late or 0, early or 0)
    return people


def _line(
    half_day: _HalfDay, exceptions: Mapping[int, tuple[AttendanceStatus | None, int, int]]
) -> HalfDayLine:
    written = exceptions.get(half_day.id, (AttendanceStatus.PRESENT, 0, 0))
    return HalfDayLine(half_day.minutes, *written)
