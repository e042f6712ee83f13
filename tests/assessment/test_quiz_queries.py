"""What is read for a quiz, in how many statements."""

import pytest

from ecopter.assessment.queries.quiz import best_results, get_attempt, get_quiz, get_quiz_to_take
from ecopter.assessment.rules.quiz import Answer, QuizResult
from ecopter.assessment.services.quiz import send_attempt
from ecopter.authorization.policy import Actor
from ecopter.questions.queries import list_questions
from ecopter.shared.errors import NotFound
from tests.clock import NOW
from tests.factories.cohorts import instructor_of
from tests.factories.questions import make_question
from tests.factories.quiz import make_attempt, make_quiz_place

pytestmark = pytest.mark.usefixtures("database")


def test_only_current_questions_are_asked_in_order():
    place = make_quiz_place()
    place.questions[1].is_current = False
    newer = make_question(place.lesson, 2, version=2)

    asked = list_questions(place.lesson.id)

    assert asked == [place.questions[0], newer, place.questions[2]]


def test_a_reload_keeps_the_order_and_the_next_attempt_has_another():
    place = make_quiz_place(questions=8)

    def orders():
        return [line.options for line in get_quiz(**place.address, now=NOW).lines]

    first = orders()
    again = orders()
    make_attempt(place, 1)

    assert first == again
    assert first != orders()


@pytest.mark.parametrize("questions", [3, 30])
def test_a_quiz_is_read_in_three_statements(count_queries, questions):
    place = make_quiz_place(questions=questions)
    make_attempt(place, 1)

    with count_queries() as statements:
        get_quiz(**place.address, now=NOW)

    assert len(statements) == 3


def test_a_closed_quiz_says_whom_to_ask_in_the_same_number(count_queries):
    place = make_quiz_place()
    make_attempt(place, 1)
    make_attempt(place, 2)
    instructor = instructor_of(place.cohort)

    with count_queries() as statements:
        quiz = get_quiz(**place.address, now=NOW)

    assert len(statements) == 3
    assert quiz.is_closed
    assert [person.latin for person in quiz.instructors] == [instructor.name.latin]


@pytest.mark.parametrize("questions", [3, 30])
def test_reading_and_sending_take_seven_statements(count_queries, questions):
    place = make_quiz_place(questions=questions)

    with count_queries() as statements:
        quiz = get_quiz_to_take(**place.address, now=NOW)
        answers = {question.id: Answer((0,)) for question in place.questions}
        send_attempt(quiz, answers, key="k" * 32, actor=Actor(place.trainee.id), now=NOW)

    assert len(statements) == 7


@pytest.mark.parametrize("questions", [3, 30])
def test_an_attempt_is_read_in_two_statements(count_queries, questions):
    place = make_quiz_place(questions=questions)
    attempt = make_attempt(place, 1)

    with count_queries() as statements:
        get_attempt(attempt.id, now=NOW)

    assert len(statements) == 2


def test_an_attempt_knows_what_became_of_the_others():
    place = make_quiz_place()
    first = make_attempt(place, 1)
    before = get_attempt(first.id, now=NOW)
    make_attempt(place, 2, right=3)
    after = get_attempt(first.id, now=NOW)

    assert (before.left, before.has_passed, before.shows_right_answers) == (1, False, False)
    assert (after.left, after.has_passed, after.shows_right_answers) == (0, True, True)


def test_attempts_of_other_people_do_not_count():
    place, other = make_quiz_place(), make_quiz_place()
    attempt = make_attempt(place, 1)
    make_attempt(other, 1, right=3)

    assert get_attempt(attempt.id, now=NOW).made == 1
    assert get_quiz(**other.address, now=NOW).left == 1


def test_an_unknown_attempt_is_not_found():
    with pytest.raises(NotFound):
        get_attempt(1, now=NOW)


def test_the_best_results_of_several_people(count_queries):
    place, other = make_quiz_place(), make_quiz_place()
    make_attempt(place, 1, right=1)
    make_attempt(place, 2, right=2)
    make_attempt(other, 1, right=3)

    with count_queries() as statements:
        results = best_results([place.enrolment.id, other.enrolment.id])

    assert len(statements) == 1
    assert results == {
        (place.enrolment.id, place.lesson.id): QuizResult(2, 3, passed=True, attempts=2),
        (other.enrolment.id, other.lesson.id): QuizResult(3, 3, passed=True, attempts=1),
    }
    assert best_results([]) == {}
