"""Who may sign in, how long, and how many mistakes are forgiven."""

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from ecopter.shared.text import N_, fold

# NIST SP 800-63B-4: a password that stands alone has at least 15 characters.
PASSWORD_LENGTH = 15
PASSWORD_LONGEST = 128

OWN_PHONE = timedelta(days=30)
SHARED_PHONE = timedelta(hours=12)
SHARED_PHONE_IDLE = timedelta(hours=2)

CODE_LIFE = timedelta(hours=72)
# Without 0/O, 1/I/L and U: read aloud and copied by hand without mistakes.
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 8

# The day from which the present wording of the privacy notice stands; a later one is shown anew.
NOTICE_OF = date(2026, 11, 23)

FAILURE_WINDOW = timedelta(minutes=15)
MOST_FAILURES_OF_ACCOUNT = 10
ADDRESS_WINDOW = timedelta(hours=1)
MOST_FAILURES_OF_ADDRESS = 100
MOST_CODE_REQUESTS = 3

TOO_SHORT = N_("Use at least %(length)s characters: four words are easy to remember.")
TOO_LONG = N_("Use at most %(length)s characters.")
TOO_COMMON = N_("This password is among the first anyone would try. Choose four words of your own.")
CONTAINS_NAME = N_("The password contains the sign-in name. Choose words that are not your name.")

_COMMON = frozenset(
    {
        "motdepassemotdepasse",
        "passwordpassword",
        "azertyuiopazertyuiop",
        "qwertyuiopqwertyuiop",
        "123456789012345",
        "1234567890123456",
        "ecopterecopterecopter",
        "migrationsetdeveloppement",
    }
)


class Civility(StrEnum):
    """Chosen by the person; `NEUTRAL` prints the name alone."""

    MADAME = "madame"
    MONSIEUR = "monsieur"
    NEUTRAL = "neutral"


class SchoolRole(StrEnum):
    """Roles held for the whole school; the others follow from cohorts and mandates."""

    ADMINISTRATOR = "administrator"
    HEAD_OF_STUDIES = "head_of_studies"


class CodePurpose(StrEnum):
    PASSWORD = "password"  # noqa: S105 (a purpose, not a secret)


@dataclass(frozen=True)
class PersonName:
    """A name as the person writes it, in Latin letters and, when they have one, in Arabic."""

    given_lat: str
    family_lat: str
    given_ar: str = ""
    family_ar: str = ""

    @property
    def latin(self) -> str:
        return f"{self.given_lat} {self.family_lat}".strip()

    @property
    def arabic(self) -> str:
        return f"{self.given_ar} {self.family_ar}".strip()

    @property
    def place_in_list(self) -> tuple[str, str]:
        """By family name, then given name, accents and capitals aside: Aït Ali before Amrani."""
        return fold(self.family_lat), fold(self.given_lat)

    @property
    def initials(self) -> str:
        return (self.given_lat[:1] + self.family_lat[:1]).upper()


def password_fault(password: str, sign_in_name: str) -> str | None:
    """The sentence that says what is wrong with a new password; None when it will do."""
    if len(password) < PASSWORD_LENGTH:
        return TOO_SHORT
    if len(password) > PASSWORD_LONGEST:
        return TOO_LONG
    plain = "".join(password.casefold().split())
    if plain in _COMMON or len(set(plain)) < 5:
        return TOO_COMMON
    if len(sign_in_name) > 3 and sign_in_name.casefold() in plain:
        return CONTAINS_NAME
    return None


def is_blocked(failures_of_account: int, failures_of_address: int) -> bool:
    """Thirty people behind one address with a mistake each are never blocked (100 an hour)."""
    return (
        failures_of_account >= MOST_FAILURES_OF_ACCOUNT
        or failures_of_address >= MOST_FAILURES_OF_ADDRESS
    )


def has_asked_enough(requests_of_account: int, failures_of_address: int) -> bool:
    """Nobody fills somebody's letter box with codes: three in a quarter of an hour."""
    return (
        requests_of_account >= MOST_CODE_REQUESTS or failures_of_address >= MOST_FAILURES_OF_ADDRESS
    )


def sign_in_life(*, own_phone: bool) -> timedelta:
    return OWN_PHONE if own_phone else SHARED_PHONE


def is_idle(last_seen: datetime, now: datetime, *, own_phone: bool) -> bool:
    """A shared phone forgets its reader after two hours without a page."""
    return not own_phone and now - last_seen > SHARED_PHONE_IDLE


def needs_notice(read_of: date | None) -> bool:
    """Whether the privacy notice that was read is none, or older than the present one."""
    return read_of is None or read_of < NOTICE_OF


def plain_code(typed: str) -> str:
    """A code as it is compared: capitals, digits 0-9, without spaces and dashes."""
    letters = "".join(typed.upper().split()).replace("-", "")
    return "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in letters)
