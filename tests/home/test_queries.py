"""The first page after signing in costs the same however much there is to show."""

from datetime import timedelta

import pytest

from tests.clock import TODAY
from tests.factories.attendance import make_register
from tests.factories.cohorts import instructor_of, make_cohort, make_enrolment
from tests.factories.curricula import make_curriculum
from tests.factories.people import make_user
from tests.factories.timetable import make_training_session

# Four of them are the door's: session, roles in the school, in cohorts, and in associations.
TRAINEE = 4 + 7
INSTRUCTOR = 4 + 10


@pytest.mark.parametrize(("trainees", "days"), [(1, 1), (40, 20)])
def test_home_asks_the_same_questions_for_one_and_for_many(browser, count_queries, trainees, days):
    cohort = make_cohort(trainees, make_curriculum(modules=2, lessons=2))
    teacher, trainee = instructor_of(cohort), make_user()
    make_enrolment(cohort, trainee)
    for day in range(1, days + 1):
        make_register(make_training_session(cohort, TODAY - timedelta(days=day)), teacher)
        make_training_session(cohort, TODAY - timedelta(days=100 + day))
        make_training_session(cohort, TODAY + timedelta(days=day))
    make_training_session(cohort, TODAY)
    costs = []
    for reader in (browser.as_(trainee), browser.as_(teacher)):
        with count_queries() as seen:
            reader.get("home.show")
        costs.append(len(seen))

    assert costs == [TRAINEE, INSTRUCTOR]
