"""Planning half-days by the series."""

import re
from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from sqlalchemy import func, select

from ecopter.audit.models import AuditEvent
from ecopter.authorization.policy import Actor
from ecopter.db import db
from ecopter.shared.dates import HalfDay, instant
from ecopter.shared.errors import Conflict
from ecopter.timetable.models import TrainingSession, TrainingSessionInstructor
from ecopter.timetable.queries import get_planning, try_series
from ecopter.timetable.rules import Hours, Series
from ecopter.timetable.services import plan_half_days
from tests.clock import NOW
from tests.factories.cohorts import instructor_of, make_cohort
from tests.factories.curricula import make_curriculum, make_module
from tests.factories.people import make_administrator, make_head_of_studies, make_user
from tests.factories.sites import make_site
from tests.factories.timetable import HOURS, first_module, make_holiday, make_training_session

MARCH, INDEPENDENCE = date(2026, 11, 6), date(2026, 11, 18)
ACTOR = Actor(user_id=1)


def wish(cohort, site, **changes):
    """What the office sends: every Wednesday and Friday of November, morning and afternoon."""
    sent = {
        "weekdays": ["2", "4"],
        "morning": "y",
        "morning_starts": "09:00",
        "morning_ends": "12:30",
        "afternoon": "y",
        "afternoon_starts": "14:00",
        "afternoon_ends": "17:30",
        "first": "2026-11-01",
        "last": "2026-11-30",
        "place": f"{site.id}-0",
        "module": str(first_module(cohort).id),
        "skips_holidays": "y",
    } | changes
    return {name: value for name, value in sent.items() if value is not None}


def agreed(page, sent):
    """The same form with the button that a dry run shows."""
    [seal] = re.findall(r'name="seal" value="(\w+)"', page.text)
    return sent | {"seal": seal}


def planned(cohort_id):
    statement = select(TrainingSession).where(TrainingSession.cohort_id == cohort_id)
    return db.session.scalars(statement.order_by(TrainingSession.starts_at)).all()


def test_the_office_sees_every_half_day_before_any_is_planned(browser):
    cohort, site = make_cohort(trainees=2), make_site()
    make_holiday(MARCH)
    make_holiday(INDEPENDENCE, names={"fr": "Fête de l’Indépendance", "ar": "عيد الاستقلال"})
    make_holiday(date(2026, 11, 11), "FR")
    office = browser.as_(make_administrator())

    page = office.post("timetable.series.create", wish(cohort, site), cohort_id=cohort.id)

    assert page.status_code == 200
    # Eight days without the two holidays of Morocco, twice a day; a French one does not count.
    assert page.text.count('<tr>\n            <th scope="row">') == 12
    assert "Marche verte" in page.text
    assert "Fête de l’Indépendance" in page.text
    assert planned(cohort.id) == []


def test_what_was_agreed_to_is_planned_and_sending_it_twice_plans_nothing_twice(browser):
    cohort, site = make_cohort(trainees=2), make_site()
    teacher = instructor_of(cohort)
    make_holiday(MARCH)
    make_holiday(INDEPENDENCE)
    sent = wish(cohort, site, instructors=[str(teacher.id)])
    office, where = browser.as_(make_head_of_studies()), {"cohort_id": cohort.id}
    sent = agreed(office.post("timetable.series.create", sent, **where), sent)

    first = office.post("timetable.series.create", sent, **where)
    second = office.post("timetable.series.create", sent, **where)

    assert (first.status_code, second.status_code) == (303, 303)
    half_days = planned(where["cohort_id"])
    assert len(half_days) == 12
    assert {MARCH, INDEPENDENCE}.isdisjoint(half_day.held_on for half_day in half_days)
    assert half_days[0].starts_at == instant(date(2026, 11, 4), time(9), "Africa/Casablanca")
    assert db.session.scalar(select(func.count(TrainingSessionInstructor.id))) == 12
    events = db.session.query(AuditEvent).filter_by(action="half_day.planned").all()
    assert [event.details["number"] for event in events] == [12]


def test_what_has_changed_since_the_dry_run_is_shown_again(browser):
    cohort, site = make_cohort(), make_site()
    sent = wish(cohort, site)
    office, where = browser.as_(make_administrator()), {"cohort_id": cohort.id}
    agreement = agreed(office.post("timetable.series.create", sent, **where), sent)
    make_training_session(cohort, date(2026, 11, 4))

    answer = office.post("timetable.series.create", agreement, **where)

    assert answer.status_code == 422
    assert len(planned(where["cohort_id"])) == 1


def test_an_instructor_who_teaches_elsewhere_keeps_the_half_day_out(browser):
    cohort, other, site = make_cohort(), make_cohort(name="Promotion du Souss"), make_site()
    teacher = instructor_of(cohort, family_name_lat="Amsguine")
    make_training_session(other, date(2026, 11, 4), instructors=(teacher,))
    sent = wish(cohort, site, instructors=[str(teacher.id)])
    office = browser.as_(make_administrator())

    page = office.post("timetable.series.create", sent, cohort_id=cohort.id)

    assert page.text.count('<tr>\n            <th scope="row">') == 15
    assert re.search("Amsguine.*Promotion du Souss", page.text)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"weekdays": None}, "weekdays"),
        ({"morning": None, "afternoon": None}, "morning"),
        ({"morning_starts": ""}, "morning_starts"),
        ({"morning_ends": "08:00"}, "morning_ends"),
        ({"last": "2027-12-31"}, "first"),
        ({"last": ""}, "last"),
        ({"place": "999-0"}, "place"),
        ({"weekdays": ["9"]}, "weekdays"),
    ],
    ids=[
        "no day",
        "no half",
        "no time",
        "backwards",
        "outside",
        "no end",
        "no place",
        "no weekday",
    ],
)
def test_a_series_that_makes_no_sense_is_refused_beside_the_field(browser, changes, field):
    cohort, site = make_cohort(), make_site()
    office, where = browser.as_(make_administrator()), {"cohort_id": cohort.id}

    answer = office.post("timetable.series.create", wish(cohort, site, **changes), **where)

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert planned(where["cohort_id"]) == []


def test_only_the_office_plans(browser):
    cohort, where = make_cohort(trainees=1), {}
    where["cohort_id"] = cohort.id
    teacher, stranger = instructor_of(cohort), make_user()

    assert browser.as_(teacher).get("timetable.series.new", **where).status_code == 403
    assert browser.as_(stranger).post("timetable.series.create", **where).status_code == 404


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_a_cohort_without_half_days_leads_the_office_to_the_series(browser, language):
    cohort = make_cohort()
    make_site()
    office = browser.as_(make_administrator()).in_(language)

    empty = office.get("timetable.cohort.show", cohort_id=cohort.id)
    form = office.get("timetable.series.new", cohort_id=cohort.id)

    assert office.url("timetable.series.new", cohort_id=cohort.id) in empty.text
    assert form.status_code == 200


def test_without_a_site_the_office_is_led_to_the_sites(browser):
    office = browser.as_(make_administrator())

    page = office.get("timetable.series.new", cohort_id=make_cohort().id)

    assert office.url("school.site.index") in page.text


def series(site, **changes):
    values = {
        "weekdays": frozenset({0, 1}),
        "hours": {half: Hours(*clocks) for half, clocks in HOURS.items()},
        "first": date(2026, 11, 24),
        "last": date(2026, 12, 31),
        "skips_holidays": True,
        "site_id": site.id,
    } | changes
    return Series(**values)


def test_the_modules_of_the_course_follow_one_another_after_those_that_stand(database):
    curriculum = make_curriculum(modules=0)
    first = make_module(curriculum, code="M1", position=1, planned_half_days=3)
    second = make_module(curriculum, code="M2", position=2, planned_half_days=2)
    cohort, site = make_cohort(curriculum=curriculum), make_site()
    make_training_session(cohort, date(2026, 11, 2), module=first)
    make_training_session(
        cohort, date(2026, 11, 3), module=first, cancelled_at=NOW, cancel_reason="neige"
    )

    planning = get_planning(cohort.id, NOW)
    plan_half_days(planning, try_series(planning, series(site)), actor=ACTOR, now=NOW)

    new = planned(cohort.id)[2:]
    assert [half_day.module_id for half_day in new] == [first.id] * 2 + [second.id] * 2
    assert [half_day.held_on.isoformat() for half_day in new] == [
        "2026-11-24",
        "2026-11-24",
        "2026-11-30",
        "2026-11-30",
    ]
    assert [half_day.half_day for half_day in new] == [HalfDay.MORNING, HalfDay.AFTERNOON] * 2


def test_a_course_that_is_planned_has_nothing_left(database):
    cohort, site = make_cohort(), make_site()
    for days in range(2):
        make_training_session(cohort, date(2026, 11, 2) + timedelta(days=days))
    planning = get_planning(cohort.id, NOW)
    run = try_series(planning, series(site))

    assert run.plan.lines == []
    with pytest.raises(Conflict):
        plan_half_days(planning, run, actor=ACTOR, now=NOW)


def test_four_hundred_half_days_take_as_many_statements_as_two(database, count_queries):
    site = make_site()
    short = series(site, last=date(2026, 11, 24))
    long = series(
        site, weekdays=frozenset(range(7)), first=date(2026, 9, 14), last=date(2027, 3, 31)
    )
    counts = []
    for wanted in (short, long):
        cohort = make_cohort(trainees=16)
        teacher = instructor_of(cohort)
        whole = replace(
            wanted,
            module_id=first_module(cohort).id,
            instructor_ids=frozenset({teacher.id}),
        )
        with count_queries() as statements:
            planning = get_planning(cohort.id, NOW)
            plan_half_days(planning, try_series(planning, whole), actor=ACTOR, now=NOW)
        counts.append(len(statements))

    assert counts[0] == counts[1] <= 14
    assert len(planned(cohort.id)) == 398
