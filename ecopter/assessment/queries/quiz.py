"""Reading quizzes as they are taken, attempts as they were marked, and the best results."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from typing import Any

from sqlalchemy import Row, ScalarSelect, Select, bindparam, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased, contains_eager

from ecopter.assessment.models import QuizAnswer, QuizAttempt, ReopenedWork, Reopening
from ecopter.assessment.rules.quiz import (
    Answer,
    Posed,
    QuizResult,
    attempts_left,
    best,
    option_order,
    shows_right_answers,
)
from ecopter.authorization.policy import Scope
from ecopter.cohorts.models import Cohort, CohortInstructor, Enrolment
from ecopter.curricula.models import Lesson, Module
from ecopter.db import db, plain_rows
from ecopter.people.models import User
from ecopter.people.rules import PersonName
from ecopter.platform.clock import school_day
from ecopter.questions.models import Question
from ecopter.questions.queries import list_questions
from ecopter.shared.errors import NotFound


@dataclass(frozen=True)
class Line:
    """One question on the page: its options as (position, words), in the order shown."""

    question: Question
    options: Sequence[tuple[int, str]]

    @property
    def posed(self) -> Posed:
        return Posed(self.question.id, self.question.key, counts=not self.question.to_check)


@dataclass(frozen=True)
class Quiz:
    """The quiz of one lesson for one person, everything loaded.

    `enrolment` has its cohort, curriculum and trainee, `lesson` its module. When no attempt is
    left, `instructors` says whom to ask, and `lines` is filled only for someone who sends one.
    """

    enrolment: Enrolment
    lesson: Lesson
    attempts: Sequence[QuizAttempt]
    left: int | None
    lines: Sequence[Line]
    instructors: Sequence[PersonName]

    @property
    def scope(self) -> Scope:
        return scope_of(self.enrolment)

    @property
    def number(self) -> int:
        """The number the next attempt will have."""
        return next_number(self.attempts)

    @property
    def allowed(self) -> int | None:
        """How many attempts there are in all; None when there is no limit."""
        return None if self.left is None else self.left + len(self.attempts)

    @property
    def is_closed(self) -> bool:
        return self.left == 0

    @cached_property
    def best(self) -> QuizResult | None:
        return best(result_of(attempt) for attempt in self.attempts)

    def attempt_sent_with(self, key: str) -> QuizAttempt | None:
        return next((attempt for attempt in self.attempts if attempt.key == key), None)


@dataclass(frozen=True)
class MarkedLine:
    """One question of an attempt: the version that was asked, and what was answered."""

    question: Question
    options: Sequence[tuple[int, str]]
    answer: Answer
    is_right: bool

    @property
    def right_options(self) -> frozenset[int]:
        return self.question.key.right_options


@dataclass(frozen=True)
class Attempt:
    """One attempt with its marking. `made` attempts at this quiz so far, `left` to go."""

    row: QuizAttempt
    enrolment: Enrolment
    lesson: Lesson
    lines: Sequence[MarkedLine]
    made: int
    left: int | None
    # In this attempt or in another one at the same quiz.
    has_passed: bool
    instructors: Sequence[PersonName]

    @property
    def scope(self) -> Scope:
        return scope_of(self.enrolment)

    @property
    def shows_right_answers(self) -> bool:
        return shows_right_answers(passed=self.has_passed, left=self.left)


def get_quiz(enrolment_id: int, lesson_id: int, *, now: datetime) -> Quiz:
    """The quiz of a lesson of this enrolment's course; three queries.

    Raises NotFound when there is no such enrolment, or the lesson is of another course.
    """
    return _quiz(_place(enrolment_id, lesson_id), now, lines_when_closed=False)


def get_quiz_to_take(enrolment_id: int, lesson_id: int, *, now: datetime) -> Quiz:
    """The same for sending an attempt: nobody else adds one until this transaction ends.

    SQLite's writers queue from their first statement; elsewhere the enrolment's row is locked.
    The questions are there even when no attempt is left: the answers sent may be those of an
    attempt already made, or must be shown again.
    """
    place = _place(enrolment_id, lesson_id).with_for_update(of=Enrolment)
    return _quiz(place, now, lines_when_closed=True)


def get_attempt(attempt_id: int, *, now: datetime) -> Attempt:
    """An attempt with its questions and answers; two queries, three when no attempt is left.

    Raises NotFound.
    """
    others = aliased(QuizAttempt)
    at_this_quiz = (
        select(func.count(others.id))
        .where(
            others.enrolment_id == QuizAttempt.enrolment_id,
            others.lesson_id == QuizAttempt.lesson_id,
        )
        .correlate(QuizAttempt)
    )
    row = db.session.execute(
        _within_course(
            select(
                QuizAttempt,
                Enrolment,
                Lesson,
                _reopened(QuizAttempt.enrolment_id, QuizAttempt.lesson_id),
                at_this_quiz.scalar_subquery(),
                at_this_quiz.where(others.passed).scalar_subquery(),
            )
            .join(Enrolment, Enrolment.id == QuizAttempt.enrolment_id)
            .join(Lesson, Lesson.id == QuizAttempt.lesson_id)
            .where(QuizAttempt.id == attempt_id)
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    attempt, enrolment, lesson, reopened, made, passed = row
    left = _left(enrolment, lesson, reopened, made)
    return Attempt(
        row=attempt,
        enrolment=enrolment,
        lesson=lesson,
        lines=[_marked_line(attempt, *pair) for pair in _answers(attempt.id)],
        made=made,
        left=left,
        has_passed=passed > 0,
        instructors=list_instructors(enrolment.cohort_id, now=now) if left == 0 else [],
    )


def answers_of(attempt_id: int) -> dict[int, Answer]:
    """What was answered in an attempt, by question id; one query."""
    return {question.id: _answer(answer) for answer, question in _answers(attempt_id)}


def best_results(enrolment_ids: Collection[int]) -> dict[tuple[int, int], QuizResult]:
    """The best result of each quiz taken, by (enrolment id, lesson id); one query."""
    results: defaultdict[tuple[int, int], list[QuizResult]] = defaultdict(list)
    asked = {"enrolment_ids": list(enrolment_ids)}
    for enrolment_id, lesson_id, right_count, counted, passed in plain_rows(_results(), asked):
        results[enrolment_id, lesson_id].append(QuizResult(right_count, counted, passed))
    return {place: found for place, several in results.items() if (found := best(several))}


@cache
def _results() -> Select[int, int, int, int, bool]:
    """Built once: it is asked on every page of marks."""
    return select(
        QuizAttempt.enrolment_id,
        QuizAttempt.lesson_id,
        QuizAttempt.right_count,
        QuizAttempt.counted,
        QuizAttempt.passed,
    ).where(QuizAttempt.enrolment_id.in_(bindparam("enrolment_ids", expanding=True)))


def scope_of(enrolment: Enrolment) -> Scope:
    return Scope(
        cohort_id=enrolment.cohort_id,
        enrolment_id=enrolment.id,
        owner_id=enrolment.trainee_id,
    )


def next_number(attempts: Sequence[QuizAttempt]) -> int:
    return max((attempt.number for attempt in attempts), default=0) + 1


def result_of(attempt: QuizAttempt) -> QuizResult:
    return QuizResult(attempt.right_count, attempt.counted, attempt.passed)


def _place(enrolment_id: int, lesson_id: int) -> Select[*tuple[Any, ...]]:
    """An enrolment, a lesson of its own course, and how often the quiz was reopened."""
    return _within_course(
        select(Enrolment, Lesson, _reopened(Enrolment.id, Lesson.id))
        .join(Lesson, Lesson.id == lesson_id)
        .where(Enrolment.id == enrolment_id)
    )


def _within_course(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Add cohort, curriculum, trainee and module; a lesson of another course finds nothing."""
    return (
        query.join(Lesson.module)
        .join(Enrolment.cohort)
        .join(Cohort.curriculum)
        .join(Enrolment.trainee)
        .where(Module.curriculum_id == Cohort.curriculum_id)
        .options(
            contains_eager(Enrolment.cohort).contains_eager(Cohort.curriculum),
            contains_eager(Enrolment.trainee),
            contains_eager(Lesson.module),
        )
    )


def _reopened(
    enrolment_id: InstrumentedAttribute[int], lesson_id: InstrumentedAttribute[int]
) -> ScalarSelect[int]:
    return (
        select(func.count(Reopening.id))
        .where(
            Reopening.enrolment_id == enrolment_id,
            Reopening.lesson_id == lesson_id,
            Reopening.work == ReopenedWork.QUIZ,
        )
        .scalar_subquery()
    )


def _quiz(place: Select[*tuple[Any, ...]], now: datetime, *, lines_when_closed: bool) -> Quiz:
    row = db.session.execute(place).one_or_none()
    if row is None:
        raise NotFound
    enrolment, lesson, reopened = row
    attempts = db.session.scalars(
        select(QuizAttempt)
        .where(QuizAttempt.enrolment_id == enrolment.id, QuizAttempt.lesson_id == lesson.id)
        .order_by(QuizAttempt.number)
    ).all()
    left = _left(enrolment, lesson, reopened, len(attempts))
    number = next_number(attempts)
    is_asked = left != 0 or lines_when_closed
    return Quiz(
        enrolment=enrolment,
        lesson=lesson,
        attempts=attempts,
        left=left,
        lines=[
            Line(question, _options(question, enrolment.id, number))
            for question in (list_questions(lesson.id) if is_asked else [])
        ],
        instructors=list_instructors(enrolment.cohort_id, now=now) if left == 0 else [],
    )


def _left(enrolment: Enrolment, lesson: Lesson, reopened: int, made: int) -> int | None:
    return attempts_left(
        enrolment.cohort.curriculum.quiz_attempts,
        reopened,
        made,
        is_marked=lesson.quiz_is_marked,
    )


def list_instructors(cohort_id: int, *, now: datetime) -> list[PersonName]:
    """Who teaches the cohort today: whom to ask for one more attempt; one query."""
    today = school_day(now)
    people = db.session.scalars(
        select(User)
        .join(CohortInstructor, CohortInstructor.user_id == User.id)
        .where(
            CohortInstructor.cohort_id == cohort_id,
            CohortInstructor.from_on <= today,
            or_(CohortInstructor.until_on.is_(None), CohortInstructor.until_on >= today),
        )
        .order_by(CohortInstructor.from_on, User.id)
    )
    return [person.name for person in people]


def _options(question: Question, enrolment_id: int, number: int) -> list[tuple[int, str]]:
    order = option_order(
        len(question.options),
        enrolment_id=enrolment_id,
        lesson_id=question.lesson_id,
        number=number,
        question_id=question.id,
    )
    return [(position, question.options[position]["text"]) for position in order]


def _answers(attempt_id: int) -> Sequence[Row[QuizAnswer, Question]]:
    return db.session.execute(
        select(QuizAnswer, Question)
        .join(Question, Question.id == QuizAnswer.question_id)
        .where(QuizAnswer.attempt_id == attempt_id)
        .order_by(QuizAnswer.position)
    ).all()


def _answer(answer: QuizAnswer) -> Answer:
    return Answer(tuple(answer.chosen), answer.number)


def _marked_line(attempt: QuizAttempt, answer: QuizAnswer, question: Question) -> MarkedLine:
    return MarkedLine(
        question=question,
        options=_options(question, attempt.enrolment_id, attempt.number),
        answer=_answer(answer),
        is_right=answer.is_right,
    )
