"""Words for half-days."""

from ecopter.platform.i18n import lazy as _
from ecopter.shared.dates import HalfDay
from ecopter.timetable.rules import HalfDayState, Oddity

HALF_DAY = {
    HalfDay.MORNING: _("morning"),
    HalfDay.AFTERNOON: _("afternoon"),
}
STATE = {
    HalfDayState.PLANNED: _("planned"),
    HalfDayState.TODAY: _("today"),
    HalfDayState.MISSING: _("register missing"),
    HalfDayState.DRAFT: _("draft"),
    HalfDayState.CLOSED: _("closed"),
    HalfDayState.CANCELLED: _("cancelled"),
}
TONE = {
    HalfDayState.PLANNED: "neutral",
    HalfDayState.TODAY: "info",
    HalfDayState.MISSING: "absent",
    HalfDayState.DRAFT: "late",
    HalfDayState.CLOSED: "done",
    HalfDayState.CANCELLED: "neutral",
}
ICON = {
    HalfDayState.PLANNED: "calendar",
    HalfDayState.TODAY: "clock",
    HalfDayState.MISSING: "warn",
    HalfDayState.DRAFT: "pencil",
    HalfDayState.CLOSED: "lock",
    HalfDayState.CANCELLED: "cross",
}
ODDITY = {
    Oddity.WEEKEND: _("This day is on a weekend."),
    Oddity.HOLIDAY: _("This day is a public holiday at the site."),
    Oddity.ROOM_TOO_SMALL: _("More trainees are expected than the room has places."),
}
