"""Saying a lesson done, taking it back, and opening a module early."""

import pytest
from sqlalchemy import func, select

from ecopter.audit.models import AuditEvent
from ecopter.authorization.policy import Actor
from ecopter.db import db
from ecopter.learning import services
from ecopter.learning.models import LessonCompletion, PrerequisiteWaiver
from ecopter.learning.queries import get_module_page, get_path, get_place
from ecopter.shared.errors import Conflict
from tests.clock import NOW
from tests.factories.cohorts import instructor_of, make_cohort, make_enrolment
from tests.factories.curricula import ask_first, make_curriculum
from tests.factories.learning import make_half_day

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def cohort():
    return make_cohort(curriculum=make_curriculum(modules=2, lessons=1))


@pytest.fixture
def enrolment(cohort):
    return make_enrolment(cohort)


@pytest.fixture
def trainee(enrolment):
    return Actor(user_id=enrolment.trainee_id)


@pytest.fixture
def instructor(cohort):
    return Actor(user_id=instructor_of(cohort).id)


def close_second_module(enrolment):
    second = get_path(enrolment.id, NOW).steps[1]
    ask_first(second.module, ["M1"])
    db.session.flush()
    return second


def at(enrolment, module):
    lesson = get_path(enrolment.id, NOW).steps[module].lessons[0].lesson
    return get_place(enrolment.id, lesson.id, NOW)


def count(table):
    return db.session.scalar(select(func.count()).select_from(table))


def events():
    return db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.sequence)).all()


def test_a_trainee_says_a_lesson_done(enrolment, trainee):
    services.complete_lesson(at(enrolment, 0), actor=trainee, now=NOW)

    assert at(enrolment, 0).done_at == NOW
    assert events() == ["lesson.completed"]


def test_saying_it_twice_keeps_one(enrolment, trainee):
    place = at(enrolment, 0)
    services.complete_lesson(place, actor=trainee, now=NOW)

    services.complete_lesson(place, actor=trainee, now=NOW)

    assert count(LessonCompletion) == 1
    assert events() == ["lesson.completed"]


def test_a_second_click_that_arrives_at_the_same_instant_is_no_error(
    enrolment, trainee, monkeypatch
):
    place = at(enrolment, 0)
    services.complete_lesson(place, actor=trainee, now=NOW)
    monkeypatch.setattr(services, "find_completion", lambda *_: None)

    services.complete_lesson(place, actor=trainee, now=NOW)

    assert count(LessonCompletion) == 1
    assert events() == ["lesson.completed"]


def test_a_lesson_of_a_module_that_waits_cannot_be_done(enrolment, trainee):
    close_second_module(enrolment)

    with pytest.raises(Conflict) as refusal:
        services.complete_lesson(at(enrolment, 1), actor=trainee, now=NOW)

    assert refusal.value.values == {"modules": "M1"}
    assert count(LessonCompletion) == 0


def test_a_module_taught_today_is_open_whatever_comes_first(cohort, enrolment, trainee):
    second = close_second_module(enrolment)
    make_half_day(cohort, second.module)

    services.complete_lesson(at(enrolment, 1), actor=trainee, now=NOW)

    assert count(LessonCompletion) == 1


def test_a_trainee_takes_it_back(enrolment, trainee):
    services.complete_lesson(at(enrolment, 0), actor=trainee, now=NOW)

    services.undo_completion(at(enrolment, 0), actor=trainee, now=NOW)

    assert at(enrolment, 0).done_at is None
    assert events() == ["lesson.completed", "lesson.reopened"]


def test_taking_back_what_was_not_said_changes_nothing(enrolment, trainee):
    services.undo_completion(at(enrolment, 0), actor=trainee, now=NOW)

    assert events() == []


def test_an_instructor_opens_a_module_with_a_reason(enrolment, instructor):
    second = close_second_module(enrolment)
    page = get_module_page(enrolment.id, second.module.id, NOW)

    services.waive_prerequisites(page, "Dix ans au moulin", actor=instructor, now=NOW)

    step = get_module_page(enrolment.id, second.module.id, NOW).step
    assert step.is_open
    assert step.waiver_reason == "Dix ans au moulin"
    assert events() == ["prerequisite.waived"]


def test_a_second_waiver_changes_nothing(enrolment, instructor):
    second = close_second_module(enrolment)
    page = get_module_page(enrolment.id, second.module.id, NOW)
    services.waive_prerequisites(page, "Dix ans au moulin", actor=instructor, now=NOW)

    services.waive_prerequisites(page, "Encore", actor=instructor, now=NOW)

    assert db.session.scalars(select(PrerequisiteWaiver.reason)).all() == ["Dix ans au moulin"]


def test_an_open_module_needs_no_waiver(enrolment, instructor):
    first = get_path(enrolment.id, NOW).steps[0]
    page = get_module_page(enrolment.id, first.module.id, NOW)

    with pytest.raises(Conflict):
        services.waive_prerequisites(page, "Pour voir", actor=instructor, now=NOW)


def test_the_trail_keeps_ids_and_no_words(enrolment, instructor):
    second = close_second_module(enrolment)
    page = get_module_page(enrolment.id, second.module.id, NOW)
    services.waive_prerequisites(page, "Raison privée", actor=instructor, now=NOW)

    event = db.session.scalars(select(AuditEvent)).one()

    assert (event.object_type, event.object_id) == ("enrolment", enrolment.id)
    assert event.details == {"module_id": second.module.id}
