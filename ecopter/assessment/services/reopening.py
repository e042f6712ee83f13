"""No dead end: someone who teaches gives one more attempt, with a reason."""

from datetime import datetime

from ecopter.assessment.models import ReopenedWork, Reopening
from ecopter.assessment.queries.reopening import Work
from ecopter.audit.services import record
from ecopter.authorization.policy import Actor
from ecopter.db import db
from ecopter.shared.errors import Invalid
from ecopter.shared.text import N_

LONGEST_REASON = 200
NO_REASON = N_("Write why one more attempt is given.")


def reopen(
    subject: Work, work: ReopenedWork, reason: str, *, actor: Actor, now: datetime
) -> Reopening | None:
    """Give one more attempt; None when one is open already, so that a second tap adds nothing.

    Raises Invalid without a reason of at most 200 characters.
    """
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise Invalid(NO_REASON)
    if subject.is_open(work):
        return None

    reopening = Reopening(
        enrolment_id=subject.enrolment.id,
        lesson_id=subject.lesson.id,
        work=work,
        reason=reason,
        given_by_id=actor.user_id,
        given_at=now,
    )
    db.session.add(reopening)
    db.session.flush()
    record(
        "work.reopened",
        actor=actor,
        now=now,
        about=("reopening", reopening.id),
        enrolment_id=subject.enrolment.id,
        lesson_id=subject.lesson.id,
        work=work.value,
    )
    return reopening
