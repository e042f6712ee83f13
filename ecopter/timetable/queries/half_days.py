"""Reading half-days and holidays."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import groupby
from typing import NamedTuple, cast

from flask import Flask, current_app
from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from ecopter.authorization.policy import Scope
from ecopter.cohorts.models import Cohort
from ecopter.cohorts.queries import get_cohort
from ecopter.curricula.models import Module
from ecopter.db import db, plain_rows
from ecopter.people.models import User
from ecopter.people.rules import PersonName
from ecopter.school.models import Site
from ecopter.shared.errors import NotFound
from ecopter.timetable.models import TrainingSession, TrainingSessionInstructor
from ecopter.timetable.rules import HalfDayState, RegisterState, state_of, week_of

EXTENSION = "register_states"

# Ids of half-days -> how far their registers are; those without a register are left out.
RegisterStates = Callable[[Collection[int]], Mapping[int, RegisterState]]


def init_app(app: Flask, *, register_states: RegisterStates) -> None:
    """Registers belong to a feature above this one, which says here how to ask about them."""
    app.extensions[EXTENSION] = register_states


def register_states(training_session_ids: Collection[int]) -> Mapping[int, RegisterState]:
    """How far the registers of some half-days are; one query."""
    ask = cast("RegisterStates", current_app.extensions[EXTENSION])
    return ask(training_session_ids) if training_session_ids else {}


def placed() -> tuple[ORMOption, ...]:
    """What a half-day is about and where it is."""
    return (
        joinedload(TrainingSession.module),
        joinedload(TrainingSession.site),
        joinedload(TrainingSession.room),
    )


def loaded() -> tuple[ORMOption, ...]:
    """What a line about a half-day needs: module and place; instructors in a query of their own."""
    return (*placed(), selectinload(TrainingSession.instructors))


class Teaching(NamedTuple):
    """Someone who teaches a half-day."""

    user_id: int
    name: PersonName


def list_teaching(training_session_id: int) -> Sequence[Teaching]:
    """Who teaches one half-day, by family name; one query of plain rows."""
    asked = {"training_session_id": training_session_id}
    return [
        Teaching(user_id, PersonName(*name)) for user_id, *name in plain_rows(_teaching(), asked)
    ]


@cache
def _teaching() -> Select[int, str, str, str, str]:
    """Built once: every register asks it."""
    row = TrainingSessionInstructor
    return (
        select(
            User.id,
            User.given_name_lat,
            User.family_name_lat,
            User.given_name_ar,
            User.family_name_ar,
        )
        .join(row, row.user_id == User.id)
        .where(row.training_session_id == bindparam("training_session_id"))
        .order_by(User.family_name_lat)
    )


def scope_of(training_session: TrainingSession) -> Scope:
    """Where a half-day (with its instructors) belongs, for the policy."""
    return Scope(
        cohort_id=training_session.cohort_id,
        instructor_ids=frozenset(user.id for user in training_session.instructors),
    )


def list_sessions(cohort_id: int) -> Sequence[TrainingSession]:
    """Every half-day of a cohort in order, cancelled ones too; two queries."""
    return db.session.scalars(
        select(TrainingSession)
        .options(*loaded())
        .where(TrainingSession.cohort_id == cohort_id)
        .order_by(TrainingSession.starts_at)
    ).all()


@dataclass(frozen=True)
class HalfDayLine:
    """A half-day as a list shows it."""

    training_session: TrainingSession
    state: HalfDayState

    @property
    def scope(self) -> Scope:
        return scope_of(self.training_session)


@dataclass(frozen=True)
class Timetable:
    """Every half-day of a cohort, with what each is now."""

    cohort: Cohort
    lines: Sequence[HalfDayLine]

    @property
    def scope(self) -> Scope:
        return Scope(cohort_id=self.cohort.id)

    @property
    def counts(self) -> Mapping[HalfDayState, int]:
        return Counter(line.state for line in self.lines)

    @property
    def modules(self) -> Sequence[Module]:
        """Modules that have a half-day, in the order of the course."""
        found = {line.training_session.module for line in self.lines}
        return sorted(found, key=lambda module: module.position)

    @property
    def sites(self) -> Sequence[Site]:
        """Sites where a half-day is held, each once."""
        return list(dict.fromkeys(line.training_session.site for line in self.lines))

    def choice(
        self,
        *,
        state: str | None = None,
        module_id: int | None = None,
        site_id: int | None = None,
    ) -> list[HalfDayLine]:
        """The lines that pass every filter."""
        return [
            line
            for line in self.lines
            if state in (None, line.state)
            and module_id in (None, line.training_session.module_id)
            and site_id in (None, line.training_session.site_id)
        ]


def by_week(lines: Sequence[HalfDayLine]) -> Sequence[tuple[date, Sequence[HalfDayLine]]]:
    """(Monday, half-days of that week) of lines in order."""
    return [(monday, list(week)) for monday, week in groupby(lines, key=_monday)]


def _monday(line: HalfDayLine) -> date:
    return week_of(line.training_session.held_on).monday


def get_timetable(cohort_id: int, now: datetime) -> Timetable:
    """Four queries, whatever the length of the course. Raises NotFound."""
    cohort = get_cohort(cohort_id)
    return Timetable(cohort, with_states(list_sessions(cohort_id), now=now))


def with_states(
    training_sessions: Sequence[TrainingSession], *, now: datetime
) -> Sequence[HalfDayLine]:
    """Half-days (with their sites) and what each is at `now`; one query."""
    states = register_states([training_session.id for training_session in training_sessions])
    return [
        HalfDayLine(
            training_session,
            state_of(
                states.get(training_session.id),
                starts_at=training_session.starts_at,
                ends_at=training_session.ends_at,
                zone=training_session.site.zone,
                is_cancelled=training_session.is_cancelled,
                now=now,
            ),
        )
        for training_session in training_sessions
    ]


@dataclass(frozen=True)
class Cancellation:
    """A half-day that may be cancelled, unless its register is closed, and be brought back."""

    training_session: TrainingSession
    register: RegisterState | None

    @property
    def scope(self) -> Scope:
        return scope_of(self.training_session)


def hold_cancellation(training_session_id: int) -> Cancellation:
    """The same for whoever is about to cancel: nobody closes the register meanwhile."""
    hold(training_session_id)
    return get_cancellation(training_session_id)


def get_cancellation(training_session_id: int) -> Cancellation:
    """Three queries. Raises NotFound."""
    training_session = get_session(training_session_id)
    states = register_states([training_session_id])
    return Cancellation(training_session, states.get(training_session_id))


def get_session(training_session_id: int) -> TrainingSession:
    """A half-day with its cohort and all a line needs; two queries. Raises NotFound."""
    training_session = db.session.scalar(
        select(TrainingSession)
        .options(*loaded(), joinedload(TrainingSession.cohort).joinedload(Cohort.curriculum))
        .where(TrainingSession.id == training_session_id)
        .execution_options(populate_existing=True)
    )
    if training_session is None:
        raise NotFound
    return training_session


def hold(training_session_id: int) -> None:
    """Make writers of one half-day queue, so that none of them decides on what is out of date.

    SQLite has one writer at a time anyway. PostgreSQL locks the row in a statement of its own:
    the next one then reads what the writer before has left.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(
            select(TrainingSession.id)
            .where(TrainingSession.id == training_session_id)
            .with_for_update()
        )
