"""What the office does with cohorts and the people in them."""

from ecopter.cohorts.services.announcing import announce
from ecopter.cohorts.services.enrolling import enrol, take_back, update_place, withdraw
from ecopter.cohorts.services.instructing import add_instructor, end_instructor
from ecopter.cohorts.services.intake import enrol_person, enrol_roster
from ecopter.cohorts.services.managing import CohortFacts, Refused, create_cohort, update_cohort

__all__ = [
    "CohortFacts",
    "Refused",
    "add_instructor",
    "announce",
    "create_cohort",
    "end_instructor",
    "enrol",
    "enrol_person",
    "enrol_roster",
    "take_back",
    "update_cohort",
    "update_place",
    "withdraw",
]
