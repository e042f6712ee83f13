"""What somebody is to the school is asked once, of every feature that knows something of it."""

from ecopter.associations.queries import roles_of as in_associations
from ecopter.authorization.policy import Role
from ecopter.authorization.standing import ask
from ecopter.cohorts.queries import roles_of as in_cohorts
from ecopter.db import db
from ecopter.people.models import UserRole
from ecopter.people.queries import roles_of as in_school
from ecopter.people.rules import SchoolRole
from tests.clock import NOW
from tests.factories.associations import make_mandate
from tests.factories.cohorts import instructor_of, make_cohort, make_enrolment

SOURCES = (in_school, in_cohorts, in_associations)


def everything_at_once():
    """Somebody who works in the office, teaches, learns and leads an association."""
    taught = make_cohort()
    user = instructor_of(taught)
    db.session.add(UserRole(user_id=user.id, role=SchoolRole.ADMINISTRATOR, from_on=NOW.date()))
    place = make_enrolment(make_cohort(), user)
    mandate = make_mandate(user=user)
    return user, taught, place, mandate


def test_each_reads_its_own_rows_and_no_others(database):
    user, taught, place, mandate = everything_at_once()

    school, cohorts, associations = ask(SOURCES, user.id, NOW)

    assert school.roles == {Role.ADMINISTRATOR}
    assert cohorts.roles == {Role.INSTRUCTOR, Role.TRAINEE}
    assert cohorts.teaches == {taught.id}
    assert cohorts.enrolments == {place.id: place.cohort_id}
    assert associations.roles == {Role.LEADER}
    assert associations.represents == {mandate.association_id}


def test_together_they_say_what_each_says_alone(database):
    user, *_ = everything_at_once()

    assert ask(SOURCES, user.id, NOW) == [source(user.id, now=NOW) for source in SOURCES]


def test_all_of_them_are_one_query(database, count_queries):
    user, *_ = everything_at_once()
    with count_queries() as statements:
        ask(SOURCES, user.id, NOW)

    assert len(statements) == 1


def test_a_stranger_is_nothing(database):
    assert not any(standing.roles for standing in ask(SOURCES, 9_999, NOW))
