"""Announcing an absence, taking it back, and deciding about it."""

from datetime import datetime

from ecopter.attendance.models import AbsenceNotice
from ecopter.attendance.queries import AbsenceDesk, AbsenceSheet, deciders_of
from ecopter.attendance.rules import ExcuseCategory
from ecopter.attendance.rules.absences import (
    DECISION_SENTENCES,
    SENTENCES,
    Absence,
    AbsenceState,
)
from ecopter.audit.services import record
from ecopter.authorization.policy import Actor
from ecopter.db import db
from ecopter.notices.rules import NoticeEvent
from ecopter.notices.services.telling import tell
from ecopter.shared.errors import Conflict, Invalid
from ecopter.shared.text import N_

DECIDED = N_("Your absence is decided: it can no longer be withdrawn. Speak to your instructor.")


def announce(
    desk: AbsenceDesk,
    absence: Absence,
    category: ExcuseCategory,
    *,
    note: str,
    actor: Actor,
    now: datetime,
) -> AbsenceNotice:
    """Keep an absence and tell the instructors of the cohort; the note stays with whoever decides.

    Raises Invalid for days that cannot be announced.
    """
    for fault in desk.faults(absence):
        raise Invalid(SENTENCES[fault])
    notice = AbsenceNotice(
        enrolment_id=desk.enrolment.id,
        first_day=absence.first_day,
        last_day=absence.last_day,
        half_day=absence.half_day,
        category=category,
        note=note,
        announced_at=now,
    )
    db.session.add(notice)
    db.session.flush()
    record(
        "absence.announced",
        actor=actor,
        now=now,
        about=("absence_notice", notice.id),
        enrolment_id=desk.enrolment.id,
    )
    tell(
        deciders_of(desk.enrolment.cohort_id, today=desk.today),
        NoticeEvent.ABSENCE_ANNOUNCED,
        now=now,
        person=desk.enrolment.trainee.name.latin,
        first_day=absence.first_day.isoformat(),
        last_day=absence.last_day.isoformat(),
        absence_id=notice.id,
    )
    db.session.flush()
    return notice


def withdraw(sheet: AbsenceSheet, *, actor: Actor, now: datetime) -> None:
    """The trainee takes an absence back while nobody has decided; doing it again changes nothing.

    Raises Conflict once it is decided.
    """
    if sheet.state is AbsenceState.WITHDRAWN:
        return
    if sheet.state is not AbsenceState.UNDECIDED:
        raise Conflict(DECIDED)
    sheet.notice.withdrawn_at = now
    record(
        "absence.withdrawn",
        actor=actor,
        now=now,
        about=("absence_notice", sheet.notice.id),
        enrolment_id=sheet.notice.enrolment_id,
    )
    db.session.flush()


def decide(
    sheet: AbsenceSheet, *, accepted: bool, reason: str, actor: Actor, now: datetime
) -> None:
    """Accept an absence, or refuse it with a reason, and tell the trainee.

    A decision may be changed; deciding the same again changes nothing and tells nobody. Lines
    of closed registers stay as they are: each is corrected with a reason of its own.
    Raises Conflict when it is withdrawn, one's own, or refused without a reason.
    """
    for fault in sheet.faults(accepted, reason, actor.user_id):
        raise Conflict(DECISION_SENTENCES[fault])
    if sheet.says(accepted, reason):
        return
    notice = sheet.notice
    notice.is_accepted = accepted
    notice.decision_reason = reason
    notice.decided_by_id = actor.user_id
    notice.decided_at = now
    record(
        "absence.decided",
        actor=actor,
        now=now,
        about=("absence_notice", notice.id),
        enrolment_id=notice.enrolment_id,
        accepted=accepted,
    )
    tell(
        [notice.enrolment.trainee_id],
        NoticeEvent.ABSENCE_DECIDED,
        now=now,
        first_day=notice.first_day.isoformat(),
        last_day=notice.last_day.isoformat(),
        decision=accepted,
        enrolment_id=notice.enrolment_id,
        absence_id=notice.id,
    )
    db.session.flush()
