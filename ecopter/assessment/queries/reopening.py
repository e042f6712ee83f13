"""What is needed to give someone one more attempt at a quiz or an exercise."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import contains_eager

from ecopter.assessment.models import Grade, QuizAttempt, ReopenedWork, Reopening, Submission
from ecopter.assessment.queries.quiz import scope_of
from ecopter.assessment.rules.acceptance import History, open_attempt
from ecopter.assessment.rules.quiz import attempts_left
from ecopter.authorization.policy import Scope
from ecopter.cohorts.models import Cohort, Enrolment
from ecopter.curricula.models import Lesson, Module
from ecopter.db import db
from ecopter.shared.errors import NotFound


@dataclass(frozen=True)
class Work:
    """What one person has done in one lesson, and whether a try is open as things stand."""

    enrolment: Enrolment
    lesson: Lesson
    quiz_is_open: bool
    exercise_is_open: bool

    @property
    def scope(self) -> Scope:
        return scope_of(self.enrolment)

    def is_open(self, work: ReopenedWork) -> bool:
        return self.quiz_is_open if work is ReopenedWork.QUIZ else self.exercise_is_open


def get_work(enrolment_id: int, lesson_id: int) -> Work:
    """Two queries.

    Raises NotFound when there is no such enrolment, or the lesson is of another course.
    """
    return _work(_place(enrolment_id, lesson_id))


def get_work_to_reopen(enrolment_id: int, lesson_id: int) -> Work:
    """The same with the enrolment's row locked: a double click gives one attempt, not two."""
    return _work(_place(enrolment_id, lesson_id).with_for_update(of=Enrolment))


def _place(enrolment_id: int, lesson_id: int) -> Select[Enrolment, Lesson]:
    return (
        select(Enrolment, Lesson)
        .join(Lesson, Lesson.id == lesson_id)
        .join(Lesson.module)
        .join(Enrolment.cohort)
        .join(Cohort.curriculum)
        .join(Enrolment.trainee)
        .where(Enrolment.id == enrolment_id, Module.curriculum_id == Cohort.curriculum_id)
        .options(
            contains_eager(Enrolment.cohort).contains_eager(Cohort.curriculum),
            contains_eager(Enrolment.trainee),
            contains_eager(Lesson.module),
        )
    )


def _work(place: Select[Enrolment, Lesson]) -> Work:
    row = db.session.execute(place).one_or_none()
    if row is None:
        raise NotFound
    enrolment, lesson = row
    made, quiz_reopened, handed_in, graded, reopened, excused = _counts(enrolment.id, lesson.id)
    left = attempts_left(
        enrolment.cohort.curriculum.quiz_attempts,
        quiz_reopened,
        made,
        is_marked=lesson.quiz_is_marked,
    )
    history = History(
        attempt=handed_in,
        graded_attempt=graded,
        is_excused=excused > 0,
        reopenings=reopened,
    )
    return Work(
        enrolment=enrolment,
        lesson=lesson,
        quiz_is_open=left != 0,
        exercise_is_open=open_attempt(history) is not None,
    )


def _counts(enrolment_id: int, lesson_id: int) -> tuple[int, ...]:
    def here(kind: type[QuizAttempt | Submission | Grade | Reopening]) -> ColumnElement[bool]:
        return (kind.enrolment_id == enrolment_id) & (kind.lesson_id == lesson_id)

    def reopened(work: ReopenedWork) -> ColumnElement[int]:
        return (
            select(func.count(Reopening.id))
            .where(here(Reopening), Reopening.work == work)
            .scalar_subquery()
        )

    def highest(kind: type[Submission | Grade]) -> ColumnElement[int]:
        return select(func.coalesce(func.max(kind.attempt), 0)).where(here(kind)).scalar_subquery()

    excused = select(func.count(Grade.id)).where(
        here(Grade), Grade.is_current, Grade.mark.is_(None)
    )
    row = db.session.execute(
        select(
            select(func.count(QuizAttempt.id)).where(here(QuizAttempt)).scalar_subquery(),
            reopened(ReopenedWork.QUIZ),
            highest(Submission),
            highest(Grade),
            reopened(ReopenedWork.EXERCISE),
            excused.scalar_subquery(),
        )
    ).one()
    return tuple(row)
