"""What a half-day is, what is unusual about one, and what stands in the way of planning it."""

from ecopter.timetable.rules.bookings import Booking, Bookings, Clash, ClashKind, Slot
from ecopter.timetable.rules.half_days import (
    HalfDayState,
    Oddity,
    RegisterState,
    may_be_taken_over,
    oddities,
    state_of,
)
from ecopter.timetable.rules.series import (
    MOST_AT_ONCE,
    Ground,
    Hours,
    Series,
    SeriesFault,
    SeriesLine,
    SeriesPlan,
    modules_in_order,
    plan_series,
    series_faults,
)
from ecopter.timetable.rules.weeks import Week, home_zone, read_week, week_of

__all__ = [
    "MOST_AT_ONCE",
    "Booking",
    "Bookings",
    "Clash",
    "ClashKind",
    "Ground",
    "HalfDayState",
    "Hours",
    "Oddity",
    "RegisterState",
    "Series",
    "SeriesFault",
    "SeriesLine",
    "SeriesPlan",
    "Slot",
    "Week",
    "home_zone",
    "may_be_taken_over",
    "modules_in_order",
    "oddities",
    "plan_series",
    "read_week",
    "series_faults",
    "state_of",
    "week_of",
]
