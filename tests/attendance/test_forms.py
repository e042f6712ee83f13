"""The register as a form: what was sent, what is wrong with it, what it says."""

import pytest

from ecopter.attendance.forms import RegisterForm
from ecopter.attendance.queries import get_register
from ecopter.attendance.rules import AttendanceStatus, Entry, ExcuseCategory
from tests.clock import NOW
from tests.factories.attendance import ABSENT, PRESENT, late
from tests.factories.cohorts import make_cohort
from tests.factories.timetable import make_training_session


@pytest.fixture
def sheet(database):
    return get_register(make_training_session(make_cohort(trainees=1)).id, NOW)


def sent(sheet, status="", *, do="draft", starts="09:00", ends="12:30", version="0", **row):
    key = sheet.lines[0].enrolment_id
    data = {"starts": starts, "ends": ends, "version": version, "do": do, f"s{key}": status}
    data |= {f"{field}{key}": value for field, value in row.items()}
    form = RegisterForm.sent(sheet, data)
    form.is_valid = form.validate()
    return form


@pytest.mark.parametrize(
    ("fields", "entry"),
    [
        ({"status": "present"}, PRESENT),
        ({"status": "absent"}, ABSENT),
        ({"status": "late", "l": "15"}, late(15)),
        ({"status": "late", "l": " ١٥ "}, late(15)),
        ({"status": "late", "l": "15", "e": "20"}, Entry(AttendanceStatus.LATE, 15, 20)),
        ({"status": "present", "l": "15", "e": "20"}, Entry(AttendanceStatus.PRESENT, 0, 20)),
        ({"status": "absent", "l": "15", "c": "illness", "n": "x"}, ABSENT),
        (
            {"status": "excused", "l": "15", "c": "family", "n": " mariage "},
            Entry(AttendanceStatus.EXCUSED, 0, 0, ExcuseCategory.FAMILY, "mariage"),
        ),
    ],
    ids=[
        "present",
        "absent",
        "late",
        "Arabic digits and spaces",
        "late and left early",
        "left early",
        "absent: the rest has no use",
        "excused with a note",
    ],
)
def test_a_line_is_read(sheet, fields, entry):
    form = sent(sheet, **fields)

    assert form.is_valid
    assert list(form.entries().values()) == [entry]


@pytest.mark.parametrize(
    ("fields", "control"),
    [
        ({"status": "late"}, "l"),
        ({"status": "late", "l": "quinze"}, "l"),
        ({"status": "late", "l": "211"}, "l"),
        ({"status": "late", "l": "-5"}, "l"),
        ({"status": "late", "l": "10", "e": "205"}, "e"),
        ({"status": "present", "l": "", "e": "1.5"}, "e"),
        ({"status": "excused", "l": ""}, "c"),
        ({"status": "excused", "l": "", "c": "holiday"}, "c"),
        ({"status": "excused", "l": "", "c": "work", "n": "x" * 301}, "n"),
        ({"status": "", "l": "5"}, "s"),
        ({"status": "", "do": "close"}, "s"),
        ({"status": "dancing", "do": "close"}, "s"),
    ],
)
def test_what_is_wrong_is_said_beside_its_control(sheet, fields, control):
    form = sent(sheet, **fields)
    (row,) = form.rows

    assert not form.is_valid
    assert row.error
    assert row.target.startswith(control)
    assert [target for target, _ in form.summary] == [f"#{row.target}"]
    assert form.entries() == {}


@pytest.mark.parametrize(
    ("starts", "ends", "wrong"),
    [
        ("09:00", "12:30", set()),
        ("9h05", "12:30", set()),
        ("٠٩:٠٠", "12:30", set()),
        ("", "12:30", {"starts"}),
        ("24:00", "12:75", {"starts", "ends"}),
        ("12:30", "09:00", {"ends"}),
        ("09:00", "21:00", {"ends"}),
    ],
)
def test_hours_really_held(sheet, starts, ends, wrong):
    form = sent(sheet, "present", starts=starts, ends=ends)

    assert set(form.errors) == wrong
    assert (form.starts, form.ends) == (starts, ends)


def test_nothing_is_chosen_beforehand(sheet):
    form = RegisterForm.of(sheet)

    assert [row.status for row in form.rows] == [""]
    assert not form.rows[0].shows_more
    assert (form.starts, form.ends, form.version) == ("09:00", "12:30", 0)


def test_a_row_that_says_nothing_may_stay_so_in_a_draft(sheet):
    form = sent(sheet, "")

    assert form.is_valid
    assert form.entries() == {}


def test_a_form_from_another_version_is_outdated(sheet):
    form = sent(sheet, "present", version="3")

    assert not form.is_valid
    assert form.is_outdated
    assert form.rows[0].status == "present"


def test_many_without_an_answer_make_one_line_of_the_summary(database):
    sheet = get_register(make_training_session(make_cohort(trainees=30)).id, NOW)
    form = RegisterForm.sent(
        sheet, {"do": "close", "version": "0", "starts": "09:00", "ends": "12:30"}
    )

    assert not form.validate()
    assert len(list(form.summary)) == 1
    assert sum(bool(row.error) for row in form.rows) == 30
