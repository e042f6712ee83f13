"""What an association is to the school, and which offices its leaders hold."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from urllib.parse import urlsplit

from ecopter.shared.dates import DateSpan

# The law under which associations are declared in France.
FIRST_YEAR = 1901
MOST_MEMBERS = 100_000
# W, the department (a letter in Corsica), the office that registered it, and six digits.
RNA = re.compile(r"W(?:[0-9]{2}|2[AB])[0-9]{7}")
HTTPS = "https://"


class AssociationStatus(StrEnum):
    """How closely the school works with an association."""

    CONTACT = "contact"
    FOLLOWED = "followed"
    PARTNER = "partner"


class Activity(StrEnum):
    """The main field an association works in."""

    WATER = "water"
    SCHOOL = "school"
    HEALTH = "health"
    WOMEN = "women"
    INCOME = "income"
    CULTURE = "culture"


class Office(StrEnum):
    """What a leader is in the bureau of an association (French 1901 law: statutes decide)."""

    PRESIDENT = "president"
    VICE_PRESIDENT = "vice_president"
    TREASURER = "treasurer"
    SECRETARY = "secretary"
    MEMBER = "member"


class MandateState(StrEnum):
    """Whether a mandate gives its rights on a day."""

    RUNNING = "running"
    PLANNED = "planned"
    ENDED = "ended"


# The thirteen departments of the regions the school works with.
DEPARTMENTS: Mapping[str, str] = {
    "04": "Alpes-de-Haute-Provence",
    "05": "Hautes-Alpes",
    "06": "Alpes-Maritimes",
    "11": "Aude",
    "13": "Bouches-du-Rhône",
    "2A": "Corse-du-Sud",
    "2B": "Haute-Corse",
    "30": "Gard",
    "34": "Hérault",
    "48": "Lozère",
    "66": "Pyrénées-Orientales",
    "83": "Var",
    "84": "Vaucluse",
}


# The region of a department as it is called today; that of the school's beginnings in brackets.
_SOUTH = "Provence-Alpes-Côte d’Azur"
_OCCITANIE = "Occitanie (Languedoc-Roussillon)"
_CORSICA = "Corse"
REGIONS: Mapping[str, str] = (
    dict.fromkeys(("04", "05", "06", "13", "83", "84"), _SOUTH)
    | dict.fromkeys(("11", "30", "34", "48", "66"), _OCCITANIE)
    | dict.fromkeys(("2A", "2B"), _CORSICA)
)


@dataclass(frozen=True, kw_only=True)
class PublicFacts:
    """What an association says of itself; its leaders keep it right."""

    department: str
    town: str = ""
    founded_in: int | None = None
    member_count: int | None = None
    activity: Activity | None = None
    commune: str = ""
    website: str = ""


@dataclass(frozen=True, kw_only=True)
class OfficeFacts:
    """What the school's office answers for: under which name, number and status it is known."""

    name: str
    name_ar: str = ""
    rna: str = ""
    status: AssociationStatus = AssociationStatus.CONTACT


def plain_rna(typed: str) -> str:
    """A number as it is kept: capitals, digits 0-9, without spaces."""
    letters = "".join(typed.split()).upper()
    return "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in letters)


def is_rna(number: str) -> bool:
    """Whether a number has the form of the French register of associations (RNA)."""
    return RNA.fullmatch(number) is not None


def plain_website(typed: str) -> str:
    """An address as it is kept; whoever leaves the beginning out means https."""
    return typed if not typed or "://" in typed else HTTPS + typed


def is_website(address: str) -> bool:
    """Whether an address is an https page of a named host, without a user or a space in it."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    return (
        address.startswith(HTTPS)
        and "." in host.strip(".")
        and "@" not in parts.netloc
        and not re.search(r"[\s<>\"\\]", address)
    )


def state_on(mandate: DateSpan, day: date) -> MandateState:
    """What a mandate is on a day."""
    if day in mandate:
        return MandateState.RUNNING
    return MandateState.PLANNED if day < mandate.first else MandateState.ENDED


def overlap(one: DateSpan, other: DateSpan) -> bool:
    """Whether two mandates share a day."""
    return (other.last is None or one.first <= other.last) and (
        one.last is None or other.first <= one.last
    )


def presidents_meet(mandates: Iterable[tuple[Office, DateSpan]]) -> bool:
    """Whether an association has two presidents on one day; statutes allow it, habits rarely."""
    spans = [span for office, span in mandates if office is Office.PRESIDENT]
    return any(
        overlap(one, other) for place, one in enumerate(spans) for other in spans[place + 1 :]
    )
