"""What people do with the timetable."""

from datetime import datetime

from ecopter.audit.services import record
from ecopter.authorization.policy import Actor
from ecopter.db import db
from ecopter.shared.errors import Conflict, Invalid
from ecopter.shared.text import N_
from ecopter.timetable.queries import Cancellation
from ecopter.timetable.rules import RegisterState

CLOSED = N_("The register of this half-day is closed: it was held, so it cannot be cancelled.")
NO_REASON = N_("Write why the half-day is cancelled.")


def cancel_half_day(
    cancellation: Cancellation, *, reason: str, actor: Actor, now: datetime
) -> None:
    """Take a half-day out of every sum of expected hours, for a reason all can read.

    Cancelling twice changes nothing. Raises Conflict when its register is closed.
    """
    training_session = cancellation.training_session
    if training_session.is_cancelled:
        return
    if cancellation.register is RegisterState.CLOSED:
        raise Conflict(CLOSED)
    if not reason:
        raise Invalid(NO_REASON)
    training_session.cancelled_at = now
    training_session.cancel_reason = reason
    record(
        "half_day.cancelled",
        actor=actor,
        now=now,
        about=("training_session", training_session.id),
        cohort=training_session.cohort_id,
    )
    db.session.flush()
