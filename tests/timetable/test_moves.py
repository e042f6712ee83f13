"""A half-day is moved, cancelled, and brought back."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from ecopter.audit.models import AuditEvent
from ecopter.authorization.policy import Actor
from ecopter.db import db
from ecopter.notices.models import Notice
from ecopter.notices.rules import NoticeEvent
from ecopter.shared.dates import HalfDay, local
from ecopter.timetable.models import Move, TrainingSession
from ecopter.timetable.queries import get_half_day, get_moving
from tests.clock import NOW, TODAY
from tests.factories.attendance import make_register
from tests.factories.cohorts import instructor_of, make_cohort, make_enrolment
from tests.factories.people import make_administrator, make_user
from tests.factories.sites import make_room, make_site
from tests.factories.timetable import make_holiday, make_training_session

THURSDAY = date(2026, 11, 26)
ZONE = "Africa/Casablanca"


def wish(standing, /, **changes):
    sent = {
        "held_on": THURSDAY.isoformat(),
        "half_day": "afternoon",
        "starts": "14:00",
        "ends": "17:30",
        "place": f"{standing.site_id}-0",
        "reason": "Neige au col",
    } | changes
    return {name: value for name, value in sent.items() if value is not None}


def stands(half_day):
    return db.session.get(TrainingSession, half_day.id)


def notices(event):
    return db.session.scalars(select(Notice).where(Notice.event == event)).all()


def test_the_office_moves_a_half_day_and_everyone_who_comes_is_told(browser):
    cohort = make_cohort(trainees=2)
    leaver = make_user()
    make_enrolment(cohort, leaver, periods=((cohort.starts_on, TODAY - timedelta(days=9)),))
    teacher, old = instructor_of(cohort), make_site()
    room = make_room(old)
    half_day = make_training_session(
        cohort, TODAY + timedelta(days=1), site=old, instructors=(teacher,), room_id=room.id
    )
    new = make_site(names={"fr": "Agadir", "ar": "أكادير", "en": "Agadir"})
    office = browser.as_(make_administrator())

    answer = office.post(
        "timetable.move.create",
        wish(half_day, place=f"{new.id}-0"),
        training_session_id=half_day.id,
    )

    assert answer.status_code == 303
    moved = stands(half_day)
    assert (moved.held_on, moved.half_day, moved.site_id) == (THURSDAY, HalfDay.AFTERNOON, new.id)
    assert moved.room_id is None
    assert local(moved.starts_at, ZONE).hour == 14
    move = db.session.query(Move).one()
    assert (move.from_held_on, move.from_room_id) == (TODAY + timedelta(days=1), room.id)
    assert db.session.query(AuditEvent).filter_by(action="half_day.moved").count() == 1
    told = notices(NoticeEvent.HALF_DAY_MOVED)
    assert len(told) == 3
    assert leaver.id not in {notice.user_id for notice in told}
    assert told[0].facts["to_day"] == "2026-11-26"
    assert (told[0].facts["from_half"], told[0].facts["to_half"]) == ("morning", "afternoon")
    assert told[0].facts["site"]["ar"] == "أكادير"
    assert "Neige au col" in office.fetch(answer.location).text


@pytest.mark.parametrize("closed", [True, False], ids=["closed", "draft"])
def test_a_half_day_with_a_register_stays_where_it_was_held(browser, closed):
    cohort = make_cohort(trainees=1)
    half_day = make_training_session(cohort)
    make_register(half_day, instructor_of(cohort), closed=closed)
    office, where = browser.as_(make_administrator()), {"training_session_id": half_day.id}

    asked = office.get("timetable.move.new", **where)
    tried = office.post("timetable.move.create", wish(half_day), **where)

    assert 'name="reason"' not in asked.text
    assert tried.status_code == 409
    assert stands(half_day).held_on == TODAY


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reason": " "}, "reason-error"),
        ({"held_on": "2028-01-03"}, "held_on-error"),
        ({"held_on": ""}, "held_on-error"),
        ({"ends": "13:00"}, "ends-error"),
        ({"place": "7"}, "place-error"),
        (
            {
                "held_on": TODAY.isoformat(),
                "half_day": "morning",
                "starts": "09:00",
                "ends": "12:30",
            },
            "held_on-error",
        ),
    ],
    ids=["no reason", "outside the cohort", "no day", "backwards", "no place", "no change"],
)
def test_a_move_that_makes_no_sense_changes_nothing_and_keeps_what_was_typed(
    browser, changes, words
):
    half_day = make_training_session(make_cohort())
    office, where = browser.as_(make_administrator()), {"training_session_id": half_day.id}
    sent = wish(half_day, **{"reason": "Col fermé"} | changes)

    answer = office.post("timetable.move.create", sent, **where)

    assert answer.status_code == 422
    assert f'id="{words}"' in answer.text
    assert "reason" in changes or "Col fermé" in answer.text
    assert stands(half_day).held_on == TODAY
    assert db.session.query(Move).count() == 0


def test_every_reason_why_a_place_is_taken_is_said(browser):
    cohort, other = make_cohort(), make_cohort(name="Promotion du Souss")
    site = make_site()
    room = make_room(site)
    teacher = instructor_of(cohort, family_name_lat="Amsguine")
    half_day = make_training_session(cohort, site=site, instructors=(teacher,))
    make_training_session(
        other, THURSDAY, HalfDay.AFTERNOON, site=site, room_id=room.id, instructors=(teacher,)
    )
    make_training_session(
        cohort, THURSDAY, HalfDay.AFTERNOON, cancelled_at=NOW, cancel_reason="neige"
    )
    office, where = browser.as_(make_administrator()), {"training_session_id": half_day.id}

    answer = office.post(
        "timetable.move.create", wish(half_day, place=f"{site.id}-{room.id}"), **where
    )

    assert answer.status_code == 422
    said = answer.text[answer.text.index('class="banner tone--absent"') :]
    assert said[: said.index("</ul>")].count("<li>") == 3
    assert "Amsguine" in answer.text
    assert stands(half_day).held_on == TODAY


def test_a_holiday_asks_whether_one_knows(browser):
    half_day = make_training_session(make_cohort())
    make_holiday(THURSDAY)
    office, where = browser.as_(make_administrator()), {"training_session_id": half_day.id}

    asked = office.post("timetable.move.create", wish(half_day), **where)
    first = stands(half_day).held_on
    known = office.post("timetable.move.create", wish(half_day, knows="y"), **where)

    assert (asked.status_code, first) == (422, TODAY)
    assert 'name="knows"' in asked.text
    assert "Marche verte" in asked.text
    assert (known.status_code, stands(half_day).held_on) == (303, THURSDAY)


def test_an_instructor_sees_a_half_day_and_does_not_move_it(browser):
    cohort = make_cohort()
    where = {"training_session_id": make_training_session(cohort).id}

    teacher, stranger = instructor_of(cohort), instructor_of(make_cohort())

    assert browser.as_(teacher).post("timetable.move.create", **where).status_code == 403
    assert browser.as_(stranger).get("timetable.move.new", **where).status_code == 404


def test_whoever_would_have_come_is_told_of_a_cancellation(browser):
    cohort = make_cohort(trainees=2)
    half_day = make_training_session(cohort, THURSDAY, instructors=(instructor_of(cohort),))
    office, where = browser.as_(make_administrator()), {"training_session_id": half_day.id}

    office.post("timetable.cancellation.create", {"reason": "Neige au col"}, **where)

    told = notices(NoticeEvent.HALF_DAY_CANCELLED)
    assert len(told) == 3
    assert told[0].facts["reason"] == "Neige au col"


def test_nobody_is_told_that_a_half_day_of_last_week_was_not_held(browser):
    half_day = make_training_session(make_cohort(trainees=1), TODAY - timedelta(days=7))
    where = {"training_session_id": half_day.id}

    browser.as_(make_administrator()).post(
        "timetable.cancellation.create", {"reason": "Neige"}, **where
    )

    assert stands(half_day).is_cancelled
    assert notices(NoticeEvent.HALF_DAY_CANCELLED) == []


def test_a_cancelled_half_day_is_brought_back_and_its_history_says_so(browser):
    half_day = make_training_session(make_cohort(trainees=1), THURSDAY)
    office, where = browser.as_(make_administrator()), {"training_session_id": half_day.id}
    office.post("timetable.cancellation.create", {"reason": "Neige"}, **where)

    answer = office.post("timetable.cancellation.delete", **where)
    again = office.post("timetable.cancellation.delete", **where)

    assert (answer.status_code, again.status_code) == (303, 303)
    assert not stands(half_day).is_cancelled
    sheet = get_half_day(where["training_session_id"], Actor(user_id=1), NOW)
    assert [one.is_undone for _kind, one in sheet.history] == [True, False]
    assert len(notices(NoticeEvent.HALF_DAY_RESTORED)) == 1


def test_a_half_day_is_not_brought_back_where_its_instructor_teaches_by_now(browser):
    cohort = make_cohort()
    teacher = instructor_of(cohort)
    half_day = make_training_session(
        cohort, THURSDAY, instructors=(teacher,), cancelled_at=NOW, cancel_reason="Neige"
    )
    make_training_session(make_cohort(), THURSDAY, instructors=(teacher,))
    where = {"training_session_id": half_day.id}

    answer = browser.as_(make_administrator()).post("timetable.cancellation.delete", **where)

    assert answer.status_code == 409
    assert stands(half_day).is_cancelled


def test_only_the_office_brings_a_half_day_back(browser):
    cohort = make_cohort()
    half_day = make_training_session(cohort, THURSDAY, cancelled_at=NOW, cancel_reason="Neige")
    where = {"training_session_id": half_day.id}

    answer = browser.as_(instructor_of(cohort)).post("timetable.cancellation.delete", **where)

    assert answer.status_code == 403
    assert stands(half_day).is_cancelled


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_the_page_of_a_half_day_says_what_and_offers_what_one_may_do(browser, language):
    cohort = make_cohort()
    teacher = instructor_of(cohort)
    half_day = make_training_session(cohort, THURSDAY, instructors=(teacher,))
    where = {"training_session_id": half_day.id}
    office, teaching = browser.as_(make_administrator()), browser.as_(teacher)

    for_office = office.in_(language).get("timetable.half_day.show", **where).text
    for_teacher = teaching.in_(language).get("timetable.half_day.show", **where).text

    register = office.url("attendance.register.edit", **where)
    assert register in for_office
    assert register in for_teacher
    for page in ("timetable.move.new", "timetable.substitution.new", "timetable.cancellation.new"):
        assert office.url(page, **where) in for_office
        assert office.url(page, **where) not in for_teacher


def test_a_reader_in_france_reads_both_clocks(browser):
    cohort = make_cohort()
    teacher = instructor_of(cohort, country="FR")
    # In December France is an hour ahead of Morocco.
    half_day = make_training_session(cohort, date(2026, 12, 3))
    zones = {local(half_day.starts_at, zone).hour for zone in (ZONE, "Europe/Paris")}

    page = browser.as_(teacher).get("timetable.half_day.show", training_session_id=half_day.id)

    assert len(zones) == 2
    assert "10:00 – 13:30" in page.text


def test_whoever_has_nothing_to_do_with_a_half_day_does_not_see_it(browser):
    cohort = make_cohort()
    where = {"training_session_id": make_training_session(cohort).id}
    trainee = make_enrolment(cohort).trainee_id

    stranger = browser.as_(instructor_of(make_cohort()))
    learner = browser.as_(db.session.get(type(make_user()), trainee))

    assert stranger.get("timetable.half_day.show", **where).status_code == 404
    assert learner.get("timetable.half_day.show", **where).status_code == 404


def test_a_half_day_takes_as_many_queries_with_a_long_history_as_with_none(database, count_queries):
    cohort, by = make_cohort(trainees=2), make_user()
    plain = make_training_session(cohort, THURSDAY)
    often = make_training_session(cohort, THURSDAY, HalfDay.AFTERNOON)
    for _time in range(5):
        db.session.add(
            Move(
                training_session_id=often.id,
                from_held_on=TODAY,
                from_half_day=HalfDay.MORNING,
                from_starts_at=NOW,
                from_ends_at=NOW,
                from_site_id=often.site_id,
                reason="Neige",
                moved_by_id=by.id,
                moved_at=NOW,
            )
        )
    db.session.flush()
    counts = []
    for half_day in (plain, often):
        db.session.expire_all()
        here = half_day.id
        with count_queries() as statements:
            sheet = get_half_day(here, Actor(user_id=by.id), NOW)
        counts.append(len(statements))

    assert len(sheet.history) == 5
    assert counts[0] == counts[1] <= 8


def test_a_move_is_read_in_a_fixed_number_of_queries(database, count_queries):
    half_day = make_training_session(make_cohort())
    here = half_day.id
    with count_queries() as few:
        get_moving(here)
    for _number in range(5):
        make_room(make_site())
    with count_queries() as many:
        get_moving(here)

    assert len(few) == len(many) <= 5
