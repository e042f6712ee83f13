"""Registers with their lines, and announced absences."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select

from ecopter.attendance.models import AbsenceNotice, AttendanceRecord, AttendanceRevision, Register
from ecopter.attendance.rules import AttendanceStatus, Entry, ExcuseCategory
from ecopter.cohorts.models import Enrolment
from ecopter.db import db
from ecopter.people.models import User
from ecopter.timetable.models import TrainingSession
from tests.clock import NOW, TODAY

PRESENT = Entry(AttendanceStatus.PRESENT)
ABSENT = Entry(AttendanceStatus.ABSENT)
EXCUSED = Entry(AttendanceStatus.EXCUSED, excuse_category=ExcuseCategory.ILLNESS)


def late(minutes: int = 15) -> Entry:
    return Entry(AttendanceStatus.LATE, minutes_late=minutes)


def enrolments_of(training_session: TrainingSession) -> list[Enrolment]:
    """Everyone with a place in the cohort of a half-day, in the order they were added."""
    return list(
        db.session.scalars(
            select(Enrolment)
            .where(Enrolment.cohort_id == training_session.cohort_id)
            .order_by(Enrolment.id)
        )
    )


def make_register(
    training_session: TrainingSession,
    by: User,
    entries: Mapping[int, Entry] | None = None,
    *,
    closed: bool = True,
    **changes: object,
) -> Register:
    """A closed register, everyone present unless `entries` (by enrolment id) says otherwise."""
    if entries is None:
        entries = {enrolment.id: PRESENT for enrolment in enrolments_of(training_session)}
    values = {
        "actual_starts_at": training_session.starts_at,
        "actual_ends_at": training_session.ends_at,
        "closed_at": training_session.ends_at if closed else None,
        "closed_by_id": by.id if closed else None,
    } | changes
    register = Register(training_session_id=training_session.id, **values)
    db.session.add(register)
    for enrolment_id, entry in entries.items():
        same = {
            "training_session_id": training_session.id,
            "enrolment_id": enrolment_id,
            "status": entry.status,
            "minutes_late": entry.minutes_late,
            "minutes_left_early": entry.minutes_left_early,
            "excuse_category": entry.excuse_category,
        }
        at = training_session.ends_at
        head = {"excuse_note": entry.excuse_note, "updated_by_id": by.id, "updated_at": at}
        db.session.add(AttendanceRecord(**same, **head))
        db.session.add(AttendanceRevision(**same, number=1, written_by_id=by.id, written_at=at))
    db.session.flush()
    return register


def make_absence(
    enrolment: Enrolment,
    first_day: date = TODAY,
    last_day: date | None = None,
    **changes: object,
) -> AbsenceNotice:
    """An illness of one whole day that nobody has decided about, unless told otherwise."""
    values = {"category": ExcuseCategory.ILLNESS, "announced_at": NOW} | changes
    notice = AbsenceNotice(
        enrolment_id=enrolment.id, first_day=first_day, last_day=last_day or first_day, **values
    )
    db.session.add(notice)
    db.session.flush()
    return notice


def decided(by: User, *, accepted: bool = True, reason: str = "") -> dict[str, object]:
    """The columns of a decision, for `make_absence`."""
    return {
        "is_accepted": accepted,
        "decision_reason": reason,
        "decided_by_id": by.id,
        "decided_at": NOW,
    }
