"""What the timetable, a feature above this one, knows of a cohort's days."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import cast

from flask import Flask, current_app

EXTENSION = "half_days_outside"

# A cohort, the first and the last day -> the day of each half-day that stands outside of them.
HalfDaysOutside = Callable[[int, date, date], Sequence[date]]


def init_app(app: Flask, *, half_days_outside: HalfDaysOutside) -> None:
    """The timetable says here how to ask about its half-days."""
    app.extensions[EXTENSION] = half_days_outside


def hold_half_days_outside(cohort_id: int, first: date, last: date) -> Sequence[date]:
    """Days of planned half-days before or after two days, in order; nobody plans meanwhile."""
    ask = cast("HalfDaysOutside", current_app.extensions[EXTENSION])
    return ask(cohort_id, first, last)
