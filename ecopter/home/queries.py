"""What is next for one person, gathered from the features below."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from ecopter.assessment.queries.grading import count_waiting
from ecopter.attendance.queries.lists import Whose, get_desk, list_pending, list_today
from ecopter.attendance.rules import AttendanceSummary
from ecopter.authorization.policy import Actor, Role
from ecopter.certificates.models import Credential
from ecopter.cohorts.queries import CohortLine, list_cohorts
from ecopter.db import db
from ecopter.learning.queries import Path, get_path
from ecopter.shared.paging import Page
from ecopter.timetable.models import TrainingSession
from ecopter.timetable.queries import HalfDayLine

NEXT_HALF_DAYS = 3


@dataclass(frozen=True)
class Learner:
    """One place someone holds: the path, the hours, the next half-days, the papers."""

    path: Path
    hours: AttendanceSummary
    half_days: Sequence[TrainingSession]
    papers: int
    is_active: bool


@dataclass(frozen=True)
class Teacher:
    """Registers of today, registers that are missing, work that waits for a grade."""

    today: Sequence[HalfDayLine]
    pending: Page[HalfDayLine]
    waiting: int
    grades: bool


@dataclass(frozen=True)
class Home:
    """The parts stack on one page: nobody signs out to change hats."""

    learner: Learner | None
    teacher: Teacher | None
    cohorts: Sequence[CohortLine]


def get_home(actor: Actor, now: datetime) -> Home:
    return Home(
        learner=_learner(actor, now) if actor.enrolments else None,
        teacher=_teacher(actor, now) if actor.is_staff else None,
        cohorts=list_cohorts(actor, 1).items if actor.is_staff else (),
    )


def _learner(actor: Actor, now: datetime) -> Learner:
    """The place that runs, else the latest one held; seven queries."""
    enrolment_id = max(actor.active_enrolments or actor.enrolments)
    path = get_path(enrolment_id, now)
    return Learner(
        path=path,
        hours=path.hours.total,
        half_days=list_next(actor.enrolments[enrolment_id], now),
        papers=count_papers(enrolment_id),
        is_active=enrolment_id in actor.active_enrolments,
    )


def _teacher(actor: Actor, now: datetime) -> Teacher:
    desk = get_desk(actor, now)
    whose = Whose.MINE if actor.has(Role.INSTRUCTOR) else Whose.ALL
    today = list_today(desk, whose=whose)
    return Teacher(
        today=today,
        pending=list_pending(desk, 1, whose=whose, without=today),
        waiting=count_waiting(actor),
        grades=bool(actor.teaches) or actor.has(Role.HEAD_OF_STUDIES),
    )


def list_next(cohort_id: int, now: datetime) -> Sequence[TrainingSession]:
    """The next half-days of a cohort with their module and site; one query."""
    return db.session.scalars(
        select(TrainingSession)
        .options(joinedload(TrainingSession.module), joinedload(TrainingSession.site))
        .where(
            TrainingSession.cohort_id == cohort_id,
            TrainingSession.ends_at > now,
            TrainingSession.cancelled_at.is_(None),
        )
        .order_by(TrainingSession.starts_at)
        .limit(NEXT_HALF_DAYS)
    ).all()


def count_papers(enrolment_id: int) -> int:
    """Papers someone holds for a place and that still stand; one query."""
    counted = db.session.scalar(
        select(func.count(Credential.id)).where(
            Credential.enrolment_id == enrolment_id, Credential.is_live
        )
    )
    return counted or 0
