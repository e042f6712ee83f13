"""Taking a register, correcting it, and reading one's own record."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from ecopter.attendance.models import AttendanceRecord, AttendanceRevision
from ecopter.attendance.queries import get_register
from ecopter.attendance.rules import AttendanceStatus, Entry, ExcuseCategory
from ecopter.cohorts.models import Enrolment, EnrolmentPeriod
from ecopter.db import db
from ecopter.people.models import User
from ecopter.school.models import School
from ecopter.shared.dates import HalfDay
from tests.clock import NOW, TODAY
from tests.factories.attendance import (
    ABSENT,
    EXCUSED,
    PRESENT,
    enrolments_of,
    late,
    make_register,
)
from tests.factories.cohorts import instructor_of, make_cohort
from tests.factories.people import make_administrator, make_head_of_studies, make_user
from tests.factories.timetable import make_training_session

WEEK = timedelta(days=7)
HOURS = {"starts": "09:00", "ends": "12:30"}


class Room:
    """A half-day with its instructor and trainees, by id: nothing stays loaded between pages."""

    def __init__(self, trainees=3, held_on=TODAY, half_day=HalfDay.MORNING, **changes):
        cohort = make_cohort(trainees=trainees)
        self.teacher = instructor_of(cohort)
        self.session = make_training_session(
            cohort, held_on, half_day, instructors=(self.teacher,), **changes
        )
        self.id = self.session.id
        self.cohort_id = cohort.id
        self.places = [enrolment.id for enrolment in enrolments_of(self.session)]
        self.where = {"training_session_id": self.id}

    def filled(self, *statuses, do="close", version=0, **more):
        chosen = zip(self.places, statuses, strict=False)
        answers = {f"s{place}": status for place, status in chosen if status}
        return HOURS | answers | {"do": do, "version": str(version)} | more

    @property
    def entries(self):
        return list(get_register(self.id, NOW).entries.values())

    @property
    def is_closed(self):
        return get_register(self.id, NOW).is_closed

    def trainee(self, position=0):
        enrolment = db.session.get_one(Enrolment, self.places[position])
        return db.session.get_one(User, enrolment.trainee_id)


def count(table):
    return db.session.scalar(select(func.count()).select_from(table))


def is_chosen(page, place, status):
    [option] = re.findall(
        rf"<input type=radio name=s{place}\b[^>]* value={status}\b[^>]*>", page.text
    )
    return option.endswith(" checked>")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", ("Le safran", "Ijja Tazart 000", "إجا تازارت")),
        ("ar", ("الزعفران", "Ijja Tazart 000", "إجا تازارت")),
    ],
)
def test_everyone_expected_is_on_one_screen_with_nothing_chosen(browser, language, words):
    room = Room(16)

    response = browser.as_(room.teacher).in_(language).get("attendance.register.edit", **room.where)

    assert response.status_code == 200
    assert response.text.count('<fieldset class="row"') == 16
    assert "checked" not in response.text
    for word in words:
        assert word in response.text


def test_a_row_is_small(browser):
    few, many = Room(20), Room(120)

    small = browser.as_(few.teacher).get("attendance.register.edit", **few.where)
    large = browser.as_(many.teacher).in_("ar").get("attendance.register.edit", **many.where)

    rows = large.text.split('<fieldset class="row"')[2:-1]
    assert max(len(row.encode()) for row in rows) <= 750
    assert len(large.data) - len(small.data) <= 100 * 770


def test_an_instructor_closes_a_register(browser):
    room = Room()
    instructor = browser.as_(room.teacher)

    response = instructor.post(
        "attendance.register.update", room.filled("present", "absent", "present"), **room.where
    )

    assert response.status_code == 303
    assert room.is_closed
    assert room.entries == [PRESENT, ABSENT, PRESENT]
    closed = instructor.fetch(response.location)
    assert "name=s" not in closed.text


def test_minutes_and_excuses_are_asked_on_the_same_page(browser):
    room = Room()
    instructor = browser.as_(room.teacher)
    late_place, excused_place = room.places[1:]
    first = room.filled("present", "late", "excused")

    asked = instructor.post("attendance.register.update", first, **room.where)

    assert asked.status_code == 422
    assert room.entries == []
    assert is_chosen(asked, late_place, "late")
    assert is_chosen(asked, excused_place, "excused")
    for control in (f"l{late_place}", f"c{excused_place}", f"n{excused_place}"):
        assert f'name="{control}"' in asked.text
    assert f'href="#l{late_place}"' in asked.text
    assert f'name="l{room.places[0]}"' not in asked.text

    answers = {
        f"l{late_place}": "15",
        f"e{late_place}": "30",
        f"l{excused_place}": "",
        f"c{excused_place}": "illness",
        f"n{excused_place}": "genou",
    }
    done = instructor.post("attendance.register.update", first | answers, **room.where)

    assert done.status_code == 303
    excused = Entry(
        AttendanceStatus.EXCUSED, excuse_category=ExcuseCategory.ILLNESS, excuse_note="genou"
    )
    assert room.entries == [PRESENT, Entry(AttendanceStatus.LATE, 15, 30), excused]


def test_without_scripts_all_present_keeps_what_was_chosen_and_saves_nothing(browser):
    room = Room()
    instructor = browser.as_(room.teacher)

    shown = instructor.post(
        "attendance.register.update",
        room.filled(None, "absent", None) | {"all": "present", "starts": "09:10"},
        **room.where,
    )

    assert shown.status_code == 200
    assert is_chosen(shown, room.places[0], "present")
    assert is_chosen(shown, room.places[1], "absent")
    assert 'value="09:10"' in shown.text
    assert count(AttendanceRecord) == 0


def test_without_scripts_more_shows_the_further_fields_of_one_row(browser):
    room = Room()
    instructor = browser.as_(room.teacher)
    data = room.filled("present", "absent") | {"more": str(room.places[0])}

    shown = instructor.post("attendance.register.update", data, **room.where)

    assert shown.status_code == 200
    assert f'name="e{room.places[0]}"' in shown.text
    assert f'name="e{room.places[1]}"' not in shown.text
    assert is_chosen(shown, room.places[1], "absent")


def test_a_full_room_with_one_absent_takes_three_actions(browser):
    room = Room(16)
    instructor = browser.as_(room.teacher)

    shown = instructor.post("attendance.register.update", HOURS | {"all": "present"}, **room.where)
    answers = ["present"] * 16
    answers[4] = "absent"
    assert all(is_chosen(shown, place, "present") for place in room.places)
    done = instructor.post("attendance.register.update", room.filled(*answers), **room.where)

    assert done.status_code == 303
    assert room.is_closed
    assert room.entries.count(PRESENT) == 15


def test_a_partial_register_is_saved_as_a_draft_and_cannot_be_closed(browser):
    room = Room()
    instructor = browser.as_(room.teacher)

    refused = instructor.post("attendance.register.update", room.filled("present"), **room.where)
    assert refused.status_code == 422
    assert count(AttendanceRecord) == 0
    assert is_chosen(refused, room.places[0], "present")

    saved = instructor.post(
        "attendance.register.update", room.filled("present", do="draft"), **room.where
    )
    assert saved.status_code == 303
    assert room.entries == [PRESENT]
    assert not room.is_closed
    again = instructor.fetch(saved.location)
    assert is_chosen(again, room.places[0], "present")
    assert 'name="version" value="1"' in again.text


def test_wrong_hours_keep_what_was_typed_and_change_nothing(browser):
    room = Room()

    response = browser.as_(room.teacher).post(
        "attendance.register.update",
        room.filled("present", "present", "absent") | {"starts": "13:00", "ends": "12:30"},
        **room.where,
    )

    assert response.status_code == 422
    assert 'value="13:00"' in response.text
    assert is_chosen(response, room.places[2], "absent")
    assert count(AttendanceRecord) == 0


def test_the_hours_really_held_are_kept(browser):
    room = Room()
    data = room.filled("present", "present", "present") | {"starts": "09:10", "ends": "12:00"}

    browser.as_(room.teacher).post("attendance.register.update", data, **room.where)

    assert get_register(room.id, NOW).minutes == 170


def test_a_form_from_an_older_version_is_refused_and_kept(browser):
    room = Room()
    colleague = make_head_of_studies()
    browser.as_(colleague).post(
        "attendance.register.update", room.filled("absent", do="draft"), **room.where
    )
    instructor = browser.as_(room.teacher)

    refused = instructor.post(
        "attendance.register.update", room.filled("present", "absent", do="draft"), **room.where
    )

    assert refused.status_code == 422
    assert room.entries == [ABSENT]
    assert "Hélène Sainte-Baume" in refused.text
    assert "23/11/2026 09:30" in refused.text
    assert is_chosen(refused, room.places[0], "present")
    assert is_chosen(refused, room.places[1], "absent")

    mine = instructor.post(
        "attendance.register.update",
        room.filled("present", "absent", do="draft", version=1),
        **room.where,
    )
    assert mine.status_code == 303
    assert room.entries == [PRESENT, ABSENT]


def test_a_second_click_does_nothing_twice(browser):
    room = Room()
    instructor = browser.as_(room.teacher)
    data = room.filled("present", "absent", "present")

    first = instructor.post("attendance.register.update", data, **room.where)
    second = instructor.post("attendance.register.update", data, **room.where)

    assert first.status_code == second.status_code == 303
    assert count(AttendanceRevision) == 3
    assert get_register(room.id, NOW).version == 1


def test_a_closed_register_refuses_another_answer(browser):
    room = Room(held_on=TODAY - WEEK)
    make_register(room.session, room.teacher)
    instructor = browser.as_(room.teacher)

    old_form = instructor.post(
        "attendance.register.update", room.filled("absent", "absent", "absent"), **room.where
    )
    forged = instructor.post(
        "attendance.register.update",
        room.filled("absent", "absent", "absent", version=1),
        **room.where,
    )

    assert old_form.status_code == 422
    assert 'value="close"' not in old_form.text
    assert forged.status_code == 409
    assert room.entries == [PRESENT] * 3


def test_a_register_opens_a_quarter_of_an_hour_before(browser):
    room = Room(half_day=HalfDay.AFTERNOON)
    instructor = browser.as_(room.teacher)

    shown = instructor.get("attendance.register.edit", **room.where)
    sent = instructor.post(
        "attendance.register.update",
        room.filled("present", "present", "present") | {"starts": "14:00", "ends": "17:30"},
        **room.where,
    )

    assert shown.status_code == 200
    assert "13:45" in shown.text
    assert "name=s" not in shown.text
    assert sent.status_code == 409


def test_a_cancelled_half_day_says_so(browser):
    room = Room(cancelled_at=NOW, cancel_reason="Neige au col")

    response = browser.as_(room.teacher).get("attendance.register.edit", **room.where)

    assert response.status_code == 200
    assert "Neige au col" in response.text
    assert "name=s" not in response.text


@pytest.mark.parametrize("endpoint", ["register.edit", "sheet.show"])
def test_registers_are_for_those_who_teach_the_cohort(browser, endpoint):
    room = Room()
    others = [instructor_of(make_cohort()), room.trainee(), make_user()]

    for person in others:
        response = browser.as_(person).get(f"attendance.{endpoint}", **room.where)
        assert response.status_code == 404
    for person in (make_administrator(), make_head_of_studies()):
        response = browser.as_(person).get(f"attendance.{endpoint}", **room.where)
        assert response.status_code == 200


def test_a_stranger_writes_nothing(browser):
    room = Room()
    stranger = instructor_of(make_cohort())

    response = browser.as_(stranger).post(
        "attendance.register.update", room.filled("absent", "absent", "absent"), **room.where
    )

    assert response.status_code == 404
    assert count(AttendanceRecord) == 0


def test_people_who_are_not_expected_cannot_be_written(browser):
    room, other = Room(1), Room(1)
    data = room.filled("present") | {f"s{other.places[0]}": "absent"}

    response = browser.as_(room.teacher).post("attendance.register.update", data, **room.where)

    assert response.status_code == 303
    assert count(AttendanceRecord) == 1


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_the_list_of_registers(browser, language):
    room = Room()
    make_register(Room(held_on=TODAY - WEEK).session, room.teacher)
    instructor = browser.as_(room.teacher).in_(language)

    to_do = instructor.get("attendance.register.index")
    closed = instructor.get("attendance.register.index", list="closed", whose="all", page=7)

    assert f"/sessions/{room.id}/register" in to_do.text
    assert closed.status_code == 200


def test_the_office_sees_the_registers_of_every_cohort(browser):
    first, second = Room(held_on=TODAY - WEEK), Room(held_on=TODAY - WEEK)

    response = browser.as_(make_head_of_studies()).get("attendance.register.index")

    for room in (first, second):
        assert f"/sessions/{room.id}/register" in response.text


def test_trainees_have_no_list_of_registers(browser):
    assert browser.as_(Room().trainee()).get("attendance.register.index").status_code == 404


class TestCorrection:
    @pytest.fixture
    def room(self, browser):
        room = Room(held_on=TODAY - WEEK)
        make_register(room.session, room.teacher)
        room.line = room.where | {"enrolment_id": room.places[0]}
        return room

    def form(self, status, **more):
        values = {"revision": "1", "reason": "Carte de bus", "excuse_category": ""}
        return values | {"status": status} | more

    def test_old_and_new_are_shown_with_who_when_and_why(self, browser, room):
        instructor = browser.as_(room.teacher)

        shown = instructor.get("attendance.correction.new", **room.line)
        done = instructor.post(
            "attendance.correction.create", self.form("late", minutes_late="20"), **room.line
        )

        assert shown.status_code == 200
        assert done.status_code == 303
        assert room.is_closed
        assert room.entries[0] == late(20)
        page = instructor.fetch(done.location)
        for words in ("Carte de bus", "Abdellah Oumchichka", "23/11/2026 09:30"):
            assert words in page.text

    @pytest.mark.parametrize(
        "wrong",
        [
            {"reason": "  "},
            {"status": "late"},
            {"status": "late", "minutes_late": "999"},
            {"status": "late", "minutes_late": "x"},
            {"status": "excused"},
            {"status": "dancing"},
            {"status": "present"},
        ],
    )
    def test_wrong_input_keeps_what_was_typed_and_changes_nothing(self, browser, room, wrong):
        data = self.form("absent", excuse_note="une note") | wrong

        response = browser.as_(room.teacher).post("attendance.correction.create", data, **room.line)

        assert response.status_code == 422
        assert "une note" in response.text
        assert room.entries == [PRESENT] * 3

    def test_a_second_click_corrects_once(self, browser, room):
        instructor = browser.as_(room.teacher)
        for _ in range(2):
            response = instructor.post(
                "attendance.correction.create", self.form("absent"), **room.line
            )
            assert response.status_code == 303

        assert count(AttendanceRevision) == 4

    def test_a_line_corrected_meanwhile_is_shown_first(self, browser, room):
        instructor = browser.as_(room.teacher)
        instructor.post("attendance.correction.create", self.form("absent"), **room.line)

        response = instructor.post(
            "attendance.correction.create",
            self.form("excused", excuse_category="family"),
            **room.line,
        )

        assert response.status_code == 422
        assert 'name="revision" type="hidden" value="2"' in response.text
        assert room.entries[0] == ABSENT

    def test_an_open_register_is_not_corrected(self, browser):
        room = Room()
        make_register(room.session, room.teacher, closed=False)
        line = room.where | {"enrolment_id": room.places[0]}
        instructor = browser.as_(room.teacher)

        assert instructor.get("attendance.correction.new", **line).status_code == 200
        tried = instructor.post("attendance.correction.create", self.form("absent"), **line)
        assert tried.status_code == 409

    def test_only_the_staff_of_the_cohort_corrects(self, browser, room):
        stranger = instructor_of(make_cohort())
        for person in (room.trainee(), stranger):
            reader = browser.as_(person)
            assert reader.get("attendance.correction.new", **room.line).status_code == 404
            sent = reader.post("attendance.correction.create", self.form("absent"), **room.line)
            assert sent.status_code == 404
        assert room.entries == [PRESENT] * 3

    def test_the_trainee_reads_it_too_and_never_the_private_note(self, browser, room):
        trainee = room.trainee()
        data = self.form("excused", excuse_category="illness", excuse_note="opération")
        browser.as_(room.teacher).post("attendance.correction.create", data, **room.line)

        page = browser.as_(trainee).get("attendance.record.show", enrolment_id=room.places[0])

        assert "Carte de bus" in page.text
        assert "opération" not in page.text


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_a_trainee_reads_half_days_behind_each_figure(browser, language):
    room = Room(held_on=TODAY - WEEK)
    make_register(room.session, room.teacher)
    reader = browser.as_(room.trainee()).in_(language)

    page = reader.get("attendance.record.show", enrolment_id=room.places[0])

    assert page.status_code == 200
    for kind in ("attended", "written"):
        assert f"of={kind}#half-days" in page.text
        assert reader.get(
            "attendance.record.show", enrolment_id=room.places[0], of=kind, module="x"
        ).text.count("09:00 – 12:30")


def test_reading_remains_after_leaving(browser):
    room = Room(held_on=TODAY - WEEK)
    make_register(room.session, room.teacher)
    period = db.session.scalars(
        select(EnrolmentPeriod).where(EnrolmentPeriod.enrolment_id == room.places[0])
    ).one()
    period.ends_on = TODAY - timedelta(days=1)

    page = browser.as_(room.trainee()).get("attendance.record.show", enrolment_id=room.places[0])

    assert page.status_code == 200


def test_a_record_is_not_for_other_trainees(browser):
    room = Room()

    page = browser.as_(room.trainee(1)).get("attendance.record.show", enrolment_id=room.places[0])

    assert page.status_code == 404


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
@pytest.mark.parametrize("blank", [{}, {"blank": 1}])
def test_the_sheet_carries_the_fields_of_an_attendance_sheet(browser, language, blank):
    room = Room(16, TODAY - WEEK)
    db.session.add(
        School(
            legal_name="Migrations & Développement",
            address="12 rue des Oliviers, Marseille",
            declaration_number="93 13 00000 13",
        )
    )
    noted = Entry(
        AttendanceStatus.EXCUSED, excuse_category=ExcuseCategory.ILLNESS, excuse_note="opération"
    )
    make_register(room.session, room.teacher, dict.fromkeys(room.places, noted))

    page = (
        browser.as_(room.teacher).in_(language).get("attendance.sheet.show", **room.where, **blank)
    )

    for words in (
        "Migrations &amp; Développement",
        "93 13 00000 13",
        "12 rue des Oliviers",
        "Ijja Tazart 015",
        "Abdellah Oumchichka",
        "09:00",
        "12:30",
        f'datetime="{TODAY - WEEK}"',
        str(room.id),
    ):
        assert words in page.text
    assert "opération" not in page.text
    for word in ("Maladie", "مرض", "Illness"):
        assert word not in page.text


def test_a_blank_sheet_says_nothing_of_anyone(browser):
    room = Room(held_on=TODAY - WEEK)
    make_register(room.session, room.teacher, dict.fromkeys(room.places, EXCUSED))
    instructor = browser.as_(room.teacher).in_("en")

    filled = instructor.get("attendance.sheet.show", **room.where)
    blank = instructor.get("attendance.sheet.show", blank=1, **room.where)

    assert filled.text.count("Excused") == 3
    assert "Excused" not in blank.text


def test_pages_take_as_many_queries_for_five_hundred_as_for_sixteen(browser, count_queries):
    counts = []
    for trainees in (16, 500):
        room = Room(trainees)
        instructor = browser.as_(room.teacher)
        answers = room.filled(*["present"] * trainees)
        with count_queries() as read:
            instructor.get("attendance.register.edit", **room.where)
        with count_queries() as written:
            instructor.post("attendance.register.update", answers, **room.where)
        counts.append((len(read), len(written)))
        assert room.is_closed

    assert counts[0] == counts[1]


def test_the_list_of_registers_can_be_taken_away_whole(browser):
    cohort = make_cohort(trainees=1, name="=Promotion")
    teacher = instructor_of(cohort)
    for back in range(1, 24):
        make_training_session(cohort, TODAY - timedelta(days=back), instructors=(teacher,))

    answer = browser.as_(teacher).get("attendance.register.index", format="csv")

    assert answer.mimetype == "text/csv"
    heading, *lines = answer.get_data(as_text=True).removeprefix("\ufeff").splitlines()
    assert heading.count(";") == 5
    assert len(lines) == 23, "every page of it"
    assert all(";'=Promotion;" in line for line in lines)


def test_what_waits_is_shown_from_its_other_end_when_asked(browser):
    cohort = make_cohort(trainees=1)
    teacher = instructor_of(cohort)
    old, new = (
        make_training_session(cohort, TODAY - timedelta(days=back), instructors=(teacher,))
        for back in (9, 2)
    )
    reader = browser.as_(teacher)

    def places(**how):
        text = reader.get("attendance.register.index", **how).text
        return [text.index(f"/sessions/{one.id}/register") for one in (old, new)]

    assert places() == sorted(places())
    assert places(sort="-day") == sorted(places(sort="-day"), reverse=True)
