"""Sheets of a week to print: blank to sign, or filled from closed registers."""

from datetime import timedelta

import pytest

from ecopter.attendance.queries import get_week_sheet
from ecopter.cohorts.queries import get_cohort
from ecopter.db import db
from ecopter.school.models import School
from ecopter.shared.dates import HalfDay
from tests.clock import NOW, TODAY
from tests.factories.attendance import ABSENT, enrolments_of, make_register
from tests.factories.cohorts import instructor_of, make_cohort
from tests.factories.people import make_administrator, make_user
from tests.factories.timetable import make_training_session

DAY = timedelta(days=1)


@pytest.fixture
def room(browser):
    cohort = make_cohort(trainees=16)
    teacher = instructor_of(cohort)
    monday = make_training_session(cohort, instructors=(teacher,))
    make_training_session(cohort, TODAY, HalfDay.AFTERNOON)
    make_training_session(cohort, TODAY + 2 * DAY, instructors=(teacher,))
    make_training_session(cohort, TODAY + 3 * DAY, cancelled_at=NOW, cancel_reason="Neige")
    make_training_session(cohort, TODAY + 7 * DAY)
    make_register(monday, teacher, {place.id: ABSENT for place in enrolments_of(monday)})
    db.session.add(
        School(
            legal_name="Migrations & Développement",
            address="12 rue des Oliviers, Marseille",
            declaration_number="93 13 00000 13",
        )
    )
    return cohort, teacher


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
@pytest.mark.parametrize("kind", ["blank", "filled"])
def test_each_day_is_a_page_with_the_fields_of_an_attendance_sheet(browser, room, language, kind):
    cohort, teacher = room

    page = (
        browser.as_(teacher)
        .in_(language)
        .get("attendance.week_sheet.show", cohort_id=cohort.id, week="2026-W48", kind=kind)
    )

    days = page.text.split('<article class="day-sheet">')[1:]
    assert len(days) == 2
    assert [day.count('class="day-sheet__half"') for day in days] == [2, 1]
    for day, held_on in zip(days, (TODAY, TODAY + 2 * DAY), strict=True):
        for words in (
            "Migrations &amp; Développement",
            "93 13 00000 13",
            "12 rue des Oliviers",
            "Tazart 015",
            "Abdellah Oumchichka",
            "09:00",
            "12:30",
            f'datetime="{held_on}"',
        ):
            assert words in day
    status = {"fr": "Absent(e)", "ar": "غائب", "en": "Absent"}[language]
    assert days[0].count(f"<td>{status}") == (16 if kind == "filled" else 0)


def test_without_a_week_it_is_this_one_and_an_empty_one_says_so(browser, room):
    cohort, teacher = room
    reader = browser.as_(teacher)
    where = {"cohort_id": cohort.id}

    for week, days in ((None, 2), ("nonsense", 2), ("2026-W49", 1), ("2026-W50", 0)):
        page = reader.get("attendance.week_sheet.show", week=week, **where)
        assert page.status_code == 200
        assert page.text.count('<article class="day-sheet">') == days
        assert page.text.count("<h1") == 1
    assert "week=2026-W49" in page.text
    assert "week=2026-W51" in page.text


def test_who_prints_them(browser, room):
    cohort, teacher = room

    def code(person):
        page = browser.as_(person).get("attendance.week_sheet.show", cohort_id=cohort.id)
        return page.status_code

    assert code(teacher) == code(make_administrator()) == 200
    assert code(make_user()) == code(instructor_of(make_cohort())) == 404


def test_they_cost_the_same_for_sixteen_and_for_five_hundred(database, count_queries):
    costs = []
    for trainees, days in ((16, 1), (500, 5)):
        cohort = make_cohort(trainees=trainees)
        teacher = instructor_of(cohort)
        for day in range(days):
            session = make_training_session(cohort, TODAY + day * DAY, instructors=(teacher,))
            make_register(session, teacher)
        db.session.commit()
        db.session.expunge_all()
        found = get_cohort(cohort.id)
        with count_queries() as seen:
            assert len(get_week_sheet(found, TODAY).days) == days
        costs.append(len(seen))

    assert costs == [6, 6]
