"""Absences that trainees announce: which can be, which half-days they cover, how they stand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from ecopter.shared.dates import DateSpan, HalfDay
from ecopter.shared.text import N_

LONGEST_DAYS = 31
# Somebody who lay ill writes when they are back on their feet.
AFTERWARDS = timedelta(days=7)


@dataclass(frozen=True)
class Absence:
    """From `first_day` to `last_day`, both included; `half_day` None: whole days."""

    first_day: date
    last_day: date
    half_day: HalfDay | None = None

    @property
    def days(self) -> int:
        """How many days of the calendar."""
        return (self.last_day - self.first_day).days + 1

    def covers(self, day: date, half_day: HalfDay) -> bool:
        """Whether someone is away at this half-day."""
        return self.first_day <= day <= self.last_day and self.half_day in (None, half_day)

    def overlaps(self, other: "Absence") -> bool:
        """A morning and the afternoon of the same day do not."""
        apart = self.last_day < other.first_day or other.last_day < self.first_day
        halves = {self.half_day, other.half_day}
        return not apart and (None in halves or len(halves) == 1)


class AbsenceState(StrEnum):
    UNDECIDED = "undecided"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


def state_of(*, is_accepted: bool | None, is_withdrawn: bool) -> AbsenceState:
    """What an absence is, now."""
    if is_withdrawn:
        return AbsenceState.WITHDRAWN
    if is_accepted is None:
        return AbsenceState.UNDECIDED
    return AbsenceState.ACCEPTED if is_accepted else AbsenceState.REFUSED


class AbsenceFault(StrEnum):
    """What is wrong with an absence that is announced."""

    ENDS_BEFORE_START = "ends_before_start"
    HALF_OF_SEVERAL_DAYS = "half_of_several_days"
    TOO_LONG = "too_long"
    BEFORE_COHORT = "before_cohort"
    AFTER_COHORT = "after_cohort"
    TOO_LATE = "too_late"
    OVERLAPS = "overlaps"


SENTENCES = {
    AbsenceFault.ENDS_BEFORE_START: N_("The last day must not be before the first."),
    AbsenceFault.HALF_OF_SEVERAL_DAYS: N_(
        "One half-day is on one day: choose the whole day, or the same first and last day."
    ),
    AbsenceFault.TOO_LONG: N_(
        "An absence is announced for 31 days at most. For longer, speak to the school's office."
    ),
    AbsenceFault.BEFORE_COHORT: N_("The training has not begun on that day."),
    AbsenceFault.AFTER_COHORT: N_("The training is over on that day."),
    AbsenceFault.TOO_LATE: N_(
        "This was more than 7 days ago. Tell your instructor: the register can still be corrected."
    ),
    AbsenceFault.OVERLAPS: N_(
        "You have announced an absence on these days already: see below. Withdraw it first."
    ),
}


def absence_faults(
    absence: Absence, *, today: date, course: DateSpan, others: Iterable[Absence]
) -> tuple[AbsenceFault, ...]:
    """Everything wrong with an absence announced `today`.

    `others` are those of the same person that still stand: neither withdrawn nor refused.
    """
    if absence.last_day < absence.first_day:
        return (AbsenceFault.ENDS_BEFORE_START,)
    faults = []
    if absence.half_day is not None and absence.days > 1:
        faults.append(AbsenceFault.HALF_OF_SEVERAL_DAYS)
    if absence.days > LONGEST_DAYS:
        faults.append(AbsenceFault.TOO_LONG)
    if absence.first_day < course.first:
        faults.append(AbsenceFault.BEFORE_COHORT)
    if course.last is not None and absence.last_day > course.last:
        faults.append(AbsenceFault.AFTER_COHORT)
    if today - absence.last_day > AFTERWARDS:
        faults.append(AbsenceFault.TOO_LATE)
    if any(absence.overlaps(other) for other in others):
        faults.append(AbsenceFault.OVERLAPS)
    return tuple(faults)


class DecisionFault(StrEnum):
    WITHDRAWN = "withdrawn"
    OWN = "own"
    DECIDED_MEANWHILE = "decided_meanwhile"
    REFUSED_WITHOUT_REASON = "refused_without_reason"


DECISION_SENTENCES = {
    DecisionFault.WITHDRAWN: N_("The trainee has withdrawn this absence."),
    DecisionFault.OWN: N_("Someone else decides about your own absence. Ask a colleague."),
    DecisionFault.DECIDED_MEANWHILE: N_(
        "Someone decided about this absence meanwhile: see above. Send again to decide otherwise."
    ),
    DecisionFault.REFUSED_WITHOUT_REASON: N_("Write why it is not accepted: the trainee reads it."),
}
