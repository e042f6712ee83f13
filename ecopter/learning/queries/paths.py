"""The whole course of one enrolment: what is done, what is open, and where to go on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache, cached_property

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import contains_eager, joinedload

from ecopter.assessment.rules.quiz import QuizResult
from ecopter.attendance.queries import Hours, OwnHalfDay, hours_among, list_own_half_days
from ecopter.attendance.rules import AttendanceSummary
from ecopter.authorization.policy import Actor, Scope
from ecopter.cohorts.models import Cohort, Enrolment
from ecopter.cohorts.queries import scope_of
from ecopter.curricula.models import Curriculum, Lesson, Module
from ecopter.curricula.queries import outline
from ecopter.db import db
from ecopter.learning.queries.traces import (
    MissingFirst,
    Traces,
    missing_first,
    places,
    traces_of,
)
from ecopter.learning.rules import (
    LessonProgress,
    ModuleAttendance,
    ModuleProgress,
    Requirement,
    StepState,
    Work,
    is_open,
    missing_prerequisites,
    requirements,
    resume_at,
    states,
)
from ecopter.shared.errors import NotFound

NOTHING_DONE = Work()


@dataclass(frozen=True)
class Asked:
    """A condition for finishing a module with its figures, and the lessons where it is not met."""

    requirement: Requirement
    lessons: tuple[Lesson, ...]


@dataclass(frozen=True)
class LessonStep:
    """A lesson of the path. `quiz` is the best result, None before the first attempt."""

    lesson: Lesson
    progress: LessonProgress
    quiz: QuizResult | None


@dataclass(frozen=True)
class Course:
    """The modules of a course, how far one person is in each, and the attendance they ask for."""

    modules: Sequence[Module]
    progress: Sequence[ModuleProgress]
    attendance_share: Decimal


@dataclass(frozen=True)
class Step:
    """A module of the path, everything about it loaded; what few pages show is computed there."""

    module: Module
    progress: ModuleProgress
    state: StepState
    course: Course
    lessons: tuple[LessonStep, ...]
    waiver_reason: str

    @property
    def is_finished(self) -> bool:
        return self.state is StepState.DONE

    @cached_property
    def is_open(self) -> bool:
        return is_open(self.progress, self.course.progress)

    @cached_property
    def missing(self) -> tuple[MissingFirst, ...]:
        first = missing_prerequisites(self.progress, self.course.progress)
        return missing_first(first, self.course.modules)

    @cached_property
    def asked(self) -> tuple[Asked, ...]:
        lessons = {lesson.id: lesson for lesson in self.module.lessons}
        return tuple(
            Asked(need, tuple(lessons[lesson_id] for lesson_id in need.lesson_ids))
            for need in requirements(self.progress, self.course.attendance_share)
        )


@dataclass(frozen=True)
class Path:
    """The whole course of one enrolment. `resume` is the lesson to go on with, if any is left."""

    enrolment: Enrolment
    half_days: Sequence[OwnHalfDay]
    hours: Hours
    steps: tuple[Step, ...]
    resume: Lesson | None

    @property
    def scope(self) -> Scope:
        return scope_of(self.enrolment)

    @property
    def curriculum(self) -> Curriculum:
        return self.enrolment.cohort.curriculum

    @property
    def now(self) -> Step | None:
        return next((step for step in self.steps if step.state is StepState.NOW), None)

    @property
    def next(self) -> Step | None:
        """The first module to do after the one of now."""
        place = self.steps.index(self.now) + 1 if self.now else 0
        return next((step for step in self.steps[place:] if step.state is StepState.TODO), None)

    @property
    def finished_count(self) -> int:
        return sum(step.is_finished for step in self.steps)

    @property
    def lesson_count(self) -> int:
        return sum(len(step.lessons) for step in self.steps)

    @property
    def done_count(self) -> int:
        return sum(step.progress.done_count for step in self.steps)


@dataclass(frozen=True)
class ModulePage:
    """One module of a path."""

    path: Path
    step: Step

    @property
    def scope(self) -> Scope:
        return self.path.scope


def list_own(actor: Actor) -> Sequence[Enrolment]:
    """The actor's places with cohort and curriculum, the latest first; one query."""
    return db.session.scalars(
        select(Enrolment)
        .join(Enrolment.cohort)
        .options(contains_eager(Enrolment.cohort).joinedload(Cohort.curriculum))
        .where(Enrolment.trainee_id == actor.user_id)
        .order_by(Cohort.starts_on.desc())
    ).all()


def get_path(enrolment_id: int, now: datetime) -> Path:
    """The path of one enrolment; four queries at most, rows of this person only.

    Raises NotFound.
    """
    found = db.session.scalars(_one_place(), {"enrolment_id": enrolment_id})
    enrolment = found.unique().one_or_none()
    if enrolment is None:
        raise NotFound
    modules = outline(enrolment.cohort.curriculum)
    half_days = list_own_half_days(enrolment)
    traces = traces_of(enrolment, now, half_days)
    hours = hours_among(half_days, enrolment.spans, now=now)
    progress = [
        ModuleProgress(
            module_id=module.id,
            code=module.code,
            lessons=tuple(_lesson_progress(lesson, traces) for lesson in module.lessons),
            prerequisites=tuple(module.prerequisites),
            days=traces.days.get(module.id, ()),
            unplanned=_unplanned(module, traces),
            is_waived=module.id in traces.waivers,
            attendance=_attendance(hours.modules.get(module.id)),
        )
        for module in modules
    ]
    course = Course(modules, progress, enrolment.cohort.curriculum.module_attendance_share)
    resume = resume_at(progress, course.attendance_share, traces.latest_lesson_id)
    state = states(progress, course.attendance_share, resume)
    steps = tuple(
        Step(
            module=module,
            progress=each,
            state=state[each.module_id],
            course=course,
            lessons=tuple(
                LessonStep(lesson, said, traces.quizzes.get(said.lesson_id))
                for lesson, said in zip(module.lessons, each.lessons, strict=True)
            ),
            waiver_reason=traces.waivers.get(each.module_id, ""),
        )
        for module, each in zip(modules, progress, strict=True)
    )
    return Path(enrolment, half_days, hours, steps, _lesson(modules, resume))


@cache
def _one_place() -> Select[Enrolment]:
    return (
        places()
        .options(joinedload(Enrolment.periods))
        .where(Enrolment.id == bindparam("enrolment_id"))
        .execution_options(populate_existing=True)
    )


def get_module_page(enrolment_id: int, module_id: int, now: datetime) -> ModulePage:
    """One module of a path. Raises NotFound, also for a module of another course."""
    path = get_path(enrolment_id, now)
    step = next((step for step in path.steps if step.module.id == module_id), None)
    if step is None:
        raise NotFound
    return ModulePage(path, step)


def _lesson(modules: Sequence[Module], lesson_id: int | None) -> Lesson | None:
    lessons = (lesson for module in modules for lesson in module.lessons)
    return next((lesson for lesson in lessons if lesson.id == lesson_id), None)


def _lesson_progress(lesson: Lesson, traces: Traces) -> LessonProgress:
    key = lesson.id
    quiz = traces.quizzes.get(key)
    return LessonProgress(
        lesson_id=key,
        is_done=key in traces.completions,
        has_quiz=lesson.quiz_is_marked,
        quiz_passed=quiz is not None and quiz.passed,
        work=traces.works.get(key, NOTHING_DONE),
    )


def _unplanned(module: Module, traces: Traces) -> int:
    """A cancelled half-day was on the timetable: it leaves the count instead of being awaited."""
    on_timetable = len(traces.days.get(module.id, ())) + traces.cancelled.get(module.id, 0)
    return max(0, module.planned_half_days - on_timetable)


def _attendance(summary: AttendanceSummary | None) -> ModuleAttendance:
    if summary is None:
        return ModuleAttendance()
    # Not rounded: 79.96 % is under 80 %.
    expected = summary.expected_minutes
    rate = Decimal(100 * summary.attended_minutes) / expected if expected else None
    return ModuleAttendance(rate, summary.half_days_unwritten)
