"""The vocabulary of what is taught, and the thresholds a school may set."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Track(StrEnum):
    TERROIR = "terroir"
    LEADERSHIP = "leadership"


@dataclass(frozen=True)
class Thresholds:
    """Editable data of a curriculum (Annexe 1 of the course). Shares are in per cent."""

    quiz_pass_share: Decimal
    quiz_attempts: int
    module_attendance_share: Decimal
    course_attendance_share: Decimal
    # Attended minutes over the curriculum's planned minutes: half a course is not enough.
    hours_share: Decimal
    # A second try at an exercise counts at most this level (1 to 4).
    second_try_level: int
