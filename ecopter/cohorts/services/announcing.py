"""A word to everyone in a cohort."""

from datetime import datetime, timedelta

from ecopter.audit import services as audit
from ecopter.authorization.policy import Actor
from ecopter.cohorts import queries
from ecopter.cohorts.models import Cohort
from ecopter.notices.rules import NoticeEvent
from ecopter.notices.services.telling import tell
from ecopter.people.queries import get_user
from ecopter.shared.errors import Conflict
from ecopter.shared.text import N_

# The same words again so soon are a second click, or a page sent anew.
SAME_ACT = timedelta(minutes=10)
NOBODY_THERE = N_("Nobody is enrolled in this cohort today: there is nobody to write to.")


def announce(cohort: Cohort, subject: str, text: str, *, actor: Actor, now: datetime) -> int:
    """Tell everyone enrolled today or soon; gives how many. Raises `Conflict` for an empty room.

    The text is with those who were told; the trail knows only that it was sent, and to whom.
    The same words by the same person to the same cohort within `SAME_ACT` are sent once.
    """
    queries.hold_cohort(cohort.id)
    members = queries.list_members(cohort.id, now)
    if not members or actor.user_id is None:
        raise Conflict(NOBODY_THERE)
    words = {
        "sender": get_user(actor.user_id).name.latin,
        "cohort": cohort.names,
        "subject": subject,
        "text": text,
        "cohort_id": cohort.id,
    }
    if queries.was_told(min(members), words, now - SAME_ACT):
        return len(members)
    tell(members, NoticeEvent.ANNOUNCEMENT, now=now, **words)
    audit.record(
        "announcement.sent",
        actor=actor,
        now=now,
        about=("cohort", cohort.id),
        people=len(members),
    )
    return len(members)
