"""The first page after signing in costs the same however much there is to show."""

from datetime import timedelta

import pytest

from ecopter.curricula.rules import Track
from tests.clock import NOW, TODAY
from tests.factories.assessment import enrolments_of, lessons_of, make_submission
from tests.factories.associations import make_association, make_mandate
from tests.factories.attendance import make_register
from tests.factories.cohorts import instructor_of, make_cohort, make_enrolment
from tests.factories.curricula import make_curriculum
from tests.factories.notices import make_notice
from tests.factories.people import make_administrator, make_head_of_studies, make_user
from tests.factories.timetable import make_training_session

# Two of them are the door's: the session, and what its holder is to the school; the next one
# looks for news.
DOOR = 2 + 1
# Three read the outline of a course without a mark; one that has it is kept in memory.
TRAINEE = DOOR + 8
INSTRUCTOR = DOOR + 25
# The last asks whether to remind of the second step.
OFFICE = DOOR + 28 + 1
# Their mandates beside what a trainee reads.
LEADER = TRAINEE + 1


@pytest.mark.parametrize(("trainees", "days"), [(1, 1), (40, 20)])
def test_home_asks_the_same_questions_for_one_and_for_many(browser, count_queries, trainees, days):
    cohort = make_cohort(trainees, make_curriculum(modules=2, lessons=2))
    teacher, trainee = instructor_of(cohort), make_user()
    head, administrator = make_head_of_studies(), make_administrator()
    make_enrolment(cohort, trainee)
    [lesson, *_rest] = lessons_of(cohort)
    for number, place in enumerate(enrolments_of(cohort)):
        make_submission(place, lesson, submitted_at=NOW - timedelta(days=number))
    for reader in (trainee, teacher, head, administrator):
        for _notice in range(days):
            make_notice(reader)
    for day in range(1, days + 1):
        make_register(make_training_session(cohort, TODAY - timedelta(days=day)), teacher)
        make_training_session(cohort, TODAY - timedelta(days=100 + day))
        make_training_session(cohort, TODAY + timedelta(days=day))
    make_training_session(cohort, TODAY)
    costs = []
    for person in (trainee, teacher, head, administrator):
        reader = browser.as_(person)
        with count_queries() as seen:
            reader.get("home.show")
        costs.append(len(seen))

    assert costs == [TRAINEE, INSTRUCTOR, OFFICE, OFFICE]


@pytest.mark.parametrize("how_many", [1, 30])
def test_the_leaders_home_asks_the_same_questions_too(browser, count_queries, how_many):
    leader = make_user()
    cohort = make_cohort(how_many, make_curriculum(lessons=2, track=Track.LEADERSHIP))
    make_enrolment(cohort, leader)
    for day in range(how_many):
        make_training_session(cohort, TODAY + timedelta(days=day))
        make_notice(leader)
    for _association in range(1 + how_many // 10):
        make_mandate(make_association(), leader)
    reader = browser.as_(leader)

    with count_queries() as seen:
        reader.get("home.leaders.show")

    assert len(seen) == LEADER
