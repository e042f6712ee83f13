"""Roles for the whole school between two dates, and why the last administrator stays."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from ecopter.shared.text import N_

HOLDS_ROLE = N_("This person holds this role already between these days.")
BEGINS_IN_PAST = N_("A role begins today or later: nobody had these rights before.")
ENDS_BEFORE_BEGIN = N_("The last day is before the first.")
ENDS_IN_PAST = N_("Choose today or a later day, or leave the day empty to end the role at once.")
ENDS_EARLIER = N_("This role ends earlier already. Give it again for the days after that.")
ROLE_OVER = N_("This role has ended already.")
LAST_ADMINISTRATOR = N_(
    "The school would be left without an administrator. Give the role to someone else first."
)
NOT_ONESELF = N_("Nobody does this to their own account. Ask another administrator.")


class DeactivationReason(StrEnum):
    """Why somebody can no longer sign in; a short word, because the trail keeps no free text."""

    LEFT = "left"
    OWN_WISH = "own_wish"
    DUPLICATE = "duplicate"
    SECURITY = "security"
    OTHER = "other"


class PersonState(StrEnum):
    """What the office looks for in the list of people."""

    ACTIVE = "active"
    DEACTIVATED = "deactivated"
    NEVER_SIGNED_IN = "never_signed_in"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True)
class Term:
    """The days of a role, both included; `until_on` None while no end is planned."""

    from_on: date
    until_on: date | None = None

    def runs_on(self, day: date) -> bool:
        return self.from_on <= day and not self.is_over(day)

    def is_over(self, day: date) -> bool:
        return self.until_on is not None and self.until_on < day

    def outlasts(self, other: "Term") -> bool:
        """Whether it runs at least as long as the other."""
        return self.until_on is None or (
            other.until_on is not None and self.until_on >= other.until_on
        )

    def overlaps(self, other: "Term") -> bool:
        return not (self.is_over(other.from_on) or other.is_over(self.from_on))


def term_fault(wanted: Term, held: Iterable[Term], today: date) -> str | None:
    """The sentence that says why a role cannot be given for these days; None when it can."""
    if wanted.from_on < today:
        return BEGINS_IN_PAST
    if wanted.is_over(wanted.from_on):
        return ENDS_BEFORE_BEGIN
    if any(wanted.overlaps(term) for term in held):
        return HOLDS_ROLE
    return None


def end_fault(term: Term, last_day: date | None, today: date) -> str | None:
    """The sentence that says why a role cannot end on a day (None: at once)."""
    if term.is_over(today):
        return ROLE_OVER
    if last_day is None:
        return None
    if last_day < today:
        return ENDS_IN_PAST
    if term.is_over(last_day):
        return ENDS_EARLIER
    return ENDS_BEFORE_BEGIN if last_day < term.from_on else None


def ended(term: Term, last_day: date | None, today: date) -> Term | None:
    """The term as it ends; None when it never ran a whole day and leaves no days behind."""
    last = today - timedelta(days=1) if last_day is None else last_day
    return Term(term.from_on, last) if last >= term.from_on else None


def leaves_an_administrator(leaving: Term, others: Iterable[Term], today: date) -> bool:
    """Whether somebody else administers the school today, for at least as long."""
    return any(other.runs_on(today) and other.outlasts(leaving) for other in others)
