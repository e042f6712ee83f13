"""A word to everyone in a cohort."""

from datetime import timedelta

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
