"""Words for associations, what they do, and the offices of those who lead them."""

from ecopter.associations.rules import (
    DEPARTMENTS,
    Activity,
    AssociationStatus,
    MandateState,
    Office,
)
from ecopter.platform.i18n import lazy as _

# Names of places are the same in every language.
DEPARTMENT = {code: f"{code} {name}" for code, name in DEPARTMENTS.items()}
# In a list to choose from, where no element can say it: left to right, on an Arabic page too.
DEPARTMENT_CHOICE = {code: f"\u2066{words}\u2069" for code, words in DEPARTMENT.items()}
STATUS = {
    AssociationStatus.CONTACT: _("in contact"),
    AssociationStatus.FOLLOWED: _("followed association"),
    AssociationStatus.PARTNER: _("partner association"),
}
STATUS_TONE = {
    AssociationStatus.CONTACT: "neutral",
    AssociationStatus.FOLLOWED: "info",
    AssociationStatus.PARTNER: "done",
}
ACTIVITY = {
    Activity.WATER: _("Water"),
    Activity.SCHOOL: _("Schooling"),
    Activity.HEALTH: _("Health"),
    Activity.WOMEN: _("Women"),
    Activity.INCOME: _("Income"),
    Activity.CULTURE: _("Culture"),
}
OFFICE = {
    Office.PRESIDENT: _("President"),
    Office.VICE_PRESIDENT: _("Vice-president"),
    Office.TREASURER: _("Treasurer"),
    Office.SECRETARY: _("Secretary"),
    Office.MEMBER: _("Member of the board"),
}
MANDATE_STATE = {
    MandateState.RUNNING: _("in office"),
    MandateState.PLANNED: _("not begun"),
    MandateState.ENDED: _("out of office"),
}
MANDATE_TONE = {
    MandateState.RUNNING: "present",
    MandateState.PLANNED: "info",
    MandateState.ENDED: "neutral",
}
