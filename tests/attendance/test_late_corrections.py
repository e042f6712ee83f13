"""Who corrects a closed register, and for how long; substitutes; what the trainee is told."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from ecopter.attendance.queries import get_register
from ecopter.cohorts.models import Enrolment
from ecopter.db import db
from ecopter.notices.models import Notice
from ecopter.people.models import User
from tests.clock import NOW, TODAY
from tests.factories.attendance import ABSENT, PRESENT, enrolments_of, make_register
from tests.factories.cohorts import instructor_of, make_cohort
from tests.factories.people import make_administrator, make_head_of_studies, make_user
from tests.factories.timetable import make_training_session

WEEK = timedelta(days=7)
SECOND = timedelta(seconds=1)
FORM = {"revision": "1", "reason": "Carte de bus", "status": "absent", "excuse_category": ""}


class Closed:
    """A half-day whose register was closed some time ago, by id."""

    def __init__(self, ago, substitute=None):
        cohort = make_cohort(trainees=2)
        self.cohort_id = cohort.id
        self.teacher = instructor_of(cohort)
        session = make_training_session(
            cohort, TODAY - 2 * WEEK, instructors=(substitute or self.teacher,)
        )
        make_register(session, self.teacher, closed_at=NOW - ago)
        self.place = enrolments_of(session)[0].id
        self.where = {"training_session_id": session.id}
        self.line = self.where | {"enrolment_id": self.place}

    @property
    def entry(self):
        return next(iter(get_register(self.where["training_session_id"], NOW).entries.values()))

    @property
    def trainee(self):
        return db.session.get_one(User, db.session.get_one(Enrolment, self.place).trainee_id)


def links(page):
    return page.text.count("/register/corrections/")


def test_the_instructor_corrects_until_the_seventh_day_is_over(browser):
    room = Closed(WEEK)
    instructor = browser.as_(room.teacher)

    assert links(instructor.get("attendance.register.edit", **room.where)) == 2
    assert instructor.get("attendance.correction.new", **room.line).status_code == 200
    assert instructor.post("attendance.correction.create", FORM, **room.line).status_code == 303
    assert room.entry == ABSENT


@pytest.mark.parametrize(
    ("language", "words"), [("en", "more than 7 days ago"), ("fr", "7"), ("ar", "7")]
)
def test_afterwards_the_page_says_to_ask_the_office(browser, language, words):
    room = Closed(WEEK + SECOND)
    instructor = browser.as_(room.teacher).in_(language)

    shown = instructor.get("attendance.register.edit", **room.where)
    asked = instructor.get("attendance.correction.new", **room.line)
    sent = instructor.post("attendance.correction.create", FORM, **room.line)

    assert shown.status_code == 200
    assert links(shown) == 0
    assert asked.status_code == sent.status_code == 403
    for page in (shown, asked, sent):
        assert words in page.text
    assert room.entry == PRESENT


@pytest.mark.parametrize("make", [make_administrator, make_head_of_studies])
def test_the_office_corrects_whenever_it_must(browser, make):
    room = Closed(20 * WEEK)
    office = browser.as_(make())

    assert links(office.get("attendance.register.edit", **room.where)) == 2
    assert office.get("attendance.correction.new", **room.line).status_code == 200
    assert office.post("attendance.correction.create", FORM, **room.line).status_code == 303
    assert room.entry == ABSENT


def test_a_stranger_learns_nothing_of_a_settled_register(browser):
    room = Closed(20 * WEEK)

    for person in (make_user(), room.trainee, instructor_of(make_cohort())):
        asked = browser.as_(person).get("attendance.correction.new", **room.line)
        assert asked.status_code == 404


def test_the_trainee_is_told_once_and_reads_old_new_who_when_and_why(browser):
    room = Closed(timedelta(0))
    instructor = browser.as_(room.teacher)

    for _ in range(2):
        instructor.post("attendance.correction.create", FORM, **room.line)

    [told] = db.session.scalars(select(Notice)).all()
    assert told.user_id == room.trainee.id
    assert told.facts == {
        "on_day": (TODAY - 2 * WEEK).isoformat(),
        "half": "morning",
        "reason": "Carte de bus",
        "enrolment_id": room.place,
    }
    record = (
        browser.as_(room.trainee).in_("en").get("attendance.record.show", enrolment_id=room.place)
    )
    for words in ("Present", "Absent", "Abdellah Oumchichka", "23/11/2026", "Carte de bus"):
        assert words in record.text


class TestSubstitute:
    """Named for one half-day of a cohort they do not teach."""

    @pytest.fixture(params=["teaches another cohort", "teaches no cohort"])
    def substitute(self, request, browser):
        own = {"given_name_lat": "Rachida", "family_name_lat": "Idrissi"}
        if request.param == "teaches no cohort":
            return make_user(**own)
        return instructor_of(make_cohort(), **own)

    def answers(self, *places, do="close", version=0):
        chosen = {f"s{place}": "present" for place in places}
        return {"starts": "09:00", "ends": "12:30", "do": do, "version": str(version)} | chosen

    def test_it_is_on_their_list_and_they_take_it(self, browser, substitute):
        cohort = make_cohort(trainees=1)
        instructor_of(cohort)
        today = make_training_session(cohort, instructors=(substitute,))
        late = make_training_session(cohort, TODAY - WEEK, instructors=(substitute,))
        [place] = enrolments_of(today)
        reader = browser.as_(substitute)

        listed = reader.get("attendance.register.index")
        for half_day in (today, late):
            where = {"training_session_id": half_day.id}
            assert f"/sessions/{half_day.id}/register" in listed.text
            assert reader.get("attendance.register.edit", **where).status_code == 200
            draft = reader.post(
                "attendance.register.update", self.answers(place.id, do="draft"), **where
            )
            closed = reader.post(
                "attendance.register.update", self.answers(place.id, version=1), **where
            )
            assert draft.status_code == closed.status_code == 303
            assert get_register(half_day.id, NOW).is_closed
            assert reader.fetch(closed.location).status_code == 200
            sheet = reader.get("attendance.sheet.show", **where)
            assert "Rachida Idrissi" in sheet.text
        done = reader.get("attendance.register.index", list="closed")
        assert f"/sessions/{today.id}/register" in done.text

    def test_the_other_half_days_of_that_cohort_stay_closed_to_them(self, browser, substitute):
        cohort = make_cohort(trainees=1)
        make_training_session(cohort, instructors=(substitute,))
        other = make_training_session(cohort, TODAY - WEEK)
        where = {"training_session_id": other.id}
        reader = browser.as_(substitute)

        for whose in ("mine", "all"):
            listed = reader.get("attendance.register.index", whose=whose)
            assert f"/sessions/{other.id}/register" not in listed.text
        assert reader.get("attendance.register.edit", **where).status_code == 404
        assert reader.get("attendance.sheet.show", **where).status_code == 404
        week = reader.get("attendance.week_sheet.show", cohort_id=cohort.id)
        assert week.status_code == 404

    def test_they_correct_while_it_is_fresh(self, browser, substitute):
        fresh, old = Closed(WEEK, substitute), Closed(WEEK + SECOND, substitute)
        reader = browser.as_(substitute)

        assert reader.post("attendance.correction.create", FORM, **fresh.line).status_code == 303
        assert reader.post("attendance.correction.create", FORM, **old.line).status_code == 403


def test_who_is_named_nowhere_and_teaches_nothing_has_no_registers(browser):
    assert browser.as_(make_user()).get("attendance.register.index").status_code == 404
