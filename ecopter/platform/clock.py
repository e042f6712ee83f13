"""The time of a request: one instant, taken once."""

from datetime import UTC, datetime
from typing import Protocol, cast

from flask import g, has_request_context

from ecopter.platform.adapters import adapters


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
