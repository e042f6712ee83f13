"""Sending a quiz: marked at once, kept, and sent once however often it arrives."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import insert

from ecopter.assessment.models import QuizAnswer, QuizAttempt
from ecopter.assessment.queries import quiz as queries
from ecopter.assessment.queries.quiz import Quiz
from ecopter.assessment.rules.quiz import Answer, Marking, has_passed, mark
from ecopter.audit.services import record
from ecopter.authorization.policy import Actor
from ecopter.db import db
from ecopter.shared.errors import Conflict
from ecopter.shared.text import N_

OTHER_ANSWERS = N_("This quiz was sent already, with other answers.")
NONE_LEFT = N_("No attempt is left for this quiz. Ask an instructor to open it again.")
NO_QUESTION = N_("This quiz has no questions yet.")


def send_attempt(
    quiz: Quiz, answers: Mapping[int, Answer], *, key: str, actor: Actor, now: datetime
) -> QuizAttempt:
    """Mark the answers and keep them as the next attempt.

    `answers` by question id; one that is missing is wrong. `key` is the form's own: a second
    click, or the same form sent again after a lost answer, finds the first attempt.
    Raises Conflict for that key with other answers, and when no attempt is left.
    """
    earlier = quiz.attempt_sent_with(key)
    if earlier is not None:
        if has_other_answers(earlier, answers):
            raise Conflict(OTHER_ANSWERS)
        return earlier
    if quiz.is_closed:
        raise Conflict(NONE_LEFT)
    if not quiz.lines:
        raise Conflict(NO_QUESTION)

    marking = mark([line.posed for line in quiz.lines], answers)
    attempt = _keep(quiz, marking, key=key, now=now)
    db.session.execute(
        insert(QuizAnswer),
        [
            {
                "attempt_id": attempt.id,
                "question_id": line.question.id,
                "position": position,
                "chosen": list(answer.chosen),
                "number": answer.number,
                "is_right": marking.right[line.question.id],
            }
            for position, line in enumerate(quiz.lines, start=1)
            for answer in [answers.get(line.question.id, Answer())]
        ],
    )
    record(
        "quiz.sent",
        actor=actor,
        now=now,
        about=("quiz_attempt", attempt.id),
        enrolment_id=attempt.enrolment_id,
        lesson_id=attempt.lesson_id,
        number=attempt.number,
        right_count=attempt.right_count,
        counted=attempt.counted,
        passed=attempt.passed,
    )
    return attempt


def has_other_answers(earlier: QuizAttempt, answers: Mapping[int, Answer]) -> bool:
    """Whether these answers differ from those an attempt was made of; one query."""
    given = queries.answers_of(earlier.id)
    return any(
        given.get(question_id, Answer()) != answers.get(question_id, Answer())
        for question_id in given.keys() | answers.keys()
    )


def _keep(quiz: Quiz, marking: Marking, *, key: str, now: datetime) -> QuizAttempt:
    pass_share = quiz.enrolment.cohort.curriculum.quiz_pass_share
    attempt = QuizAttempt(
        enrolment_id=quiz.enrolment.id,
        lesson_id=quiz.lesson.id,
        number=quiz.number,
        key=key,
        submitted_at=now,
        right_count=marking.right_count,
        counted=marking.counted,
        # A self-assessment has nothing to fail: to have answered is to be through.
        passed=not quiz.lesson.quiz_is_marked or has_passed(marking, pass_share),
    )
    db.session.add(attempt)
    db.session.flush()
    return attempt
