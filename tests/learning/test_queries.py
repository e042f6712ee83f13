"""A path as it is read: whose lesson, what is open, and the price in queries."""

from decimal import Decimal

import pytest

from ecopter.attendance.rules import AttendanceSummary
from ecopter.db import db
from ecopter.learning import queries
from ecopter.learning.queries import paths
from ecopter.learning.rules import Condition, StepState, WorkState
from ecopter.shared.errors import NotFound
from tests.clock import NOW
from tests.factories.cohorts import make_cohort, make_enrolment
from tests.factories.curricula import ask_first, make_curriculum
from tests.factories.learning import (
    make_attended,
    make_completion,
    make_excuse,
    make_half_day,
    make_hand_in,
    make_passed_quiz,
    make_waiver,
)

pytestmark = pytest.mark.usefixtures("database")

PATH_QUERIES = 4
PLACE_QUERIES = 3
LESSON_QUERIES = 4


def place(modules=2, lessons=2, trainees=0):
    """An enrolment in a course, and the course's outline."""
    cohort = make_cohort(trainees, make_curriculum(modules=modules, lessons=lessons))
    enrolment = make_enrolment(cohort)
    return enrolment, queries.get_path(enrolment.id, NOW)


def lessons_of(path, module):
    return [each.lesson for each in path.steps[module].lessons]


def read(enrolment):
    db.session.commit()
    db.session.remove()
    return queries.get_path(enrolment.id, NOW)


def test_a_new_trainee_begins_at_the_first_lesson():
    _, path = place()

    assert path.resume == lessons_of(path, 0)[0]
    assert [step.state for step in path.steps] == [StepState.NOW, StepState.TODO]
    assert path.next == path.steps[1]


def test_the_path_opens_where_the_trainee_stopped():
    enrolment, path = place(modules=3)
    make_completion(enrolment, lessons_of(path, 0)[0], days_ago=5)
    make_passed_quiz(enrolment, lessons_of(path, 2)[0], days_ago=1)
    make_hand_in(enrolment, lessons_of(path, 1)[1], days_ago=3)

    path = read(enrolment)

    assert path.resume.code == "M3-L1"
    assert path.now.module.code == "M3"


def test_without_an_act_the_module_taught_this_week_comes_first():
    enrolment, path = place()
    make_half_day(enrolment.cohort, path.steps[1].module, days=2)

    assert read(enrolment).resume.code == "M2-L1"


def test_a_cancelled_half_day_teaches_nothing():
    enrolment, path = place()
    module = path.steps[1].module
    make_half_day(enrolment.cohort, module, cancelled_at=NOW, cancel_reason="Neige")

    path = read(enrolment)

    assert path.resume.code == "M1-L1"
    assert path.steps[1].progress.days == ()


def test_today_is_the_day_of_the_site():
    enrolment, path = place()
    ask_first(path.steps[1].module, ["M1"])
    make_half_day(enrolment.cohort, path.steps[1].module, days=0)

    assert read(enrolment).steps[1].is_open


def test_a_finished_module_has_every_figure():
    enrolment, path = place(modules=1, lessons=2)
    first, second = lessons_of(path, 0)
    make_passed_quiz(enrolment, first)
    make_passed_quiz(enrolment, second)
    make_hand_in(enrolment, first)
    make_excuse(enrolment, second, enrolment.trainee_id)
    module = path.steps[0].module
    make_attended(make_half_day(enrolment.cohort, module, days=-3), enrolment)
    make_half_day(enrolment.cohort, module, days=-2, cancelled_at=NOW, cancel_reason="Neige")

    (step,) = read(enrolment).steps

    assert step.is_finished
    assert {a.requirement.condition: a.requirement.have for a in step.asked} == {
        Condition.QUIZZES: 2,
        Condition.EXERCISES: 2,
        Condition.ATTENDANCE: 1,
    }
    assert step.progress.attendance.rate == 100
    assert step.lessons[0].progress.work.state is WorkState.HANDED_IN
    assert step.lessons[1].progress.work.state is WorkState.MARKED


def test_half_days_that_nobody_has_planned_yet_are_awaited():
    enrolment, path = place(modules=1)
    make_attended(make_half_day(enrolment.cohort, path.steps[0].module, days=-3), enrolment)

    attendance = read(enrolment).steps[0].asked[-1].requirement

    assert (attendance.have, attendance.needed, attendance.is_met) == (1, 2, False)


def test_what_is_missing_names_modules_and_lessons():
    enrolment, path = place()
    ask_first(path.steps[1].module, ["M1"])
    make_completion(enrolment, lessons_of(path, 0)[0])

    step = read(enrolment).steps[1]

    assert not step.is_open
    assert [first.module.code for first in step.missing] == ["M1"]
    assert [lesson.code for lesson in step.missing[0].lessons] == ["M1-L2"]


def test_a_waived_module_is_open_and_says_why():
    enrolment, path = place()
    ask_first(path.steps[1].module, ["M1"])
    make_waiver(enrolment, path.steps[1].module, "Deux campagnes à la coopérative")

    step = read(enrolment).steps[1]

    assert step.is_open
    assert step.waiver_reason == "Deux campagnes à la coopérative"
    assert not read(make_enrolment(make_cohort(curriculum=path.curriculum))).steps[1].is_open


def test_somebody_elses_acts_are_not_mine():
    enrolment, path = place()
    other = make_enrolment(enrolment.cohort)
    make_completion(other, lessons_of(path, 0)[0])
    make_passed_quiz(other, lessons_of(path, 1)[0])
    make_hand_in(other, lessons_of(path, 1)[0])
    make_excuse(other, lessons_of(path, 1)[1], other.trainee_id)

    mine = read(enrolment)

    assert mine.done_count == 0
    assert mine.resume.code == "M1-L1"
    assert {x.progress.work.state for step in mine.steps for x in step.lessons} == {WorkState.NONE}
    assert read(other).done_count == 1


@pytest.mark.parametrize("load", [queries.get_place, queries.get_lesson_page])
def test_a_lesson_of_another_course_is_not_found(load):
    enrolment, _ = place()
    _, path = place()

    with pytest.raises(NotFound):
        load(enrolment.id, lessons_of(path, 0)[0].id, NOW)


def test_a_module_of_another_course_is_not_found():
    enrolment, _ = place()
    _, path = place()

    with pytest.raises(NotFound):
        queries.get_module_page(enrolment.id, path.steps[0].module.id, NOW)


@pytest.mark.parametrize(
    "load",
    [
        lambda: queries.get_path(99, NOW),
        lambda: queries.get_lesson_page(99, 99, NOW),
        lambda: queries.get_preview(99),
        lambda: queries.get_curriculum_page(99),
    ],
    ids=["path", "lesson", "preview", "curriculum"],
)
def test_what_does_not_exist_is_not_found(load):
    with pytest.raises(NotFound):
        load()


def test_lessons_follow_one_another_across_modules():
    enrolment, path = place(modules=2, lessons=2)
    end_of_first = lessons_of(path, 0)[1]

    before, after = queries.get_place(enrolment.id, end_of_first.id, NOW).neighbours

    assert (before.code, after.code) == ("M1-L1", "M2-L1")


def test_the_ends_of_the_course_have_one_neighbour():
    enrolment, path = place(modules=1, lessons=1)
    (only,) = lessons_of(path, 0)

    assert queries.get_place(enrolment.id, only.id, NOW).neighbours == (None, None)


@pytest.mark.parametrize(("modules", "lessons", "trainees"), [(1, 1, 0), (13, 5, 30)])
def test_a_path_costs_the_same_for_one_and_for_many(modules, lessons, trainees, count_queries):
    enrolment, path = place(modules, lessons, trainees)
    for step in path.steps:
        make_half_day(enrolment.cohort, step.module, days=-step.module.position)
        for each in step.lessons:
            make_completion(enrolment, each.lesson)
            make_passed_quiz(enrolment, each.lesson)
    lesson_id = lessons_of(path, 0)[0].id
    costs = {}
    for name, load in {
        "path": lambda: queries.get_path(enrolment.id, NOW),
        "place": lambda: queries.get_place(enrolment.id, lesson_id, NOW),
        "lesson": lambda: queries.get_lesson_page(enrolment.id, lesson_id, NOW),
        "preview": lambda: queries.get_preview(lesson_id),
    }.items():
        db.session.commit()
        db.session.remove()
        with count_queries() as seen:
            load()
        costs[name] = len(seen)

    assert costs == {
        "path": PATH_QUERIES,
        "place": PLACE_QUERIES,
        "lesson": LESSON_QUERIES,
        "preview": 4,
    }


def test_a_share_of_minutes_is_not_rounded_up_to_the_threshold():
    almost = AttendanceSummary(expected_minutes=2500, attended_minutes=1999)

    assert paths._attendance(almost).rate == Decimal("79.96")
