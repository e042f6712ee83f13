"""The pages of quizzes, as trainees and instructors meet them."""

import re
from datetime import date

import pytest
from sqlalchemy import func, select, update

from ecopter.assessment.models import QuizAttempt, Reopening
from ecopter.cohorts.models import EnrolmentPeriod
from ecopter.db import db
from tests.factories.cohorts import instructor_of, make_cohort, make_enrolment
from tests.factories.people import make_user
from tests.factories.questions import make_question
from tests.factories.quiz import make_attempt, make_quiz_place


def attempts() -> int:
    return db.session.scalar(select(func.count(QuizAttempt.id))) or 0


def key_in(html: str) -> str:
    return re.search(r'name="key" value="([0-9a-f-]{36})"', html)[1]


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_the_quiz_page(browser, language):
    place = make_quiz_place()
    make_question(place.lesson, 4, to_check=True)

    response = browser.as_(place.trainee).in_(language).get("assessment.quiz.show", **place.address)

    html = response.text
    assert response.status_code == 200
    assert html.count('type="radio"') == 8
    assert html.count('type="checkbox"') == 3
    assert html.count('inputmode="decimal"') == 1
    assert key_in(html)


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
@pytest.mark.parametrize("right", [0, 1, 2])
def test_an_attempt_page(browser, language, right):
    place = make_quiz_place()
    attempt = make_attempt(place, 1, right=right)

    response = (
        browser.as_(place.trainee)
        .in_(language)
        .get("assessment.attempt.show", attempt_id=attempt.id)
    )

    assert response.status_code == 200
    assert f'data-sent="{attempt.key}"' in response.text


def test_sending_leads_to_the_marked_attempt(browser):
    place = make_quiz_place()
    trainee = browser.as_(place.trainee)

    response = trainee.post("assessment.quiz.create", place.filled(), **place.address)
    page = trainee.fetch(response.location).text

    assert response.status_code == 303
    assert "Les stigmates, une fois séchés." in page


def test_a_reload_keeps_the_order_with_a_fresh_key(browser):
    place = make_quiz_place()
    trainee = browser.as_(place.trainee)

    first = trainee.get("assessment.quiz.show", **place.address).text
    second = trainee.get("assessment.quiz.show", **place.address).text

    ids = r'id="(q\d+-\d+)"'
    assert re.findall(ids, first) == re.findall(ids, second)
    assert key_in(first) != key_in(second)


def test_what_is_missing_is_listed_and_what_was_chosen_is_kept(browser):
    place = make_quiz_place()
    form = place.filled(number="trois")
    del form[f"q{place.questions[1].id}"]

    response = browser.as_(place.trainee).post("assessment.quiz.create", form, **place.address)

    html, first = response.text, place.questions[0].id
    assert response.status_code == 422
    assert attempts() == 0
    targets = re.findall(r'href="#(q[^"]+)"', html)
    assert [target.split("-")[0] for target in targets] == [
        f"q{question.id}" for question in place.questions[1:3]
    ]
    assert all(f'id="{target}"' in html for target in targets)
    assert re.search(rf'name="q{first}" value="0" id="q{first}-0" checked', html)
    assert 'value="trois"' in html
    assert key_in(html) == form["key"]
    assert 'name="anyway"' in html


def test_send_anyway(browser):
    place = make_quiz_place()
    form = {"key": place.filled()["key"], "anyway": "1"}

    response = browser.as_(place.trainee).post("assessment.quiz.create", form, **place.address)

    assert response.status_code == 303
    assert db.session.scalar(select(QuizAttempt.right_count)) == 0


@pytest.mark.parametrize("typed", ["3", "3,0", "٣", " 3. "])
def test_numbers_are_taken_as_typed(browser, typed):
    place = make_quiz_place()

    browser.as_(place.trainee).post(
        "assessment.quiz.create", place.filled(number=typed), **place.address
    )

    assert db.session.scalar(select(QuizAttempt.right_count)) == 3


def test_a_double_click_shows_the_same_attempt(browser):
    place = make_quiz_place()
    trainee, form = browser.as_(place.trainee), place.filled()

    first = trainee.post("assessment.quiz.create", form, **place.address)
    second = trainee.post("assessment.quiz.create", form, **place.address)

    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert attempts() == 1


def test_the_same_key_with_other_answers_keeps_what_was_typed(browser):
    place = make_quiz_place()
    trainee, form = browser.as_(place.trainee), place.filled()
    sent = trainee.post("assessment.quiz.create", form, **place.address)
    form[f"q{place.questions[2].id}"] = "41"

    response = trainee.post("assessment.quiz.create", form, **place.address)

    assert response.status_code == 409
    assert attempts() == 1
    assert 'value="41"' in response.text
    assert f'href="{sent.location}"' in response.text
    assert key_in(response.text) != form["key"]


def test_a_late_answer_to_a_closed_quiz_is_shown_again_and_not_counted(browser):
    place = make_quiz_place()
    make_attempt(place, 1)
    make_attempt(place, 2)

    response = browser.as_(place.trainee).post(
        "assessment.quiz.create", place.filled(number="41"), **place.address
    )

    assert response.status_code == 409
    assert attempts() == 2
    assert 'value="41"' in response.text


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_a_closed_quiz_names_whom_to_ask(browser, language):
    place = make_quiz_place()
    make_attempt(place, 1)
    last = make_attempt(place, 2)
    instructor_of(place.cohort, given_name_ar="عبد الله", family_name_ar="أومشيشقة")
    trainee = browser.as_(place.trainee).in_(language)

    pages = [
        trainee.get("assessment.quiz.show", **place.address).text,
        trainee.get("assessment.attempt.show", attempt_id=last.id).text,
    ]

    whom = "عبد الله أومشيشقة" if language == "ar" else "Abdellah Oumchichka"
    assert all(whom in page for page in pages)
    assert 'name="key"' not in pages[0]


def test_right_answers_wait_while_the_next_attempt_is_worth_something(browser):
    place = make_quiz_place()
    trainee = browser.as_(place.trainee)
    first = make_attempt(place, 1)

    before = trainee.get("assessment.attempt.show", attempt_id=first.id).text
    make_attempt(place, 2)
    after = trainee.get("assessment.attempt.show", attempt_id=first.id).text

    right = "Bonne réponse"
    assert "quiz__option--present" not in before
    assert before.count(right) == 0
    assert "quiz__option--present" in after


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_a_self_assessment_speaks_of_no_pass_and_no_limit(browser, language):
    place = make_quiz_place(quiz_is_marked=False)
    attempt = make_attempt(place, 1, passed=True)
    trainee = browser.as_(place.trainee).in_(language)

    for endpoint, where in (
        ("assessment.quiz.show", place.address),
        ("assessment.attempt.show", {"attempt_id": attempt.id}),
    ):
        response = trainee.get(endpoint, **where)
        assert "60" not in " ".join(trainee.page.text)
        assert not re.search("verdict tone--(done|late)|badge tone--(done|late)", response.text)


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
@pytest.mark.parametrize("is_marked", [True, False])
def test_a_quiz_without_questions_leads_back_to_the_lesson(browser, language, is_marked):
    place = make_quiz_place(questions=0, quiz_is_marked=is_marked)

    response = browser.as_(place.trainee).in_(language).get("assessment.quiz.show", **place.address)

    assert response.status_code == 200
    assert f"/path/{place.enrolment.id}/lessons/{place.lesson.id}" in response.text


def test_another_trainee_finds_nothing(browser):
    place = make_quiz_place()
    attempt = make_attempt(place, 1)
    neighbour = make_user()
    make_enrolment(place.cohort, neighbour)
    other = browser.as_(neighbour)

    assert other.get("assessment.quiz.show", **place.address).status_code == 404
    assert other.get("assessment.attempt.show", attempt_id=attempt.id).status_code == 404
    sent = other.post("assessment.quiz.create", place.filled(), **place.address)
    assert sent.status_code == 404
    assert attempts() == 1


def test_who_has_left_reads_and_does_not_take(browser):
    place = make_quiz_place()
    attempt = make_attempt(place, 1)
    db.session.execute(update(EnrolmentPeriod).values(ends_on=date(2026, 10, 1)))
    leaver = browser.as_(place.trainee)

    page = leaver.get("assessment.quiz.show", **place.address)

    assert page.status_code == 200
    assert 'name="key"' not in page.text
    assert leaver.get("assessment.attempt.show", attempt_id=attempt.id).status_code == 200
    sent = leaver.post("assessment.quiz.create", place.filled(), **place.address)
    assert sent.status_code == 403
    assert attempts() == 1


def test_instructors_see_attempts_of_their_own_cohort_and_do_not_take_quizzes(browser):
    place = make_quiz_place()
    attempt = make_attempt(place, 1)
    own, stranger = instructor_of(place.cohort), instructor_of(make_cohort())

    assert browser.as_(own).get("assessment.attempt.show", attempt_id=attempt.id).status_code == 200
    sent = browser.as_(own).post("assessment.quiz.create", place.filled(), **place.address)
    assert sent.status_code == 403
    seen = browser.as_(stranger).get("assessment.attempt.show", attempt_id=attempt.id)
    assert seen.status_code == 404


def test_a_lesson_of_another_course_is_not_found(browser):
    place, other = make_quiz_place(), make_quiz_place()

    response = browser.as_(place.trainee).get(
        "assessment.quiz.show", enrolment_id=place.enrolment.id, lesson_id=other.lesson.id
    )

    assert response.status_code == 404


def test_an_instructor_opens_a_quiz_again_in_one_tap(browser):
    place = make_quiz_place()
    make_attempt(place, 1)
    last = make_attempt(place, 2)
    instructor = browser.as_(instructor_of(place.cohort))
    page = instructor.get("assessment.attempt.show", attempt_id=last.id).text
    reason = re.search(r'name="usual" value="([^"]+)"', page)[1]
    data = {"work": "quiz", "usual": reason, "next": f"/attempts/{last.id}"}

    response = instructor.post("assessment.reopening.create", data, **place.address)

    assert response.status_code == 303
    assert response.location == f"/attempts/{last.id}"
    assert db.session.scalar(select(Reopening.reason)) == reason
    again = browser.as_(place.trainee).get("assessment.quiz.show", **place.address)
    assert 'name="key"' in again.text


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
@pytest.mark.parametrize("made", [0, 2])
def test_the_reopening_page(browser, language, made):
    place = make_quiz_place()
    for number in range(1, made + 1):
        make_attempt(place, number)
    instructor = browser.as_(instructor_of(place.cohort)).in_(language)

    response = instructor.get("assessment.reopening.new", **place.address)

    assert response.status_code == 200
    assert ('name="usual"' in response.text) is bool(made)
    assert ('name="reason"' in response.text) is bool(made)


def test_a_reopening_without_a_reason_comes_back(browser):
    place = make_quiz_place()
    make_attempt(place, 1)
    make_attempt(place, 2)

    response = browser.as_(instructor_of(place.cohort)).post(
        "assessment.reopening.create", {"work": "quiz", "reason": " "}, **place.address
    )

    assert response.status_code == 422
    assert db.session.scalar(select(func.count(Reopening.id))) == 0


def test_nobody_opens_their_own_quiz(browser):
    place = make_quiz_place()
    data = {"work": "quiz", "reason": "encore"}

    response = browser.as_(place.trainee).post("assessment.reopening.create", data, **place.address)

    assert response.status_code == 403


def test_after_reopening_only_pages_of_ours_are_next(browser):
    place = make_quiz_place()
    data = {"work": "quiz", "reason": "Coupure", "next": "https://example.org/"}

    response = browser.as_(instructor_of(place.cohort)).post(
        "assessment.reopening.create", data, **place.address
    )

    assert response.location == browser.url("assessment.quiz.show", **place.address)


@pytest.mark.parametrize("questions", [3, 30])
def test_the_page_and_the_sending_ask_the_database_little(browser, count_queries, questions):
    place = make_quiz_place(questions=questions)
    trainee = browser.as_(place.trainee)
    form = place.filled() | {f"q{question.id}": "0" for question in place.questions[3:]}

    with count_queries() as reading:
        trainee.get("assessment.quiz.show", **place.address)
    with count_queries() as sending:
        response = trainee.post("assessment.quiz.create", form, **place.address)
    with count_queries() as result:
        trainee.fetch(response.location)

    assert response.status_code == 303
    assert (len(reading), len(sending), len(result)) == (5, 9, 4)
