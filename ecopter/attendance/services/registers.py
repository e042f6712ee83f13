"""What people do with registers: save, close, correct."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    JSON,
    ColumnElement,
    Insert,
    Integer,
    Table,
    Text,
    bindparam,
    column,
    func,
    insert,
    literal,
    select,
    true,
)
from sqlalchemy import cast as as_type
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

    touched, version = changed(sheet.entries, writing.entries), sheet.version + 1
    _save_head(sheet, writing, actor=actor, now=now)
    _write_lines(sheet, {key: writing.entries[key] for key in touched}, actor=actor, now=now)
    record(
        "register.closed" if writing.closing else "register.saved",
        actor=actor,
        now=now,
        about=("register", sheet.training_session.id),
        version=version,
        changed=len(touched),
        answers=_count(writing.entries.values()),
    )


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
    # Few answers differ: each is checked once.
    for entry in {id(entry): entry for entry in writing.entries.values()}.values():
        for fault in entry_faults(entry, minutes):
            raise Invalid(SENTENCES[fault])


def _count(entries: Iterable[Entry]) -> Mapping[str, int]:
    """How many lines have which answer."""
    return {status.value: number for status, number in Counter(e.status for e in entries).items()}


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


HEADS = cast("Table", Register.__table__)
RECORDS = cast("Table", AttendanceRecord.__table__)
REVISIONS = cast("Table", AttendanceRevision.__table__)
IDENTITY = ("training_session_id", "enrolment_id")
ANSWER = ("status", "minutes_late", "minutes_left_early", "excuse_category")
# INSERT … ON CONFLICT DO UPDATE, which both databases know and SQLAlchemy spells twice.
INSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def _save_head(sheet: RegisterSheet, writing: Writing, *, actor: Actor, now: datetime) -> None:
    values = {
        "training_session_id": sheet.training_session.id,
        "actual_starts_at": writing.starts_at,
        "actual_ends_at": writing.ends_at,
        "closed_at": now if writing.closing else None,
        "closed_by_id": actor.user_id if writing.closing else None,
    }
    connection = db.session.connection()
    connection.execute(_head(connection.dialect.name), values)
    if sheet.register is not None:
        db.session.expire(sheet.register)


@cache
def _head(dialect: str) -> Insert:
    """The hours really held and whoever closed it; one version more than before."""
    into = cast("sqlite.Insert", INSERT[dialect](HEADS)).values(version=1).inline()
    said = ("actual_starts_at", "actual_ends_at", "closed_at", "closed_by_id")
    return into.on_conflict_do_update(
        index_elements=["training_session_id"],
        set_={name: into.excluded[name] for name in said} | {"version": HEADS.c.version + 1},
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
    lines = [(enrolment_id, *_answer(entry)) for enrolment_id, entry in entries.items()]
    connection = db.session.connection()
    here = {"training_session_id": sheet.training_session.id, "lines": json.dumps(lines)}
    written = {"updated_by_id": actor.user_id, "updated_at": now}
    connection.execute(_upsert(connection.dialect.name), here | written)
    connection.execute(_copy(connection.dialect.name), here | {"reason": reason})


def _answer(entry: Entry) -> tuple[str | int | None, ...]:
    return (
        entry.status,
        entry.minutes_late,
        entry.minutes_left_early,
        entry.excuse_category,
        entry.excuse_note,
    )


def _sent(dialect: str) -> ColumnElement[Any]:
    """Each of the lines, which go to the database as one text.

    Bound one by one, the values of five hundred take longer than all that is done with them.
    """
    lines = bindparam("lines", type_=Text)
    if dialect == "postgresql":
        unfolded = func.json_array_elements(as_type(lines, JSON))
    else:
        unfolded = func.json_each(lines)
    return unfolded.table_valued(column("value", JSON)).c.value


@cache
def _upsert(dialect: str) -> Insert:
    line = _sent(dialect)
    given = {
        "training_session_id": bindparam("training_session_id", type_=Integer),
        "enrolment_id": line[0].as_integer(),
        "status": line[1].as_string(),
        "minutes_late": line[2].as_integer(),
        "minutes_left_early": line[3].as_integer(),
        "excuse_category": line[4].as_string(),
        "excuse_note": line[5].as_string(),
        "updated_by_id": bindparam("updated_by_id", type_=Integer),
        "updated_at": bindparam("updated_at", type_=RECORDS.c.updated_at.type),
        "revision": literal(1),
    }
    # Without a condition, SQLite reads ON CONFLICT as the ON of a join.
    rows = select(*given.values()).where(true())
    into = cast("sqlite.Insert", INSERT[dialect](RECORDS)).from_select(list(given), rows)
    said = (*ANSWER, "excuse_note", "updated_by_id", "updated_at")
    return into.on_conflict_do_update(
        index_elements=IDENTITY,
        set_={name: into.excluded[name] for name in said} | {"revision": RECORDS.c.revision + 1},
    )


@cache
def _copy(dialect: str) -> Insert:
    """The newest revision is what the line says now, without its private note."""
    return insert(REVISIONS).from_select(
        [*IDENTITY, *ANSWER, "number", "written_by_id", "written_at", "reason"],
        select(
            *(RECORDS.c[name] for name in (*IDENTITY, *ANSWER)),
            *(RECORDS.c.revision, RECORDS.c.updated_by_id, RECORDS.c.updated_at),
            bindparam("reason", type_=REVISIONS.c.reason.type),
        ).where(
            RECORDS.c.training_session_id == bindparam("training_session_id"),
            RECORDS.c.enrolment_id.in_(select(_sent(dialect)[0].as_integer())),
        ),
    )
