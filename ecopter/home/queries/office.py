"""The school at a glance: its cohorts, what should worry the office, and how it is set up."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select

from ecopter.assessment.queries.grading import get_waiting
from ecopter.attendance.models import Register
from ecopter.attendance.queries.alerts import LowAttendance, list_low_attendance
from ecopter.authorization.policy import Actor, Permission, Role, may
from ecopter.certificates.queries.readiness import Readiness, count_ready
from ecopter.cohorts.models import Cohort, CohortInstructor, Enrolment
from ecopter.cohorts.queries import CohortLine, list_cohorts
from ecopter.db import db
from ecopter.home.rules import LONGEST_WAIT, MOST_COHORTS, SetUpStep, is_at_hand
from ecopter.people.models import User, UserRole
from ecopter.platform.clock import school_day
from ecopter.school.models import School, Site
from ecopter.shared.dates import minutes_between
from ecopter.timetable.models import TrainingSession

# Whoever directs the school sees the work of every cohort, be it to hurry those who grade.
ALL_WORK = Actor(roles=frozenset({Role.HEAD_OF_STUDIES}))


@dataclass(frozen=True)
class CohortGlance:
    """A cohort that runs, begins soon or ended lately; `held_minutes` of closed registers."""

    cohort: CohortLine
    readiness: Readiness
    held_minutes: int


@dataclass(frozen=True)
class OldWork:
    """Hand-ins of one cohort that have waited too long; `since` when the oldest came."""

    cohort_code: str
    count: int
    since: datetime


@dataclass(frozen=True)
class Office:
    """`steps` says what of the set-up is done; empty once a cohort has people and half-days."""

    cohorts: Sequence[CohortGlance]
    low_attendance: Sequence[LowAttendance]
    old_work: Sequence[OldWork]
    steps: Mapping[SetUpStep, bool]
    directs: bool

    @property
    def unregistered(self) -> Sequence[CohortGlance]:
        return [glance for glance in self.cohorts if glance.readiness.unregistered]

    @property
    def unconfirmed(self) -> Sequence[CohortGlance]:
        return [glance for glance in self.cohorts if glance.readiness.unconfirmed]

    @property
    def ready(self) -> Sequence[CohortGlance]:
        return [glance for glance in self.cohorts if glance.readiness.ready]

    @property
    def is_calm(self) -> bool:
        return not (self.low_attendance or self.old_work or self.unregistered or self.unconfirmed)


def get_office(actor: Actor, now: datetime) -> Office:
    """A fixed number of queries; the set-up and the work of everyone are for who directs."""
    directs = may(actor, Permission.PERSON_LIST)
    today = school_day(now)
    lines = [
        line
        for line in list_cohorts(actor, 1).items
        if is_at_hand(line.starts_on, line.ends_on, today)
    ][:MOST_COHORTS]
    ids = [line.id for line in lines]
    ready, held = count_ready(ids, now), held_minutes(ids)
    return Office(
        cohorts=[
            CohortGlance(line, ready[line.id], held.get(line.id, 0))
            for line in lines
            if line.id in ready
        ],
        low_attendance=list_low_attendance(actor, now),
        old_work=list_old_work(now) if directs else (),
        steps=set_up() if directs else {},
        directs=directs,
    )


def held_minutes(cohort_ids: Collection[int]) -> Mapping[int, int]:
    """Minutes really held, by cohort, of half-days with a closed register; one query."""
    found: dict[int, int] = {}
    rows = db.session.execute(
        select(TrainingSession.cohort_id, Register.actual_starts_at, Register.actual_ends_at)
        .join(Register, Register.training_session_id == TrainingSession.id)
        .where(
            TrainingSession.cohort_id.in_(cohort_ids),
            TrainingSession.cancelled_at.is_(None),
            Register.closed_at.is_not(None),
        )
    )
    for cohort_id, began, ended in rows:
        found[cohort_id] = found.get(cohort_id, 0) + minutes_between(began, ended)
    return found


def list_old_work(now: datetime) -> Sequence[OldWork]:
    """Cohorts in which work waits too long, the oldest first; two queries.

    Counts the oldest hand-ins of the whole school, as many as a page of the list holds.
    """
    found: dict[str, OldWork] = {}
    for work in get_waiting(ALL_WORK, cohort_id=None, number=1).page.items:
        if work.submitted_at <= now - LONGEST_WAIT:
            before = found.get(work.cohort_code)
            since = before.since if before else work.submitted_at
            count = before.count + 1 if before else 1
            found[work.cohort_code] = OldWork(work.cohort_code, count, since)
    return list(found.values())


def set_up() -> Mapping[SetUpStep, bool]:
    """Which steps towards a first half-day are done; empty when all are. One query."""
    is_enrolled = exists().where(Enrolment.trainee_id == User.id)
    has_role = exists().where(UserRole.user_id == User.id)
    teacher = exists().where(User.deactivated_at.is_(None), ~is_enrolled, ~has_role)
    done = db.session.execute(
        select(
            exists().where(School.address != "", School.signatory_name != ""),
            exists().where(Site.closed_at.is_(None)),
            exists().where(CohortInstructor.id.is_not(None)) | teacher,
            exists().where(Cohort.id.is_not(None)),
            exists().where(Enrolment.id.is_not(None)),
            exists().where(TrainingSession.id.is_not(None)),
            exists().where(Enrolment.cohort_id == TrainingSession.cohort_id),
        )
    ).one()
    *steps, is_running = done
    return {} if is_running else dict(zip(SetUpStep, steps, strict=True))
