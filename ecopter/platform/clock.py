"""The time of a request: one instant, taken once."""

from datetime import UTC, date, datetime
from typing import Protocol, cast

from flask import current_app, g, has_request_context

from ecopter.platform.adapters import adapters
from ecopter.shared.dates import local


class Clock(Protocol):
    def __call__(self) -> datetime: ...


def system_clock() -> datetime:
    return datetime.now(UTC)


def request_now() -> datetime:
    """The instant at which this request (or command) began; the same wherever it is asked."""
    clock = adapters().clock
    if not has_request_context():
        return clock()
    if "now" not in g:
        g.now = clock()
    return cast("datetime", g.now)


def school_day(moment: datetime) -> date:
    """The day on the school's own calendar: rights, places and mandates begin and end with it."""
    return local(moment, current_app.config["SCHOOL_ZONE"]).date()
