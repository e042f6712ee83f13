"""Who teaches a cohort, and what the days given mean for their rights."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from ecopter.authorization.policy import Actor, Role
from ecopter.cohorts import queries, services
from ecopter.cohorts.models import CohortInstructor
from ecopter.db import db
from ecopter.people.services import codes
from ecopter.shared.errors import Conflict, Invalid
from tests.clock import NOW, TODAY
from tests.factories.cohorts import instructor_of, make_cohort, make_enrolment
from tests.factories.people import make_administrator, make_user

OFFICE = Actor(user_id=None, roles=frozenset({Role.ADMINISTRATOR}))
DAY = timedelta(days=1)
PASSWORD = "four words of mine"


def add(cohort, user, first=TODAY, last=None):
    services.add_instructor(cohort.id, user.id, from_on=first, until_on=last, actor=OFFICE, now=NOW)


def teaches(cohort, user, now=NOW):
    return cohort.id in queries.roles_of(user.id, now=now).teaches


def test_someone_is_found_by_name_and_added(browser):
    cohort = make_cohort(trainees=1)
    person = make_user(given_name_lat="Abdellah", family_name_lat="Oumchichka")
    trainee = queries.list_enrolments(cohort.id)[0].trainee
    reader, where = browser.as_(make_administrator()), {"cohort_id": cohort.id}

    found = reader.get("cohorts.instructor.new", q="oumchichka", **where)
    none = reader.get("cohorts.instructor.new", q=trainee.family_name_lat, **where)
    added = reader.post(
        "cohorts.instructor.create", {"user_id": person.id, "from_on": TODAY.isoformat()}, **where
    )

    assert f'value="{person.id}"' in found.text
    assert f'value="{trainee.id}"' not in none.text
    assert added.status_code == 303
    assert teaches(cohort, person)
    assert "Oumchichka" in reader.get("cohorts.cohort.show", **where).text


def test_rights_begin_on_the_first_day_and_end_on_the_evening_of_the_last(database):
    cohort, person = make_cohort(), make_user()
    add(cohort, person, TODAY + DAY, TODAY + 2 * DAY)

    assert [teaches(cohort, person, NOW + n * DAY) for n in range(4)] == [False, True, True, False]


def test_ending_someone_keeps_today_and_takes_tomorrow(browser):
    cohort = make_cohort()
    person = instructor_of(cohort)

    answer = browser.as_(make_administrator()).post(
        "cohorts.instructor.delete",
        {"last_day": TODAY.isoformat()},
        cohort_id=cohort.id,
        instructor_id=person.id,
    )

    assert answer.status_code == 303
    assert teaches(cohort, person)
    assert not teaches(cohort, person, NOW + DAY)


@pytest.mark.parametrize("day", ["", "2026-09-13", "tomorrow"])
def test_a_wrong_last_day_is_refused_on_the_page(browser, day):
    cohort = make_cohort()
    person = instructor_of(cohort)

    answer = browser.as_(make_administrator()).post(
        "cohorts.instructor.delete", {"last_day": day}, cohort_id=cohort.id, instructor_id=person.id
    )

    assert answer.status_code == 422
    assert db.session.scalars(select(CohortInstructor.until_on)).one() is None


def test_what_ended_does_not_end_later(database):
    cohort, person = make_cohort(), make_user()
    add(cohort, person, TODAY, TODAY)

    with pytest.raises(Conflict):
        services.end_instructor(cohort.id, person.id, last_day=TODAY + DAY, actor=OFFICE, now=NOW)


def test_someone_comes_back_to_teach_later_but_never_twice_on_one_day(database):
    cohort, person = make_cohort(), make_user()
    add(cohort, person, TODAY, TODAY + DAY)

    with pytest.raises(Conflict):
        add(cohort, person, TODAY + DAY)
    add(cohort, person, TODAY + 2 * DAY)

    assert len(queries.list_instructors(cohort.id)) == 2


def test_nobody_marks_their_own_register(database):
    cohort, trainee = make_cohort(), make_user()
    make_enrolment(cohort, trainee)

    with pytest.raises(Conflict):
        add(cohort, trainee)


def test_a_code_in_other_hands_does_not_open_the_rights_of_an_instructor(database):
    person, other = make_user(sign_in_name="ijja"), make_user()
    issued = codes.issue_code(person, actor=Actor(user_id=other.id), now=NOW)

    add(make_cohort(), person)

    with pytest.raises(Invalid):
        codes.redeem_code("ijja", issued.code, PASSWORD, own_phone=False, address="", now=NOW)


@pytest.mark.parametrize("case", ["unknown", "closed", "wrong way round"])
def test_who_cannot_be_added(database, case):
    cohort, person = make_cohort(), make_user(deactivated_at=NOW if case == "closed" else None)
    last = TODAY - DAY if case == "wrong way round" else None

    with pytest.raises(Invalid):
        services.add_instructor(
            cohort.id,
            999 if case == "unknown" else person.id,
            from_on=TODAY,
            until_on=last,
            actor=OFFICE,
            now=NOW,
        )


def test_an_instructor_names_no_instructors(browser):
    cohort = make_cohort()
    person = instructor_of(cohort)
    reader, where = browser.as_(person), {"cohort_id": cohort.id}

    assert reader.get("cohorts.instructor.new", **where).status_code == 403
    assert reader.post("cohorts.instructor.create", **where).status_code == 403
    end = reader.post("cohorts.instructor.delete", instructor_id=person.id, **where)
    assert end.status_code == 403


def test_someone_who_never_taught_the_cohort_is_not_found_in_it(browser):
    cohort, other = make_cohort(), instructor_of(make_cohort())

    answer = browser.as_(make_administrator()).post(
        "cohorts.instructor.delete",
        {"last_day": TODAY.isoformat()},
        cohort_id=cohort.id,
        instructor_id=other.id,
    )

    assert answer.status_code == 404


def test_the_page_costs_the_same_for_1_and_for_60(database, count_queries):
    counts = []
    for number in (1, 60):
        cohort = make_cohort()
        for _ in range(number):
            instructor_of(cohort)
        db.session.commit()
        with count_queries() as statements:
            queries.get_teaching(cohort.id, now=NOW)
        counts.append(len(statements))

    assert counts == [2, 2]
