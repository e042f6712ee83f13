"""Who of a cohort can be given a code: everyone but colleagues and closed accounts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import or_, select

from ecopter.authorization.policy import Scope
from ecopter.cohorts.models import Cohort, CohortInstructor
from ecopter.cohorts.queries.cohorts import get_cohort
from ecopter.cohorts.queries.places import list_enrolments
from ecopter.cohorts.rules import EnrolmentState, state_on
from ecopter.db import db
from ecopter.people.models import User
from ecopter.people.queries import list_colleagues
from ecopter.platform.clock import school_day


class SlipBar(StrEnum):
    """Why there is no slip for someone."""

    COLLEAGUE = "colleague"
    DEACTIVATED = "deactivated"


@dataclass(frozen=True)
class SlipLine:
    enrolment_id: int
    user: User
    state: EnrolmentState
    bar: SlipBar | None

    @property
    def has_password(self) -> bool:
        return self.user.password_hash is not None

    @property
    def is_preselected(self) -> bool:
        """Whoever is of the cohort, or will be, and has never been able to come in."""
        present = self.state in {EnrolmentState.ACTIVE, EnrolmentState.PLANNED}
        return present and self.bar is None and not self.has_password


@dataclass(frozen=True)
class SlipSheet:
    """The people of a cohort, by family name, with whoever can be given a code."""

    cohort: Cohort
    lines: tuple[SlipLine, ...]

    @property
    def scope(self) -> Scope:
        return Scope(cohort_id=self.cohort.id)

    def chosen(self, enrolment_ids: Collection[int]) -> list[User] | None:
        """The people of some places; None when one of them gets no slip here."""
        free = {line.enrolment_id: line.user for line in self.lines if line.bar is None}
        if not free.keys() >= set(enrolment_ids):
            return None
        return [user for place, user in free.items() if place in enrolment_ids]


def get_slip_sheet(cohort_id: int, now: datetime) -> SlipSheet:
    """Five queries, whatever the size of the cohort; raises `NotFound`."""
    cohort = get_cohort(cohort_id)
    enrolments = list_enrolments(cohort_id)
    ids = [enrolment.trainee_id for enrolment in enrolments]
    # A code for a colleague would be a way into the colleague's rights.
    colleagues = list_colleagues(ids, now=now) | _list_teaching(ids, now=now)
    today = school_day(now)
    lines = tuple(
        SlipLine(
            enrolment.id,
            enrolment.trainee,
            state_on(today, enrolment.spans, cohort.ends_on),
            _bar(enrolment.trainee, colleagues),
        )
        for enrolment in enrolments
    )
    return SlipSheet(cohort, lines)


def _bar(user: User, colleagues: Collection[int]) -> SlipBar | None:
    if user.deactivated_at is not None:
        return SlipBar.DEACTIVATED
    return SlipBar.COLLEAGUE if user.id in colleagues else None


def _list_teaching(user_ids: Collection[int], *, now: datetime) -> set[int]:
    """Those of some people who teach any cohort, today or from a later day on; one query."""
    today = school_day(now)
    rows = select(CohortInstructor.user_id).where(
        CohortInstructor.user_id.in_(user_ids),
        or_(CohortInstructor.until_on.is_(None), CohortInstructor.until_on >= today),
    )
    return set(db.session.scalars(rows))
