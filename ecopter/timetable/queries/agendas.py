"""A week of half-days: mine, a cohort's, a site's, a person's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload

from ecopter.authorization.policy import Actor, Scope
from ecopter.cohorts.models import Enrolment, EnrolmentPeriod
from ecopter.cohorts.queries import get_cohort
from ecopter.db import db
from ecopter.people.models import User
from ecopter.school.models import Site
from ecopter.shared.errors import NotFound
from ecopter.timetable.models import Holiday, TrainingSession, TrainingSessionInstructor
from ecopter.timetable.queries.half_days import HalfDayLine, loaded, with_states
from ecopter.timetable.queries.holidays import list_named_holidays
from ecopter.timetable.queries.sheets import reader_zone
from ecopter.timetable.rules import Week


class Whose(StrEnum):
    MINE = "mine"
    COHORT = "cohort"
    SITE = "site"
    PERSON = "person"


@dataclass(frozen=True)
class Subject:
    """Whose agenda: names by language, and the country its days are lived in where it has one."""

    whose: Whose
    id: int
    names: Mapping[str, Any]
    country: str = ""

    @property
    def scope(self) -> Scope:
        is_cohort, is_person = self.whose is Whose.COHORT, self.whose is Whose.PERSON
        return Scope(
            cohort_id=self.id if is_cohort else None, owner_id=self.id if is_person else None
        )


def of_reader(actor: Actor) -> Subject:
    """What a reader learns and teaches; no query."""
    return Subject(Whose.MINE, actor.user_id or 0, {})


def of_cohort(cohort_id: int) -> Subject:
    """One query. Raises NotFound."""
    return Subject(Whose.COHORT, cohort_id, get_cohort(cohort_id).names)


def of_site(site_id: int) -> Subject:
    """One query. Raises NotFound."""
    site = db.session.get(Site, site_id)
    if site is None:
        raise NotFound
    return Subject(Whose.SITE, site_id, site.names, site.country)


def of_person(user_id: int) -> Subject:
    """One query. Raises NotFound."""
    user = db.session.get(User, user_id)
    if user is None:
        raise NotFound
    return Subject(Whose.PERSON, user_id, {"fr": user.name.latin, "ar": user.name.arabic})


@dataclass(frozen=True)
class AgendaDay:
    """One day with its half-days, cancelled ones too, and the holidays of the countries shown."""

    day: date
    lines: Sequence[HalfDayLine]
    holidays: Sequence[Holiday]


@dataclass(frozen=True)
class Agenda:
    """A week of someone or something.

    `zone` is the reader's; `next_on` the first day after the week on which there is anything.
    """

    subject: Subject
    week: Week
    days: Sequence[AgendaDay]
    zone: str
    next_on: date | None

    @property
    def is_empty(self) -> bool:
        return not any(day.lines for day in self.days)


def get_agenda(subject: Subject, week: Week, *, actor: Actor, now: datetime) -> Agenda:
    """Six queries, whatever the week holds."""
    found = db.session.scalars(
        select(TrainingSession)
        .options(*loaded(), joinedload(TrainingSession.cohort))
        .where(TrainingSession.held_on.between(week.monday, week.sunday), _belongs(subject))
        .order_by(TrainingSession.starts_at, TrainingSession.id)
    ).all()
    lines = with_states(found, now=now)
    holidays = list_named_holidays(week.monday, week.sunday)
    countries = {line.training_session.site.country for line in lines} | {subject.country}
    days = [
        AgendaDay(
            day,
            [line for line in lines if line.training_session.held_on == day],
            # A week without a half-day is empty because of a holiday, maybe: name them all.
            [
                one
                for one in holidays
                if one.held_on == day and (one.country in countries or not lines)
            ],
        )
        for day in week.days
    ]
    next_on = db.session.scalar(
        select(TrainingSession.held_on)
        .where(
            TrainingSession.held_on > week.sunday,
            TrainingSession.cancelled_at.is_(None),
            _belongs(subject),
        )
        .order_by(TrainingSession.held_on)
        .limit(1)
    )
    return Agenda(subject, week, days, reader_zone(actor), next_on)


def _belongs(subject: Subject) -> ColumnElement[bool]:
    if subject.whose is Whose.COHORT:
        return TrainingSession.cohort_id == subject.id
    if subject.whose is Whose.SITE:
        return TrainingSession.site_id == subject.id
    taught = TrainingSession.id.in_(
        select(TrainingSessionInstructor.training_session_id).where(
            TrainingSessionInstructor.user_id == subject.id
        )
    )
    return taught if subject.whose is Whose.PERSON else or_(taught, _learnt(subject.id))


def _learnt(user_id: int) -> ColumnElement[bool]:
    """Half-days of a cohort on which the person's place in it is held."""
    return (
        select(EnrolmentPeriod.id)
        .join(Enrolment, Enrolment.id == EnrolmentPeriod.enrolment_id)
        .where(
            Enrolment.trainee_id == user_id,
            Enrolment.cohort_id == TrainingSession.cohort_id,
            EnrolmentPeriod.starts_on <= TrainingSession.held_on,
            or_(
                EnrolmentPeriod.ends_on.is_(None),
                EnrolmentPeriod.ends_on >= TrainingSession.held_on,
            ),
        )
        .correlate(TrainingSession)
        .exists()
    )
