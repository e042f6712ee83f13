"""What places and teaching in a cohort give a right to."""

from datetime import date, datetime
from functools import cache

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Date,
    bindparam,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy import literal as value

from ecopter.authorization.policy import Role, Standing
from ecopter.cohorts.models import Cohort, CohortInstructor, Enrolment, EnrolmentPeriod
from ecopter.curricula.models import Curriculum
from ecopter.curricula.rules import Track
from ecopter.db import plain_rows
from ecopter.platform.clock import school_day


def roles_of(user_id: int, *, now: datetime) -> Standing:
    """Cohorts taught today, and every place held, now or once; one query."""
    asked = {"user_id": user_id, "today": school_day(now)}
    found = plain_rows(_roles(), asked)
    taught = frozenset(row.cohort_id for row in found if row.kind == "teaches")
    held = [row for row in found if row.kind == "place"]
    # A leader's rights come from a mandate; a place in their training is a place, no more.
    roles = {Role.INSTRUCTOR} if taught else set()
    roles |= {Role.TRAINEE for row in held if row.track != Track.LEADERSHIP}
    return Standing(
        roles=frozenset(roles),
        teaches=taught,
        enrolments={row.enrolment_id: row.cohort_id for row in held},
        active_enrolments=frozenset(row.enrolment_id for row in held if row.runs),
        leader_enrolments=frozenset(
            row.enrolment_id for row in held if row.track == Track.LEADERSHIP
        ),
    )


@cache
def _roles() -> CompoundSelect[str, int, int, int, str]:
    """Asked on every page: built once, since building costs more than asking."""
    user_id: BindParameter[int] = bindparam("user_id")
    today = bindparam("today", type_=Date)
    teaching = select(
        value("teaches").label("kind"),
        CohortInstructor.cohort_id.label("cohort_id"),
        value(0).label("enrolment_id"),
        value(1).label("runs"),
        value("").label("track"),
    ).where(CohortInstructor.user_id == user_id, *runs_on(CohortInstructor, today))
    running = (
        select(func.count())
        .select_from(EnrolmentPeriod)
        .where(
            EnrolmentPeriod.enrolment_id == Enrolment.id,
            EnrolmentPeriod.starts_on <= today,
            or_(EnrolmentPeriod.ends_on.is_(None), EnrolmentPeriod.ends_on >= today),
            Cohort.ends_on >= today,
        )
        .correlate(Enrolment, Cohort)
        .scalar_subquery()
    )
    places = (
        select(value("place"), Enrolment.cohort_id, Enrolment.id, running, Curriculum.track)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Curriculum, Curriculum.id == Cohort.curriculum_id)
        .where(Enrolment.trainee_id == user_id)
    )
    return union_all(teaching, places)


def runs_on(
    table: type[CohortInstructor], day: date | BindParameter[date]
) -> tuple[ColumnElement[bool], ...]:
    """The conditions under which a dated row holds on a day."""
    return (table.from_on <= day, or_(table.until_on.is_(None), table.until_on >= day))
