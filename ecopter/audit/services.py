"""Adding to the trail, in the transaction of the act itself."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, insert, text
from sqlalchemy.orm import Session

from ecopter.audit import queries
from ecopter.audit.models import AuditEvent
from ecopter.audit.rules import START, Event, seal
from ecopter.authorization.policy import Actor
from ecopter.db import WROTE, db, own_transaction
from ecopter.platform.clock import request_now

# Any fixed number: one advisory lock of PostgreSQL that makes writers of the chain queue.
CHAIN_LOCK = 7_201_986
LOCK = text("SELECT pg_advisory_xact_lock(:key)")
ADD = insert(cast("Table", AuditEvent.__table__))


def record(
    action: str,
    *,
    actor: Actor,
    now: datetime,
    about: tuple[str, int | None],
    session: Session | None = None,
    **details: Any,
) -> None:
    """Note one act: `about` is (kind of row, its id); `details` are ids, numbers, short words.

    Names and free text stay out, so that the chain survives an erasure.
    """
    record_several(action, actor=actor, now=now, about=[about], session=session, **details)


def record_several(
    action: str,
    *,
    actor: Actor,
    now: datetime,
    about: Sequence[tuple[str, int | None]],
    session: Session | None = None,
    **details: Any,
) -> None:
    """The same act on several rows: an event for each, in one statement."""
    if not about:
        return
    place = session or db.session()
    # What was done is written first: writers wait for the chain with nothing left to wait for.
    place.flush()
    connection = place.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(LOCK, {"key": CHAIN_LOCK})
    last = queries.find_last(place)
    sequence, previous = (last.sequence + 1, last.seal) if last else (1, START)
    events = []
    for number, thing in enumerate(about, start=sequence):
        event = Event(number, now, actor.user_id, action, *thing, details)
        sealed = seal(event, previous)
        events.append(
            {
                "sequence": number,
                "at": now,
                "actor_id": actor.user_id,
                "action": action,
                "object_type": event.object_type,
                "object_id": event.object_id,
                "details": details,
                "previous": previous,
                "seal": sealed,
            }
        )
        previous = sealed
    connection.execute(ADD, events)
    place.info[WROTE] = True  # past the session, which would have noted it


def record_refusal(actor: Actor, permission: str, endpoint: str) -> None:
    """A door that stayed shut, kept whatever becomes of the request."""
    with own_transaction() as session:
        record(
            "door.refused",
            actor=actor,
            now=request_now(),
            about=("endpoint", None),
            session=session,
            permission=str(permission),
            endpoint=endpoint,
        )
