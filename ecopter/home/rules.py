"""What the first page shows of a long list, and the order in which a school is set up."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

NEXT_HALF_DAYS = 2
LATEST_MARKS = 3
LATEST_NOTICES = 3
SHORT_LIST = 4
MOST_COHORTS = 8
# Work that nobody has judged for longer than this is an alert.
LONGEST_WAIT = timedelta(days=14)
# A cohort stays before the office's eyes until its papers are handed out.
AFTER_THE_END = timedelta(days=60)
BEFORE_THE_START = timedelta(days=60)

# Where people of a country live, for countries with one time.
ZONE_OF_COUNTRY: Mapping[str, str] = {
    "BE": "Europe/Brussels",
    "DE": "Europe/Berlin",
    "DZ": "Africa/Algiers",
    "FR": "Europe/Paris",
    "IT": "Europe/Rome",
    "MA": "Africa/Casablanca",
    "NL": "Europe/Amsterdam",
    "SN": "Africa/Dakar",
    "TN": "Africa/Tunis",
}


class SetUpStep(StrEnum):
    """From nothing to a first half-day, in the order in which each needs the one before."""

    SCHOOL = "school"
    SITES = "sites"
    INSTRUCTORS = "instructors"
    COHORT = "cohort"
    PEOPLE = "people"
    HALF_DAYS = "half_days"


def is_at_hand(starts_on: date, ends_on: date, today: date) -> bool:
    """Whether a cohort runs, begins soon or ended lately."""
    return starts_on - BEFORE_THE_START <= today <= ends_on + AFTER_THE_END
