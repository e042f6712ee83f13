"""Words for what a place in a cohort is."""

from ecopter.cohorts.rules import EnrolmentState
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
