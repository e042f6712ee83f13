"""Reading the trail of events."""

from collections.abc import Iterator
from functools import cache

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from ecopter.audit.models import AuditEvent
from ecopter.audit.rules import Event, Link
from ecopter.db import db


def find_last(session: Session) -> Row[int, str] | None:
    """Number and seal of the newest event; the writer that asks holds the write lock already."""
    return session.connection().execute(_last()).first()


@cache
def _last() -> Select[int, str]:
    """Built once: asked with every act."""
    newest = AuditEvent.sequence.desc()
    return select(AuditEvent.sequence, AuditEvent.seal).order_by(newest).limit(1)


def chain(session: Session | None = None) -> Iterator[Link]:
    """Every event from the first on, as it was sealed; streamed, a thousand rows at a time.

    `session` reads another database than the school's own: an archive's.
    """
    rows = (session or db.session()).execute(
        select(AuditEvent).order_by(AuditEvent.sequence).execution_options(yield_per=1000)
    )
    for (row,) in rows:
        event = Event(
            row.sequence,
            row.at,
            row.actor_id,
            row.action,
            row.object_type,
            row.object_id,
            row.details,
        )
        yield Link(event, row.previous, row.seal)


def seal_of(sequence: int) -> str | None:
    """The seal of one event; None where the trail does not reach."""
    return db.session.scalar(select(AuditEvent.seal).where(AuditEvent.sequence == sequence))


def list_of(object_type: str, object_id: int) -> list[AuditEvent]:
    """What happened to one row, oldest first."""
    return list(
        db.session.scalars(
            select(AuditEvent)
            .where(AuditEvent.object_type == object_type, AuditEvent.object_id == object_id)
            .order_by(AuditEvent.sequence)
        )
    )
