"""Two who decide on one cohort at the same moment, on PostgreSQL: the second sees the first."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from ecopter.authorization.policy import Actor
from ecopter.cohorts import queries, services
from ecopter.cohorts.models import Cohort, CohortInstructor, Enrolment, EnrolmentPeriod
from ecopter.cohorts.services import CohortFacts
from ecopter.db import db
from ecopter.shared.errors import DomainError
from tests.clock import NOW, TODAY
from tests.factories.cohorts import STARTS, make_cohort, make_enrolment
from tests.factories.people import make_administrator, make_user
from tests.postgres import own_school

pytestmark = pytest.mark.postgres

# Long enough for the other to reach the row that is held.
HOLD_SECONDS = 0.4


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with own_school(tmp_path_factory.mktemp("races")) as app:
        yield app


@pytest.fixture
def office(school: Flask) -> dict[str, object]:
    administrator = make_administrator()
    db.session.commit()
    return {"actor": Actor(user_id=administrator.id), "now": NOW}


def crossing(app: Flask, first: Callable[[], object], second: Callable[[], object]) -> list[str]:
    """`second` begins while `first` is done and not committed; how each of them ended."""
    db.session.commit()
    db.session.remove()
    begun, ends = threading.Event(), {}

    def run(name: str, act: Callable[[], object]) -> None:
        with app.app_context():
            try:
                act()
                if name == "first":
                    begun.set()
                    threading.Event().wait(HOLD_SECONDS)
                db.session.commit()
                ends[name] = "done"
            except DomainError:
                db.session.rollback()
                ends[name] = "refused"
            finally:
                begun.set()
                db.session.remove()

    one = threading.Thread(target=run, args=("first", first))
    other = threading.Thread(target=run, args=("second", second))
    one.start()
    begun.wait()
    other.start()
    one.join()
    other.join()
    return [ends["first"], ends["second"]]


def facts_of(cohort: Cohort, **changes: object) -> CohortFacts:
    names = CohortFacts.__dataclass_fields__
    known = CohortFacts(**{name: getattr(cohort, name) for name in names})
    return replace(known, **changes)


def enrols(cohort_id: int, user_id: int, office) -> Callable[[], object]:
    return lambda: services.enrol_person(
        queries.hold_intake(cohort_id), user_id, starts_on=STARTS, **office
    )


def updates(cohort_id: int, office, **changes: object) -> Callable[[], object]:
    def update() -> None:
        cohort = queries.get_cohort(cohort_id)
        services.update_cohort(cohort, facts_of(cohort, **changes), **office)

    return update


def adds(cohort_id: int, user_id: int, office) -> Callable[[], object]:
    return lambda: services.add_instructor(cohort_id, user_id, from_on=STARTS, **office)


def places(cohort_id: int) -> int:
    return db.session.scalar(
        select(func.count(Enrolment.id)).where(Enrolment.cohort_id == cohort_id)
    )


def is_both(cohort_id: int, user_id: int) -> bool:
    """Does somebody learn in a cohort and teach it?"""
    learns = select(Enrolment.id).filter_by(cohort_id=cohort_id, trainee_id=user_id)
    teaches = select(CohortInstructor.id).filter_by(cohort_id=cohort_id, user_id=user_id)
    return None not in (db.session.scalar(learns), db.session.scalar(teaches))


def test_places_are_not_taken_away_under_someone_who_enrols(school, office):
    cohort_id = make_cohort(trainees=1, capacity=5).id
    person = make_user().id

    ends = crossing(
        school, enrols(cohort_id, person, office), updates(cohort_id, office, capacity=1)
    )

    assert ends == ["done", "refused"]
    assert places(cohort_id) <= queries.get_cohort(cohort_id).capacity


def test_nobody_enrols_in_a_place_that_was_just_taken_away(school, office):
    cohort_id = make_cohort(trainees=1, capacity=5).id
    person = make_user().id

    ends = crossing(
        school, updates(cohort_id, office, capacity=1), enrols(cohort_id, person, office)
    )

    assert ends == ["done", "refused"]
    assert places(cohort_id) == 1


@pytest.mark.parametrize("first", ["enrols", "adds"])
def test_nobody_comes_to_teach_the_cohort_they_learn_in(school, office, first):
    cohort_id, person = make_cohort().id, make_user().id
    acts = [enrols(cohort_id, person, office), adds(cohort_id, person, office)]

    ends = crossing(school, *(acts if first == "enrols" else acts[::-1]))

    assert ends == ["done", "refused"]
    assert not is_both(cohort_id, person)


def test_days_are_not_cut_under_someone_who_comes_back(school, office):
    cohort = make_cohort()
    left = TODAY - timedelta(days=5)
    place = make_enrolment(cohort, periods=((cohort.starts_on, left),)).id
    cohort_id, back = cohort.id, cohort.ends_on - timedelta(days=3)

    ends = crossing(
        school,
        lambda: services.take_back(queries.get_enrolment(place), starts_on=back, **office),
        updates(cohort_id, office, ends_on=back - timedelta(days=10)),
    )

    last = db.session.scalar(
        select(func.max(EnrolmentPeriod.starts_on)).where(EnrolmentPeriod.enrolment_id == place)
    )
    assert ends == ["done", "refused"]
    assert last <= queries.get_cohort(cohort_id).ends_on


def test_without_the_lock_the_harness_sees_the_race(school, office, monkeypatch):
    """The planted fault: whoever changes a cohort does not wait for those who enrol."""
    monkeypatch.setattr(queries, "hold_cohort", lambda _cohort_id: None)
    cohort_id, person = make_cohort().id, make_user().id

    ends = crossing(school, enrols(cohort_id, person, office), adds(cohort_id, person, office))

    assert ends == ["done", "done"]
    assert is_both(cohort_id, person)


def test_the_races_of_a_cohort_are_settled(school, office, amount, proof):
    times = amount(short=4, long=30)
    for number in range(times):
        cohort_id, person = make_cohort(trainees=1, capacity=2).id, make_user().id
        acts = [
            enrols(cohort_id, person, office),
            updates(cohort_id, office, capacity=1),
        ]
        assert crossing(school, *(acts if number % 2 else acts[::-1])) == ["done", "refused"]

    proof(
        "faults",
        "Two who decide on a cohort at the same moment never undo each other (PostgreSQL)",
        bar="the second is refused each time",
        figure=f"{times} crossings of enrolling and taking places away: {times} refused",
    )
