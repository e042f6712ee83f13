"""A cohort's dates never shrink away from under half-days that are planned."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from ecopter.audit.models import AuditEvent
from ecopter.cohorts.models import Cohort
from ecopter.db import db
from tests.clock import NOW
from tests.cohorts.test_cohorts import as_it_is
from tests.factories.cohorts import make_cohort
from tests.factories.people import make_administrator
from tests.factories.timetable import make_training_session

FIRST, LAST = date(2026, 9, 14), date(2027, 6, 11)


@pytest.fixture
def cohort(database):
    return make_cohort(starts_on=FIRST, ends_on=LAST)


def save(browser, cohort, **wish):
    reader = browser.as_(make_administrator()).in_("en")
    return reader.post("cohorts.cohort.update", as_it_is(cohort, **wish), cohort_id=cohort.id)


@pytest.mark.parametrize(
    ("wish", "field"),
    [({"ends_on": "2027-05-31"}, "ends_on"), ({"starts_on": "2026-10-01"}, "starts_on")],
)
def test_dates_that_leave_half_days_outside_are_refused_with_their_days(
    browser, cohort, wish, field
):
    for day in (FIRST, date(2026, 12, 1), LAST):
        make_training_session(cohort, day)

    answer = save(browser, cohort, **wish)

    outside = FIRST if field == "starts_on" else LAST
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert "Half-days planned outside these days: 1." in answer.text
    assert f"/cohorts/{cohort.id}/agenda?day={outside.isoformat()}" in answer.text
    assert "day=2026-12-01" not in answer.text
    assert (cohort.starts_on, cohort.ends_on) == (FIRST, LAST)
    assert db.session.scalars(select(AuditEvent.action)).all().count("cohort.updated") == 0


def test_a_long_list_of_days_is_cut_and_counted(browser, cohort):
    for number in range(15):
        make_training_session(cohort, date(2027, 4, 1) + timedelta(days=number))

    answer = save(browser, cohort, ends_on="2027-03-31")

    assert answer.text.count("agenda?day=") == 6
    assert "Half-days outside these days: 15" in answer.text
    assert "And 9 more days" in answer.text


def test_a_cancelled_half_day_stands_in_nobodys_way(browser, cohort):
    make_training_session(cohort, LAST, cancelled_at=NOW, cancel_reason="neige")

    assert save(browser, cohort, ends_on="2027-05-31").status_code == 303
    assert db.session.get(Cohort, cohort.id).ends_on == date(2027, 5, 31)


def test_a_half_day_put_outside_knowingly_does_not_hold_up_other_changes(browser, cohort):
    make_training_session(cohort, LAST + timedelta(days=3))

    assert save(browser, cohort, name="Promotion nouvelle").status_code == 303
    assert save(browser, cohort, ends_on="2027-06-01").status_code == 303


def test_half_days_of_another_cohort_do_not_count(browser, cohort):
    make_training_session(make_cohort(starts_on=FIRST, ends_on=LAST), LAST)

    assert save(browser, cohort, ends_on="2027-05-31").status_code == 303


def test_longer_dates_are_never_refused_for_half_days(browser, cohort):
    make_training_session(cohort, LAST)

    wider = {"starts_on": "2026-09-01", "ends_on": "2027-07-31"}
    assert save(browser, cohort, **wider).status_code == 303
