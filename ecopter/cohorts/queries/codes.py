"""Reading who a one-time code is for."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from ecopter.authorization.policy import Scope
from ecopter.cohorts.models import CohortInstructor
from ecopter.cohorts.queries.places import get_enrolment
from ecopter.db import db
from ecopter.people.models import User
from ecopter.people.queries import has_school_role
from ecopter.platform.clock import school_day
from ecopter.shared.errors import NotFound


@dataclass(frozen=True)
class CodeTarget:
    """Someone to give a code to. Whoever works for the school gets theirs from the office."""

    user: User
    cohort_id: int
    scope: Scope


def get_code_target(cohort_id: int, enrolment_id: int, now: datetime) -> CodeTarget:
    enrolment = get_enrolment(enrolment_id)
    if enrolment.cohort_id != cohort_id:
        raise NotFound
    trainee = enrolment.trainee
    works_here = has_school_role(trainee.id, now=now) or _teaches(trainee.id, now=now)
    # A code for a colleague would be a way into the colleague's rights.
    scope = Scope(cohort_id=cohort_id, is_colleague=works_here)
    return CodeTarget(trainee, cohort_id, scope)


def _teaches(user_id: int, *, now: datetime) -> bool:
    """Whether someone teaches any cohort, today or from a later day on; one query."""
    today = school_day(now)
    row = select(CohortInstructor.id).where(
        CohortInstructor.user_id == user_id,
        or_(CohortInstructor.until_on.is_(None), CohortInstructor.until_on >= today),
    )
    return db.session.scalar(row.limit(1)) is not None
