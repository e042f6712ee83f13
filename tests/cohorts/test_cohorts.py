"""Cohorts made and changed by the office, listed for everyone who works with them."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from ecopter.audit.models import AuditEvent
from ecopter.cohorts.models import Cohort
from ecopter.cohorts.rules import CohortState, cohort_state, next_code
from ecopter.curricula.rules import Track
from ecopter.db import db
from tests.clock import NOW, TODAY
from tests.factories.cohorts import instructor_of, make_cohort, make_enrolment
from tests.factories.curricula import make_curriculum
from tests.factories.people import make_administrator, make_head_of_studies, make_user
from tests.factories.sites import make_site


def typed(course, **changes):
    return {
        "name": "Promotion 2027",
        "name_ar": "فوج 2027",
        "curriculum_id": str(course),
        "starts_on": "2027-09-13",
        "ends_on": "2028-06-09",
        "capacity": "16",
        "partner": "IAMM",
    } | changes


def as_it_is(cohort, **changes):
    values = typed(cohort.curriculum_id, name=cohort.name, code=cohort.code, capacity="")
    dates = {"starts_on": cohort.starts_on.isoformat(), "ends_on": cohort.ends_on.isoformat()}
    return values | dates | changes


def test_what_a_cohort_is_on_a_day():
    first, last = date(2026, 9, 14), date(2027, 6, 11)
    day = timedelta(days=1)

    assert cohort_state(first - day, first, last) is CohortState.COMING
    assert cohort_state(first, first, last) is CohortState.RUNNING
    assert cohort_state(last, first, last) is CohortState.RUNNING
    assert cohort_state(last + day, first, last) is CohortState.ENDED


def test_the_next_code_is_one_that_is_free():
    assert next_code(Track.TERROIR, 2027, {"ECO-2026"}) == "ECO-2027"
    assert next_code(Track.LEADERSHIP, 2026, {"DIR-2026", "DIR-2026-2"}) == "DIR-2026-3"


def test_the_office_makes_a_cohort_and_a_code_is_given(browser):
    curriculum, site = make_curriculum(), make_site()
    reader = browser.as_(make_head_of_studies())

    answer = reader.post("cohorts.cohort.create", typed(curriculum.id, site_id=str(site.id)))

    assert answer.status_code == 303
    cohort = db.session.scalars(select(Cohort)).one()
    assert (cohort.code, cohort.capacity, cohort.site_id) == ("ECO-2027", 16, site.id)
    assert "فوج 2027" in reader.in_("ar").get("cohorts.cohort.show", cohort_id=cohort.id).text
    assert "cohort.created" in db.session.scalars(select(AuditEvent.action)).all()


def test_everything_wrong_is_said_and_nothing_typed_is_lost(browser):
    curriculum, closed = make_curriculum(), make_site(closed_at=NOW)
    make_cohort(code="ECO-2027")
    wrong = {"code": "eco-2027", "ends_on": "2027-09-12", "site_id": str(closed.id)}

    page = browser.as_(make_administrator()).in_("en")
    answer = page.post("cohorts.cohort.create", typed(curriculum.id, **wrong))

    assert answer.status_code == 422
    for words in ("before the first", "has this code", "site is closed", "Promotion 2027"):
        assert words in answer.text
    assert len(db.session.scalars(select(Cohort)).all()) == 1


@pytest.mark.parametrize(
    "wrong",
    [{"curriculum_id": "999"}, {"curriculum_id": "x"}, {"capacity": "0"}, {"starts_on": "soon"},
     {"name": " "}, {"code": "ÉCO 1"}, {"site_id": "99"}],
    ids=["unknown course", "no course", "no place", "no day", "no name", "odd code", "no site"],
)  # fmt: skip
def test_a_wrong_value_is_refused(browser, wrong):
    curriculum = make_curriculum()

    answer = browser.as_(make_administrator()).post(
        "cohorts.cohort.create", typed(curriculum.id, **wrong)
    )

    assert answer.status_code == 422
    assert db.session.scalars(select(Cohort)).all() == []


def test_dates_do_not_shrink_over_people(browser):
    cohort = make_cohort()
    make_enrolment(cohort, periods=((date(2026, 10, 1), None),))
    reader, where = browser.as_(make_administrator()), {"cohort_id": cohort.id}

    late = reader.post("cohorts.cohort.update", as_it_is(cohort, starts_on="2026-10-02"), **where)
    fine = reader.post("cohorts.cohort.update", as_it_is(cohort, starts_on="2026-10-01"), **where)

    assert (late.status_code, fine.status_code) == (422, 303)
    assert db.session.get(Cohort, cohort.id).starts_on == date(2026, 10, 1)


def test_the_course_is_fixed_once_somebody_is_enrolled(browser):
    other, empty, begun = make_curriculum(), make_cohort(), make_cohort(trainees=1)
    reader = browser.as_(make_administrator())
    wish = {"curriculum_id": str(other.id)}

    for cohort, status in ((empty, 303), (begun, 422)):
        answer = reader.post("cohorts.cohort.update", as_it_is(cohort, **wish), cohort_id=cohort.id)
        assert answer.status_code == status


def test_there_are_never_fewer_places_than_people(browser):
    cohort = make_cohort(trainees=3)

    answer = browser.as_(make_administrator()).post(
        "cohorts.cohort.update", as_it_is(cohort, capacity="2"), cohort_id=cohort.id
    )

    assert answer.status_code == 422


def test_a_cohort_stays_at_its_site_though_it_has_closed(browser):
    site = make_site(closed_at=NOW)
    cohort = make_cohort(site_id=site.id)
    same = as_it_is(cohort, site_id=str(site.id), name="Promotion nouvelle")

    answer = browser.as_(make_administrator()).post(
        "cohorts.cohort.update", same, cohort_id=cohort.id
    )

    assert answer.status_code == 303


def test_the_list_is_searched_filtered_and_saved_as_a_file(browser):
    make_cohort(name="Promotion Arganeraie", name_ar="فوج الأركان", capacity=16, trainees=2)
    make_cohort(name="Promotion 2010", starts_on=date(2010, 2, 8), ends_on=date(2010, 11, 26))
    leaders = make_curriculum(track=Track.LEADERSHIP)
    make_cohort(name="Groupe Nice", curriculum=leaders)
    reader = browser.as_(make_administrator())

    def shown(**address):
        page = reader.get("cohorts.cohort.index", **address).get_data(as_text=True)
        names = ("Arganeraie", "Promotion 2010", "Groupe Nice")
        return [name for name in names if name in page]

    assert shown() == ["Arganeraie", "Promotion 2010", "Groupe Nice"]
    assert shown(q="الاركان") == ["Arganeraie"]
    assert shown(q="ARGANERAIE") == ["Arganeraie"]
    assert shown(state="ended") == ["Promotion 2010"]
    assert shown(track="leadership", format="csv") == ["Groupe Nice"]
    assert shown(state="coming") == []
    assert "2 / 16" in reader.get("cohorts.cohort.index", sort="-places").text


def test_the_people_of_a_cohort_are_searched_sorted_and_saved(browser):
    cohort = make_cohort()
    make_enrolment(cohort, make_user(given_name_lat="Zoé", family_name_lat="Aït Tata"))
    make_enrolment(
        cohort,
        make_user(given_name_lat="Omar", family_name_lat="Amalou"),
        periods=((cohort.starts_on, TODAY - timedelta(days=9)),),
    )
    reader, where = browser.as_(make_administrator()), {"cohort_id": cohort.id}

    def shown(**address):
        page = reader.get("cohorts.cohort.show", **where, **address).get_data(as_text=True)
        return [name for name in ("Zoé", "Omar") if name in page]

    assert shown() == ["Zoé", "Omar"]
    assert shown(q="ait") == ["Zoé"]
    assert shown(state="withdrawn") == ["Omar"]
    assert shown(format="csv", state="active") == ["Zoé"]


def test_what_people_do_in_life_is_the_offices_alone(browser):
    cohort = make_cohort(trainees=1)
    where = {"cohort_id": cohort.id, "format": "csv"}
    office = browser.as_(make_administrator()).in_("en").get("cohorts.cohort.show", **where)
    other = browser.as_(instructor_of(cohort)).in_("en").get("cohorts.cohort.show", **where)

    assert "Category" in office.text
    assert "Category" not in other.text


def test_only_the_office_makes_and_changes_cohorts(browser):
    cohort = make_cohort(trainees=1)
    teacher, trainee = instructor_of(cohort), make_user()
    make_enrolment(cohort, trainee)

    for user, status in ((teacher, 403), (trainee, 404)):
        reader = browser.as_(user)
        assert reader.get("cohorts.cohort.edit", cohort_id=cohort.id).status_code == status
        assert reader.get("cohorts.cohort.new").status_code == 403
