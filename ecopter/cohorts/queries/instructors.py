"""Reading who teaches a cohort, and who could."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select

from ecopter.authorization.policy import Scope
from ecopter.cohorts.models import Cohort, CohortInstructor, Enrolment
from ecopter.cohorts.queries.cohorts import InstructorLine, get_cohort, list_instructors
from ecopter.db import db
from ecopter.people.models import User
from ecopter.platform.clock import school_day
from ecopter.shared.errors import NotFound


@dataclass(frozen=True)
class Teaching:
    """Who teaches a cohort, to change it."""

    cohort: Cohort
    instructors: tuple[InstructorLine, ...]
    today: date

    @property
    def scope(self) -> Scope:
        return Scope(cohort_id=self.cohort.id)


def get_teaching(cohort_id: int, now: datetime) -> Teaching:
    """Two queries. Raises NotFound."""
    cohort = get_cohort(cohort_id)
    return Teaching(cohort, tuple(list_instructors(cohort_id)), school_day(now))


@dataclass(frozen=True)
class TeachingEnd:
    """Someone who teaches a cohort, to end it."""

    teaching: Teaching
    user_id: int

    @property
    def scope(self) -> Scope:
        return self.teaching.scope


def get_teaching_end(cohort_id: int, instructor_id: int, now: datetime) -> TeachingEnd:
    """Two queries. Raises NotFound, also for somebody who never taught the cohort."""
    teaching = get_teaching(cohort_id, now)
    if all(line.user_id != instructor_id for line in teaching.instructors):
        raise NotFound
    return TeachingEnd(teaching, instructor_id)


def list_teaching_rows(cohort_id: int, user_id: int) -> list[CohortInstructor]:
    """The rows of one person in one cohort, earliest first; one query."""
    return list(
        db.session.scalars(
            select(CohortInstructor)
            .where(CohortInstructor.cohort_id == cohort_id, CohortInstructor.user_id == user_id)
            .order_by(CohortInstructor.from_on)
        )
    )


def list_teachers_from(cohort_id: int, user_ids: Collection[int], day: date) -> set[int]:
    """Those of some people who teach the cohort on a day or later; one query, none for nobody."""
    if not user_ids:
        return set()
    rows = select(CohortInstructor.user_id).where(
        CohortInstructor.cohort_id == cohort_id,
        CohortInstructor.user_id.in_(user_ids),
        or_(CohortInstructor.until_on.is_(None), CohortInstructor.until_on >= day),
    )
    return set(db.session.scalars(rows))


def has_place(cohort_id: int, user_id: int) -> bool:
    """Whether someone learns, or learnt, in the cohort; one query."""
    row = select(Enrolment.id).where(
        Enrolment.cohort_id == cohort_id, Enrolment.trainee_id == user_id
    )
    return db.session.scalar(row) is not None


def find_open_account(user_id: int) -> User | None:
    """An account that is not closed; one query."""
    return db.session.scalar(select(User).where(User.id == user_id, User.deactivated_at.is_(None)))
