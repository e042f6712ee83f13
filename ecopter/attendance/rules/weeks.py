"""The week an address names, as ISO 8601 writes it: 2026-W48."""

import re
from datetime import date, timedelta

# Weeks of another century are a slip of the finger.
WEEK = re.compile(r"(20\d{2})-W(\d{2})")


def monday_of(day: date) -> date:
    """The Monday on or before a day."""
    return day - timedelta(days=day.weekday())


def monday_named(text: str) -> date | None:
    """The Monday of a written week; None when it is none."""
    match = WEEK.fullmatch(text)
    if match is None:
        return None
    try:
        return date.fromisocalendar(int(match[1]), int(match[2]), 1)
    except ValueError:
        return None


def week_name(day: date) -> str:
    """How an address writes the week of a day."""
    year, week, _weekday = day.isocalendar()
    return f"{year}-W{week:02d}"
