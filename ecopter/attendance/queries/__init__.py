"""Reading registers, and what they add up to."""

from ecopter.attendance.queries.absence_lists import (
    AbsenceLine,
    AbsenceSearch,
    list_absence_cohorts,
    list_absences,
    page_of,
)
from ecopter.attendance.queries.absences import (
    AbsenceDesk,
    AbsenceSheet,
    deciders_of,
    get_absence,
    get_absence_desk,
    hold_absence,
    hold_absence_desk,
)
from ecopter.attendance.queries.days import (
    DaySheet,
    SheetDesk,
    WeekSheet,
    get_day_sheet,
    get_sheet_desk,
    get_week_sheet,
)
from ecopter.attendance.queries.ledger import Hours, hours_of, summaries, without_register
from ecopter.attendance.queries.lists import (
    Desk,
    Whose,
    get_desk,
    list_closed,
    list_pending,
    list_today,
)
from ecopter.attendance.queries.records import Record, get_record
from ecopter.attendance.queries.registers import (
    Correction,
    RegisterLine,
    RegisterSheet,
    find_last_save,
    get_correction,
    get_register,
    hold_correction,
    hold_register,
    register_states,
)

__all__ = [
    "AbsenceDesk",
    "AbsenceLine",
    "AbsenceSearch",
    "AbsenceSheet",
    "Correction",
    "DaySheet",
    "Desk",
    "Hours",
    "Record",
    "RegisterLine",
    "RegisterSheet",
    "SheetDesk",
    "WeekSheet",
    "Whose",
    "deciders_of",
    "find_last_save",
    "get_absence",
    "get_absence_desk",
    "get_correction",
    "get_day_sheet",
    "get_desk",
    "get_record",
    "get_register",
    "get_sheet_desk",
    "get_week_sheet",
    "hold_absence",
    "hold_absence_desk",
    "hold_correction",
    "hold_register",
    "hours_of",
    "list_absence_cohorts",
    "list_absences",
    "list_closed",
    "list_pending",
    "list_today",
    "page_of",
    "register_states",
    "summaries",
    "without_register",
]
