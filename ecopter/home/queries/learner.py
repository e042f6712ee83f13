"""The first page of someone who learns: go on, where to be next, how far the certificate is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, select
from sqlalchemy.orm import joinedload

from ecopter.assessment.models import Grade
from ecopter.assessment.queries.work import latest_published
from ecopter.attendance.rules import AttendanceSummary
from ecopter.authorization.policy import Actor
from ecopter.certificates.queries.outlook import Outlook, PaperOutlook, outlook_of
from ecopter.certificates.rules.eligibility import earned_kind
from ecopter.curricula.models import Lesson
from ecopter.db import UtcDateTime, db, plain_rows
from ecopter.home.rules import LATEST_MARKS, NEXT_HALF_DAYS, ZONE_OF_COUNTRY
from ecopter.learning.queries import Path, get_path
from ecopter.timetable.models import TrainingSession


@dataclass(frozen=True)
class LatestMark:
    """A mark on 0-20 published lately; None: excused from the exercise."""

    titles: Mapping[str, str]
    mark: Decimal | None
    published_at: datetime


@dataclass(frozen=True)
class Learner:
    """One place someone holds: the path, the hours, the next half-days, the certificate.

    `zone` is the reader's own by their country, "" when it is not known.
    """

    path: Path
    hours: AttendanceSummary
    half_days: Sequence[TrainingSession]
    marks: Sequence[LatestMark]
    outlook: Outlook
    zone: str
    is_active: bool

    @property
    def goal(self) -> PaperOutlook | None:
        """The paper the person came for, unless it is held already."""
        wanted = earned_kind(self.path.curriculum.track)
        return next((one for one in self.outlook.waited_for if one.kind is wanted), None)

    @property
    def papers(self) -> int:
        """Papers held that still stand."""
        return sum(paper.is_live for paper in self.outlook.papers)


def get_learner(enrolment_id: int, actor: Actor, now: datetime) -> Learner:
    """Eleven queries at most, rows of this person's and of their cohort's half-days only."""
    path = get_path(enrolment_id, now)
    is_active = enrolment_id in actor.active_enrolments
    return Learner(
        path=path,
        hours=path.hours.total,
        half_days=list_next(actor.enrolments[enrolment_id], now) if is_active else (),
        marks=list_marks(enrolment_id),
        outlook=outlook_of(path.enrolment, path.hours.total, now),
        zone=ZONE_OF_COUNTRY.get(path.enrolment.trainee.country, ""),
        is_active=is_active,
    )


def list_next(cohort_id: int, now: datetime) -> Sequence[TrainingSession]:
    """The next half-days of a cohort with their module, site and room; one query."""
    return db.session.scalars(_next(), {"cohort_id": cohort_id, "now": now}).all()


@cache
def _next() -> Select[TrainingSession]:
    return (
        select(TrainingSession)
        .options(
            joinedload(TrainingSession.module),
            joinedload(TrainingSession.site),
            joinedload(TrainingSession.room),
        )
        .where(
            TrainingSession.cohort_id == bindparam("cohort_id"),
            TrainingSession.ends_at > bindparam("now", type_=UtcDateTime),
            TrainingSession.cancelled_at.is_(None),
        )
        .order_by(TrainingSession.starts_at)
        .limit(NEXT_HALF_DAYS)
    )


def list_marks(enrolment_id: int) -> Sequence[LatestMark]:
    """The marks published last, the latest first; one query."""
    return [LatestMark(*row) for row in plain_rows(_marks(), {"enrolment_ids": [enrolment_id]})]


@cache
def _marks() -> Select[dict[str, Any], Decimal | None, datetime]:
    people: BindParameter[int] = bindparam("enrolment_ids", expanding=True)
    return (
        select(Lesson.titles, Grade.mark, Grade.published_at)
        .join(Lesson, Lesson.id == Grade.lesson_id)
        .where(Grade.id.in_(latest_published(people)))
        .order_by(Grade.published_at.desc(), Grade.id.desc())
        .limit(LATEST_MARKS)
    )
