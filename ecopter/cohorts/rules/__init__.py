"""Cohorts, places in them, and lists of people pasted from a spreadsheet."""

from ecopter.cohorts.rules.cohorts import CohortState, cohort_state, next_code
from ecopter.cohorts.rules.places import Category, EnrolmentState, is_expected, state_on

__all__ = [
    "Category",
    "CohortState",
    "EnrolmentState",
    "cohort_state",
    "is_expected",
    "next_code",
    "state_on",
]
