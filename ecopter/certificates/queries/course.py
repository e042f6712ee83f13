"""What is the same for everyone of a cohort: its half-days, what it asks, its final project."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, cached_property
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, select

from ecopter.attendance.models import Register
from ecopter.attendance.queries import OwnHalfDay
from ecopter.attendance.rules import AttendanceSummary
from ecopter.certificates.rules.eligibility import (
    Competence,
    HalfDayOn,
    Requirements,
    Standing,
    planned_minutes,
    stays,
)
from ecopter.cohorts.models import Cohort
from ecopter.cohorts.rules import is_expected
from ecopter.curricula.models import Curriculum, Module
from ecopter.curricula.queries import outline
from ecopter.db import db, plain_rows
from ecopter.gradebook.queries import CompetenceLine
from ecopter.shared.dates import DateSpan, HalfDay, minutes_between
from ecopter.timetable.models import TrainingSession

# The module of the final project, in every version of the terroir course.
CAPSTONE = "PF"


class HeldHalfDay(NamedTuple):
    """A half-day of the cohort, and whether its register is closed."""

    training_session_id: int
    held_on: date
    half_day: HalfDay
    starts_at: datetime
    ends_at: datetime
    is_cancelled: bool
    is_make_up: bool
    is_closed: bool
    cohort_id: int

    @property
    def minutes(self) -> int:
        return minutes_between(self.starts_at, self.ends_at)


@dataclass(frozen=True)
class Course:
    """What is the same for everyone of a cohort."""

    cohort: Cohort
    half_days: Sequence[HeldHalfDay]
    capstone_id: int | None
    now: datetime
    today: date

    @cached_property
    def unregistered(self) -> list[HeldHalfDay]:
        """Half-days that are over, not cancelled, and whose register is not closed."""
        return [
            half_day
            for half_day in self.half_days
            if not (half_day.is_cancelled or half_day.is_closed) and half_day.ends_at <= self.now
        ]

    @property
    def required(self) -> Requirements:
        thresholds = self.cohort.curriculum.thresholds
        cancelled = [one.minutes for one in self.half_days if one.is_cancelled]
        made_up = [one.minutes for one in self.half_days if one.is_make_up and not one.is_cancelled]
        return Requirements(
            attendance_share=thresholds.course_attendance_share,
            hours_share=thresholds.hours_share,
            planned_minutes=planned_minutes(
                self.cohort.curriculum.planned_minutes, sum(cancelled), sum(made_up)
            ),
        )

    def standing(
        self,
        spans: Sequence[DateSpan],
        attendance: AttendanceSummary,
        competences: Sequence[CompetenceLine],
    ) -> Standing:
        periods = stays(spans, self.cohort.starts_on, self.cohort.ends_on)
        ends_on = periods[-1].last if periods else self.cohort.ends_on
        expected = [
            half_day
            for half_day in self.half_days
            if not half_day.is_cancelled and is_expected(half_day.held_on, spans)
        ]
        unregistered = tuple(
            HalfDayOn(half_day.held_on, half_day.half_day)
            for half_day in self.unregistered
            if is_expected(half_day.held_on, spans)
        )
        is_over = self.today >= ends_on and all(
            half_day.ends_at <= self.now or half_day.is_closed for half_day in expected
        )
        return Standing(
            ends_on=max([ends_on, *(half_day.held_on for half_day in expected)]),
            is_over=is_over,
            attended_minutes=attendance.attended_minutes,
            expected_minutes=attendance.expected_minutes,
            unregistered=unregistered,
            unwritten=max(0, attendance.half_days_unwritten - len(unregistered)),
            competences=tuple(
                Competence(
                    line.code,
                    line.outcome,
                    is_capstone=line.module_id == self.capstone_id,
                )
                for line in competences
            ),
            periods=periods,
        )


def list_half_days(cohort_ids: Collection[int]) -> dict[int, list[HeldHalfDay]]:
    """Every half-day by cohort id, in order, cancelled ones too; one query of plain rows."""
    found: dict[int, list[HeldHalfDay]] = {}
    for row in plain_rows(_half_days(), {"cohort_ids": list(cohort_ids)}):
        half_day = HeldHalfDay._make(row)
        found.setdefault(half_day.cohort_id, []).append(half_day)
    return found


@cache
def _half_days() -> Select[*tuple[Any, ...]]:
    """Built once."""
    return (
        select(
            TrainingSession.id,
            TrainingSession.held_on,
            TrainingSession.half_day,
            TrainingSession.starts_at,
            TrainingSession.ends_at,
            TrainingSession.cancelled_at.is_not(None),
            TrainingSession.is_make_up,
            Register.closed_at.is_not(None),
            TrainingSession.cohort_id,
        )
        .outerjoin(Register, Register.training_session_id == TrainingSession.id)
        .where(TrainingSession.cohort_id.in_(bindparam("cohort_ids", expanding=True)))
        .order_by(TrainingSession.starts_at)
    )


def held_half_day(own: OwnHalfDay, cohort_id: int) -> HeldHalfDay:
    """The same of a half-day that was read with what one person's line says."""
    return HeldHalfDay(
        own.training_session_id,
        own.held_on,
        own.half_day,
        own.starts_at,
        own.ends_at,
        own.is_cancelled,
        own.is_make_up,
        own.is_closed,
        cohort_id,
    )


def capstone_of(curriculum: Curriculum) -> int | None:
    """The module of the final project of one course, if it has one."""
    return next((module.id for module in outline(curriculum) if module.code == CAPSTONE), None)


def find_capstones(curriculum_ids: Collection[int]) -> dict[int, int]:
    """The module of the final project by curriculum id; a course without one is left out."""
    rows = db.session.execute(
        select(Module.curriculum_id, Module.id).where(
            Module.curriculum_id.in_(curriculum_ids), Module.code == CAPSTONE
        )
    )
    return {row.curriculum_id: row.id for row in rows}
