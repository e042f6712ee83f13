"""What someone was told."""

from datetime import datetime
from uuid import uuid4

from ecopter.db import db
from ecopter.notices.models import Notice
from ecopter.notices.rules import NoticeEvent
from ecopter.people.models import User
from tests.clock import NOW

# Facts of each event, as those who tell give them.
FACTS: dict[NoticeEvent, dict[str, object]] = {
    NoticeEvent.ABSENCE_ANNOUNCED: {
        "person": "Ijja Tazart",
        "first_day": "2026-11-25",
        "last_day": "2026-11-26",
        "absence_id": 7,
    },
    NoticeEvent.ABSENCE_DECIDED: {
        "first_day": "2026-11-25",
        "last_day": "2026-11-26",
        "decision": True,
        "absence_id": 7,
    },
    NoticeEvent.ANNOUNCEMENT: {
        "sender": "Abdellah Oumchichka",
        "cohort": {"fr": "Promotion 2026", "ar": "فوج 2026"},
        "subject": "Bottes mercredi",
        "text": "Nous allons aux champs.\nPrenez de l'eau.",
    },
    NoticeEvent.GRADE_PUBLISHED: {
        "lesson": {"fr": "Le safran", "ar": "الزعفران", "en": "Saffron"},
        "enrolment_id": 3,
    },
    NoticeEvent.HALF_DAY_CANCELLED: {
        "module": {"fr": "Le miel", "ar": "العسل", "en": "Honey"},
        "on_day": "2026-11-25",
        "half": "morning",
        "reason": "neige",
    },
    NoticeEvent.HALF_DAY_MOVED: {
        "module": {"fr": "Le miel", "ar": "العسل", "en": "Honey"},
        "from_day": "2026-11-25",
        "from_half": "morning",
        "to_day": "2026-12-02",
        "to_half": "afternoon",
        "site": {"fr": "Taliouine", "ar": "تالوين"},
        "reason": "neige",
    },
    NoticeEvent.HALF_DAY_RESTORED: {
        "module": {"fr": "Le miel", "ar": "العسل", "en": "Honey"},
        "on_day": "2026-11-25",
        "half": "morning",
        "site": {"fr": "Taliouine", "ar": "تالوين"},
    },
    NoticeEvent.INSTRUCTOR_REPLACED: {
        "person": "Abdellah Oumchichka",
        "module": {"fr": "Le miel", "ar": "العسل", "en": "Honey"},
        "on_day": "2026-11-25",
        "half": "morning",
    },
    NoticeEvent.PAPER_ISSUED: {"number": "ATT-2026-0004", "enrolment_id": 3},
    NoticeEvent.PAPER_REVOKED: {
        "number": "ATT-2026-0004",
        "reason": "nom mal écrit",
        "enrolment_id": 3,
    },
    NoticeEvent.REGISTER_CORRECTED: {
        "on_day": "2026-11-20",
        "half": "afternoon",
        "reason": "erreur de ligne",
        "enrolment_id": 3,
    },
    NoticeEvent.SECOND_FACTOR_REMOVED: {},
    NoticeEvent.SUBSTITUTION: {
        "module": {"fr": "Le miel", "ar": "العسل", "en": "Honey"},
        "on_day": "2026-11-25",
        "half": "morning",
        "cohort": {"fr": "Promotion 2026", "ar": "فوج 2026"},
        "site": {"fr": "Taliouine", "ar": "تالوين"},
        "training_session_id": 5,
    },
}


def make_notice(
    reader: User,
    event: NoticeEvent = NoticeEvent.ANNOUNCEMENT,
    *,
    at: datetime = NOW,
    seen_at: datetime | None = None,
    facts: dict[str, object] | None = None,
) -> Notice:
    """One line for one person, with the usual facts of its event unless told otherwise."""
    notice = Notice(
        user_id=reader.id,
        event=event,
        facts=FACTS[event] if facts is None else facts,
        batch=uuid4().hex,
        at=at,
        seen_at=seen_at,
    )
    db.session.add(notice)
    db.session.flush()
    return notice
