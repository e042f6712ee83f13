"""A trainee announces an absence; an instructor decides; the register gets a hint and no more."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from ecopter.attendance.models import AbsenceNotice, AttendanceRecord
from ecopter.audit.models import AuditEvent
from ecopter.cohorts.models import Enrolment
from ecopter.db import db
from ecopter.notices.models import Notice
from ecopter.notices.rules import NoticeEvent
from ecopter.people.models import User
from ecopter.shared.dates import HalfDay
from tests.clock import NOW, TODAY
from tests.factories.attendance import (
    ABSENT,
    PRESENT,
    decided,
    enrolments_of,
    make_absence,
    make_register,
)
from tests.factories.cohorts import instructor_of, make_cohort, make_enrolment
from tests.factories.people import make_administrator, make_head_of_studies, make_user
from tests.factories.timetable import make_training_session

DAY = timedelta(days=1)
NOTE = "Opération du genou Z9"


class School:
    """A cohort with its instructor and two trainees, by id."""

    def __init__(self, trainees=2):
        self.cohort = make_cohort(trainees=trainees)
        self.teacher = instructor_of(self.cohort)
        self.session = make_training_session(self.cohort, instructors=(self.teacher,))
        self.places = enrolments_of(self.session)
        self.where = {"enrolment_id": self.places[0].id}

    def trainee(self, position=0):
        enrolment = db.session.get_one(Enrolment, self.places[position].id)
        return db.session.get_one(User, enrolment.trainee_id)


@pytest.fixture
def school(browser):
    return School()


def typed(first=TODAY, **more):
    return {"first_day": first.isoformat(), "half_day": "day", "category": "illness"} | more


def notices():
    return list(db.session.scalars(select(AbsenceNotice).order_by(AbsenceNotice.id)))


def told(event):
    return list(db.session.scalars(select(Notice).where(Notice.event == event)))


def announce(browser, school, data=None, position=0):
    return browser.as_(school.trainee(position)).post(
        "attendance.absence.create",
        data or typed(),
        enrolment_id=school.places[position].id,
    )


class TestAnnouncing:
    @pytest.mark.parametrize("language", ["fr", "ar", "en"])
    def test_one_day_takes_two_choices_and_the_instructors_are_told(
        self, browser, school, language
    ):
        colleague = instructor_of(school.cohort)
        trainee = browser.as_(school.trainee()).in_(language)

        assert trainee.get("attendance.absence.new", **school.where).status_code == 200
        answer = trainee.post("attendance.absence.create", typed(note=NOTE), **school.where)

        assert answer.status_code == 303
        [one] = notices()
        assert (one.first_day, one.last_day, one.half_day) == (TODAY, TODAY, None)
        assert (one.category, one.note, one.announced_at) == ("illness", NOTE, NOW)
        lines = told(NoticeEvent.ABSENCE_ANNOUNCED)
        assert {line.user_id for line in lines} == {school.teacher.id, colleague.id}
        assert lines[0].facts == {
            "person": school.trainee().name.latin,
            "first_day": TODAY.isoformat(),
            "last_day": TODAY.isoformat(),
            "absence_id": one.id,
        }
        assert NOTE not in trainee.fetch(answer.location).text

    def test_several_days_or_one_half(self, browser, school):
        announce(browser, school, typed(TODAY + DAY, last_day=(TODAY + 3 * DAY).isoformat()))
        announce(browser, school, typed(half_day="afternoon"))

        assert [(one.first_day, one.last_day, one.half_day) for one in notices()] == [
            (TODAY + DAY, TODAY + 3 * DAY, None),
            (TODAY, TODAY, HalfDay.AFTERNOON),
        ]

    @pytest.mark.parametrize(
        "wrong",
        [
            {"first_day": ""},
            {"first_day": "demain"},
            {"first_day": "2026-09-01"},
            {"first_day": "2027-06-12"},
            {"first_day": (TODAY - 8 * DAY).isoformat()},
            {"last_day": (TODAY - DAY).isoformat()},
            {"last_day": (TODAY + 31 * DAY).isoformat()},
            {"last_day": (TODAY + DAY).isoformat(), "half_day": "morning"},
            {"half_day": "night"},
            {"category": ""},
            {"category": "holiday"},
            {"note": "z" * 301},
        ],
    )
    def test_wrong_input_keeps_what_was_typed_and_changes_nothing(self, browser, school, wrong):
        answer = announce(browser, school, typed(note="une note") | wrong)

        assert answer.status_code == 422
        assert wrong.get("note", "une note") in answer.text
        assert notices() == told(NoticeEvent.ABSENCE_ANNOUNCED) == []

    def test_a_second_click_is_refused_kindly_and_tells_nobody_twice(self, browser, school):
        announce(browser, school)
        again = announce(browser, school)

        assert again.status_code == 422
        assert len(notices()) == len(told(NoticeEvent.ABSENCE_ANNOUNCED)) == 1

    def test_what_was_refused_or_withdrawn_does_not_stand_in_the_way(self, browser, school):
        make_absence(school.places[0], **decided(school.teacher, accepted=False, reason="Non"))
        make_absence(school.places[0], withdrawn_at=NOW)
        make_absence(school.places[1])

        assert announce(browser, school).status_code == 303

    def test_it_is_withdrawn_while_nobody_has_decided(self, browser, school):
        open_one = make_absence(school.places[0])
        closed = make_absence(school.places[0], TODAY + DAY, **decided(school.teacher))
        trainee = browser.as_(school.trainee())

        for _ in range(2):
            answer = trainee.post("attendance.absence.delete", absence_id=open_one.id)
            assert answer.status_code == 303
        refused = trainee.post("attendance.absence.delete", absence_id=closed.id)

        assert refused.status_code == 409
        assert [one.withdrawn_at for one in notices()] == [NOW, None]
        actions = db.session.scalars(select(AuditEvent.action)).all()
        assert actions.count("absence.withdrawn") == 1

    def test_only_the_trainee_of_today_announces_and_withdraws(self, browser, school):
        one = make_absence(school.places[0])
        gone = make_enrolment(school.cohort, periods=((school.cohort.starts_on, TODAY - DAY),))
        leaver = db.session.get_one(User, gone.trainee_id)
        for person, code in (
            (school.trainee(1), 404),
            (make_user(), 404),
            (instructor_of(make_cohort()), 404),
            (school.teacher, 403),
            (make_administrator(), 403),
        ):
            reader = browser.as_(person)
            assert reader.get("attendance.absence.new", **school.where).status_code == code
            sent = reader.post("attendance.absence.create", typed(), **school.where)
            assert sent.status_code == code
            withdrawn = reader.post("attendance.absence.delete", absence_id=one.id)
            assert withdrawn.status_code == code
        late = browser.as_(leaver).get("attendance.absence.new", enrolment_id=gone.id)
        assert late.status_code == 403
        assert len(notices()) == 1


class TestDeciding:
    @pytest.fixture
    def absence(self, school):
        return make_absence(school.places[0], note=NOTE)

    def decide(self, browser, school, absence, decision, person=None, **more):
        data = {"decision": decision, "reason": "", "seen": "undecided"} | more
        return browser.as_(person or school.teacher).post(
            "attendance.absence.update", data, absence_id=absence.id
        )

    @pytest.mark.parametrize(
        "given",
        [("accept", "", "fr"), ("accept", "Soignez-vous", "en"), ("refuse", "Trop", "ar")],
    )
    def test_the_trainee_is_told_and_reads_why(self, browser, school, absence, given):
        decision, reason, language = given
        instructor = browser.as_(school.teacher).in_(language)
        page = instructor.get("attendance.absence.show", absence_id=absence.id)
        assert NOTE in page.text

        answer = self.decide(browser, school, absence, decision, reason=reason)

        assert answer.status_code == 303
        [one] = notices()
        assert (one.is_accepted, one.decision_reason) == (decision == "accept", reason)
        assert (one.decided_by_id, one.decided_at) == (school.teacher.id, NOW)
        [line] = told(NoticeEvent.ABSENCE_DECIDED)
        assert line.user_id == school.trainee().id
        assert line.facts["decision"] is (decision == "accept")
        assert line.facts["enrolment_id"] == school.places[0].id
        trainee = browser.as_(school.trainee()).in_(language)
        for page in (
            trainee.get("attendance.absence.show", absence_id=absence.id),
            trainee.get("attendance.absence.new", **school.where),
        ):
            assert reason in page.text
            assert NOTE not in page.text

    @pytest.mark.parametrize(
        "wrong",
        [{"decision": "refuse"}, {"decision": ""}, {"decision": "accept", "reason": "z" * 201}],
    )
    def test_a_refusal_needs_a_reason(self, browser, school, absence, wrong):
        answer = self.decide(browser, school, absence, **({"decision": "refuse"} | wrong))

        assert answer.status_code == 422
        assert notices()[0].is_accepted is None
        assert told(NoticeEvent.ABSENCE_DECIDED) == []

    def test_a_second_click_tells_once(self, browser, school, absence):
        for _ in range(2):
            answer = self.decide(browser, school, absence, "refuse", reason="Trop")
            assert answer.status_code == 303

        assert len(told(NoticeEvent.ABSENCE_DECIDED)) == 1

    def test_a_colleague_s_decision_is_shown_before_it_is_changed(self, browser, school, absence):
        colleague = instructor_of(school.cohort)
        self.decide(browser, school, absence, "accept", person=colleague)

        late = self.decide(browser, school, absence, "refuse", reason="Trop")
        assert late.status_code == 422
        assert 'name="seen" type="hidden" value="accepted"' in late.text
        assert notices()[0].is_accepted

        meant = self.decide(browser, school, absence, "refuse", reason="Trop", seen="accepted")
        assert meant.status_code == 303
        assert notices()[0].is_accepted is False

    def test_nothing_is_decided_about_what_was_withdrawn(self, browser, school):
        gone = make_absence(school.places[0], withdrawn_at=NOW)

        assert self.decide(browser, school, gone, "accept").status_code == 422
        assert notices()[0].is_accepted is None

    def test_nobody_decides_about_their_own(self, browser, school):
        both = make_head_of_studies()
        own = make_absence(make_enrolment(school.cohort, both))

        assert self.decide(browser, school, own, "accept", person=both).status_code == 422

    def test_who_sees_it_and_who_decides(self, browser, school, absence):
        for person, sees, acts in (
            (school.trainee(), 200, 403),
            (school.trainee(1), 404, 404),
            (instructor_of(make_cohort()), 404, 404),
            (make_user(), 404, 404),
            (make_administrator(), 200, 303),
        ):
            shown = browser.as_(person).get("attendance.absence.show", absence_id=absence.id)
            assert shown.status_code == sees
            answer = self.decide(browser, school, absence, "accept", person=person)
            assert answer.status_code == acts

    def test_closed_registers_that_say_absent_are_listed_to_be_corrected(self, browser, school):
        yesterday = make_training_session(school.cohort, TODAY - DAY)
        before = make_training_session(school.cohort, TODAY - 2 * DAY)
        other = make_training_session(school.cohort, TODAY - 9 * DAY)
        key = school.places[0].id
        make_register(yesterday, school.teacher, {key: ABSENT})
        make_register(before, school.teacher, {key: PRESENT})
        make_register(other, school.teacher, {key: ABSENT})
        absence = make_absence(school.places[0], TODAY - 3 * DAY, TODAY)
        instructor = browser.as_(school.teacher)

        undecided = instructor.get("attendance.absence.show", absence_id=absence.id)
        self.decide(browser, school, absence, "accept")
        accepted = instructor.get("attendance.absence.show", absence_id=absence.id)

        assert "/register/corrections/" not in undecided.text
        assert accepted.text.count("/register/corrections/") == 1
        assert f"/sessions/{yesterday.id}/register/corrections/{key}" in accepted.text
        assert db.session.scalars(select(AttendanceRecord.status)).all().count("absent") == 2


class TestList:
    def lines(self, answer):
        text = answer.get_data(as_text=True).removeprefix("\ufeff")
        return list(csv.reader(io.StringIO(text), delimiter=";"))

    def test_filters_search_order_and_export_agree(self, browser, school):
        second = make_cohort()
        teacher = instructor_of(second)
        amina = make_user(given_name_lat="Amína", family_name_lat="Zaïd", family_name_ar="زَيْد")
        place = make_enrolment(second, amina)
        make_absence(place, note=NOTE, **decided(teacher))
        make_absence(school.places[0], TODAY + DAY, note=NOTE)
        make_absence(school.places[1], TODAY - DAY, **decided(teacher, accepted=False, reason="x"))
        make_absence(school.places[1], TODAY + 5 * DAY, withdrawn_at=NOW)
        office = browser.as_(make_administrator()).in_("en")

        def shown(**how):
            page = office.get("attendance.absence.index", **how)
            lines = self.lines(office.get("attendance.absence.index", format="csv", **how))[1:]
            assert page.text.count('scope="row"') == len(lines)
            assert NOTE not in page.text
            assert not any(NOTE in cell for line in lines for cell in line)
            return [line[3] for line in lines]

        today, after, before = ((TODAY + days * DAY).isoformat() for days in (0, 1, -1))
        assert shown() == [after, today, before]
        assert shown(sort="first_day") == [before, today, after]
        assert shown(state="undecided") == [after]
        assert shown(state="accepted") == [today]
        assert shown(state="refused") == [before]
        assert shown(state="withdrawn") == [after, today, before]
        assert shown(cohort=second.id) == [today]
        assert shown(q="zaid amina") == shown(q="زيد") == [today]
        assert shown(q="zaid", state="undecided") == []

    def test_an_instructor_sees_their_cohorts_and_a_trainee_none(self, browser, school):
        make_absence(school.places[0])
        make_absence(make_enrolment(make_cohort()))

        page = browser.as_(school.teacher).get("attendance.absence.index")

        assert page.text.count('scope="row"') == 1
        assert browser.as_(school.trainee()).get("attendance.absence.index").status_code in {
            403,
            404,
        }

    def test_it_comes_in_pages_and_costs_the_same_for_two_and_for_many(
        self, browser, count_queries
    ):
        costs = []
        for many in (2, 40):
            school = School(trainees=many)
            for place in school.places:
                make_absence(place)
            reader = browser.as_(school.teacher)
            with count_queries() as seen:
                page = reader.get("attendance.absence.index")
            costs.append(len(seen))
            assert page.text.count('scope="row"') == min(many, 30)

        assert costs[0] == costs[1]
        second = reader.get("attendance.absence.index", page=2)
        assert second.text.count('scope="row"') == 10

    @pytest.mark.parametrize("language", ["fr", "ar"])
    def test_an_empty_list_says_where_absences_come_from(self, browser, school, language):
        office = browser.as_(make_administrator()).in_(language)

        assert office.get("attendance.absence.index").status_code == 200
        assert office.get("attendance.absence.index", q="personne").status_code == 200


class TestHint:
    def register(self, browser, school):
        return (
            browser.as_(school.teacher)
            .in_("en")
            .get("attendance.register.edit", training_session_id=school.session.id)
        )

    @pytest.mark.parametrize(
        ("changes", "hint"),
        [
            ({}, "announced: illness, not decided yet"),
            ({"half_day": HalfDay.MORNING}, "announced: illness, not decided yet"),
            ({"half_day": HalfDay.AFTERNOON}, ""),
            ({"withdrawn_at": NOW}, ""),
            ({"first_day": TODAY + DAY}, ""),
        ],
    )
    def test_the_register_says_what_was_announced_and_chooses_nothing(
        self, browser, school, changes, hint
    ):
        make_absence(school.places[0], note=NOTE, **changes)

        page = self.register(browser, school)

        assert page.text.count("<small>") == bool(hint)
        assert hint in page.text
        assert "checked" not in page.text
        assert NOTE not in page.text

    def test_it_says_when_it_was_accepted_and_nothing_when_it_was_not(self, browser, school):
        make_absence(school.places[0], **decided(school.teacher))
        make_absence(school.places[1], **decided(school.teacher, accepted=False, reason="x"))

        page = self.register(browser, school)

        assert page.text.count("announced: illness, accepted") == 1
        assert page.text.count("<small>") == 1

    def test_a_row_with_a_hint_is_small_too_and_five_hundred_cost_one_query_more(
        self, browser, count_queries
    ):
        costs = []
        for trainees in (16, 500):
            school = School(trainees)
            for place in school.places:
                make_absence(place)
            reader = browser.as_(school.teacher).in_("ar")
            with count_queries() as seen:
                page = reader.get("attendance.register.edit", training_session_id=school.session.id)
            costs.append(len(seen))

        rows = page.text.split('<fieldset class="row"')[2:-1]
        assert max(len(row.encode()) for row in rows) <= 750
        assert costs[0] == costs[1]

    def test_the_private_note_is_on_no_sheet_and_no_record(self, browser, school):
        make_absence(school.places[0], note=NOTE)
        instructor, key = browser.as_(school.teacher), {"training_session_id": school.session.id}

        for page in (
            instructor.get("attendance.sheet.show", **key),
            instructor.get("attendance.week_sheet.show", cohort_id=school.cohort.id),
            instructor.get("attendance.record.show", **school.where),
            browser.as_(school.trainee()).get("attendance.record.show", **school.where),
        ):
            assert page.status_code == 200
            assert NOTE not in page.text
        assert NOTE not in repr(db.session.scalars(select(AuditEvent.details)).all())
        assert NOTE not in repr(db.session.scalars(select(Notice.facts)).all())
