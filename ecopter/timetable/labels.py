"""Words for half-days."""

from collections.abc import Mapping

from ecopter.people.rules import PersonName
from ecopter.platform.i18n import lazy as _
from ecopter.platform.i18n import page_language, say, title
from ecopter.shared.dates import HalfDay
from ecopter.shared.text import N_
from ecopter.timetable.rules import Clash, ClashKind, HalfDayState, Oddity, SeriesFault

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
# From Monday on, as dates count them.
WEEKDAY = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)
COUNTRY = {"FR": _("France"), "MA": _("Morocco")}
SERIES_FAULT = {
    SeriesFault.NO_WEEKDAY: _("Tick at least one day of the week."),
    SeriesFault.NO_HALF: _("Tick morning, afternoon, or both."),
    SeriesFault.ENDS_BEFORE_START: _("A half-day ends after it begins."),
    SeriesFault.HALVES_OVERLAP: _("The afternoon begins after the morning has ended."),
    SeriesFault.LAST_BEFORE_FIRST: _("The last day comes after the first."),
    SeriesFault.OUTSIDE_COHORT: _("Choose days between the first and the last day of the cohort."),
    SeriesFault.TOO_MANY: _("At most 400 half-days are planned at once. Choose a shorter time."),
}
_CLASH = {
    ClashKind.COHORT: N_("The cohort has a half-day at that time already."),
    ClashKind.CANCELLED: N_(
        "A cancelled half-day of the cohort keeps this place: bring that one back instead."
    ),
    ClashKind.INSTRUCTOR: N_("%(name)s teaches %(cohort)s at that time."),
    ClashKind.ROOM: N_("The room is taken at that time by %(cohort)s."),
}


def clash_words(clash: Clash, names: Mapping[int, PersonName]) -> str:
    """Why a slot is not free, in one sentence; `names` are those of the instructors concerned."""
    person = names.get(clash.instructor_id or 0)
    return say(
        _CLASH[clash.kind],
        name=written(person) if person else "",
        cohort=title(clash.booking.cohort_names),
    )


def written(name: PersonName) -> str:
    """A name inside a sentence: in the script of the page where it is known."""
    in_arabic = page_language().tag == "ar" and name.arabic
    return name.arabic if in_arabic else name.latin
