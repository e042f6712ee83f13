"""Whether an exercise may still be handed in, and as which attempt and version."""

from dataclasses import dataclass
from enum import StrEnum

MOST_FILES = 10
LONGEST_TEXT = 20_000


class Refusal(StrEnum):
    GRADED = "graded"
    EXCUSED = "excused"
    # Judged, and not published yet: the trainee learns no more than that it is being looked at.
    UNDER_REVIEW = "under_review"


@dataclass(frozen=True)
class History:
    """One person's exercise so far: numbers of the latest attempt and version, 0 before any."""

    attempt: int = 0
    version: int = 0
    # The highest attempt with a grade, published or not.
    graded_attempt: int = 0
    is_excused: bool = False
    # Whether the judgement that holds is published.
    is_published: bool = True
    # How often someone has given another go.
    reopenings: int = 0


@dataclass(frozen=True)
class Place:
    """Where the next hand-in goes. A version above 1 replaces the one before."""

    attempt: int
    version: int

    @property
    def replaces(self) -> bool:
        return self.version > 1


def next_place(history: History) -> Place | Refusal:
    """The open attempt, or why there is none.

    Until it is graded a hand-in is replaced by a new version of the same attempt; afterwards
    only a reopening gives the next attempt. What a judgement says is not told before it is
    published.
    """
    attempt = open_attempt(history)
    if attempt is None and not history.is_published:
        return Refusal.UNDER_REVIEW
    if attempt is None:
        return Refusal.EXCUSED if history.is_excused else Refusal.GRADED
    same = attempt == history.attempt
    return Place(attempt, history.version + 1 if same else 1)


def open_attempt(history: History) -> int | None:
    """The attempt that waits for work or for a grade; None when all are graded."""
    if history.graded_attempt == 0 or history.attempt > history.graded_attempt:
        return max(history.attempt, 1)
    if history.graded_attempt <= history.reopenings:
        return history.graded_attempt + 1
    return None
