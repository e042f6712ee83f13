"""Half-days and holidays."""

from datetime import date, time

from sqlalchemy import select

from ecopter.cohorts.models import Cohort
from ecopter.curricula.models import Module
from ecopter.db import db
from ecopter.people.models import User
from ecopter.school.models import Site
from ecopter.shared.dates import HalfDay, instant
from ecopter.timetable.models import Holiday, TrainingSession, TrainingSessionInstructor
from tests.clock import TODAY
from tests.factories.sites import make_site

HOURS = {
    HalfDay.MORNING: (time(9), time(12, 30)),
    HalfDay.AFTERNOON: (time(14), time(17, 30)),
}


def make_training_session(
    cohort: Cohort,
    held_on: date = TODAY,
    half_day: HalfDay = HalfDay.MORNING,
    *,
    module: Module | None = None,
    site: Site | None = None,
    instructors: tuple[User, ...] = (),
    **changes: object,
) -> TrainingSession:
    """A half-day of three hours and a half, this morning in Taliouine unless told otherwise."""
    site = site or make_site()
    starts, ends = HOURS[half_day]
    values = {
        "module_id": (module or first_module(cohort)).id,
        "site_id": site.id,
        "starts_at": instant(held_on, starts, site.zone),
        "ends_at": instant(held_on, ends, site.zone),
    } | changes
    training_session = TrainingSession(
        cohort_id=cohort.id, held_on=held_on, half_day=half_day, **values
    )
    db.session.add(training_session)
    db.session.flush()
    for user in instructors:
        db.session.add(
            TrainingSessionInstructor(training_session_id=training_session.id, user_id=user.id)
        )
    db.session.flush()
    return training_session


def make_holiday(held_on: date, country: str = "MA", **changes: object) -> Holiday:
    names = {"fr": "Marche verte", "ar": "المسيرة الخضراء", "en": "Green March"}
    values = {"held_on": held_on, "country": country, "names": names} | changes
    holiday = Holiday(**values)
    db.session.add(holiday)
    db.session.flush()
    return holiday


def taught_by(training_session: TrainingSession) -> list[int]:
    """Who is named for a half-day, as the database has it."""
    rows = db.session.execute(
        select(TrainingSessionInstructor.user_id)
        .where(TrainingSessionInstructor.training_session_id == training_session.id)
        .order_by(TrainingSessionInstructor.user_id)
    )
    return list(rows.scalars())


def first_module(cohort: Cohort) -> Module:
    """The first module of what the cohort follows."""
    return db.session.scalars(
        select(Module)
        .where(Module.curriculum_id == cohort.curriculum_id)
        .order_by(Module.position)
        .limit(1)
    ).one()
