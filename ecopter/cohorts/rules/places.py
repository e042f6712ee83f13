"""When a place in a cohort is held, and which half-days it expects."""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum

from ecopter.shared.dates import DateSpan


class EnrolmentState(StrEnum):
    PLANNED = "planned"
    ACTIVE = "active"
    WITHDRAWN = "withdrawn"
    COMPLETED = "completed"


class Category(StrEnum):
    """What a person does in life: one list for both countries (funders ask for it)."""

    EMPLOYEE = "employee"
    JOBSEEKER = "jobseeker"
    STUDENT = "student"
    SELF_EMPLOYED = "self_employed"
    FARMER = "farmer"
    COOPERATIVE_MEMBER = "cooperative_member"
    VOLUNTEER = "volunteer"
    INACTIVE = "inactive"
    OTHER = "other"


def is_expected(day: date, periods: Iterable[DateSpan]) -> bool:
    """A trainee is expected at a half-day only while a period of theirs runs."""
    return any(day in period for period in periods)


def state_on(day: date, periods: Sequence[DateSpan], cohort_ends_on: date) -> EnrolmentState:
    """What a place is on a day: periods are in order, and the last one decides after its end."""
    if any(day in period for period in periods):
        return EnrolmentState.ACTIVE
    if not periods or day < periods[0].first:
        return EnrolmentState.PLANNED
    last = periods[-1].last
    if last is not None and last < cohort_ends_on:
        return EnrolmentState.WITHDRAWN
    return EnrolmentState.COMPLETED
