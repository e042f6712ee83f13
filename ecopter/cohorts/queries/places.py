"""Reading places in cohorts and their periods."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from ecopter.authorization.policy import Scope
from ecopter.cohorts.models import Cohort, Enrolment, EnrolmentPeriod
from ecopter.cohorts.rules import EnrolmentState, state_on
from ecopter.db import db
from ecopter.people.models import User
from ecopter.platform.clock import school_day
from ecopter.shared.errors import NotFound


def find_enrolment(enrolment_id: int) -> Enrolment | None:
    """A place with cohort, curriculum, trainee and periods; two queries."""
    return db.session.scalar(
        select(Enrolment)
        .options(
            joinedload(Enrolment.cohort).joinedload(Cohort.curriculum),
            joinedload(Enrolment.trainee),
            selectinload(Enrolment.periods),
        )
        .where(Enrolment.id == enrolment_id)
        .execution_options(populate_existing=True)
    )


def get_enrolment(enrolment_id: int) -> Enrolment:
    enrolment = find_enrolment(enrolment_id)
    if enrolment is None:
        raise NotFound
    return enrolment


def scope_of(enrolment: Enrolment) -> Scope:
    """Where a place belongs, for the policy."""
    return Scope(
        cohort_id=enrolment.cohort_id,
        enrolment_id=enrolment.id,
        owner_id=enrolment.trainee_id,
    )


def list_enrolments(cohort_id: int) -> list[Enrolment]:
    """Every place of a cohort, by family name, with trainee and periods; two queries."""
    found = db.session.scalars(
        select(Enrolment)
        .options(joinedload(Enrolment.trainee), selectinload(Enrolment.periods))
        .where(Enrolment.cohort_id == cohort_id)
        .order_by(Enrolment.id)
    )
    return sorted(found, key=lambda enrolment: enrolment.trainee.name.place_in_list)


@dataclass(frozen=True)
class Place:
    """A place to manage, with what it is today."""

    enrolment: Enrolment
    state: EnrolmentState

    @property
    def scope(self) -> Scope:
        return scope_of(self.enrolment)

    @property
    def may_leave(self) -> bool:
        """A period runs without an end: only such a one can be ended."""
        periods = self.enrolment.periods
        return bool(periods) and periods[-1].ends_on is None

    @property
    def may_return(self) -> bool:
        return self.state == EnrolmentState.WITHDRAWN


def get_place(cohort_id: int, enrolment_id: int, now: datetime) -> Place:
    enrolment = get_enrolment(enrolment_id)
    if enrolment.cohort_id != cohort_id:
        raise NotFound
    return Place(enrolment, state_on(school_day(now), enrolment.spans, enrolment.cohort.ends_on))


def hold_place(cohort_id: int, enrolment_id: int, now: datetime) -> Place:
    """The same for whoever is about to end a period or open one: others wait."""
    db.session.execute(select(Enrolment.id).where(Enrolment.id == enrolment_id).with_for_update())
    return get_place(cohort_id, enrolment_id, now)


def list_members(cohort_id: int, now: datetime) -> list[int]:
    """Ids of the people an announcement reaches: whoever is enrolled today or from a later day.

    Whoever left, has finished, or whose account is closed, is not among them; one query.
    """
    today = school_day(now)
    lasts = or_(EnrolmentPeriod.ends_on.is_(None), EnrolmentPeriod.ends_on >= today)
    return list(
        db.session.scalars(
            select(Enrolment.trainee_id)
            .join(Cohort, Cohort.id == Enrolment.cohort_id)
            .join(EnrolmentPeriod, EnrolmentPeriod.enrolment_id == Enrolment.id)
            .join(User, User.id == Enrolment.trainee_id)
            .where(
                Enrolment.cohort_id == cohort_id,
                Cohort.ends_on >= today,
                User.deactivated_at.is_(None),
                lasts,
            )
            .distinct()
            .order_by(Enrolment.trainee_id)
        )
    )
