"""What places and teaching in a cohort give a right to."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    ScalarSelect,
    String,
    func,
    literal,
    or_,
    select,
    type_coerce,
)

from ecopter.authorization.policy import Role, Standing
from ecopter.authorization.standing import TODAY, USER_ID, Right, Source
from ecopter.cohorts.models import Cohort, CohortInstructor, Enrolment, EnrolmentPeriod
from ecopter.curricula.models import Curriculum
from ecopter.curricula.rules import Track


def runs_on(
    table: type[CohortInstructor], day: date | BindParameter[date]
) -> tuple[ColumnElement[bool], ...]:
    """The conditions under which a dated row holds on a day."""
    return (table.from_on <= day, or_(table.until_on.is_(None), table.until_on >= day))


def _reading(rights: Sequence[Right]) -> Standing:
    taught = frozenset(right.within for right in rights if right.kind == "teaches")
    held = [right for right in rights if right.kind == "place"]
    leads = frozenset(right.about for right in held if right.words == Track.LEADERSHIP)
    # A leader's rights come from a mandate; a place in their training is a place, no more.
    roles = {Role.INSTRUCTOR} if taught else set()
    roles |= {Role.TRAINEE for right in held if right.about not in leads}
    return Standing(
        roles=frozenset(roles),
        teaches=taught,
        enrolments={right.about: right.within for right in held},
        active_enrolments=frozenset(right.about for right in held if right.runs),
        leader_enrolments=leads,
    )


def _running() -> ScalarSelect[int]:
    """How many periods of a place run today, while its cohort does."""
    return (
        select(func.count())
        .select_from(EnrolmentPeriod)
        .where(
            EnrolmentPeriod.enrolment_id == Enrolment.id,
            EnrolmentPeriod.starts_on <= TODAY,
            or_(EnrolmentPeriod.ends_on.is_(None), EnrolmentPeriod.ends_on >= TODAY),
            Cohort.ends_on >= TODAY,
        )
        .correlate(Enrolment, Cohort)
        .scalar_subquery()
    )


# Cohorts taught today, and every place held, now or once.
roles_of = Source(
    statements=(
        select(
            literal("teaches").label("kind"),
            literal(0).label("about"),
            CohortInstructor.cohort_id.label("within"),
            literal(1).label("runs"),
            literal("").label("words"),
        ).where(CohortInstructor.user_id == USER_ID, *runs_on(CohortInstructor, TODAY)),
        select(
            literal("place").label("kind"),
            Enrolment.id.label("about"),
            Enrolment.cohort_id.label("within"),
            _running().label("runs"),
            type_coerce(Curriculum.track, String).label("words"),
        )
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Curriculum, Curriculum.id == Cohort.curriculum_id)
        .where(Enrolment.trainee_id == USER_ID),
    ),
    reading=_reading,
)
