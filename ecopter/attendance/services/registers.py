"""What people do with registers: save, close, correct."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import cast

from sqlalchemy import Insert, Table, bindparam, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from ecopter.attendance.models import AttendanceRecord, AttendanceRevision, Register
from ecopter.attendance.queries import Correction, RegisterSheet
from ecopter.attendance.rules import (
    HOURS_SENTENCES,
    OBSTACLES,
    SENTENCES,
    Entry,
    changed,
    entry_faults,
    hours_fault,
)
from ecopter.audit.services import record
from ecopter.authorization.policy import Actor
from ecopter.db import db
from ecopter.notices.rules import NoticeEvent
from ecopter.notices.services.telling import tell
from ecopter.shared.dates import minutes_between
from ecopter.shared.errors import Conflict, Invalid
from ecopter.shared.text import N_

INCOMPLETE = N_("A register is closed when everyone has an answer. Save it as a draft until then.")
OUTDATED = N_("Someone saved this register meanwhile. Open it again.")
STRANGER = N_("Someone on this form was not expected at this half-day.")
NOT_CLOSED = N_("This register is still open: write on the register itself.")
NO_REASON = N_("Write why the line is corrected.")


@dataclass(frozen=True)
class Writing:
    """A register as it was sent: lines by enrolment id, hours really held, version it came from."""

    entries: Mapping[int, Entry]
    starts_at: datetime
    ends_at: datetime
    version: int
    closing: bool

    def repeats(self, sheet: RegisterSheet) -> bool:
        """Is the sheet already as this says? A second click on the same button is no conflict."""
        return (
            sheet.register is not None
            and sheet.is_closed == self.closing
            and (sheet.starts_at, sheet.ends_at) == (self.starts_at, self.ends_at)
            and sheet.entries == self.entries
        )


def save_register(sheet: RegisterSheet, writing: Writing, *, actor: Actor, now: datetime) -> None:
    """Save a register as a draft, or close it when everyone has an answer.

    Two bulk statements whatever the size; only lines that say something else make a revision.
    Raises Conflict (cancelled, closed, too early, saved by someone else meanwhile) or Invalid.
    """
    if writing.repeats(sheet):
        return
    if (obstacle := sheet.obstacle(now)) is not None:
        raise Conflict(OBSTACLES[obstacle])
    if writing.version != sheet.version:
        raise Conflict(OUTDATED)
    _check(sheet, writing)

    touched = changed(sheet.entries, writing.entries)
    register = _save_head(sheet, writing, actor=actor, now=now)
    _write_lines(sheet, {key: writing.entries[key] for key in touched}, actor=actor, now=now)
    record(
        "register.closed" if writing.closing else "register.saved",
        actor=actor,
        now=now,
        about=("register", sheet.training_session.id),
        version=register.version,
        changed=len(touched),
        answers=dict(Counter(entry.status.value for entry in writing.entries.values())),
    )
    db.session.flush()


def _check(sheet: RegisterSheet, writing: Writing) -> None:
    """The true checks; the form has said the same more kindly."""
    if (wrong := hours_fault(writing.starts_at, writing.ends_at)) is not None:
        raise Invalid(HOURS_SENTENCES[wrong])
    expected = {line.enrolment_id for line in sheet.lines}
    if not writing.entries.keys() <= expected:
        raise Invalid(STRANGER)
    if writing.closing and writing.entries.keys() != expected:
        raise Invalid(INCOMPLETE)
    minutes = minutes_between(writing.starts_at, writing.ends_at)
    for entry in writing.entries.values():
        for fault in entry_faults(entry, minutes):
            raise Invalid(SENTENCES[fault])


def _save_head(sheet: RegisterSheet, writing: Writing, *, actor: Actor, now: datetime) -> Register:
    register = sheet.register
    if register is None:
        register = Register(training_session_id=sheet.training_session.id, version=0)
        db.session.add(register)
    register.version += 1
    register.actual_starts_at = writing.starts_at
    register.actual_ends_at = writing.ends_at
    if writing.closing:
        register.closed_at = now
        register.closed_by_id = actor.user_id
    db.session.flush()
    return register


def correct_line(
    correction: Correction, entry: Entry, *, reason: str, actor: Actor, now: datetime
) -> None:
    """Change one line of a closed register, which stays closed; the old line is kept.

    The trainee is told, with the reason. Correcting to what the line says already changes nothing.
    Raises Conflict while the register is open, Invalid without a reason.
    """
    sheet, line = correction.sheet, correction.line
    if sheet.register is None or not sheet.is_closed or sheet.training_session.is_cancelled:
        raise Conflict(NOT_CLOSED)
    if line.entry == entry:
        return
    if not reason:
        raise Invalid(NO_REASON)
    for fault in entry_faults(entry, sheet.minutes):
        raise Invalid(SENTENCES[fault])

    sheet.register.version += 1
    _write_lines(sheet, {line.enrolment_id: entry}, actor=actor, now=now, reason=reason)
    record(
        "register.corrected",
        actor=actor,
        now=now,
        about=("register", sheet.training_session.id),
        version=sheet.register.version,
        enrolment=line.enrolment_id,
        revision=line.revision + 1,
    )
    tell(
        [line.trainee_id],
        NoticeEvent.REGISTER_CORRECTED,
        now=now,
        on_day=sheet.training_session.held_on.isoformat(),
        half=sheet.training_session.half_day.value,
        reason=reason,
        enrolment_id=line.enrolment_id,
    )
    db.session.flush()


RECORDS = cast("Table", AttendanceRecord.__table__)
REVISIONS = cast("Table", AttendanceRevision.__table__)
IDENTITY = ("training_session_id", "enrolment_id")
ANSWER = ("status", "minutes_late", "minutes_left_early", "excuse_category")
# The newest revision is what the head says now, without its private note.
COPY = insert(REVISIONS).from_select(
    [*IDENTITY, *ANSWER, "number", "written_by_id", "written_at", "reason"],
    select(
        *(RECORDS.c[name] for name in (*IDENTITY, *ANSWER)),
        *(RECORDS.c.revision, RECORDS.c.updated_by_id, RECORDS.c.updated_at),
        bindparam("reason", type_=REVISIONS.c.reason.type),
    ).where(
        RECORDS.c.training_session_id == bindparam("training_session_id"),
        RECORDS.c.enrolment_id.in_(bindparam("enrolments", expanding=True)),
    ),
)


def _write_lines(
    sheet: RegisterSheet,
    entries: Mapping[int, Entry],
    *,
    actor: Actor,
    now: datetime,
    reason: str = "",
) -> None:
    """The heads in one statement and their revisions in another, for one line or five hundred."""
    if not entries:
        return
    heads = [
        {
            "training_session_id": sheet.training_session.id,
            "enrolment_id": enrolment_id,
            "status": entry.status,
            "minutes_late": entry.minutes_late,
            "minutes_left_early": entry.minutes_left_early,
            "excuse_category": entry.excuse_category,
            "excuse_note": entry.excuse_note,
            "updated_by_id": actor.user_id,
            "updated_at": now,
        }
        for enrolment_id, entry in entries.items()
    ]
    db.session.execute(_upsert(db.session.get_bind().dialect.name), heads)
    copied = {
        "training_session_id": sheet.training_session.id,
        "enrolments": list(entries),
        "reason": reason,
    }
    db.session.execute(COPY, copied)


@cache
def _upsert(dialect: str) -> Insert:
    """INSERT … ON CONFLICT DO UPDATE, which both databases know and SQLAlchemy spells twice."""
    said = (*ANSWER, "excuse_note", "updated_by_id", "updated_at")
    one_more = {"revision": RECORDS.c.revision + 1}
    if dialect == "postgresql":
        into = postgresql.insert(RECORDS).values(revision=1)
        return into.on_conflict_do_update(
            index_elements=IDENTITY, set_={name: into.excluded[name] for name in said} | one_more
        )
    upsert = sqlite.insert(RECORDS).values(revision=1)
    return upsert.on_conflict_do_update(
        index_elements=IDENTITY, set_={name: upsert.excluded[name] for name in said} | one_more
    )
