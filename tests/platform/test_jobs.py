"""Work after the answer: asked once, done at least once, given up aloud."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from ecopter.db import db
from ecopter.platform import jobs
from ecopter.platform.jobs import Job, JobState
from tests.clock import NOW


@pytest.fixture
def handled(app):
    seen = []
    jobs.register(app, "note", lambda arguments, _now: seen.append(arguments["n"]))
    jobs.register(app, "break", lambda _arguments, _now: 1 / 0)
    return seen


def run(now=NOW):
    return jobs.run_next(lambda: now)


def test_asking_twice_is_asking_once(database, handled):
    for _ in range(2):
        jobs.enqueue("note", "note:1", {"n": 1}, now=NOW)
    db.session.commit()

    assert run()
    assert not run()
    assert handled == [1]


def test_the_oldest_work_comes_first(database, handled):
    jobs.enqueue("note", "b", {"n": 2}, now=NOW)
    jobs.enqueue("note", "a", {"n": 1}, now=NOW - timedelta(minutes=1))
    db.session.commit()

    run()
    run()

    assert handled == [1, 2]


def test_a_job_in_hand_is_not_taken_twice_until_its_lease_ends(database, handled):
    jobs.enqueue("note", "a", {"n": 1}, now=NOW)
    db.session.commit()
    assert jobs.lease(NOW)
    db.session.commit()

    assert jobs.lease(NOW + timedelta(seconds=60)) is None
    db.session.commit()
    assert jobs.lease(NOW + timedelta(minutes=3)), "its worker died: someone else takes it"


def test_a_failing_job_is_tried_again_later_and_then_given_up(database, handled):
    jobs.enqueue("break", "a", {}, now=NOW)
    jobs.enqueue("note", "b", {"n": 2}, now=NOW)
    db.session.commit()
    now = NOW

    for _ in range(12):
        run(now)
        now += timedelta(minutes=10)

    job = db.session.scalars(select(Job).where(Job.key == "a")).one()
    assert job.state is JobState.FAILED
    assert job.attempts == jobs.MOST_ATTEMPTS
    assert "ZeroDivisionError" in job.error
    assert handled == [2]


def test_a_job_that_kills_its_worker_is_given_up(database, handled):
    jobs.enqueue("note", "a", {"n": 1}, now=NOW)
    db.session.commit()
    now = NOW
    for _ in range(jobs.MOST_ATTEMPTS):
        assert jobs.lease(now), "taken, and its worker dies"
        db.session.commit()
        now += timedelta(minutes=3)

    assert jobs.lease(now) is None
    db.session.commit()
    assert db.session.scalars(select(Job.state)).one() is JobState.FAILED
