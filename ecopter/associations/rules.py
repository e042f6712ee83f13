"""What an association is to the school, and which offices its leaders hold."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from ecopter.shared.dates import DateSpan


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


def runs_on(mandate: DateSpan, day: date) -> bool:
    """A mandate gives its rights from its first day to its last, both included."""
    return day in mandate
