"""What is open, what is finished, and where to go on."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from ecopter.learning.rules import (
    Condition,
    LessonProgress,
    Missing,
    ModuleAttendance,
    ModuleProgress,
    StepState,
    Work,
    WorkState,
    is_finished,
    is_open,
    missing_prerequisites,
    requirements,
    resume_at,
    states,
)

SHARE = Decimal(80)
MONDAY, TUESDAY = datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 24, tzinfo=UTC)
SENT = Work(handed_in_at=MONDAY)
ALL_THERE = ModuleAttendance(Decimal(100))


def module(number, lessons=2, done=0, **changes):
    """Module M<number> with lessons <number>1, <number>2…, the first `done` of them done."""
    values = {
        "module_id": number,
        "code": f"M{number}",
        "lessons": tuple(
            LessonProgress(number * 10 + place, is_done=place <= done)
            for place in range(1, lessons + 1)
        ),
    }
    return ModuleProgress(**(values | changes))


def complete(number, **changes):
    """A module whose every condition is met, all lessons said done."""
    lessons = tuple(
        LessonProgress(number * 10 + place, is_done=True, quiz_passed=True, work=SENT)
        for place in (1, 2)
    )
    values = {"lessons": lessons, "days": (-3, -2), "attendance": ALL_THERE}
    return replace(module(number), **(values | changes))


def test_a_module_waits_for_the_lessons_of_its_prerequisites():
    costs, packing = module(7, done=1), module(8, done=2)
    selling = module(9, prerequisites=("M7", "M8"))
    course = [costs, packing, selling]

    assert missing_prerequisites(selling, course) == (Missing(7, (72,)),)
    assert not is_open(selling, course)
    assert is_open(costs, course)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, False),
        ({"days": (1, 8)}, False),
        ({"days": (0,)}, True),
        ({"days": (-30, 8)}, True),
        ({"is_waived": True}, True),
    ],
    ids=["not taught yet", "taught tomorrow", "taught today", "begun last month", "waived"],
)
def test_prerequisites_guide_and_are_no_wall(changes, expected):
    first, then = module(6), module(8, prerequisites=("M6",), **changes)

    assert is_open(then, [first, then]) is expected


def test_a_prerequisite_without_lessons_holds_nobody_back():
    welcome, then = module(1, lessons=0), module(2, prerequisites=("M1",))

    assert is_open(then, [welcome, then])


@pytest.mark.parametrize(
    ("changes", "unmet"),
    [
        ({}, set()),
        ({"attendance": ModuleAttendance(Decimal("80.0"))}, set()),
        ({"attendance": ModuleAttendance(Decimal("79.9"))}, {Condition.ATTENDANCE}),
        ({"attendance": ModuleAttendance(Decimal("79.96"))}, {Condition.ATTENDANCE}),
        ({"attendance": ModuleAttendance(None)}, {Condition.ATTENDANCE}),
        ({"attendance": ModuleAttendance(Decimal(100), unwritten=1)}, {Condition.ATTENDANCE}),
        ({"days": (-3, 4)}, {Condition.ATTENDANCE}),
        ({"days": ()}, {Condition.ATTENDANCE}),
        ({"days": (-3, 0)}, set()),
        ({"unplanned": 1}, {Condition.ATTENDANCE}),
        (
            {"lessons": (LessonProgress(21, quiz_passed=True), LessonProgress(22, work=SENT))},
            {Condition.QUIZZES, Condition.EXERCISES},
        ),
        (
            {"lessons": (LessonProgress(21, has_quiz=False, work=Work(judged_at=MONDAY)),)},
            set(),
        ),
    ],
    ids=[
        "everything is there",
        "just enough attendance",
        "a tenth too little",
        "too little by less than a tenth",
        "no register closed yet",
        "one register still open",
        "a half-day is still to come",
        "no half-day planned",
        "the last half-day is today",
        "a half-day is not on the timetable yet",
        "a quiz and an exercise missing",
        "no quiz, and judged by observation",
    ],
)
def test_what_finishes_a_module(changes, unmet):
    saffron = complete(2, **changes)

    found = {asked.condition for asked in requirements(saffron, SHARE) if not asked.is_met}

    assert found == unmet
    assert is_finished(saffron, SHARE) is (not unmet)


def test_conditions_carry_their_figures_and_the_lessons_that_miss():
    lessons = (
        LessonProgress(21, quiz_passed=True),
        LessonProgress(22, quiz_passed=False, work=SENT),
        LessonProgress(23, has_quiz=False),
    )
    saffron = replace(module(2), lessons=lessons, days=(-7, 0, 7))

    quizzes, exercises, attendance = requirements(saffron, SHARE)

    assert (quizzes.have, quizzes.needed, quizzes.lesson_ids) == (1, 2, (22,))
    assert (exercises.have, exercises.needed, exercises.lesson_ids) == (1, 3, (21, 23))
    assert (attendance.have, attendance.needed) == (2, 3)


def test_a_module_without_lessons_asks_for_attendance_only():
    (only,) = requirements(module(1, lessons=0), SHARE)

    assert only.condition is Condition.ATTENDANCE


@pytest.mark.parametrize(
    ("course", "latest", "expected"),
    [
        ([module(1), module(2)], None, 11),
        ([module(1), module(2, done=1)], 21, 22),
        ([module(1), module(2, done=2)], 21, 11),
        ([module(1), module(2, days=(2,))], None, 21),
        ([module(1, days=(-7,)), module(2, days=(8,))], None, 11),
        ([module(1, days=(3,)), module(2, days=(-3,))], None, 21),
        ([module(1, days=(-5,)), module(2, days=(1,))], None, 21),
        ([module(1), module(2, days=(0,))], 11, 11),
        ([module(1), module(2, days=(2,), prerequisites=("M1",))], None, 11),
        (
            [complete(1, lessons=(LessonProgress(11, has_quiz=False, work=SENT),)), module(2)],
            11,
            21,
        ),
        ([module(1, lessons=0), module(2, done=2)], 22, None),
        ([], None, None),
    ],
    ids=[
        "nothing done: the first lesson",
        "the module of the latest act",
        "that module has no lesson left",
        "the module of this week",
        "eight days away is not this week",
        "of two equally far, the one already lived",
        "the nearest half-day",
        "the latest act before this week",
        "this week's module is not open yet",
        "a finished module is passed over",
        "every lesson is done",
        "an empty course",
    ],
)
def test_where_to_go_on(course, latest, expected):
    assert resume_at(course, SHARE, latest) == expected


def test_each_module_is_done_now_or_to_come():
    course = [complete(1), module(2, done=1), module(3)]

    assert states(course, SHARE, 22) == {
        1: StepState.DONE,
        2: StepState.NOW,
        3: StepState.TODO,
    }


def test_with_every_lesson_done_the_unfinished_module_is_the_one_of_now():
    course = [complete(1), module(2, done=2), module(3, lessons=0)]

    assert states(course, SHARE, None)[2] is StepState.NOW


def test_a_finished_course_has_nothing_left_for_now():
    assert set(states([complete(1), complete(2)], SHARE, None).values()) == {StepState.DONE}


@pytest.mark.parametrize(
    ("work", "expected"),
    [
        (Work(), WorkState.NONE),
        (Work(handed_in_at=MONDAY), WorkState.HANDED_IN),
        (Work(MONDAY, TUESDAY, is_published=False), WorkState.HANDED_IN),
        (Work(MONDAY, TUESDAY, is_published=True), WorkState.MARKED),
        (Work(TUESDAY, MONDAY, is_published=True), WorkState.HANDED_IN),
        (Work(None, MONDAY, is_published=True), WorkState.MARKED),
    ],
    ids=[
        "nothing sent",
        "waiting",
        "judged, not published",
        "published",
        "a second try waits",
        "judged by observation",
    ],
)
def test_how_an_exercise_stands(work, expected):
    assert work.state is expected


def test_the_share_done_counts_what_was_said_done():
    assert module(1, lessons=3, done=1).share_done == Decimal("33.3")
    assert module(1, lessons=0).share_done is None
