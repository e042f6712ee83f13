"""What was corrected on closed registers: before, after, by whom, when and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from ecopter.attendance.models import AttendanceRevision
from ecopter.attendance.rules import Entry
from ecopter.db import db
from ecopter.people.rules import PersonName


@dataclass(frozen=True)
class Change:
    """One correction. The private note is in no revision, so it is in none of these."""

    before: Entry | None
    after: Entry
    reason: str
    by: PersonName
    at: datetime


# (half-day, enrolment) -> corrections, oldest first.
Changes = Mapping[tuple[int, int], list[Change]]


def list_changes(*conditions: ColumnElement[bool]) -> Changes:
    """Corrections of the lines whose revisions meet the conditions; one query.

    Only lines that were corrected are read, with their whole past: a register of 500 that
    nobody corrected costs nothing.
    """
    corrected = (
        select(AttendanceRevision.training_session_id, AttendanceRevision.enrolment_id)
        .where(AttendanceRevision.reason != "", *conditions)
        .distinct()
        .subquery()
    )
    revisions = db.session.scalars(
        select(AttendanceRevision)
        .join(
            corrected,
            (corrected.c.training_session_id == AttendanceRevision.training_session_id)
            & (corrected.c.enrolment_id == AttendanceRevision.enrolment_id),
        )
        .options(joinedload(AttendanceRevision.written_by))
        .order_by(
            AttendanceRevision.training_session_id,
            AttendanceRevision.enrolment_id,
            AttendanceRevision.number,
        )
    )
    return _paired(revisions)


def _paired(revisions: Iterable[AttendanceRevision]) -> Changes:
    """Each correction beside what the line said before it."""
    changes: dict[tuple[int, int], list[Change]] = {}
    last: dict[tuple[int, int], Entry] = {}
    for revision in revisions:
        key = (revision.training_session_id, revision.enrolment_id)
        after = Entry(
            revision.status,
            revision.minutes_late,
            revision.minutes_left_early,
            revision.excuse_category,
        )
        if revision.reason:
            changes.setdefault(key, []).append(
                Change(
                    last.get(key),
                    after,
                    revision.reason,
                    revision.written_by.name,
                    revision.written_at,
                )
            )
        last[key] = after
    return changes
