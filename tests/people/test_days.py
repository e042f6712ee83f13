"""Rights begin and end with the day on the school's calendar, not at Greenwich."""

from datetime import UTC, date, datetime

import pytest

from ecopter.cohorts import queries as cohorts
from ecopter.cohorts.models import CohortInstructor
from ecopter.db import db
from ecopter.people import queries as people
from ecopter.people.models import UserRole
from ecopter.people.rules import SchoolRole
from tests.factories.cohorts import make_cohort, make_enrolment
from tests.factories.people import make_user

# Half past midnight in Paris on 24 November; still the 23rd in UTC.
JUST_AFTER_MIDNIGHT = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
YESTERDAY, TODAY = date(2026, 11, 23), date(2026, 11, 24)


@pytest.mark.parametrize(
    ("from_on", "until_on", "holds"),
    [(TODAY, None, True), (date(2026, 9, 1), YESTERDAY, False)],
    ids=["begins today", "ended yesterday"],
)
def test_a_role_runs_by_the_schools_calendar(database, from_on, until_on, holds):
    user, cohort = make_user(), make_cohort()
    dates = {"from_on": from_on, "until_on": until_on}
    db.session.add(UserRole(user_id=user.id, role=SchoolRole.ADMINISTRATOR, **dates))
    db.session.add(CohortInstructor(cohort_id=cohort.id, user_id=user.id, **dates))
    db.session.commit()

    assert bool(people.roles_of(user.id, now=JUST_AFTER_MIDNIGHT).roles) is holds
    assert bool(cohorts.roles_of(user.id, now=JUST_AFTER_MIDNIGHT).teaches) is holds


def test_a_place_ends_with_the_last_evening(database):
    enrolment = make_enrolment(make_cohort(), periods=((date(2026, 9, 14), YESTERDAY),))
    db.session.commit()

    standing = cohorts.roles_of(enrolment.trainee_id, now=JUST_AFTER_MIDNIGHT)

    assert enrolment.id in standing.enrolments
    assert standing.active_enrolments == frozenset()
