"""Weeks as addresses name them, and the zone in which a reader lives."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

_WEEK = re.compile(r"(\d{4})-W(\d{2})")
_ZONES = {"FR": "Europe/Paris", "MA": "Africa/Casablanca"}
_LENGTH = timedelta(days=7)


@dataclass(frozen=True)
class Week:
    """Seven days from a Monday on."""

    monday: date

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)

    @property
    def days(self) -> list[date]:
        return [self.monday + timedelta(days=number) for number in range(7)]

    @property
    def previous(self) -> "Week":
        return Week(self.monday - _LENGTH)

    @property
    def next(self) -> "Week":
        return Week(self.monday + _LENGTH)

    @property
    def number(self) -> int:
        return self.monday.isocalendar().week

    def __str__(self) -> str:
        year, number, _day = self.monday.isocalendar()
        return f"{year}-W{number:02d}"


def week_of(day: date) -> Week:
    return Week(day - timedelta(days=day.weekday()))


def read_week(text: str) -> Week | None:
    """The week of `2026-W48` or of an ISO day; None for whatever is neither.

    The first and last weeks that a calendar can hold are left out: their neighbours are not there.
    """
    try:
        if found := _WEEK.fullmatch(text):
            day = date.fromisocalendar(int(found[1]), int(found[2]), 1)
        else:
            day = date.fromisoformat(text)
    except ValueError:
        return None
    return week_of(day) if date.min.year < day.year < date.max.year else None


def home_zone(country: str, otherwise: str) -> str:
    """The zone of the clocks around someone who lives in a country."""
    return _ZONES.get(country, otherwise)
