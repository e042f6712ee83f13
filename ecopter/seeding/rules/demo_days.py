"""The days of the demonstration school: fixed ones, and those that follow the loading day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from ecopter.seeding.rules.demo_files import AbsenceFile, CohortFile, DemoFiles, HalfDayFile
from ecopter.shared.dates import HalfDay

SATURDAY, SUNDAY = 5, 6
ONE_DAY = timedelta(days=1)
STANDARD = "standard"


@dataclass(frozen=True)
class Dated:
    """A cohort with its dates of this loading, and its half-days in order."""

    file: CohortFile
    starts_on: date
    ends_on: date
    half_days: tuple[HalfDayFile, ...]


def weekend_before(day: date) -> tuple[date, date, date]:
    """The Friday, Saturday and Sunday of the last week-end that was over before `day`."""
    sunday = day - timedelta(days=(day.weekday() - SUNDAY) % 7 or 7)
    return sunday - 2 * ONE_DAY, sunday - ONE_DAY, sunday


def dated(cohort: CohortFile, files: DemoFiles, today: date) -> Dated:
    """A cohort as it is when it is loaded `today`.

    A current cohort runs today, whenever that is. One without dates was held last week-end, and
    ends today: complete, ready for its papers, and its people may still work in it.
    """
    if cohort.starts_on is None or cohort.ends_on is None:
        days = weekend_before(today)
        return Dated(cohort, days[0], today, tuple(_on(cohort, days)))
    known = tuple(files.days(cohort.code))
    if not cohort.is_current:
        return Dated(cohort, cohort.starts_on, cohort.ends_on, known)
    # Yesterday, because it still is yesterday somewhere west of the school.
    starts_on = cohort.starts_on if cohort.starts_on <= today else today - ONE_DAY
    return Dated(cohort, starts_on, max(cohort.ends_on, today), known)


def make_up_day(files: DemoFiles, today: date) -> list[HalfDayFile]:
    """Two half-days of the current cohort on the loading day itself."""
    asked = files.make_up
    return [
        HalfDayFile(asked.cohort, today, half_day, asked.site, asked.module, STANDARD)
        for half_day in HalfDay
    ]


def absence_days(absence: AbsenceFile, today: date) -> tuple[date, date]:
    """The first and last day of an announced absence, put off until no weekend is in it."""
    first = today + absence.in_days * ONE_DAY
    while first.weekday() + absence.days > SATURDAY:
        first += ONE_DAY
    return first, first + (absence.days - 1) * ONE_DAY


def _on(cohort: CohortFile, days: tuple[date, ...]) -> Iterator[HalfDayFile]:
    for day, module in zip(days, cohort.modules, strict=True):
        for half_day in HalfDay:
            yield HalfDayFile(cohort.code, day, half_day, cohort.site, module, STANDARD)
