"""Words for what registers say."""

from collections.abc import Mapping

from ecopter.attendance.rules import AttendanceStatus, Entry, ExcuseCategory
from ecopter.attendance.rules.absences import Absence, AbsenceState
from ecopter.platform.i18n import lazy as _
from ecopter.platform.i18n import say
from ecopter.shared.dates import HalfDay
from ecopter.shared.text import N_

STATUS = {
    AttendanceStatus.PRESENT: _("Present"),
    AttendanceStatus.LATE: _("Late"),
    AttendanceStatus.ABSENT: _("Absent"),
    AttendanceStatus.EXCUSED: _("Excused"),
}
EXCUSE = {
    ExcuseCategory.ILLNESS: _("Illness"),
    ExcuseCategory.FAMILY: _("Family"),
    ExcuseCategory.TRANSPORT: _("Transport"),
    ExcuseCategory.WORK: _("Work"),
    ExcuseCategory.OTHER: _("Another reason"),
}
ABSENCE = {
    AbsenceState.UNDECIDED: _("Not decided yet"),
    AbsenceState.ACCEPTED: _("Absence accepted"),
    AbsenceState.REFUSED: _("Absence not accepted"),
    AbsenceState.WITHDRAWN: _("Absence withdrawn"),
}
ABSENCE_TONE = {
    AbsenceState.UNDECIDED: "late",
    AbsenceState.ACCEPTED: "done",
    AbsenceState.REFUSED: "absent",
    AbsenceState.WITHDRAWN: "neutral",
}
# What a list may be narrowed to: whoever withdrew an absence took it off the list.
DECIDABLE: Mapping[AbsenceState, str] = {
    state: words for state, words in ABSENCE.items() if state is not AbsenceState.WITHDRAWN
}
EXTENT = {
    None: _("The whole day"),
    HalfDay.MORNING: _("Only the morning"),
    HalfDay.AFTERNOON: _("Only the afternoon"),
}
ANNOUNCED = {
    AbsenceState.ACCEPTED: N_("announced: %(why)s, accepted"),
    AbsenceState.UNDECIDED: N_("announced: %(why)s, not decided yet"),
}
LATE_BY = N_("%(minutes)s min late")
LEFT_EARLY_BY = N_("left %(minutes)s min early")


def details(entry: Entry | None, *, with_excuse: bool = True) -> str:
    """What stands beside the status: minutes and, unless left out, the kind of excuse."""
    if entry is None:
        return ""
    parts = []
    if entry.minutes_late:
        parts.append(say(LATE_BY, minutes=entry.minutes_late))
    if entry.minutes_left_early:
        parts.append(say(LEFT_EARLY_BY, minutes=entry.minutes_left_early))
    if with_excuse and entry.excuse_category:
        parts.append(str(EXCUSE[entry.excuse_category]))
    return " · ".join(parts)


def extent(absence: Absence) -> str:
    """Whole days, or which half."""
    return str(EXTENT[absence.half_day])


def announced(category: ExcuseCategory, state: AbsenceState) -> str:
    """The hint beside a name on a register; only absences that stand have one."""
    return say(ANNOUNCED[state], why=str(EXCUSE[category]).lower())
