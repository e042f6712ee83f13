"""Reading public holidays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from sqlalchemy import func, select

from ecopter.authorization.policy import Scope
from ecopter.db import db
from ecopter.shared.errors import NotFound
from ecopter.timetable.models import Holiday


def list_holidays(first: date, last: date) -> Mapping[str, frozenset[date]]:
    """Public holidays between two days, both included, by country; one query."""
    rows = db.session.execute(
        select(Holiday.country, Holiday.held_on)
        .where(Holiday.held_on.between(first, last))
        .order_by(Holiday.country)
    )
    by_country = groupby(rows, key=lambda row: row.country)
    return {country: frozenset(row.held_on for row in days) for country, days in by_country}


def list_named_holidays(first: date, last: date) -> Sequence[Holiday]:
    """The same with their names, in order; one query."""
    return db.session.scalars(
        select(Holiday)
        .where(Holiday.held_on.between(first, last))
        .order_by(Holiday.held_on, Holiday.country, Holiday.id)
    ).all()


def list_holidays_of(year: int) -> Sequence[Holiday]:
    """Every holiday of a year, both countries, in order; one query."""
    return list_named_holidays(date(year, 1, 1), date(year, 12, 31))


def holiday_years() -> tuple[int, ...]:
    """The years between the first and the last holiday that is known; one query."""
    first, last = db.session.execute(
        select(func.min(Holiday.held_on), func.max(Holiday.held_on))
    ).one()
    return tuple(range(first.year, last.year + 1)) if first else ()


@dataclass(frozen=True)
class HolidayPage:
    """A holiday to correct."""

    holiday: Holiday

    @property
    def scope(self) -> Scope:
        return Scope()


def get_holiday(holiday_id: int) -> HolidayPage:
    """One query. Raises NotFound."""
    holiday = db.session.get(Holiday, holiday_id)
    if holiday is None:
        raise NotFound
    return HolidayPage(holiday)
