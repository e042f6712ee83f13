"""The second step of signing in: six digits from a phone, or a recovery code from paper.

Digits follow RFC 6238 with its defaults: six of them, a new code every 30 seconds.
"""

import unicodedata
from collections.abc import Callable
from datetime import date, datetime, timedelta

from ecopter.people.rules import CODE_LETTERS

DIGITS = 6
STEP_SECONDS = 30
# A phone whose clock is half a minute off, or a code typed as it changes.
LEEWAY_STEPS = 1
# RFC 4226 asks for 160 bits.
SECRET_BYTES = 20

RECOVERY_CODES = 10
# 16 of 30 letters are 78 bits: out of reach even for whoever holds a copy of their hashes.
RECOVERY_LENGTH = 16
FEW_CODES = 3

# How long the door stays half open between the password and the second step.
HALF_OPEN = timedelta(minutes=10)
# Whoever knows the password could try all day: at most 30 of a million codes.
STEP_WINDOW = timedelta(days=1)
MOST_FAILURES_OF_DAY = 30

REMINDED_AFTER = timedelta(days=30)


def plain_step_code(typed: str) -> str:
    """What was typed as it is compared: letters and digits 0-9 alone, in capitals."""
    letters = unicodedata.normalize("NFKC", typed).upper()
    digits = (str(unicodedata.digit(c)) if c.isdigit() else c for c in letters)
    return "".join(c for c in digits if c.isalnum())


def step_at(now: datetime) -> int:
    """The number of the 30 seconds in which an instant lies, counted from 1970."""
    return int(now.timestamp()) // STEP_SECONDS


def accepted_step(matches: Callable[[int], bool], now: datetime, last: int) -> int | None:
    """The newest step near now whose code was typed; None for a wrong one.

    No step up to `last`, the one accepted before, is accepted again, however long its code
    would still stand on the phone: nothing expires that would let it in once more.
    """
    present = step_at(now)
    near = range(present + LEEWAY_STEPS, present - LEEWAY_STEPS - 1, -1)
    return next((step for step in near if step > last and matches(step)), None)


def is_recovery_code(plain: str) -> bool:
    return len(plain) == RECOVERY_LENGTH and set(plain) <= set(CODE_LETTERS)


def in_groups(letters: str) -> str:
    """In groups of four, as one reads and copies them."""
    return " ".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def is_reminded(put_off_until: date | None, today: date) -> bool:
    return put_off_until is None or put_off_until <= today
