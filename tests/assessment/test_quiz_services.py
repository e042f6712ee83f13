"""Sending a quiz, however often it arrives, and opening it again."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from ecopter.assessment.models import QuizAnswer, QuizAttempt, ReopenedWork, Reopening
from ecopter.assessment.queries.quiz import answers_of, get_quiz_to_take
from ecopter.assessment.queries.reopening import get_work_to_reopen
from ecopter.assessment.rules.quiz import Answer
from ecopter.assessment.services.quiz import send_attempt
from ecopter.assessment.services.reopening import reopen
from ecopter.audit.queries import list_of
from ecopter.authorization.policy import Actor
from ecopter.db import db
from ecopter.shared.errors import Conflict, Invalid, NotFound
from tests.browser import Browser
from tests.clock import NOW
from tests.factories.cohorts import instructor_of
from tests.factories.questions import make_question
from tests.factories.quiz import QuizPlace, make_attempt, make_quiz_place

pytestmark = pytest.mark.usefixtures("database")


def right_answers(place: QuizPlace) -> dict[int, Answer]:
    single, multiple, number = (question.id for question in place.questions)
    return {single: Answer((0,)), multiple: Answer((0, 1)), number: Answer(number="3,0")}


def send(place: QuizPlace, answers: dict[int, Answer], key: str = "") -> QuizAttempt:
    quiz = get_quiz_to_take(**place.address, now=NOW)
    actor = Actor(place.trainee.id)
    return send_attempt(quiz, answers, key=key or str(uuid4()), actor=actor, now=NOW)


def give(place: QuizPlace, work: ReopenedWork = ReopenedWork.QUIZ, reason: str = "Coupure"):
    actor = Actor(instructor_of(place.cohort).id)
    return reopen(get_work_to_reopen(**place.address), work, reason, actor=actor, now=NOW)


def test_an_attempt_is_marked_at_once_and_kept():
    place = make_quiz_place()

    attempt = send(place, right_answers(place))

    assert (attempt.number, attempt.right_count, attempt.counted, attempt.passed) == (1, 3, 3, True)
    assert attempt.submitted_at == NOW
    assert answers_of(attempt.id) == right_answers(place)
    kept = db.session.scalars(select(QuizAnswer).order_by(QuizAnswer.position)).all()
    assert [answer.is_right for answer in kept] == [True, True, True]


def test_open_questions_are_wrong_and_kept_as_such():
    place = make_quiz_place()

    attempt = send(place, {place.questions[0].id: Answer((0,))})

    assert (attempt.right_count, attempt.passed) == (1, False)
    assert answers_of(attempt.id)[place.questions[2].id] == Answer()


def test_a_question_to_check_is_kept_and_not_counted():
    place = make_quiz_place()
    unsure = make_question(place.lesson, 4, to_check=True)

    attempt = send(place, right_answers(place) | {unsure.id: Answer((1,))})

    assert (attempt.right_count, attempt.counted) == (3, 3)
    assert answers_of(attempt.id)[unsure.id] == Answer((1,))


def test_the_pass_share_of_the_course_decides():
    place = make_quiz_place()
    place.curriculum.quiz_pass_share = 100

    attempt = send(place, right_answers(place) | {place.questions[0].id: Answer((1,))})

    assert (attempt.right_count, attempt.passed) == (2, False)


def test_the_same_form_twice_is_one_attempt():
    place = make_quiz_place()
    key = str(uuid4())

    first = send(place, right_answers(place), key)
    second = send(place, right_answers(place), key)

    assert second.id == first.id
    assert db.session.scalar(select(func.count(QuizAttempt.id))) == 1
    assert len(list_of("quiz_attempt", first.id)) == 1


def test_the_same_form_is_found_again_when_no_attempt_is_left():
    place = make_quiz_place()
    make_attempt(place, 1)
    key = str(uuid4())
    last = send(place, right_answers(place), key)

    assert send(place, right_answers(place), key).id == last.id


def test_the_same_key_with_other_answers_is_refused():
    place = make_quiz_place()
    key = str(uuid4())
    send(place, right_answers(place), key)

    with pytest.raises(Conflict):
        send(place, right_answers(place) | {place.questions[2].id: Answer(number="4")}, key)

    assert db.session.scalar(select(func.count(QuizAttempt.id))) == 1


def test_no_attempt_beyond_the_limit():
    place = make_quiz_place()
    make_attempt(place, 1)
    make_attempt(place, 2)

    with pytest.raises(Conflict):
        send(place, right_answers(place))


def test_a_quiz_without_questions_cannot_be_sent():
    with pytest.raises(Conflict):
        send(make_quiz_place(questions=0), {})


def test_a_self_assessment_has_no_limit_and_nothing_to_fail():
    place = make_quiz_place(quiz_is_marked=False)
    for number in range(1, 4):
        make_attempt(place, number)

    attempt = send(place, {})

    assert (attempt.number, attempt.right_count, attempt.passed) == (4, 0, True)


def test_a_changed_question_leaves_old_attempts_as_they_were():
    place = make_quiz_place()
    first = send(place, right_answers(place))
    old = place.questions[0]
    old.is_current = False
    new = make_question(place.lesson, 1, right=("Le bulbe",), wrong=("La fleur",), version=2)

    second = send(place, {new.id: Answer((0,))})

    assert old.id in answers_of(first.id)
    assert old.id not in answers_of(second.id)
    assert answers_of(second.id)[new.id] == Answer((0,))


def test_a_lesson_of_another_course_is_not_found():
    place = make_quiz_place()
    other = make_quiz_place()

    with pytest.raises(NotFound):
        get_quiz_to_take(place.enrolment.id, other.lesson.id, now=NOW)
    with pytest.raises(NotFound):
        get_work_to_reopen(place.enrolment.id, other.lesson.id)


def test_each_attempt_and_reopening_leaves_an_event():
    place = make_quiz_place()
    attempt = send(place, right_answers(place))
    make_attempt(place, 2)
    reopening = give(place)

    [sent] = list_of("quiz_attempt", attempt.id)
    [reopened] = list_of("reopening", reopening.id)

    assert (sent.action, sent.actor_id) == ("quiz.sent", place.trainee.id)
    assert sent.details["right_count"] == 3
    assert (reopened.action, reopened.details["work"]) == ("work.reopened", "quiz")
    assert "Coupure" not in str(reopened.details)


def test_a_reopening_gives_one_more_attempt():
    place = make_quiz_place()
    make_attempt(place, 1)
    make_attempt(place, 2)

    reopening = give(place)

    assert reopening.reason == "Coupure"
    assert send(place, right_answers(place)).number == 3
    with pytest.raises(Conflict):
        send(place, right_answers(place))


def test_a_second_tap_gives_nothing_more():
    place = make_quiz_place()
    make_attempt(place, 1)
    make_attempt(place, 2)

    assert give(place) is not None
    assert give(place) is None
    assert db.session.scalar(select(func.count(Reopening.id))) == 1


@pytest.mark.parametrize("reason", ["", "  ", "x" * 201])
def test_a_reopening_needs_a_reason(reason):
    place = make_quiz_place()
    make_attempt(place, 1)
    make_attempt(place, 2)

    with pytest.raises(Invalid):
        give(place, reason=reason)


def test_an_exercise_nobody_has_graded_is_still_open():
    assert give(make_quiz_place(), ReopenedWork.EXERCISE) is None


def test_the_course_says_how_many_attempts_there_are():
    place = make_quiz_place()
    place.curriculum.quiz_attempts = 1
    make_attempt(place, 1)

    with pytest.raises(Conflict):
        send(place, right_answers(place))


@pytest.mark.parametrize("made", [0, 1], ids=["two left", "one left"])
def test_fifty_at_once_make_exactly_the_attempts_that_were_left(app, made):
    place = make_quiz_place()
    for number in range(1, made + 1):
        make_attempt(place, number)

    responses = post_at_once(app, place, [place.filled() for _ in range(50)])

    numbers = db.session.scalars(select(QuizAttempt.number).order_by(QuizAttempt.number)).all()
    assert numbers == [1, 2]
    statuses = sorted(response.status_code for response in responses)
    assert statuses == [303] * (2 - made) + [409] * (48 + made)


def test_the_same_form_fifty_times_at_once_is_one_attempt(app):
    place = make_quiz_place()

    responses = post_at_once(app, place, [place.filled()] * 50)

    [attempt] = db.session.scalars(select(QuizAttempt)).all()
    assert {response.location for response in responses} == {f"/attempts/{attempt.id}"}


def post_at_once(
    app: Flask, place: QuizPlace, forms: list[dict[str, object]]
) -> list[TestResponse]:
    """Each form from a browser of its own, all of the same signed-in trainee."""
    browser = Browser(app).as_(place.trainee)
    address, token = browser.url("assessment.quiz.create", **place.address), browser.token()
    with browser.client.session_transaction() as session:
        signed_in = dict(session) | {"csrf_token": "0" * 40}
    db.session.remove()
    start = Barrier(len(forms))

    def post(form: dict[str, object]) -> TestResponse:
        client = app.test_client()
        with client.session_transaction() as session:
            session.update(signed_in)
        start.wait()
        return client.post(address, data=form | {"csrf_token": token})

    with ThreadPoolExecutor(len(forms)) as pool:
        return list(pool.map(post, forms))
