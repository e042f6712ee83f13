"""Getting a place, leaving, coming back, and who may see whom."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from ecopter.authorization.policy import Actor, Role
from ecopter.cohorts import queries, services
from ecopter.cohorts.models import CohortInstructor, EnrolmentPeriod
from ecopter.cohorts.rules import EnrolmentState, is_expected, state_on
from ecopter.curricula.rules import Track
from ecopter.db import db
from ecopter.people.models import OneTimeCode
from ecopter.shared.dates import DateSpan
from ecopter.shared.errors import Conflict
from tests.clock import NOW, TODAY
from tests.factories.assessment import lessons_of
from tests.factories.cohorts import instructor_of, make_cohort, make_enrolment
from tests.factories.curricula import make_curriculum
from tests.factories.people import make_administrator, make_head_of_studies, make_user

MARCH = date(2027, 3, 12)
APRIL = date(2027, 4, 5)
AUTUMN = DateSpan(date(2026, 9, 14), date(2026, 10, 16))
SPRING = DateSpan(date(2027, 1, 18), None)
OFFICE = Actor(user_id=1, roles=frozenset({Role.ADMINISTRATOR}))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 9, 13), False),
        (date(2026, 9, 14), True),
        (date(2026, 10, 16), True),
        (date(2026, 10, 17), False),
        (date(2027, 1, 18), True),
    ],
    ids=["before", "first day", "last day", "in between", "back again"],
)
def test_a_trainee_is_expected_only_while_a_period_runs(day, expected):
    assert is_expected(day, [AUTUMN, SPRING]) is expected


@pytest.mark.parametrize(
    ("day", "periods", "state"),
    [
        (date(2026, 9, 1), [AUTUMN], EnrolmentState.PLANNED),
        (date(2026, 9, 20), [AUTUMN], EnrolmentState.ACTIVE),
        (date(2026, 12, 1), [AUTUMN], EnrolmentState.WITHDRAWN),
        (date(2027, 2, 1), [AUTUMN, SPRING], EnrolmentState.ACTIVE),
        (date(2027, 7, 1), [DateSpan(AUTUMN.first, date(2027, 6, 11))], EnrolmentState.COMPLETED),
        (date(2026, 9, 20), [], EnrolmentState.PLANNED),
    ],
)
def test_what_a_place_is(day, periods, state):
    assert state_on(day, periods, date(2027, 6, 11)) is state


def test_leaving_in_march_and_coming_back_in_april_makes_two_periods(database):
    enrolment = make_enrolment(make_cohort())
    enrolment = queries.get_enrolment(enrolment.id)

    services.withdraw(enrolment, last_day=MARCH, reason="stage", actor=OFFICE, now=NOW)
    services.take_back(enrolment, starts_on=APRIL, actor=OFFICE, now=NOW)

    periods = db.session.scalars(select(EnrolmentPeriod).order_by(EnrolmentPeriod.starts_on))
    assert [(one.starts_on, one.ends_on) for one in periods] == [
        (date(2026, 9, 14), MARCH),
        (APRIL, None),
    ]


@pytest.mark.parametrize(
    "day", [date(2026, 9, 1), date(2027, 6, 12)], ids=["before the cohort", "after it"]
)
def test_nobody_leaves_outside_the_cohorts_dates(database, day):
    enrolment = queries.get_enrolment(make_enrolment(make_cohort()).id)

    with pytest.raises(Conflict):
        services.withdraw(enrolment, last_day=day, reason="stage", actor=OFFICE, now=NOW)


def test_a_second_period_cannot_overlap_the_first(database):
    enrolment = queries.get_enrolment(make_enrolment(make_cohort()).id)
    services.withdraw(enrolment, last_day=MARCH, reason="stage", actor=OFFICE, now=NOW)

    with pytest.raises(Conflict):
        services.take_back(enrolment, starts_on=MARCH, actor=OFFICE, now=NOW)


def test_a_refused_withdrawal_keeps_what_was_typed(browser):
    cohort = make_cohort(trainees=1)
    enrolment = queries.list_enrolments(cohort.id)[0]

    response = browser.as_(make_administrator()).post(
        "cohorts.withdrawal.create",
        {"last_day": "2030-01-01", "reason": "déménagement"},
        cohort_id=cohort.id,
        enrolment_id=enrolment.id,
    )

    assert response.status_code == 422
    assert "déménagement" in response.text
    assert "dernier jour de la promotion" in response.text
    assert db.session.scalars(select(EnrolmentPeriod.ends_on)).one() is None


def test_roles_follow_cohorts_and_dates(database):
    cohort = make_cohort()
    instructor, trainee = instructor_of(cohort), make_user()
    leader = make_user()
    enrolment = make_enrolment(cohort, trainee)
    make_enrolment(make_cohort(curriculum=make_curriculum(track=Track.LEADERSHIP)), leader)

    assert queries.roles_of(instructor.id, now=NOW).teaches == {cohort.id}
    assert queries.roles_of(trainee.id, now=NOW).active_enrolments == {enrolment.id}
    assert queries.roles_of(leader.id, now=NOW).roles == frozenset()


def test_an_instructor_of_yesterday_has_no_rights_today(browser):
    cohort = make_cohort(trainees=1)
    former = instructor_of(cohort)
    row = db.session.scalars(
        select(CohortInstructor).where(CohortInstructor.user_id == former.id)
    ).one()
    row.until_on = TODAY - timedelta(days=1)

    assert browser.as_(former).get("cohorts.cohort.show", cohort_id=cohort.id).status_code == 404


def test_a_cohort_is_unknown_to_another_cohorts_instructor(browser):
    cohort, other = make_cohort(trainees=1), make_cohort()

    response = browser.as_(instructor_of(other)).get("cohorts.cohort.show", cohort_id=cohort.id)

    assert response.status_code == 404


def test_an_instructor_sees_the_cohort_but_does_not_enrol(browser):
    cohort = make_cohort(trainees=1)
    enrolment = queries.list_enrolments(cohort.id)[0]
    reader = browser.as_(instructor_of(cohort))

    assert reader.get("cohorts.cohort.show", cohort_id=cohort.id).status_code == 200
    assert (
        reader.get(
            "cohorts.withdrawal.new", cohort_id=cohort.id, enrolment_id=enrolment.id
        ).status_code
        == 403
    )


def test_the_list_holds_only_the_actors_cohorts(browser):
    mine, other = make_cohort(name="La mienne"), make_cohort(name="Une autre")

    page = browser.as_(instructor_of(mine)).get("cohorts.cohort.index").text

    assert "La mienne" in page
    assert other.name not in page


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_the_cohort_page_in_every_language(browser, language):
    cohort = make_cohort(trainees=2)

    reader = browser.as_(make_head_of_studies()).in_(language)

    assert reader.get("cohorts.cohort.show", cohort_id=cohort.id).status_code == 200
    assert reader.get("cohorts.cohort.index").status_code == 200


def test_the_cohort_page_costs_the_same_for_16_and_for_500(database, count_queries):
    small, large = make_cohort(trainees=16), make_cohort(trainees=500)
    counts = []
    for cohort in (small, large):
        db.session.commit()
        db.session.expunge_all()
        with count_queries() as statements:
            queries.get_cohort_sheet(cohort.id, now=NOW)
        counts.append(len(statements))

    assert counts[0] == counts[1] <= 3


def test_the_list_of_cohorts_costs_the_same_for_1_and_for_30(database, count_queries):
    counts = []
    for number in (1, 30):
        for _ in range(number):
            make_cohort(trainees=1)
        db.session.commit()
        with count_queries() as statements:
            queries.list_cohorts(OFFICE, 1)
        counts.append(len(statements))

    assert counts == [1, 1]


def test_an_instructor_gives_a_trainee_a_code_that_is_shown_once(browser):
    cohort = make_cohort(trainees=1)
    enrolment = queries.list_enrolments(cohort.id)[0]

    response = browser.as_(instructor_of(cohort)).post(
        "cohorts.code.create", cohort_id=cohort.id, enrolment_id=enrolment.id
    )

    code = db.session.scalars(select(OneTimeCode)).one()
    assert response.status_code == 200
    assert enrolment.trainee.sign_in_name in response.text
    assert code.user_id == enrolment.trainee_id
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("learner", ["administrator", "instructor", "instructor to come"])
@pytest.mark.parametrize("role", ["instructor", "head of studies"])
def test_a_code_for_a_colleague_is_not_a_way_into_their_rights(browser, role, learner):
    """Whoever works for the school also learns in the cohort; only the office may help them."""
    cohort, other = make_cohort(), make_cohort()
    person = make_administrator() if learner == "administrator" else make_user()
    if learner != "administrator":
        first = TODAY + timedelta(days=7) if learner == "instructor to come" else TODAY
        db.session.add(CohortInstructor(cohort_id=other.id, user_id=person.id, from_on=first))
    enrolment = make_enrolment(cohort, person)
    helper = instructor_of(cohort) if role == "instructor" else make_head_of_studies()
    place = {"cohort_id": cohort.id, "enrolment_id": enrolment.id}

    response = browser.as_(helper).post("cohorts.code.create", **place)

    assert response.status_code == 403
    assert db.session.scalars(select(OneTimeCode)).all() == []
    assert browser.as_(make_administrator()).post("cohorts.code.create", **place).status_code == 200


def test_an_enrolment_of_another_cohort_is_not_found_under_this_one(browser):
    cohort, other = make_cohort(), make_cohort(trainees=1)
    foreign = queries.list_enrolments(other.id)[0]

    response = browser.as_(make_administrator()).get(
        "cohorts.withdrawal.new", cohort_id=cohort.id, enrolment_id=foreign.id
    )

    assert response.status_code == 404


def test_whoever_left_is_told_why_they_cannot_hand_in(browser):
    cohort = make_cohort(curriculum=make_curriculum(lessons=1))
    leaver = make_user(language="en")
    enrolment = make_enrolment(cohort, leaver, periods=((AUTUMN.first, TODAY - timedelta(days=3)),))
    [lesson] = lessons_of(cohort)

    answer = browser.as_(leaver).get(
        "assessment.submission.new", enrolment_id=enrolment.id, lesson_id=lesson.id
    )

    assert answer.status_code == 403
    assert "does not run today" in answer.text


def test_names_stand_in_one_order_with_accents_and_capitals_aside(database):
    cohort = make_cohort()
    for family in ("Zahra", "Élkadi", "amrani", "Aït Ali", "Ezzaki"):
        make_enrolment(cohort, make_user(family_name_lat=family))

    names = [one.trainee.family_name_lat for one in queries.list_enrolments(cohort.id)]

    assert names == ["Aït Ali", "amrani", "Élkadi", "Ezzaki", "Zahra"]
