"""Exercises: what was asked, what was handed in, and how it stands."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BindParameter, Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from ecopter.assessment.models import (
    CriterionScore,
    Grade,
    ReopenedWork,
    Reopening,
    Submission,
    SubmissionFile,
)
from ecopter.assessment.rules.acceptance import History, Place, Refusal, next_place
from ecopter.authorization.policy import Scope
from ecopter.cohorts.models import Cohort, Enrolment
from ecopter.cohorts.queries import scope_of
from ecopter.curricula.models import Lesson, RubricCriterion
from ecopter.curricula.queries import get_lesson
from ecopter.db import db
from ecopter.shared.errors import NotFound


@dataclass(frozen=True)
class ExerciseSheet:
    """A lesson's exercise for one person: the task, the latest hand-in, and what may come next."""

    enrolment: Enrolment
    lesson: Lesson
    latest: Submission | None
    history: History

    @property
    def place(self) -> Place | Refusal:
        return next_place(self.history)

    @property
    def scope(self) -> Scope:
        return scope_of(self.enrolment)


@dataclass(frozen=True)
class Receipt:
    """Proof of one hand-in; it stays true when a newer version follows."""

    enrolment: Enrolment
    lesson: Lesson
    submission: Submission
    # The newest hand-in of the same exercise, when it is not this one.
    newer_id: int | None
    history: History

    @property
    def reference(self) -> str:
        return f"{self.lesson.code}-{self.submission.id:06d}"

    @property
    def may_replace(self) -> bool:
        place = next_place(self.history)
        return isinstance(place, Place) and place.replaces

    @property
    def scope(self) -> Scope:
        return scope_of(self.enrolment)


@dataclass(frozen=True)
class HandedInFile:
    """One file of a hand-in, and whose it is."""

    file: SubmissionFile
    enrolment: Enrolment

    @property
    def scope(self) -> Scope:
        return scope_of(self.enrolment)


@dataclass(frozen=True)
class WorkStanding:
    """How one exercise of one person stands.

    `mark`, `levels` and `excused` are those of the latest **published** grade, so that a page
    for trainees cannot show another; `graded` says whether a judgement exists at all.
    """

    handed_in_at: datetime | None
    graded: bool
    published: bool
    mark: Decimal | None
    levels: tuple[int, ...] | None
    excused: bool
    attempt: int


def _enrolment(enrolment_id: int) -> Enrolment:
    """A place with cohort, curriculum and trainee; one query. Raises NotFound."""
    enrolment = db.session.scalar(
        select(Enrolment)
        .where(Enrolment.id == enrolment_id)
        .options(
            joinedload(Enrolment.cohort).joinedload(Cohort.curriculum),
            joinedload(Enrolment.trainee),
        )
    )
    if enrolment is None:
        raise NotFound
    return enrolment


def get_exercise(enrolment_id: int, lesson_id: int) -> ExerciseSheet:
    """Five queries. Raises NotFound unless the lesson has an exercise and is of the course."""
    enrolment, lesson = _enrolment(enrolment_id), get_lesson(lesson_id)
    if lesson.module.curriculum_id != enrolment.cohort.curriculum_id or not lesson.exercise:
        raise NotFound
    latest = find_latest(enrolment_id, lesson_id)
    return ExerciseSheet(enrolment, lesson, latest, get_history(enrolment_id, lesson_id))


def find_latest(enrolment_id: int, lesson_id: int) -> Submission | None:
    """The newest hand-in of an exercise with its files, as the database has it now."""
    return db.session.scalar(
        select(Submission)
        .where(
            Submission.enrolment_id == enrolment_id,
            Submission.lesson_id == lesson_id,
            Submission.is_current,
        )
        .options(selectinload(Submission.files))
        .order_by(Submission.attempt.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )


def get_history(enrolment_id: int, lesson_id: int) -> History:
    """What decides the next attempt and version; one query, always as it is now."""
    return histories([enrolment_id], lesson_id)[enrolment_id]


def histories(enrolment_ids: Collection[int], lesson_id: int) -> dict[int, History]:
    """The same for several people and one lesson, in one query."""
    handed_in = (
        select(
            Submission.enrolment_id,
            func.max(Submission.attempt).label("attempt"),
        )
        .where(Submission.lesson_id == lesson_id, Submission.enrolment_id.in_(enrolment_ids))
        .group_by(Submission.enrolment_id)
        .subquery()
    )
    graded = (
        select(Grade.enrolment_id, Grade.attempt, Grade.excused_reason, Grade.published_at)
        .where(
            Grade.lesson_id == lesson_id,
            Grade.enrolment_id.in_(enrolment_ids),
            Grade.is_current,
        )
        .subquery()
    )
    reopened = (
        select(Reopening.enrolment_id, func.count().label("times"))
        .where(
            Reopening.lesson_id == lesson_id,
            Reopening.enrolment_id.in_(enrolment_ids),
            Reopening.work == ReopenedWork.EXERCISE,
        )
        .group_by(Reopening.enrolment_id)
        .subquery()
    )
    rows = db.session.execute(
        select(
            Enrolment.id,
            Submission.attempt,
            Submission.version,
            graded.c.attempt,
            graded.c.excused_reason,
            graded.c.published_at,
            reopened.c.times,
        )
        .outerjoin(handed_in, handed_in.c.enrolment_id == Enrolment.id)
        .outerjoin(
            Submission,
            (Submission.enrolment_id == Enrolment.id)
            & (Submission.lesson_id == lesson_id)
            & (Submission.attempt == handed_in.c.attempt)
            & Submission.is_current,
        )
        .outerjoin(graded, graded.c.enrolment_id == Enrolment.id)
        .outerjoin(reopened, reopened.c.enrolment_id == Enrolment.id)
        .where(Enrolment.id.in_(enrolment_ids))
    )
    return {
        enrolment_id: History(
            attempt=attempt or 0,
            version=version or 0,
            graded_attempt=graded_attempt or 0,
            is_excused=bool(excused),
            is_published=published_at is not None,
            reopenings=times or 0,
        )
        for (
            enrolment_id,
            attempt,
            version,
            graded_attempt,
            excused,
            published_at,
            times,
        ) in rows
    }


def is_in_force(submission_id: int) -> bool:
    """False once a newer version has taken the place of a hand-in; as it is now."""
    return bool(
        db.session.scalar(select(Submission.is_current).where(Submission.id == submission_id))
    )


def find_by_key(enrolment_id: int, key: str) -> Submission | None:
    """The hand-in that a form already made, if its button was pressed before."""
    return db.session.scalar(
        select(Submission).where(Submission.enrolment_id == enrolment_id, Submission.key == key)
    )


def lock_enrolment(enrolment_id: int) -> None:
    """Make other writers of this person's work wait (PostgreSQL; SQLite has one writer)."""
    db.session.execute(select(Enrolment.id).where(Enrolment.id == enrolment_id).with_for_update())


def get_receipt(submission_id: int) -> Receipt:
    submission = db.session.scalar(
        select(Submission)
        .where(Submission.id == submission_id)
        .options(selectinload(Submission.files))
    )
    if submission is None:
        raise NotFound
    enrolment, lesson = _enrolment(submission.enrolment_id), get_lesson(submission.lesson_id)
    latest = find_latest(submission.enrolment_id, submission.lesson_id)
    newer_id = latest.id if latest and latest.id != submission.id else None
    history = get_history(submission.enrolment_id, submission.lesson_id)
    return Receipt(enrolment, lesson, submission, newer_id, history)


def get_file(file_id: int) -> HandedInFile:
    row = db.session.execute(
        select(SubmissionFile, Enrolment)
        .join(Submission, Submission.id == SubmissionFile.submission_id)
        .join(Enrolment, Enrolment.id == Submission.enrolment_id)
        .where(SubmissionFile.id == file_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return HandedInFile(*row)


def list_versions(enrolment_id: int, lesson_id: int) -> Sequence[Submission]:
    """Every hand-in of one exercise, oldest first, without files: their receipts stay open."""
    return db.session.scalars(
        select(Submission)
        .where(Submission.enrolment_id == enrolment_id, Submission.lesson_id == lesson_id)
        .order_by(Submission.attempt, Submission.version)
    ).all()


def latest_published(
    enrolment_ids: Collection[int] | Select[Any] | BindParameter[int],
) -> Select[Any]:
    """Ids of the newest published grade of each exercise of these people; for use in a query."""
    return (
        select(func.max(Grade.id))
        .where(Grade.enrolment_id.in_(enrolment_ids), Grade.published_at.is_not(None))
        .group_by(Grade.enrolment_id, Grade.lesson_id)
    )


def standing(enrolment_ids: Collection[int]) -> dict[tuple[int, int], WorkStanding]:
    """By (enrolment id, lesson id), wherever something was handed in or judged; four queries."""
    if not enrolment_ids:
        return {}
    handed_in = {
        (enrolment_id, lesson_id): (at, attempt)
        for enrolment_id, lesson_id, at, attempt in db.session.execute(
            select(
                Submission.enrolment_id,
                Submission.lesson_id,
                Submission.submitted_at,
                Submission.attempt,
            )
            .where(Submission.enrolment_id.in_(enrolment_ids), Submission.is_current)
            .order_by(Submission.attempt)
        )
    }
    graded = {
        (enrolment_id, lesson_id): attempt
        for enrolment_id, lesson_id, attempt in db.session.execute(
            select(Grade.enrolment_id, Grade.lesson_id, Grade.attempt).where(
                Grade.enrolment_id.in_(enrolment_ids), Grade.is_current
            )
        )
    }
    published = {
        (grade.enrolment_id, grade.lesson_id): grade
        for grade in db.session.execute(
            select(
                Grade.id, Grade.enrolment_id, Grade.lesson_id, Grade.mark, Grade.excused_reason
            ).where(Grade.id.in_(latest_published(enrolment_ids)))
        )
    }
    levels: dict[int, list[int]] = {}
    for grade_id, level in db.session.execute(
        select(CriterionScore.grade_id, CriterionScore.level)
        .join(RubricCriterion, RubricCriterion.id == CriterionScore.criterion_id)
        .where(CriterionScore.grade_id.in_(latest_published(enrolment_ids)))
        .order_by(CriterionScore.grade_id, RubricCriterion.position)
    ):
        levels.setdefault(grade_id, []).append(level)
    found = {}
    for key in handed_in.keys() | graded.keys() | published.keys():
        at, attempt = handed_in.get(key, (None, 0))
        shown = published.get(key)
        # A newer attempt that waits makes the work ungraded again.
        is_graded = graded.get(key, 0) >= max(attempt, 1)
        found[key] = WorkStanding(
            handed_in_at=at,
            graded=is_graded,
            published=shown is not None,
            mark=shown.mark if shown else None,
            levels=tuple(levels[shown.id]) if shown and shown.id in levels else None,
            excused=bool(shown and shown.excused_reason),
            attempt=max(attempt, graded.get(key, 0)),
        )
    return found
