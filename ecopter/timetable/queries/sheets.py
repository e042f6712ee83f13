"""One half-day with its history, and who may step in for whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import aliased

from ecopter.audit.models import AuditEvent
from ecopter.authorization.policy import Actor, Scope
from ecopter.cohorts.models import CohortInstructor, Enrolment
from ecopter.cohorts.queries import runs_on
from ecopter.db import db
from ecopter.people.models import User
from ecopter.people.rules import PersonName
from ecopter.platform.clock import school_day
from ecopter.timetable.models import Substitution, TrainingSession
from ecopter.timetable.queries.half_days import (
    HalfDayLine,
    get_session,
    hold,
    register_states,
    scope_of,
    with_states,
)
from ecopter.timetable.queries.planning import (
    MoveLine,
    hold_planning,
    list_bookings,
    list_moves,
    slot_of,
)
from ecopter.timetable.rules import Booking, RegisterState, home_zone

# Acts on a half-day that leave no row of their own.
STOPPED, RESUMED = "half_day.cancelled", "half_day.restored"


def reader_zone(actor: Actor) -> str:
    """The zone of the clocks around the reader, else the school's; one query."""
    country = db.session.scalar(select(User.country).where(User.id == actor.user_id))
    return home_zone(country or "", current_app.config["SCHOOL_ZONE"])


@dataclass(frozen=True)
class SubstitutionLine:
    """Who came for whom; `left` None: beside those who teach."""

    substitution: Substitution
    left: PersonName | None
    joined: PersonName
    by: PersonName


@dataclass(frozen=True)
class Stop:
    """A cancellation, or with `is_undone` its end."""

    at: datetime
    by: PersonName | None
    is_undone: bool


@dataclass(frozen=True)
class HalfDaySheet:
    """One half-day, what it is now, and everything that happened to it.

    `zone` is the reader's. A move carries where the half-day came from.
    """

    line: HalfDayLine
    moves: Sequence[MoveLine]
    substitutions: Sequence[SubstitutionLine]
    stops: Sequence[Stop]
    zone: str

    @property
    def training_session(self) -> TrainingSession:
        return self.line.training_session

    @property
    def scope(self) -> Scope:
        return self.line.scope

    @property
    def history(self) -> Sequence[tuple[str, MoveLine | SubstitutionLine | Stop]]:
        """What happened, the latest first, with the kind of each."""
        found: list[tuple[datetime, str, MoveLine | SubstitutionLine | Stop]] = []
        found += [(line.move.moved_at, "move", line) for line in self.moves]
        found += [
            (line.substitution.decided_at, "substitution", line) for line in self.substitutions
        ]
        found += [(stop.at, "stop", stop) for stop in self.stops]
        found.sort(key=lambda one: one[0])
        return [(kind, line) for _at, kind, line in reversed(found)]


def get_half_day(training_session_id: int, actor: Actor, now: datetime) -> HalfDaySheet:
    """Seven queries. Raises NotFound."""
    training_session = get_session(training_session_id)
    [line] = with_states([training_session], now=now)
    return HalfDaySheet(
        line,
        list_moves(training_session_id),
        _substitutions(training_session_id),
        _stops(training_session_id),
        reader_zone(actor),
    )


def _substitutions(training_session_id: int) -> Sequence[SubstitutionLine]:
    left, joined, by = aliased(User), aliased(User), aliased(User)
    rows = db.session.execute(
        select(Substitution, left, joined, by)
        .outerjoin(left, left.id == Substitution.left_id)
        .join(joined, joined.id == Substitution.joined_id)
        .join(by, by.id == Substitution.decided_by_id)
        .where(Substitution.training_session_id == training_session_id)
        .order_by(Substitution.decided_at, Substitution.id)
    )
    return [
        SubstitutionLine(row, gone.name if gone else None, come.name, decider.name)
        for row, gone, come, decider in rows
    ]


def _stops(training_session_id: int) -> Sequence[Stop]:
    rows = db.session.execute(
        select(AuditEvent.at, AuditEvent.action, User)
        .outerjoin(User, User.id == AuditEvent.actor_id)
        .where(
            AuditEvent.object_type == "training_session",
            AuditEvent.object_id == training_session_id,
            AuditEvent.action.in_((STOPPED, RESUMED)),
        )
        .order_by(AuditEvent.sequence)
    )
    return [Stop(at, user.name if user else None, action == RESUMED) for at, action, user in rows]


@dataclass(frozen=True)
class Candidate:
    """Someone who may step in; `busy_with` is what they teach at that time."""

    user_id: int
    name: PersonName
    is_of_cohort: bool
    busy_with: Booking | None


@dataclass(frozen=True)
class Substituting:
    """A half-day for which someone else may be named.

    Whoever teaches it already is no candidate, nor whoever learns in the cohort; those of the
    cohort come first, those who teach elsewhere at that time last.
    """

    training_session: TrainingSession
    register: RegisterState | None
    candidates: Sequence[Candidate]

    @property
    def scope(self) -> Scope:
        return scope_of(self.training_session)

    @property
    def named(self) -> Mapping[int, PersonName]:
        """Who teaches it as it stands."""
        return {user.id: user.name for user in self.training_session.instructors}

    def find(self, user_id: int | None) -> Candidate | None:
        return next((one for one in self.candidates if one.user_id == user_id), None)


def get_substituting(training_session_id: int, now: datetime) -> Substituting:
    """Five queries, whatever the number of instructors. Raises NotFound."""
    training_session = get_session(training_session_id)
    states = register_states([training_session_id])
    day = training_session.held_on
    busy = list_bookings(day, day).busy(slot_of(training_session))
    candidates = [
        Candidate(user.id, user.name, training_session.cohort_id in cohorts, busy.get(user.id))
        for user, cohorts in _instructors_of_school(training_session.cohort_id, now)
        if user not in training_session.instructors
    ]
    candidates.sort(key=lambda one: (one.busy_with is not None, not one.is_of_cohort))
    return Substituting(training_session, states.get(training_session_id), candidates)


def hold_substituting(training_session_id: int, now: datetime) -> Substituting:
    """The same for whoever is about to name someone."""
    hold_planning()
    hold(training_session_id)
    return get_substituting(training_session_id, now)


def _instructors_of_school(cohort_id: int, now: datetime) -> Sequence[tuple[User, set[int]]]:
    """Everyone who teaches a cohort today, by family name, with those cohorts; one query.

    Left out is whoever learns, or learnt, in one cohort: nobody marks their own register.
    """
    learners = select(Enrolment.trainee_id).where(Enrolment.cohort_id == cohort_id)
    rows = db.session.execute(
        select(User, CohortInstructor.cohort_id)
        .join(CohortInstructor, CohortInstructor.user_id == User.id)
        .where(
            *runs_on(CohortInstructor, school_day(now)),
            User.deactivated_at.is_(None),
            User.id.not_in(learners),
        )
        .order_by(User.family_name_lat, User.given_name_lat, User.id)
    )
    found: dict[int, tuple[User, set[int]]] = {}
    for user, taught_id in rows:
        found.setdefault(user.id, (user, set()))[1].add(taught_id)
    return list(found.values())
