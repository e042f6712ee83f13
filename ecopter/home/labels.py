"""Words for the steps that set a school up."""

from ecopter.home.rules import SetUpStep
from ecopter.platform.i18n import lazy as _

STEP = {
    SetUpStep.SCHOOL: _("The school: address, number, who signs"),
    SetUpStep.SITES: _("The sites where it teaches"),
    SetUpStep.INSTRUCTORS: _("The people who teach"),
    SetUpStep.COHORT: _("A cohort"),
    SetUpStep.PEOPLE: _("The trainees of the cohort"),
    SetUpStep.HALF_DAYS: _("Its half-days"),
}
