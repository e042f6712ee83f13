"""What a cohort is on a day, and the code of a new one."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum
from itertools import count

from ecopter.curricula.rules import Track

PREFIX = {Track.TERROIR: "ECO", Track.LEADERSHIP: "DIR"}


class CohortState(StrEnum):
    COMING = "coming"
    RUNNING = "running"
    ENDED = "ended"


def cohort_state(day: date, starts_on: date, ends_on: date) -> CohortState:
    """Both the first and the last day belong to the cohort."""
    if day < starts_on:
        return CohortState.COMING
    return CohortState.RUNNING if day <= ends_on else CohortState.ENDED


def next_code(track: Track, year: int, taken: Collection[str]) -> str:
    """`ECO-2027`, and for a second cohort of the same year `ECO-2027-2`."""
    first = f"{PREFIX[track]}-{year}"
    if first not in taken:
        return first
    return next(code for number in count(2) if (code := f"{first}-{number}") not in taken)
