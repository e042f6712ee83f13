"""The register of one half-day, everything loaded."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Date, bindparam, exists, or_, select
from sqlalchemy.orm import joinedload

from ecopter.attendance.models import AttendanceRecord, AttendanceRevision, Register
from ecopter.attendance.queries.absences import Announced, announced_at_half_day
from ecopter.attendance.queries.revisions import Change, Changes, list_changes
from ecopter.attendance.rules import (
    AttendanceStatus,
    Entry,
    Obstacle,
    is_settled,
    obstacle,
    opens_at,
)
from ecopter.attendance.rules.weeks import week_name
from ecopter.audit.models import AuditEvent
from ecopter.authorization.policy import Actor, Permission, Scope, may
from ecopter.cohorts.models import Enrolment, EnrolmentPeriod
from ecopter.db import db, plain_rows
from ecopter.people.models import User
from ecopter.people.rules import PersonName
from ecopter.shared.dates import minutes_between
from ecopter.shared.errors import Forbidden, NotFound
from ecopter.shared.text import N_
from ecopter.timetable.models import TrainingSession
from ecopter.timetable.queries import Teaching, hold, list_teaching, placed
from ecopter.timetable.rules import RegisterState

SETTLED = N_(
    "This register was closed more than 7 days ago: it is now corrected by the school's office. "
    "Ask the office."
)


class RegisterLine(NamedTuple):
    """One person expected at the half-day; `entry` None: not written yet.

    `announced`: the absence they told of, while the register is open.
    """

    enrolment_id: int
    trainee_id: int
    name: PersonName
    entry: Entry | None
    revision: int
    announced: Announced | None = None


@dataclass(frozen=True)
class RegisterSheet:
    """One half-day, its register if there is one, and a line for everyone expected."""

    training_session: TrainingSession
    register: Register | None
    instructors: Sequence[Teaching]
    lines: Sequence[RegisterLine]
    changes: Changes
    # Closed for longer than instructors may correct.
    is_settled: bool

    @property
    def scope(self) -> Scope:
        return Scope(
            cohort_id=self.training_session.cohort_id,
            instructor_ids=frozenset(one.user_id for one in self.instructors),
            is_settled=self.is_settled,
        )

    @property
    def zone(self) -> str:
        return self.training_session.site.zone

    @property
    def week(self) -> str:
        """The week it is in, as addresses write it."""
        return week_name(self.training_session.held_on)

    @property
    def version(self) -> int:
        """Counts saves; 0 before the first."""
        return self.register.version if self.register else 0

    @property
    def is_closed(self) -> bool:
        return self.register is not None and self.register.closed_at is not None

    @property
    def starts_at(self) -> datetime:
        """When it really began, as far as is known."""
        return self.register.actual_starts_at if self.register else self.training_session.starts_at

    @property
    def ends_at(self) -> datetime:
        return self.register.actual_ends_at if self.register else self.training_session.ends_at

    @property
    def opens_at(self) -> datetime:
        return opens_at(self.training_session.starts_at)

    @property
    def minutes(self) -> int:
        return minutes_between(self.starts_at, self.ends_at)

    @property
    def entries(self) -> Mapping[int, Entry]:
        """What is written, by enrolment."""
        return {line.enrolment_id: line.entry for line in self.lines if line.entry is not None}

    def count(self, status: AttendanceStatus) -> int:
        """How many lines say so."""
        return sum(entry.status is status for entry in self.entries.values())

    def obstacle(self, now: datetime) -> Obstacle | None:
        """What stands in the way of writing it at `now`."""
        return obstacle(
            is_cancelled=self.training_session.is_cancelled,
            is_closed=self.is_closed,
            starts_at=self.training_session.starts_at,
            now=now,
        )

    def changes_of(self, enrolment_id: int) -> Sequence[Change]:
        return self.changes.get((self.training_session.id, enrolment_id), [])


# Statements are built once: building one anew takes as long as fetching five hundred rows.
HEAD = (
    select(TrainingSession, Register)
    .outerjoin(Register, Register.training_session_id == TrainingSession.id)
    .options(joinedload(TrainingSession.cohort), *placed(), joinedload(Register.closed_by))
    .where(TrainingSession.id == bindparam("training_session_id"))
)


def get_register(training_session_id: int, now: datetime) -> RegisterSheet:
    """Four queries, whatever the size. Raises NotFound."""
    head = db.session.execute(HEAD, {"training_session_id": training_session_id}).one_or_none()
    if head is None:
        raise NotFound
    training_session, register = head
    closed_at = register.closed_at if register else None
    here = AttendanceRevision.training_session_id == training_session_id
    return RegisterSheet(
        training_session,
        register,
        list_teaching(training_session_id),
        list_lines(training_session, {} if closed_at else announced_at_half_day(training_session)),
        list_changes(here) if closed_at else {},
        is_settled(closed_at, now),
    )


def hold_register(training_session_id: int, now: datetime) -> RegisterSheet:
    """The same for whoever is about to write: others who write it wait."""
    hold(training_session_id)
    return get_register(training_session_id, now)


LINES = (
    select(
        Enrolment.id,
        Enrolment.trainee_id,
        User.given_name_lat,
        User.family_name_lat,
        User.given_name_ar,
        User.family_name_ar,
        AttendanceRecord.revision,
        AttendanceRecord.status,
        AttendanceRecord.minutes_late,
        AttendanceRecord.minutes_left_early,
        AttendanceRecord.excuse_category,
        AttendanceRecord.excuse_note,
    )
    .join(User, User.id == Enrolment.trainee_id)
    .outerjoin(
        AttendanceRecord,
        (AttendanceRecord.enrolment_id == Enrolment.id)
        & (AttendanceRecord.training_session_id == bindparam("training_session_id")),
    )
    .where(
        Enrolment.cohort_id == bindparam("cohort_id"),
        # `cohorts.rules.is_expected`, as the database says it.
        exists().where(
            EnrolmentPeriod.enrolment_id == Enrolment.id,
            EnrolmentPeriod.starts_on <= bindparam("day", type_=Date),
            or_(
                EnrolmentPeriod.ends_on.is_(None),
                EnrolmentPeriod.ends_on >= bindparam("day", type_=Date),
            ),
        ),
    )
    .order_by(Enrolment.id)
)


def list_lines(
    training_session: TrainingSession, announced: Mapping[int, Announced]
) -> list[RegisterLine]:
    """Everyone expected at a half-day, by family name, and what is written of them; one query."""
    asked = {
        "training_session_id": training_session.id,
        "cohort_id": training_session.cohort_id,
        "day": training_session.held_on,
    }
    lines: list[RegisterLine] = []
    # Few answers differ: one object serves everyone who has the same.
    entries: dict[tuple[Any, ...], Entry] = {}
    for (
        enrolment_id,
        trainee_id,
        given,
        family,
        given_ar,
        family_ar,
        revision,
        *answer,
    ) in plain_rows(LINES, asked):
        entry = None
        if revision is not None:
            key = tuple(answer)
            entry = entries.get(key) or entries.setdefault(key, Entry(*key))
        name = PersonName(given, family, given_ar, family_ar)
        told = announced.get(enrolment_id)
        lines.append(RegisterLine(enrolment_id, trainee_id, name, entry, revision or 0, told))
    return sorted(lines, key=lambda line: line.name.place_in_list)


@dataclass(frozen=True)
class LastSave:
    """Who wrote on a register last, and when."""

    by: PersonName | None
    at: datetime


def find_last_save(training_session_id: int) -> LastSave | None:
    """From the trail of events, which knows of saves that changed no line too; one query."""
    row = db.session.execute(
        select(AuditEvent.at, User)
        .outerjoin(User, User.id == AuditEvent.actor_id)
        .where(AuditEvent.object_type == "register", AuditEvent.object_id == training_session_id)
        .order_by(AuditEvent.sequence.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    at, user = row
    return LastSave(user.name if user else None, at)


@dataclass(frozen=True)
class Correction:
    """One line of a register that is to be corrected."""

    sheet: RegisterSheet
    line: RegisterLine

    @property
    def scope(self) -> Scope:
        return self.sheet.scope

    @property
    def changes(self) -> Sequence[Change]:
        return self.sheet.changes_of(self.line.enrolment_id)


def get_correction(
    training_session_id: int, enrolment_id: int, actor: Actor, now: datetime
) -> Correction:
    """Four queries. Raises NotFound for someone who was not expected.

    Raises Forbidden, with the sentence that says whom to ask, for whoever teaches the half-day
    but comes too late; the door itself refuses everyone else.
    """
    return _open_to(actor, _correction(get_register(training_session_id, now), enrolment_id))


def hold_correction(
    training_session_id: int, enrolment_id: int, actor: Actor, now: datetime
) -> Correction:
    """The same for whoever is about to write."""
    return _open_to(actor, _correction(hold_register(training_session_id, now), enrolment_id))


def _open_to(actor: Actor, correction: Correction) -> Correction:
    scope = correction.scope
    seen = may(actor, Permission.REGISTER_VIEW, scope)
    if scope.is_settled and seen and not may(actor, Permission.REGISTER_CORRECT, scope):
        raise Forbidden(SETTLED)
    return correction


def _correction(sheet: RegisterSheet, enrolment_id: int) -> Correction:
    for line in sheet.lines:
        if line.enrolment_id == enrolment_id:
            return Correction(sheet, line)
    raise NotFound


def register_states(training_session_ids: Collection[int]) -> Mapping[int, RegisterState]:
    """How far the registers of some half-days are; none, no entry; one query."""
    rows = db.session.execute(
        select(Register.training_session_id, Register.closed_at.is_not(None)).where(
            Register.training_session_id.in_(training_session_ids)
        )
    )
    return {key: RegisterState.CLOSED if closed else RegisterState.DRAFT for key, closed in rows}
