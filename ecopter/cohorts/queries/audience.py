"""Reading who a word to a cohort reaches."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from ecopter.authorization.policy import Scope
from ecopter.cohorts.models import Cohort
from ecopter.cohorts.queries.cohorts import get_cohort
from ecopter.cohorts.queries.places import list_members
from ecopter.db import db
from ecopter.notices.models import Notice
from ecopter.notices.rules import NoticeEvent


@dataclass(frozen=True)
class Audience:
    """A cohort and how many people in it are told."""

    cohort: Cohort
    people: int

    @property
    def scope(self) -> Scope:
        return Scope(cohort_id=self.cohort.id)


def get_audience(cohort_id: int, now: datetime) -> Audience:
    """Two queries. Raises NotFound."""
    return Audience(get_cohort(cohort_id), len(list_members(cohort_id, now)))


def was_told(user_id: int, words: Mapping[str, object], since: datetime) -> bool:
    """Whether someone was told these very words since then; one query."""
    told = db.session.scalars(
        select(Notice.facts).where(
            Notice.user_id == user_id,
            Notice.event == NoticeEvent.ANNOUNCEMENT,
            Notice.at >= since,
        )
    )
    return any(facts == words for facts in told)
