"""Cancelling a half-day."""

import pytest

from ecopter.audit.models import AuditEvent
from ecopter.authorization.policy import Actor
from ecopter.db import db
from ecopter.shared.errors import Conflict, Invalid
from ecopter.timetable.queries import get_cancellation
from ecopter.timetable.services import cancel_half_day
from tests.clock import NOW
from tests.factories.attendance import make_register
from tests.factories.cohorts import instructor_of, make_cohort
from tests.factories.timetable import make_training_session

ACTOR = Actor(user_id=1)


def cancel(training_session, reason="Neige au col"):
    cancel_half_day(get_cancellation(training_session.id), reason=reason, actor=ACTOR, now=NOW)


def test_a_half_day_is_cancelled_with_its_reason(database):
    training_session = make_training_session(make_cohort())

    cancel(training_session)

    assert training_session.cancelled_at == NOW
    assert training_session.cancel_reason == "Neige au col"
    event = db.session.query(AuditEvent).one()
    assert (event.action, event.object_id) == ("half_day.cancelled", training_session.id)


def test_cancelling_twice_keeps_the_first_reason(database):
    training_session = make_training_session(make_cohort())

    cancel(training_session)
    cancel(training_session, "autre")

    assert training_session.cancel_reason == "Neige au col"
    assert db.session.query(AuditEvent).count() == 1


def test_a_half_day_with_a_closed_register_was_held(database):
    cohort = make_cohort(trainees=1)
    training_session = make_training_session(cohort)
    make_register(training_session, instructor_of(cohort))

    with pytest.raises(Conflict):
        cancel(training_session)


def test_a_draft_does_not_stand_in_the_way(database):
    cohort = make_cohort(trainees=1)
    training_session = make_training_session(cohort)
    make_register(training_session, instructor_of(cohort), closed=False)

    cancel(training_session)

    assert training_session.is_cancelled


def test_a_cancellation_needs_a_reason(database):
    with pytest.raises(Invalid):
        cancel(make_training_session(make_cohort()), "")
