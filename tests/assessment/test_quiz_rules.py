"""How a quiz is laid out, marked and passed."""

from decimal import Decimal

import pytest

from ecopter.assessment.rules.quiz import (
    Answer,
    Gap,
    Marking,
    Posed,
    QuizResult,
    attempts_left,
    best,
    gap,
    has_passed,
    mark,
    option_order,
    shows_right_answers,
)
from ecopter.questions.rules import AnswerKey, QuestionKind

PLACE = {"enrolment_id": 7, "lesson_id": 3, "number": 1, "question_id": 11}
SINGLE = AnswerKey(QuestionKind.SINGLE, frozenset({0}))
NUMBER = AnswerKey(QuestionKind.NUMERIC, value=Decimal(3))


def test_the_order_is_a_permutation_and_stays():
    order = option_order(6, **PLACE)

    assert sorted(order) == list(range(6))
    assert order == option_order(6, **PLACE) == (2, 1, 5, 3, 4, 0)


@pytest.mark.parametrize("part", ["enrolment_id", "lesson_id", "number", "question_id"])
def test_every_part_of_the_place_changes_the_order(part):
    orders = {option_order(6, **PLACE | {part: value}) for value in range(20)}

    assert len(orders) > 15


def test_the_first_option_lands_everywhere():
    places = [option_order(4, **PLACE | {"question_id": value}).index(0) for value in range(400)]

    assert all(70 < places.count(place) < 130 for place in range(4))


@pytest.mark.parametrize(
    ("kind", "answer", "expected"),
    [
        (QuestionKind.SINGLE, Answer((1,)), None),
        (QuestionKind.SINGLE, Answer(), Gap.UNANSWERED),
        (QuestionKind.MULTIPLE, Answer(), Gap.UNANSWERED),
        (QuestionKind.NUMERIC, Answer(number="3,5"), None),
        (QuestionKind.NUMERIC, Answer(), Gap.UNANSWERED),
        (QuestionKind.NUMERIC, Answer(number="trois"), Gap.UNREADABLE),
    ],
)
def test_what_is_missing_in_an_answer(kind, answer, expected):
    assert gap(kind, answer) is expected


def test_a_question_to_check_is_marked_and_not_counted():
    questions = [Posed(1, SINGLE), Posed(2, SINGLE, counts=False), Posed(3, NUMBER)]
    answers = {1: Answer((0,)), 2: Answer((0,)), 3: Answer(number="4")}

    marking = mark(questions, answers)

    assert marking == Marking(1, 2, {1: True, 2: True, 3: False})


def test_a_question_without_an_answer_is_wrong():
    assert mark([Posed(1, SINGLE), Posed(2, NUMBER)], {}) == Marking(0, 2, {1: False, 2: False})


@pytest.mark.parametrize(
    ("right", "counted", "share", "expected"),
    [
        (3, 5, "60", True),
        (2, 4, "60", False),
        (2, 3, "66.67", False),
        (2, 3, "66.66", True),
        (0, 3, "0", True),
        (0, 0, "60", True),
    ],
    ids=["just enough", "too few", "not rounded up", "just over", "nothing asked", "none counted"],
)
def test_passing_is_a_share_of_the_counted_questions(right, counted, share, expected):
    assert has_passed(Marking(right, counted, {}), Decimal(share)) is expected


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ([], None),
        ([QuizResult(1, 4, passed=False)], QuizResult(1, 4, False, 1)),
        (
            [QuizResult(3, 4, passed=True), QuizResult(1, 4, passed=False)],
            QuizResult(3, 4, True, 2),
        ),
        # A question was added between the two: shares are compared, not counts.
        (
            [QuizResult(3, 3, passed=True), QuizResult(3, 5, passed=True)],
            QuizResult(3, 3, True, 2),
        ),
        (
            [QuizResult(3, 5, passed=False), QuizResult(1, 2, passed=True)],
            QuizResult(1, 2, True, 2),
        ),
        ([QuizResult(0, 0, passed=True)], QuizResult(0, 0, True, 1)),
    ],
    ids=["none", "one", "first", "share", "passed wins", "nothing counted"],
)
def test_the_best_attempt_counts(results, expected):
    assert best(results) == expected


@pytest.mark.parametrize(
    ("allowed", "reopened", "made", "is_marked", "expected"),
    [
        (2, 0, 0, True, 2),
        (2, 0, 2, True, 0),
        (2, 1, 2, True, 1),
        (1, 0, 2, True, 0),
        (2, 0, 9, False, None),
    ],
    ids=["all", "none", "reopened", "course changed", "self-assessment"],
)
def test_attempts_left(allowed, reopened, made, is_marked, expected):
    assert attempts_left(allowed, reopened, made, is_marked=is_marked) == expected


@pytest.mark.parametrize(
    ("passed", "left", "expected"),
    [(False, 1, False), (True, 1, True), (False, 0, True), (False, None, True)],
    ids=["still worth something", "passed", "none left", "self-assessment"],
)
def test_when_right_answers_are_shown(passed, left, expected):
    assert shows_right_answers(passed=passed, left=left) is expected
