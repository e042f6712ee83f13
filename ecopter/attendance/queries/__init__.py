"""Reading registers, and what they add up to."""

from ecopter.attendance.queries.days import DaySheet, get_day_sheet
from ecopter.attendance.queries.ledger import (
    Hours,
    Record,
    get_record,
    hours_of,
    summaries,
    without_register,
)
from ecopter.attendance.queries.lists import (
    Desk,
    Whose,
    get_desk,
    list_closed,
    list_pending,
    list_today,
)
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
    "Correction",
    "DaySheet",
    "Desk",
    "Hours",
    "Record",
    "RegisterLine",
    "RegisterSheet",
    "Whose",
    "find_last_save",
    "get_correction",
    "get_day_sheet",
    "get_desk",
    "get_record",
    "get_register",
    "hold_correction",
    "hold_register",
    "hours_of",
    "list_closed",
    "list_pending",
    "list_today",
    "register_states",
    "summaries",
    "without_register",
]
