"""The pages of the timetable."""

import pytest

from ecopter.db import db
from ecopter.timetable.models import TrainingSession
from tests.factories.attendance import make_register
from tests.factories.cohorts import instructor_of, make_cohort
from tests.factories.people import make_administrator, make_user
from tests.factories.timetable import make_training_session


def is_cancelled(training_session_id):
    return db.session.get(TrainingSession, training_session_id).is_cancelled


@pytest.mark.parametrize(("language", "words"), [("fr", "Le safran"), ("ar", "الزعفران")])
def test_an_instructor_reads_the_half_days_of_the_cohort(browser, language, words):
    cohort = make_cohort()
    make_training_session(cohort)

    response = (
        browser.as_(instructor_of(cohort))
        .in_(language)
        .get("timetable.cohort.show", cohort_id=cohort.id)
    )

    assert response.status_code == 200
    assert words in response.text


def test_the_filter_stays_in_the_address(browser):
    cohort = make_cohort()
    make_training_session(cohort)
    reader = browser.as_(instructor_of(cohort))

    shown = reader.get("timetable.cohort.show", cohort_id=cohort.id, state="today", module="")
    hidden = reader.get("timetable.cohort.show", cohort_id=cohort.id, state="closed")
    nonsense = reader.get("timetable.cohort.show", cohort_id=cohort.id, state="x", module="y")

    assert shown.text.count('class="entry"') == nonsense.text.count('class="entry"') == 1
    assert hidden.text.count('class="entry"') == 0


def test_whoever_has_nothing_to_do_with_a_cohort_does_not_see_its_half_days(browser):
    cohort = make_cohort(trainees=1)
    stranger = instructor_of(make_cohort())

    response = browser.as_(stranger).get("timetable.cohort.show", cohort_id=cohort.id)

    assert response.status_code == 404


def test_the_office_cancels_a_half_day(browser):
    training_session = make_training_session(make_cohort())
    office = browser.as_(make_administrator())
    where = {"training_session_id": training_session.id}

    asked = office.get("timetable.cancellation.new", **where)
    done = office.post("timetable.cancellation.create", {"reason": "Neige au col"}, **where)

    assert asked.status_code == 200
    assert done.status_code == 303
    assert is_cancelled(where["training_session_id"])
    assert "Neige au col" in office.fetch(done.location).text


def test_a_cancellation_without_a_reason_changes_nothing(browser):
    training_session = make_training_session(make_cohort())
    where = {"training_session_id": training_session.id}

    response = browser.as_(make_administrator()).post(
        "timetable.cancellation.create", {"reason": "  "}, **where
    )

    assert response.status_code == 422
    assert 'name="reason"' in response.text
    assert not is_cancelled(where["training_session_id"])


def test_a_held_half_day_cannot_be_cancelled(browser):
    cohort = make_cohort(trainees=1)
    training_session = make_training_session(cohort)
    make_register(training_session, instructor_of(cohort))
    office = browser.as_(make_administrator())
    where = {"training_session_id": training_session.id}

    asked = office.get("timetable.cancellation.new", **where)
    tried = office.post("timetable.cancellation.create", {"reason": "Neige"}, **where)

    assert 'name="reason"' not in asked.text
    assert tried.status_code == 409
    assert not is_cancelled(where["training_session_id"])


def test_an_instructor_sees_but_does_not_cancel(browser):
    cohort = make_cohort()
    where = {"training_session_id": make_training_session(cohort).id}
    teacher = instructor_of(cohort)

    tried = browser.as_(teacher).post("timetable.cancellation.create", {"reason": "x"}, **where)
    stranger = browser.as_(make_user()).get("timetable.cancellation.new", **where)

    assert tried.status_code == 403
    assert stranger.status_code == 404
    assert not is_cancelled(where["training_session_id"])
