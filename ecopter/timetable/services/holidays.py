"""Holidays that follow the moon are corrected once they are announced."""

from datetime import date, datetime

from ecopter.audit.services import record
from ecopter.authorization.policy import Actor
from ecopter.db import db
from ecopter.timetable.queries import HolidayPage


def correct_holiday(
    page: HolidayPage, *, held_on: date, is_confirmed: bool, actor: Actor, now: datetime
) -> None:
    """Put a holiday on the day announced. Half-days that stand on that day stay where they are.

    Writing what is there already changes nothing.
    """
    holiday = page.holiday
    if (holiday.held_on, holiday.is_confirmed) == (held_on, is_confirmed):
        return
    before = holiday.held_on
    holiday.held_on = held_on
    holiday.is_confirmed = is_confirmed
    record(
        "holiday.corrected",
        actor=actor,
        now=now,
        about=("holiday", holiday.id),
        from_day=before.isoformat(),
        to_day=held_on.isoformat(),
        is_confirmed=is_confirmed,
    )
    db.session.flush()
