"""A half-day is not held after all; or it is."""

from datetime import datetime

from ecopter.audit.services import record
from ecopter.authorization.policy import Actor
from ecopter.db import db
from ecopter.notices.rules import NoticeEvent
from ecopter.notices.services.telling import tell
from ecopter.shared.errors import Conflict, Invalid
from ecopter.shared.text import N_
from ecopter.timetable.models import TrainingSession
from ecopter.timetable.queries import Cancellation, Trial, list_told
from ecopter.timetable.queries.sheets import RESUMED, STOPPED
from ecopter.timetable.rules import RegisterState

CLOSED = N_("The register of this half-day is closed: it was held, so it cannot be cancelled.")
NO_REASON = N_("Write why the half-day is cancelled.")
NOT_FREE = N_(
    "This half-day cannot be brought back: its time is no longer free. Plan a new one at another "
    "time."
)


def cancel_half_day(
    cancellation: Cancellation, *, reason: str, actor: Actor, now: datetime
) -> None:
    """Take a half-day out of every sum of expected hours, for a reason all can read.

    Whoever would have come is told, unless it is over. Cancelling twice changes nothing. Raises
    Conflict when its register is closed.
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
        STOPPED,
        actor=actor,
        now=now,
        about=("training_session", training_session.id),
        cohort=training_session.cohort_id,
    )
    _tell(NoticeEvent.HALF_DAY_CANCELLED, training_session, actor=actor, now=now, reason=reason)
    db.session.flush()


def restore_half_day(
    cancellation: Cancellation, trial: Trial, *, actor: Actor, now: datetime
) -> None:
    """Bring a cancelled half-day back as it was planned; `trial` is its own slot, tried.

    Whoever was told that it would not be held is told that it will.
    Bringing it back twice changes nothing. Raises Conflict when the cohort, an instructor or the
    room has something else at that time.
    """
    training_session = cancellation.training_session
    if not training_session.is_cancelled:
        return
    if trial.clashes:
        raise Conflict(NOT_FREE)
    training_session.cancelled_at = None
    training_session.cancel_reason = ""
    record(
        RESUMED,
        actor=actor,
        now=now,
        about=("training_session", training_session.id),
        cohort=training_session.cohort_id,
    )
    site = training_session.site.names
    _tell(NoticeEvent.HALF_DAY_RESTORED, training_session, actor=actor, now=now, site=site)
    db.session.flush()


def _tell(
    event: NoticeEvent,
    training_session: TrainingSession,
    *,
    actor: Actor,
    now: datetime,
    **facts: object,
) -> None:
    """Whoever would come, but for the one who acts; nobody once the half-day is over."""
    if training_session.ends_at <= now:
        return
    tell(
        list_told(training_session, now=now) - {actor.user_id or 0},
        event,
        now=now,
        module=training_session.module.titles,
        on_day=training_session.held_on.isoformat(),
        half=training_session.half_day.value,
        cohort_id=training_session.cohort_id,
        training_session_id=training_session.id,
        **facts,
    )
