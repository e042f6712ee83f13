"""The page of one place: the person, their periods, and what the office notes."""

from datetime import date

import pytest
from sqlalchemy import select

from ecopter.cohorts import queries
from ecopter.cohorts.models import Enrolment
from ecopter.cohorts.rules import Category
from ecopter.db import db
from tests.factories.cohorts import instructor_of, make_cohort, make_enrolment
from tests.factories.people import make_administrator, make_user


def place(**changes):
    cohort = make_cohort()
    enrolment = make_enrolment(cohort, **changes)
    return cohort, enrolment, {"cohort_id": cohort.id, "enrolment_id": enrolment.id}


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_the_page_of_a_place_in_every_language(browser, language):
    _, _, where = place()
    reader = browser.as_(make_administrator()).in_(language)

    for endpoint in ("place.show", "place.edit", "withdrawal.new", "restart.new", "roster.new"):
        address = where if "roster" not in endpoint else {"cohort_id": where["cohort_id"]}
        assert reader.get(f"cohorts.{endpoint}", **address).status_code == 200
    for endpoint in ("instructor.new", "announcement.new", "cohort.edit"):
        cohort_id = where["cohort_id"]
        assert reader.get(f"cohorts.{endpoint}", cohort_id=cohort_id).status_code == 200
    assert reader.get("cohorts.cohort.new").status_code == 200


def test_leaving_in_march_and_returning_in_april_through_the_pages(browser):
    cohort, enrolment, where = place()
    reader = browser.as_(make_administrator())
    leave = {"last_day": "2027-03-12", "reason": "stage"}

    assert reader.post("cohorts.withdrawal.create", leave, **where).status_code == 303
    back = reader.post("cohorts.restart.create", {"first_day": "2027-04-05"}, **where)
    page = reader.get("cohorts.place.show", **where).text

    assert back.status_code == 303
    spans = queries.get_enrolment(enrolment.id).spans
    assert [(span.first, span.last) for span in spans] == [
        (cohort.starts_on, date(2027, 3, 12)),
        (date(2027, 4, 5), None),
    ]
    assert "stage" in page


def test_the_office_notes_what_people_do_in_life(browser):
    cohort, _, where = place()
    reader = browser.as_(make_administrator())
    noted = {"category": "farmer", "organisation": "GIE Dar Azaafarane"}

    assert reader.post("cohorts.place.update", noted, **where).status_code == 303
    assert "GIE Dar Azaafarane" in reader.get("cohorts.place.show", **where).text
    office_only = browser.as_(instructor_of(cohort)).get("cohorts.place.show", **where)

    assert db.session.scalars(select(Enrolment.category)).one() is Category.FARMER
    assert office_only.status_code == 200
    assert "GIE Dar Azaafarane" not in office_only.text


def test_an_unknown_category_is_refused(browser):
    _, _, where = place()

    answer = browser.as_(make_administrator()).post(
        "cohorts.place.update", {"category": "pilot"}, **where
    )

    assert answer.status_code == 422


def test_who_sees_a_place_and_who_changes_it(browser):
    cohort, enrolment, where = place()
    trainee = db.session.get(Enrolment, enrolment.id).trainee_id
    teacher, other = instructor_of(cohort), instructor_of(make_cohort())

    assert browser.as_(teacher).get("cohorts.place.show", **where).status_code == 200
    assert browser.as_(teacher).get("cohorts.place.edit", **where).status_code == 403
    assert browser.as_(other).get("cohorts.place.show", **where).status_code == 404
    own = browser.as_(queries.find_open_account(trainee)).get("cohorts.place.show", **where)
    assert own.status_code == 404


def test_a_place_of_another_cohort_is_not_found_under_this_one(browser):
    _, enrolment, _ = place()
    mixed = {"cohort_id": make_cohort().id, "enrolment_id": enrolment.id}
    reader = browser.as_(make_administrator())

    assert reader.get("cohorts.place.show", **mixed).status_code == 404
    assert reader.post("cohorts.place.update", {"category": ""}, **mixed).status_code == 404


def test_a_name_in_one_script_only_stands_alone(browser):
    _, _, where = place(trainee=make_user(given_name_ar="", family_name_ar=""))

    assert browser.as_(make_administrator()).in_("ar").get("cohorts.place.show", **where)
