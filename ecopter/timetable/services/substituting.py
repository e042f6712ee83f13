"""Someone else teaches a half-day: named by the office, or on their own word."""

from datetime import datetime

from sqlalchemy import delete

from ecopter.audit.services import record
from ecopter.authorization.policy import Actor
from ecopter.cohorts.queries import has_place
from ecopter.db import db
from ecopter.notices.rules import NoticeEvent
from ecopter.notices.services.telling import tell
from ecopter.people.queries import get_user
from ecopter.platform.clock import school_day
from ecopter.shared.errors import Conflict, Invalid
from ecopter.shared.text import N_
from ecopter.timetable.models import Substitution, TrainingSessionInstructor
from ecopter.timetable.queries import Substituting
from ecopter.timetable.rules import RegisterState, may_be_taken_over

CANCELLED = N_("This half-day is cancelled: nobody teaches it.")
CLOSED = N_("The register of this half-day is closed: it says who taught.")
ALREADY = N_("This person teaches the half-day already.")
UNKNOWN = N_("Choose an instructor who teaches a cohort of the school today.")
LEARNS_HERE = N_("This person is enrolled in the cohort: nobody marks their own register.")
BUSY = N_("This instructor teaches another half-day at that time.")
NOT_NAMED = N_("Whoever leaves has to be one of those who teach this half-day.")
NO_REASON = N_("Write why you take the half-day over.")
TOO_FAR = N_(
    "Only half-days of the last 7 days and of the next 14 can be taken over. Ask the school's "
    "office."
)


def substitute(
    substituting: Substituting,
    *,
    joined_id: int | None,
    left_id: int | None,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Name an instructor for a half-day in the place of `left_id`, or beside the others (None).

    An empty reason stands for the office's own decision. The one who joins is told. Raises
    Conflict when the half-day is cancelled, its register closed, or the person there already or
    elsewhere; Invalid when either person is not one to choose.
    """
    training_session = substituting.training_session
    if training_session.is_cancelled:
        raise Conflict(CANCELLED)
    if substituting.register is RegisterState.CLOSED:
        raise Conflict(CLOSED)
    if joined_id in substituting.named:
        raise Conflict(ALREADY)
    candidate = substituting.find(joined_id)
    if candidate is None:
        learns_here = joined_id is not None and has_place(training_session.cohort_id, joined_id)
        raise Invalid(LEARNS_HERE if learns_here else UNKNOWN)
    if candidate.busy_with is not None:
        raise Conflict(BUSY)
    if left_id is not None and left_id not in substituting.named:
        raise Invalid(NOT_NAMED)
    _write(substituting, candidate.user_id, left_id)
    db.session.add(
        Substitution(
            training_session_id=training_session.id,
            left_id=left_id,
            joined_id=candidate.user_id,
            reason=reason,
            decided_by_id=actor.user_id,
            decided_at=now,
        )
    )
    record(
        "half_day.substituted",
        actor=actor,
        now=now,
        about=("training_session", training_session.id),
        cohort=training_session.cohort_id,
        joined=candidate.user_id,
        left=left_id,
    )
    _tell(substituting, candidate.user_id, left_id, actor=actor, now=now)
    db.session.flush()


def take_over(
    substituting: Substituting,
    *,
    left_id: int | None,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Put oneself on a half-day of the last week or the next fortnight, for a reason.

    Raises what `substitute` raises, Invalid without a reason, Conflict on another day.
    """
    if not may_be_taken_over(substituting.training_session.held_on, school_day(now)):
        raise Conflict(TOO_FAR)
    if not reason:
        raise Invalid(NO_REASON)
    substitute(
        substituting,
        joined_id=actor.user_id,
        left_id=left_id,
        reason=reason,
        actor=actor,
        now=now,
    )


def _tell(
    substituting: Substituting, joined_id: int, left_id: int | None, *, actor: Actor, now: datetime
) -> None:
    """The one who joins and the one who leaves, each in their own words; never whoever acts."""
    training_session = substituting.training_session
    facts = {
        "module": training_session.module.titles,
        "on_day": training_session.held_on.isoformat(),
        "half": training_session.half_day.value,
        "cohort": training_session.cohort.names,
        "site": training_session.site.names,
        "cohort_id": training_session.cohort_id,
        "training_session_id": training_session.id,
    }
    tell({joined_id} - {actor.user_id}, NoticeEvent.SUBSTITUTION, now=now, **facts)
    if left_id is not None:
        joined = get_user(joined_id).name.latin
        replaced = NoticeEvent.INSTRUCTOR_REPLACED
        tell({left_id} - {actor.user_id}, replaced, now=now, person=joined, **facts)


def _write(substituting: Substituting, joined_id: int, left_id: int | None) -> None:
    row, here = TrainingSessionInstructor, substituting.training_session.id
    if left_id is not None:
        db.session.execute(
            delete(row)
            .where(row.training_session_id == here, row.user_id == left_id)
            .execution_options(synchronize_session=False)
        )
    db.session.add(row(training_session_id=here, user_id=joined_id))
