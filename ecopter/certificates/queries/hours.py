"""Hours of everyone of some cohorts at once, half-day by half-day, in a fixed number of queries."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from ecopter.attendance.models import AttendanceRecord, Register
from ecopter.attendance.rules import HalfDayLine, counts_from
from ecopter.cohorts.models import Enrolment
from ecopter.cohorts.rules import is_expected
from ecopter.db import db
from ecopter.shared.dates import minutes_between
from ecopter.timetable.models import TrainingSession


class ModuleLine(NamedTuple):
    """One half-day of one person, and the module it belongs to."""

    module_id: int
    line: HalfDayLine


def lines_of(
    cohort_ids: Collection[int], enrolments: Iterable[Enrolment], *, now: datetime
) -> Mapping[int, Sequence[ModuleLine]]:
    """By enrolment id, the half-days of each place (periods loaded) that count; two queries.

    Hours are those really held; a half-day still to come at `now` does not count, and a line
    counts once its register is closed.
    """
    half_days = [
        (key, cohort_id, module_id, held_on, minutes_between(*hours), closed_at is not None)
        for key, cohort_id, module_id, held_on, starts_at, ends_at, closed_at, began, ended in (
            db.session.execute(
                select(
                    TrainingSession.id,
                    TrainingSession.cohort_id,
                    TrainingSession.module_id,
                    TrainingSession.held_on,
                    TrainingSession.starts_at,
                    TrainingSession.ends_at,
                    Register.closed_at,
                    Register.actual_starts_at,
                    Register.actual_ends_at,
                )
                .outerjoin(Register, Register.training_session_id == TrainingSession.id)
                .where(
                    TrainingSession.cohort_id.in_(cohort_ids),
                    TrainingSession.cancelled_at.is_(None),
                )
            )
        )
        if counts_from(ends_at=ends_at, is_closed=closed_at is not None, now=now)
        for hours in [(began, ended) if closed_at else (starts_at, ends_at)]
    ]
    record = AttendanceRecord
    written = {
        (key, enrolment_id): (status, late, early)
        for key, enrolment_id, status, late, early in db.session.execute(
            select(
                record.training_session_id,
                record.enrolment_id,
                record.status,
                record.minutes_late,
                record.minutes_left_early,
            )
            .join(TrainingSession, TrainingSession.id == record.training_session_id)
            .where(TrainingSession.cohort_id.in_(cohort_ids))
        )
    }
    nothing = (None, 0, 0)
    return {
        place.id: [
            ModuleLine(
                module_id,
                HalfDayLine(
                    minutes, *(written.get((key, place.id), nothing) if is_closed else nothing)
                ),
            )
            for key, cohort_id, module_id, held_on, minutes, is_closed in half_days
            if cohort_id == place.cohort_id and is_expected(held_on, place.spans)
        ]
        for place in enrolments
    }
