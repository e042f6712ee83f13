"""A word to everyone in a cohort."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from ecopter.audit.models import AuditEvent
from ecopter.db import db
from ecopter.notices.models import Notice
from tests.clock import NOW, TODAY
from tests.factories.cohorts import instructor_of, make_cohort, make_enrolment
from tests.factories.people import make_administrator, make_head_of_studies, make_user

WORDS = {"subject": "Visite de jeudi", "text": "Départ à 8 h.\nالانطلاق على الثامنة."}


def test_everyone_enrolled_is_told_and_nobody_else(browser):
    cohort = make_cohort(trainees=2, name_ar="فوج")
    coming, left, closed = make_user(), make_user(), make_user(deactivated_at=NOW)
    make_enrolment(cohort, coming, periods=((TODAY + timedelta(days=7), None),))
    make_enrolment(cohort, left, periods=((cohort.starts_on, TODAY - timedelta(days=1)),))
    make_enrolment(cohort, closed)
    make_enrolment(make_cohort())

    answer = browser.as_(instructor_of(cohort)).post(
        "cohorts.announcement.create", WORDS, cohort_id=cohort.id
    )

    notices = db.session.scalars(select(Notice)).all()
    assert answer.status_code == 303
    assert len(notices) == 3
    assert coming.id in {notice.user_id for notice in notices}
    assert {left.id, closed.id}.isdisjoint(notice.user_id for notice in notices)
    assert notices[0].facts["cohort"] == {"fr": cohort.name, "ar": "فوج"}
    assert notices[0].facts["text"] == WORDS["text"]


def test_the_trail_knows_how_many_and_not_what(browser):
    cohort = make_cohort(trainees=2)

    browser.as_(make_administrator()).post(
        "cohorts.announcement.create", WORDS, cohort_id=cohort.id
    )

    event = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "announcement.sent")
    ).one()
    assert event.details == {"people": 2}


def test_an_empty_word_is_refused_and_kept(browser):
    cohort = make_cohort(trainees=1)

    answer = browser.as_(make_head_of_studies()).post(
        "cohorts.announcement.create", {"subject": "Visite", "text": " "}, cohort_id=cohort.id
    )

    assert answer.status_code == 422
    assert "Visite" in answer.text
    assert db.session.scalars(select(Notice)).all() == []


def test_an_empty_cohort_has_nobody_to_write_to(browser):
    cohort = make_cohort()
    reader, where = browser.as_(make_administrator()), {"cohort_id": cohort.id}

    assert reader.get("cohorts.announcement.new", **where).status_code == 200
    assert reader.post("cohorts.announcement.create", WORDS, **where).status_code == 422


def test_only_those_who_work_with_the_cohort_write_to_it(browser):
    cohort, other = make_cohort(trainees=1), make_cohort()
    trainee = make_user()
    make_enrolment(cohort, trainee)

    for user in (trainee, instructor_of(other)):
        reader = browser.as_(user)
        assert reader.get("cohorts.announcement.new", cohort_id=cohort.id).status_code == 404
        sent = reader.post("cohorts.announcement.create", WORDS, cohort_id=cohort.id)
        assert sent.status_code == 404
    assert db.session.scalars(select(Notice)).all() == []


@pytest.fixture
def at(app):
    """Lets a test say when it is."""
    outside = app.extensions["adapters"]

    def set_clock(now):
        app.extensions["adapters"] = replace(outside, clock=lambda: now)

    yield set_clock
    app.extensions["adapters"] = outside


def test_a_double_click_tells_everyone_once(browser):
    cohort = make_cohort(trainees=3)
    reader = browser.as_(instructor_of(cohort)).in_("en")

    first, second = [
        reader.post("cohorts.announcement.create", WORDS, cohort_id=cohort.id) for _ in range(2)
    ]

    assert (first.status_code, second.status_code) == (303, 303)
    assert "3 people were told." in reader.get("cohorts.cohort.show", cohort_id=cohort.id).text
    assert len(db.session.scalars(select(Notice)).all()) == 3
    events = select(AuditEvent).where(AuditEvent.action == "announcement.sent")
    assert len(db.session.scalars(events).all()) == 1


@pytest.mark.parametrize("changed", [{"text": "Départ à 9 h."}, {"subject": "Visite de vendredi"}])
def test_other_words_are_another_announcement(browser, changed):
    cohort = make_cohort(trainees=1)
    reader = browser.as_(instructor_of(cohort))

    for words in (WORDS, WORDS | changed):
        reader.post("cohorts.announcement.create", words, cohort_id=cohort.id)

    assert len(db.session.scalars(select(Notice)).all()) == 2


def test_the_same_words_to_another_cohort_or_from_another_person_are_sent(browser):
    one, other = make_cohort(trainees=1), make_cohort(trainees=1)
    office = make_administrator(given_name_lat="Aïcha")

    browser.as_(office).post("cohorts.announcement.create", WORDS, cohort_id=one.id)
    browser.as_(office).post("cohorts.announcement.create", WORDS, cohort_id=other.id)
    colleague = make_head_of_studies(given_name_lat="Zineb")
    browser.as_(colleague).post("cohorts.announcement.create", WORDS, cohort_id=one.id)

    assert len(db.session.scalars(select(Notice)).all()) == 3


def test_the_same_words_next_week_are_sent_again(browser, at):
    cohort = make_cohort(trainees=1)
    reader = browser.as_(instructor_of(cohort))
    reader.post("cohorts.announcement.create", WORDS, cohort_id=cohort.id)

    at(NOW + timedelta(minutes=11))
    reader.post("cohorts.announcement.create", WORDS, cohort_id=cohort.id)

    assert len(db.session.scalars(select(Notice)).all()) == 2


def test_a_click_that_a_slow_network_sends_again_minutes_later_tells_nobody_twice(browser, at):
    cohort = make_cohort(trainees=1)
    reader = browser.as_(instructor_of(cohort))
    reader.post("cohorts.announcement.create", WORDS, cohort_id=cohort.id)

    at(NOW + timedelta(minutes=9))
    reader.post("cohorts.announcement.create", WORDS, cohort_id=cohort.id)

    assert len(db.session.scalars(select(Notice)).all()) == 1
