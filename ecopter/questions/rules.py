"""Kinds of questions, and when an answer is right (Annexe 1 of the course)."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

# Decimal signs (comma, Arabic comma and decimal separator) become a point; minus signs a hyphen;
# the Arabic and Swiss signs between thousands, and marks of writing direction, go.
_SIGNS = str.maketrans(
    {
        ",": ".",
        "،": ".",
        "٫": ".",
        "−": "-",
        "–": "-",
        "٬": None,
        "'": None,
        "’": None,
        "\u200e": None,
        "\u200f": None,
        "\u061c": None,
    }
)
_NUMBER = re.compile(r"[+-]?(\d{1,20}(\.\d{0,20})?|\.\d{1,20})", re.ASCII)


class QuestionKind(StrEnum):
    SINGLE = "single"
    MULTIPLE = "multiple"
    NUMERIC = "numeric"


@dataclass(frozen=True)
class AnswerKey:
    """What is right: positions of the right options, or a value and its tolerance."""

    kind: QuestionKind
    right_options: frozenset[int] = frozenset()
    value: Decimal | None = None
    tolerance: Decimal = Decimal(0)


def parse_number(typed: str) -> Decimal | None:
    """A number as people type it: comma or point, spaces between thousands, any digit script.

    None when it is anything else: words, a unit, two decimal signs, powers of ten, infinity.
    """
    plain = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in typed)
    plain = "".join(c for c in plain if not c.isspace()).translate(_SIGNS)
    return Decimal(plain) if _NUMBER.fullmatch(plain) else None


def is_right(key: AnswerKey, chosen: Sequence[int] = (), number: Decimal | None = None) -> bool:
    """Multiple choice counts only when every box is right; a number within its tolerance."""
    if key.kind is QuestionKind.NUMERIC:
        if number is None or key.value is None:
            return False
        return abs(number - key.value) <= key.tolerance
    return frozenset(chosen) == key.right_options
