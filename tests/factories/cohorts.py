"""Sites, cohorts, places in them and instructors."""

from datetime import date
from itertools import count

from ecopter.cohorts.models import Cohort, CohortInstructor, Enrolment, EnrolmentPeriod
from ecopter.curricula.models import Curriculum
from ecopter.db import db
from ecopter.people.models import User
from tests.clock import NOW
from tests.factories.curricula import make_curriculum
from tests.factories.people import make_user

_number = count(1)
STARTS = date(2026, 9, 14)
ENDS = date(2027, 6, 11)


def make_cohort(
    trainees: int = 0, curriculum: Curriculum | None = None, **changes: object
) -> Cohort:
    values = {
        "code": f"ECO-{next(_number)}",
        "name": "Promotion 2026",
        "starts_on": STARTS,
        "ends_on": ENDS,
    } | changes
    cohort = Cohort(curriculum_id=(curriculum or make_curriculum()).id, **values)
    db.session.add(cohort)
    db.session.flush()
    for position in range(trainees):
        make_enrolment(cohort, make_user(family_name_lat=f"Tazart {position:03d}"))
    return cohort


def make_enrolment(
    cohort: Cohort,
    trainee: User | None = None,
    periods: tuple[tuple[date, date | None], ...] = (),
) -> Enrolment:
    """A place held from the cohort's first day, or between the dates given."""
    trainee = trainee or make_user()
    enrolment = Enrolment(cohort_id=cohort.id, trainee_id=trainee.id, created_at=NOW)
    db.session.add(enrolment)
    db.session.flush()
    for first, last in periods or ((cohort.starts_on, None),):
        db.session.add(EnrolmentPeriod(enrolment_id=enrolment.id, starts_on=first, ends_on=last))
    db.session.flush()
    return enrolment


def instructor_of(cohort: Cohort, **changes: object) -> User:
    values = {"given_name_lat": "Abdellah", "family_name_lat": "Oumchichka"} | changes
    user = make_user(**values)
    db.session.add(CohortInstructor(cohort_id=cohort.id, user_id=user.id, from_on=cohort.starts_on))
    db.session.flush()
    return user
