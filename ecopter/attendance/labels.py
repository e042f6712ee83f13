"""Words for what registers say."""

from ecopter.attendance.rules import AttendanceStatus, Entry, ExcuseCategory
from ecopter.platform.i18n import lazy as _
from ecopter.platform.i18n import say
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
