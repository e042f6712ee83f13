"""Words for cohorts, places in them, and what people do in life."""

from ecopter.cohorts.rules import Category, CohortState, EnrolmentState
from ecopter.cohorts.rules.roster import Column
from ecopter.platform.i18n import lazy as _

STATE = {
    EnrolmentState.PLANNED: _("not begun"),
    EnrolmentState.ACTIVE: _("enrolled"),
    EnrolmentState.WITHDRAWN: _("left"),
    EnrolmentState.COMPLETED: _("completed"),
}
TONE = {
    EnrolmentState.PLANNED: "neutral",
    EnrolmentState.ACTIVE: "present",
    EnrolmentState.WITHDRAWN: "late",
    EnrolmentState.COMPLETED: "done",
}
COHORT_STATE = {
    CohortState.COMING: _("to come"),
    CohortState.RUNNING: _("under way"),
    CohortState.ENDED: _("over"),
}
COHORT_TONE = {
    CohortState.COMING: "info",
    CohortState.RUNNING: "present",
    CohortState.ENDED: "neutral",
}
CATEGORY = {
    Category.EMPLOYEE: _("employee"),
    Category.JOBSEEKER: _("job seeker (France Travail, ANAPEC)"),
    Category.STUDENT: _("student"),
    Category.SELF_EMPLOYED: _("self-employed"),
    Category.FARMER: _("farmer"),
    Category.COOPERATIVE_MEMBER: _("member of a cooperative"),
    Category.VOLUNTEER: _("volunteer of an association"),
    Category.INACTIVE: _("without occupation"),
    Category.OTHER: _("something else"),
}
COLUMN = {
    Column.GIVEN: _("Given name (Latin letters)"),
    Column.FAMILY: _("Family name (Latin letters)"),
    Column.GIVEN_AR: _("Given name (Arabic letters)"),
    Column.FAMILY_AR: _("Family name (Arabic letters)"),
    Column.SIGN_IN_NAME: _("Sign-in name"),
    Column.EMAIL: _("E-mail"),
    Column.TELEPHONE: _("Telephone"),
    Column.CIVILITY: _("Title (Ms, Mr)"),
    Column.COUNTRY: _("Country"),
    Column.TOWN: _("Town"),
    Column.CATEGORY: _("Category"),
    Column.ORGANISATION: _("Employer"),
}
