"""Whose registers wait: today's, those not taken or not closed, and the latest closed ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, true
from sqlalchemy.orm import joinedload

from ecopter.attendance.models import Register
from ecopter.authorization.policy import Actor, Role, Scope
from ecopter.db import db
from ecopter.shared.dates import local
from ecopter.shared.paging import Page
from ecopter.timetable.models import TrainingSession, TrainingSessionInstructor
from ecopter.timetable.queries import HalfDayLine, loaded, with_states

PAGE_SIZE = 20
# Wider than the distance between any two zones: the day itself is compared in the site's zone.
AROUND = timedelta(hours=36)


class Whose(StrEnum):
    """Registers of one's own half-days, or also of everyone's in the cohorts one works with."""

    MINE = "mine"
    ALL = "all"


@dataclass(frozen=True)
class Desk:
    """Someone who takes registers, at an instant."""

    actor: Actor
    now: datetime
    # Named for a half-day, though not an instructor of any cohort today.
    is_substitute: bool = False

    @property
    def scope(self) -> Scope:
        mine = {self.actor.user_id} if self.is_substitute and self.actor.user_id else ()
        return Scope(cohort_ids=self.actor.teaches, instructor_ids=frozenset(mine))

    @property
    def sees_every_cohort(self) -> bool:
        return self.actor.has(Role.ADMINISTRATOR) or self.actor.has(Role.HEAD_OF_STUDIES)


def get_desk(actor: Actor, now: datetime) -> Desk:
    """No query for the school's staff; one for everyone else, who may be named for a half-day."""
    return Desk(actor, now, is_substitute=not actor.is_staff and _is_named(actor))


def _is_named(actor: Actor) -> bool:
    named = select(TrainingSessionInstructor.id).where(
        TrainingSessionInstructor.user_id == actor.user_id
    )
    return db.session.scalar(named.limit(1)) is not None


def _visible(desk: Desk, whose: Whose) -> ColumnElement[bool]:
    """One's own half-days: where one is named, and those of one's cohorts where nobody is.

    A substitute is named for a half-day of a cohort they do not teach.
    """
    if whose is Whose.ALL and desk.sees_every_cohort:
        return true()
    named = select(TrainingSessionInstructor.training_session_id)
    mine = named.where(TrainingSessionInstructor.user_id == desk.actor.user_id)
    of_cohorts = TrainingSession.cohort_id.in_(desk.actor.teaches)
    if whose is Whose.MINE:
        return or_(TrainingSession.id.in_(mine), of_cohorts & TrainingSession.id.not_in(named))
    return or_(TrainingSession.id.in_(mine), of_cohorts)


def _half_days(desk: Desk, whose: Whose) -> Select[TrainingSession]:
    return (
        select(TrainingSession)
        .outerjoin(Register, Register.training_session_id == TrainingSession.id)
        .where(TrainingSession.cancelled_at.is_(None), _visible(desk, whose))
    )


def _lines(statement: Select[TrainingSession], now: datetime) -> Sequence[HalfDayLine]:
    """Half-days with cohort, module, site, instructors and state; three queries."""
    found = db.session.scalars(
        statement.options(joinedload(TrainingSession.cohort), *loaded())
    ).all()
    return with_states(found, now=now)


def list_today(desk: Desk, *, whose: Whose) -> Sequence[HalfDayLine]:
    """Today's half-days, by the calendar of each site, in order; three queries."""
    near = TrainingSession.starts_at.between(desk.now - AROUND, desk.now + AROUND)
    lines = _lines(
        _half_days(desk, whose).where(near).order_by(TrainingSession.starts_at), desk.now
    )
    return [line for line in lines if _is_today(line.training_session, desk.now)]


def _is_today(training_session: TrainingSession, now: datetime) -> bool:
    return training_session.held_on == local(now, training_session.site.zone).date()


def list_pending(
    desk: Desk,
    number: int,
    *,
    whose: Whose,
    without: Sequence[HalfDayLine] = (),
    size: int = PAGE_SIZE,
    newest_first: bool = False,
) -> Page[HalfDayLine]:
    """Half-days that are over and whose register is missing or a draft, by day.

    Those of `without` (today's) are left out; `size` lines to a page. Four queries.
    """
    return _page(
        _half_days(desk, whose)
        .where(
            TrainingSession.ends_at <= desk.now,
            Register.closed_at.is_(None),
            TrainingSession.id.not_in([line.training_session.id for line in without]),
        )
        .order_by(*_by_day(newest_first)),
        number,
        size,
        desk.now,
    )


def list_closed(
    desk: Desk, number: int, *, whose: Whose, size: int = PAGE_SIZE, newest_first: bool = True
) -> Page[HalfDayLine]:
    """Half-days whose register is closed, by day, `size` to a page. Four queries."""
    return _page(
        _half_days(desk, whose)
        .where(Register.closed_at.is_not(None))
        .order_by(*_by_day(newest_first)),
        number,
        size,
        desk.now,
    )


def _by_day(newest_first: bool) -> tuple[ColumnElement[Any], ...]:
    begins = TrainingSession.starts_at
    return (begins.desc() if newest_first else begins.asc(), TrainingSession.id.asc())


def _page(
    statement: Select[TrainingSession], number: int, size: int, now: datetime
) -> Page[HalfDayLine]:
    counted = statement.order_by(None).with_only_columns(func.count(), maintain_column_froms=True)
    total = db.session.scalar(counted) or 0
    number = max(1, number)
    rows = statement.limit(size).offset((number - 1) * size)
    return Page(_lines(rows, now), number, size, total)
