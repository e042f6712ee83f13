"""Reading who a word to a cohort reaches."""

from dataclasses import dataclass
from datetime import datetime

from ecopter.authorization.policy import Scope
from ecopter.cohorts.models import Cohort
from ecopter.cohorts.queries.cohorts import get_cohort
from ecopter.cohorts.queries.places import list_members


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
