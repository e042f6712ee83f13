"""Where a trainee stands in a course: what is open, what is finished, and where to go on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from ecopter.shared.grade import share

# A module is "of this week" when one of its half-days is at most this many days away.
THIS_WEEK = 7


class StepState(StrEnum):
    DONE = "done"
    NOW = "now"
    TODO = "todo"


class WorkState(StrEnum):
    """How an exercise stands for the one who does it; a mark counts once it is published."""

    NONE = "none"
    HANDED_IN = "handed_in"
    MARKED = "marked"


class Condition(StrEnum):
    """What finishes a module (Annexe 1 of the course)."""

    QUIZZES = "quizzes"
    EXERCISES = "exercises"
    ATTENDANCE = "attendance"


@dataclass(frozen=True)
class Work:
    """An exercise: when it was handed in, and judged (or excused), and whether that is published.

    An exercise judged by observation was never handed in.
    """

    handed_in_at: datetime | None = None
    judged_at: datetime | None = None
    is_published: bool = False

    @property
    def is_there(self) -> bool:
        return self.handed_in_at is not None or self.judged_at is not None

    @property
    def state(self) -> WorkState:
        """A newer try that waits is only handed in, whatever the try before it was worth."""
        if not self.is_there:
            return WorkState.NONE
        judged = self.judged_at if self.is_published else None
        if judged and (self.handed_in_at is None or self.handed_in_at <= judged):
            return WorkState.MARKED
        return WorkState.HANDED_IN


@dataclass(frozen=True)
class LessonProgress:
    """One trainee in one lesson; `is_done` is what the trainee said."""

    lesson_id: int
    is_done: bool = False
    has_quiz: bool = True
    quiz_passed: bool = False
    work: Work = field(default_factory=Work)


@dataclass(frozen=True)
class ModuleAttendance:
    """Share of the expected minutes in per cent, None before the first register is written.

    `unwritten` counts half-days whose register does not mention the trainee yet.
    """

    rate: Decimal | None = None
    unwritten: int = 0


@dataclass(frozen=True, kw_only=True)
class ModuleProgress:
    """One trainee in one module.

    `days`: how many days away its half-days are that are not cancelled: 0 today, negative when
    they are past. `unplanned`: half-days the curriculum gives it that are not on the timetable
    yet. `prerequisites` are codes of modules of the same course.
    """

    module_id: int
    code: str
    lessons: tuple[LessonProgress, ...] = ()
    prerequisites: tuple[str, ...] = ()
    days: tuple[int, ...] = ()
    unplanned: int = 0
    is_waived: bool = False
    attendance: ModuleAttendance = field(default_factory=ModuleAttendance)

    @cached_property
    def undone(self) -> tuple[int, ...]:
        """Ids of the lessons the trainee has not said done, in order."""
        return tuple(lesson.lesson_id for lesson in self.lessons if not lesson.is_done)

    @property
    def done_count(self) -> int:
        return len(self.lessons) - len(self.undone)

    @property
    def share_done(self) -> Decimal | None:
        """Lessons said done, in per cent; None for a module without lessons."""
        return share(self.done_count, len(self.lessons))

    @property
    def is_begun(self) -> bool:
        """A half-day of it was held, or is today."""
        return any(day <= 0 for day in self.days)


@dataclass(frozen=True)
class Missing:
    """A prerequisite that is not met: the module, and its lessons not yet said done."""

    module_id: int
    lesson_ids: tuple[int, ...]


@dataclass(frozen=True)
class Requirement:
    """One condition of a module, with its figures: `have` out of `needed`.

    Of quizzes and exercises, `lesson_ids` are the lessons where something is missing. Of
    attendance, the figures count half-days held out of half-days planned.
    """

    condition: Condition
    have: int
    needed: int
    is_met: bool
    lesson_ids: tuple[int, ...] = ()


def missing_prerequisites(
    module: ModuleProgress, course: Sequence[ModuleProgress]
) -> tuple[Missing, ...]:
    """What comes first and is not done; a prerequisite is met when all its lessons are."""
    first = [other for other in course if other.code in module.prerequisites]
    return tuple(Missing(other.module_id, other.undone) for other in first if other.undone)


def is_open(module: ModuleProgress, course: Sequence[ModuleProgress]) -> bool:
    """Prerequisites guide and are no wall: what is taught is open, and so is what was waived."""
    return module.is_begun or module.is_waived or not missing_prerequisites(module, course)


def requirements(module: ModuleProgress, attendance_share: Decimal) -> tuple[Requirement, ...]:
    """What finishes the module, whether it is met or not (Annexe 1).

    All its quizzes are passed, all its exercises handed in, and `attendance_share` per cent of
    its minutes attended once its last half-day is held and every register is written. A module
    without lessons asks for attendance only.
    """
    with_quiz = [lesson for lesson in module.lessons if lesson.has_quiz]
    asked = []
    if with_quiz:
        failed = [lesson.lesson_id for lesson in with_quiz if not lesson.quiz_passed]
        asked.append(_requirement(Condition.QUIZZES, len(with_quiz), failed))
    if module.lessons:
        absent = [lesson.lesson_id for lesson in module.lessons if not lesson.work.is_there]
        asked.append(_requirement(Condition.EXERCISES, len(module.lessons), absent))
    asked.append(_attendance(module, attendance_share))
    return tuple(asked)


def _attendance(module: ModuleProgress, attendance_share: Decimal) -> Requirement:
    held, planned = sum(day <= 0 for day in module.days), len(module.days) + module.unplanned
    rate = module.attendance.rate
    is_met = (
        0 < held == planned
        and not module.attendance.unwritten
        and rate is not None
        and rate >= attendance_share
    )
    return Requirement(Condition.ATTENDANCE, have=held, needed=planned, is_met=is_met)


def _requirement(condition: Condition, needed: int, missing: Sequence[int]) -> Requirement:
    return Requirement(condition, needed - len(missing), needed, not missing, tuple(missing))


def is_finished(module: ModuleProgress, attendance_share: Decimal) -> bool:
    # Attendance first: it is quick to look at, and of most modules of a running course not met.
    return _attendance(module, attendance_share).is_met and all(
        asked.is_met for asked in requirements(module, attendance_share)
    )


def resume_at(
    course: Sequence[ModuleProgress], attendance_share: Decimal, latest_lesson_id: int | None
) -> int | None:
    """The lesson to go on with; None when nothing is left to do that is open.

    The first lesson not yet done of the module of the latest act; else of the module whose
    half-day is nearest, within a week before or after today; else of the course. Modules that
    are finished, or not open yet, are passed over.
    """
    for module in _by_preference(course, latest_lesson_id):
        if module.undone and is_open(module, course) and not is_finished(module, attendance_share):
            return module.undone[0]
    return None


def _by_preference(
    course: Sequence[ModuleProgress], latest_lesson_id: int | None
) -> Iterable[ModuleProgress]:
    for module in course:
        if any(lesson.lesson_id == latest_lesson_id for lesson in module.lessons):
            yield module
    # Of two days equally far, the one already lived comes first.
    near = [
        (min((abs(day), day) for day in module.days), place)
        for place, module in enumerate(course)
        if any(abs(day) <= THIS_WEEK for day in module.days)
    ]
    for _, place in sorted(near):
        yield course[place]
    yield from course


def states(
    course: Sequence[ModuleProgress], attendance_share: Decimal, resume_lesson_id: int | None
) -> dict[int, StepState]:
    """Of each module, by id: finished, the one to go on with, or to come.

    When no lesson is left to do, the first module with lessons that is not finished is the one
    of now.
    """
    finished = {m.module_id for m in course if is_finished(m, attendance_share)}
    current = next(
        (m for m in course if any(x.lesson_id == resume_lesson_id for x in m.lessons)),
        next((m for m in course if m.module_id not in finished and m.lessons), None),
    )
    found = {
        m.module_id: StepState.DONE if m.module_id in finished else StepState.TODO for m in course
    }
    if current is not None:
        found[current.module_id] = StepState.NOW
    return found
