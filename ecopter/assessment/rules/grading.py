"""From the levels of a rubric to a mark on twenty; the course's Annexe 1 is the source."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from ecopter.shared.grade import round_grade

LEVELS = (1, 2, 3, 4)
POINTS_PER_LEVEL = 5
LONGEST_COMMENT = 4_000
LONGEST_REASON = 200


@dataclass(frozen=True)
class Judgement:
    """What a grader says of one work: levels by criterion id, or a reason to excuse, and words."""

    levels: Mapping[int, int]
    excused_reason: str = ""
    comment: str = ""

    @property
    def is_excused(self) -> bool:
        return bool(self.excused_reason)


@dataclass(frozen=True)
class Working:
    """How a mark was worked out, for the page that shows it. `mean` is rounded for reading only."""

    levels: tuple[int, ...]
    mean: Decimal
    mark: Decimal


def mark_of(levels: Collection[int]) -> Decimal:
    """Mean of the levels (1 to 4) times five, on 0-20, rounded half up to a tenth, once.

    Raises ValueError without levels: nothing judged is no mark at all.
    """
    if not levels:
        raise ValueError("no level to take the mean of")
    return round_grade(Decimal(sum(levels)) * POINTS_PER_LEVEL / len(levels))


def working(levels: Collection[int]) -> Working:
    """The mean, to two decimals for reading, and the mark, from the exact mean."""
    mean = (Decimal(sum(levels)) / len(levels)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return Working(tuple(levels), mean, mark_of(levels))


def level_cap(second_try_level: int, *, marked_before: bool) -> int | None:
    """The highest level that counts (Annexe 1, "Rattrapage"); None where nothing limits.

    A second try is one that follows a marked try; an excused one was no try.
    """
    return second_try_level if marked_before and second_try_level < max(LEVELS) else None


def was_marked_before(trail: Iterable[tuple[int, bool]], attempt: int) -> bool:
    """Was an earlier attempt given a mark? `trail`: (attempt, has a mark), oldest first.

    The last judgement of an attempt decides: a mark that was turned into an excuse is none.
    """
    return any(has_mark for number, has_mark in dict(trail).items() if number < attempt)


def capped(levels: Mapping[int, int], cap: int | None) -> dict[int, int]:
    """The levels that count, by criterion id."""
    return {key: level if cap is None else min(level, cap) for key, level in levels.items()}
