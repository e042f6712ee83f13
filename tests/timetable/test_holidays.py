"""Holidays that follow the moon, and the file of a cohort's half-days."""

from datetime import date

from ecopter.audit.models import AuditEvent
from ecopter.db import db
from ecopter.timetable.models import Holiday
from tests.clock import TODAY
from tests.factories.cohorts import instructor_of, make_cohort
from tests.factories.people import make_administrator, make_user
from tests.factories.sites import make_site
from tests.factories.timetable import make_holiday, make_training_session


def test_the_office_moves_a_holiday_to_the_day_announced(browser):
    holiday = make_holiday(date(2027, 3, 10), is_confirmed=False)
    make_holiday(date(2027, 5, 1), "FR", names={"fr": "Fête du Travail", "ar": "عيد الشغل"})
    office, where = browser.as_(make_administrator()), {"holiday_id": holiday.id}

    listed = office.get("timetable.holiday.index", year=2027, country="MA")
    form = office.get("timetable.holiday.edit", **where)
    sent = {"held_on": "2027-03-11", "is_confirmed": "y"}
    answer = office.post("timetable.holiday.update", sent, **where)
    again = office.post("timetable.holiday.update", sent, **where)

    assert "Marche verte" in listed.text
    assert "Fête du Travail" not in listed.text
    assert form.status_code == 200
    assert (answer.status_code, again.status_code) == (303, 303)
    saved = db.session.get(Holiday, where["holiday_id"])
    assert (saved.held_on, saved.is_confirmed) == (date(2027, 3, 11), True)
    assert db.session.query(AuditEvent).filter_by(action="holiday.corrected").count() == 1


def test_a_holiday_without_a_day_is_not_saved(browser):
    where = {"holiday_id": make_holiday(date(2027, 3, 10)).id}

    answer = browser.as_(make_administrator()).post(
        "timetable.holiday.update", {"held_on": "soon"}, **where
    )

    assert answer.status_code == 422
    assert db.session.get(Holiday, where["holiday_id"]).held_on == date(2027, 3, 10)


def test_holidays_are_for_the_office(browser):
    where = {"holiday_id": make_holiday(date(2027, 3, 10)).id}
    teacher, stranger = instructor_of(make_cohort()), make_user()

    assert browser.as_(teacher).get("timetable.holiday.index").status_code == 403
    assert browser.as_(stranger).post("timetable.holiday.update", **where).status_code == 404


def test_the_list_of_a_cohort_is_a_file_of_what_is_shown(browser):
    cohort = make_cohort()
    there = make_site(names={"fr": "Agadir", "ar": "أكادير", "en": "Agadir"})
    make_training_session(cohort, TODAY, site=there, instructors=(instructor_of(cohort),))
    make_training_session(cohort, date(2026, 11, 24))
    reader, where = browser.as_(make_administrator()), {"cohort_id": cohort.id}

    page = reader.get("timetable.cohort.show", **where, site=there.id)
    file = reader.get("timetable.cohort.show", **where, site=there.id, format="csv")

    assert page.text.count('class="entry"') == 1
    assert f"site={there.id}&amp;format=csv" in page.text
    rows = file.get_data(as_text=True).splitlines()
    assert len(rows) == 2
    assert "2026-11-23;" in rows[1]
    assert "Abdellah Oumchichka" in rows[1]
