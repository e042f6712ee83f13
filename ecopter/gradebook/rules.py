"""What a person can do, from the levels of their works; the course's Annexe 1 is the source."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from ecopter.assessment.rules.grading import POINTS_PER_LEVEL
from ecopter.shared.grade import round_grade

ACQUIRED_LEVEL = 3
IN_PROGRESS_LEVEL = 2


class CompetenceOutcome(StrEnum):
    ACQUIRED = "acquired"
    IN_PROGRESS = "in_progress"
    NOT_ACQUIRED = "not_acquired"
    NOT_ASSESSED = "not_assessed"


def outcome(levels_per_work: Iterable[Iterable[int]]) -> CompetenceOutcome:
    """The outcome over several works: the worst criterion of all of them decides.

    Each work gives the levels (1 to 4) of its latest published grade; works that are not judged,
    or excused, are left out by the caller. Nothing at all is "not assessed", never a failure.
    """
    return outcome_of_worst(
        min((level for work in levels_per_work for level in work), default=None)
    )


def outcome_of_worst(level: int | None) -> CompetenceOutcome:
    """Acquired when every criterion reaches 3, in progress when the lowest is 2."""
    if level is None:
        return CompetenceOutcome.NOT_ASSESSED
    if level >= ACQUIRED_LEVEL:
        return CompetenceOutcome.ACQUIRED
    if level >= IN_PROGRESS_LEVEL:
        return CompetenceOutcome.IN_PROGRESS
    return CompetenceOutcome.NOT_ACQUIRED


def mark_of_works(means: Sequence[Fraction]) -> Decimal:
    """The mark on 20 of several works, from the exact mean level (1 to 4) of each; rounded once.

    Raises ZeroDivisionError without a work: nothing judged is no mark at all.
    """
    mark = sum(means, Fraction()) * POINTS_PER_LEVEL / len(means)
    return round_grade(Decimal(mark.numerator) / Decimal(mark.denominator))
