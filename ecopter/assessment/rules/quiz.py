"""How a quiz is laid out, marked and passed (Annexe 1 of the course)."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from ecopter.questions.rules import AnswerKey, QuestionKind, is_right, parse_number


class Gap(StrEnum):
    """Why an answer cannot be marked as it stands."""

    UNANSWERED = "unanswered"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Answer:
    """What was answered to one question.

    `chosen`: positions of options in the question's own order, ascending. `number`: as typed.
    """

    chosen: tuple[int, ...] = ()
    number: str = ""


@dataclass(frozen=True)
class Posed:
    """One question as it is marked; one that rests on an unconfirmed fact does not count."""

    question_id: int
    key: AnswerKey
    counts: bool = True


@dataclass(frozen=True)
class Marking:
    """`right_count` of `counted` questions; `right` says it for each, counted or not."""

    right_count: int
    counted: int
    right: Mapping[int, bool]


@dataclass(frozen=True)
class QuizResult:
    """The best of a person's attempts at one quiz, and how many there were."""

    right_count: int
    counted: int
    passed: bool
    attempts: int = 1


def option_order(
    count: int, *, enrolment_id: int, lesson_id: int, number: int, question_id: int
) -> tuple[int, ...]:
    """Positions of a question's options in the order shown: shuffled, the same at every reload.

    Another person, another attempt or another question has another order.
    """

    def rank(position: int) -> bytes:
        seed = f"{enrolment_id}/{lesson_id}/{number}/{question_id}/{position}"
        return hashlib.sha256(seed.encode()).digest()

    return tuple(sorted(range(count), key=rank))


def gap(kind: QuestionKind, answer: Answer) -> Gap | None:
    """What is missing in an answer; None when it can be marked."""
    if kind is not QuestionKind.NUMERIC:
        return None if answer.chosen else Gap.UNANSWERED
    if not answer.number:
        return Gap.UNANSWERED
    return Gap.UNREADABLE if parse_number(answer.number) is None else None


def mark(questions: Sequence[Posed], answers: Mapping[int, Answer]) -> Marking:
    """Mark all questions; `answers` by question id, and one that is not there is wrong."""
    right = {
        question.question_id: _is_right(question.key, answers.get(question.question_id, Answer()))
        for question in questions
    }
    counted = [question.question_id for question in questions if question.counts]
    return Marking(sum(right[question_id] for question_id in counted), len(counted), right)


def _is_right(key: AnswerKey, answer: Answer) -> bool:
    number = parse_number(answer.number) if key.kind is QuestionKind.NUMERIC else None
    return is_right(key, answer.chosen, number)


def has_passed(marking: Marking, pass_share: Decimal) -> bool:
    """Reached the share asked for, in per cent, unrounded; nothing counted, nothing missing."""
    return marking.right_count * 100 >= pass_share * marking.counted


def best(results: Iterable[QuizResult]) -> QuizResult | None:
    """The best result of several, with the number of all; None without any.

    Passed comes first, then the share of right answers.
    """
    results = list(results)
    if not results:
        return None
    first = max(results, key=lambda one: (one.passed, _share(one)))
    return QuizResult(first.right_count, first.counted, first.passed, attempts=len(results))


def _share(result: QuizResult) -> Decimal:
    return Decimal(result.right_count) / result.counted if result.counted else Decimal(0)


def attempts_left(allowed: int, reopened: int, made: int, *, is_marked: bool) -> int | None:
    """How many goes are left: the course's number and one for each reopening.

    None: as many as one likes, since a self-assessment decides nothing.
    """
    return max(allowed + reopened - made, 0) if is_marked else None


def shows_right_answers(*, passed: bool, left: int | None) -> bool:
    """Right answers are shown once the quiz is passed or no attempt is left.

    Before that, only which answers are wrong: the next attempt is still worth something. A
    self-assessment (`left` is None) shows them at once.
    """
    return passed or not left
