"""Reading a trainee's path through the course; every page here costs a fixed number of queries."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from sqlalchemy import CompoundSelect, Select, case, func, literal, select, union_all
from sqlalchemy.orm import contains_eager, joinedload

from ecopter.assessment.models import Grade, QuizAttempt, Submission
from ecopter.assessment.queries.quiz import best_results
from ecopter.assessment.rules.quiz import QuizResult
from ecopter.attendance.queries import Hours, hours_of
from ecopter.attendance.rules import AttendanceSummary
from ecopter.authorization.policy import Actor, Scope
from ecopter.cohorts.models import Cohort, Enrolment
from ecopter.cohorts.queries import scope_of
from ecopter.curricula.models import Curriculum, Lesson, Module
from ecopter.curricula.queries import ReadingAids, get_curriculum, get_lesson, outline, reading_aids
from ecopter.db import db
from ecopter.learning.models import LessonCompletion, PrerequisiteWaiver
from ecopter.learning.rules import (
    LessonProgress,
    Missing,
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
from ecopter.school.models import Site
from ecopter.shared.dates import local
from ecopter.shared.errors import NotFound
from ecopter.timetable.models import TrainingSession


@dataclass(frozen=True)
class Traces:
    """What one enrolment has left behind, and the half-days of its cohort.

    `completions` and `works` by lesson id, `waivers` (their reasons) by module id, `days` by
    module id: how many days away its half-days are. `cancelled` counts the others, by module id.
    `latest_lesson_id`: where the latest act was.
    """

    completions: Mapping[int, datetime]
    works: Mapping[int, Work]
    waivers: Mapping[int, str]
    days: Mapping[int, tuple[int, ...]]
    cancelled: Mapping[int, int]
    latest_lesson_id: int | None


@dataclass(frozen=True)
class MissingFirst:
    """A module that comes first, and what is not yet said done in it."""

    module: Module
    lessons: tuple[Lesson, ...]


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
class Step:
    """A module of the path, everything about it loaded."""

    module: Module
    progress: ModuleProgress
    state: StepState
    is_open: bool
    missing: tuple[MissingFirst, ...]
    asked: tuple[Asked, ...]
    lessons: tuple[LessonStep, ...]
    waiver_reason: str

    @property
    def is_finished(self) -> bool:
        return self.state is StepState.DONE


@dataclass(frozen=True)
class Path:
    """The whole course of one enrolment. `resume` is the lesson to go on with, if any is left."""

    enrolment: Enrolment
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


@dataclass(frozen=True)
class Place:
    """A lesson of an enrolment's own course, and whether its module is open.

    `enrolment` has its cohort, curriculum and trainee, `lesson` its rubric; `course` is the
    outline it stands in.
    """

    enrolment: Enrolment
    lesson: Lesson
    course: Sequence[Module]
    module: Module
    is_open: bool
    missing: tuple[MissingFirst, ...]
    done_at: datetime | None
    work: Work

    @property
    def scope(self) -> Scope:
        return scope_of(self.enrolment)

    @cached_property
    def neighbours(self) -> tuple[Lesson | None, Lesson | None]:
        return neighbours(self.course, self.lesson.id)


@dataclass(frozen=True)
class LessonPage:
    """A lesson as a trainee reads it, with the best result of its quiz."""

    place: Place
    aids: ReadingAids
    quiz: QuizResult | None

    @property
    def scope(self) -> Scope:
        return self.place.scope


@dataclass(frozen=True)
class Preview:
    """A lesson as its teachers read it, without a trainee."""

    lesson: Lesson
    aids: ReadingAids
    neighbours: tuple[Lesson | None, Lesson | None]
    cohort_ids: frozenset[int]

    @property
    def scope(self) -> Scope:
        return Scope(cohort_ids=self.cohort_ids)


@dataclass(frozen=True)
class CurriculumPage:
    """What a curriculum teaches, and the cohorts that follow it."""

    curriculum: Curriculum
    modules: Sequence[Module]
    cohort_ids: frozenset[int]

    @property
    def scope(self) -> Scope:
        return Scope(cohort_ids=self.cohort_ids)


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
    """The path of one enrolment; five queries, rows of this person only. Raises NotFound."""
    found = db.session.scalars(
        _enrolments()
        .options(joinedload(Enrolment.periods))
        .where(Enrolment.id == enrolment_id)
        .execution_options(populate_existing=True)
    )
    enrolment = found.unique().one_or_none()
    if enrolment is None:
        raise NotFound
    course = outline(enrolment.cohort.curriculum_id)
    traces = _traces(enrolment, now)
    quizzes = best_results([enrolment_id])
    hours = hours_of(enrolment, now=now)
    progress = [
        ModuleProgress(
            module_id=module.id,
            code=module.code,
            lessons=tuple(
                _lesson_progress(lesson, traces, quizzes.get((enrolment_id, lesson.id)))
                for lesson in module.lessons
            ),
            prerequisites=tuple(module.prerequisites),
            days=traces.days.get(module.id, ()),
            unplanned=_unplanned(module, traces),
            is_waived=module.id in traces.waivers,
            attendance=_attendance(hours.modules.get(module.id)),
        )
        for module in course
    ]
    asked_share = enrolment.cohort.curriculum.module_attendance_share
    resume = resume_at(progress, asked_share, traces.latest_lesson_id)
    state = states(progress, asked_share, resume)
    lessons = {lesson.id: lesson for module in course for lesson in module.lessons}
    steps = tuple(
        Step(
            module=module,
            progress=each,
            state=state[module.id],
            is_open=is_open(each, progress),
            missing=_missing(missing_prerequisites(each, progress), course),
            asked=tuple(
                Asked(need, tuple(lessons[i] for i in need.lesson_ids))
                for need in requirements(each, asked_share)
            ),
            lessons=tuple(
                LessonStep(lesson, said, quizzes.get((enrolment_id, lesson.id)))
                for lesson, said in zip(module.lessons, each.lessons, strict=True)
            ),
            waiver_reason=traces.waivers.get(module.id, ""),
        )
        for module, each in zip(course, progress, strict=True)
    )
    return Path(enrolment, hours, steps, lessons.get(resume) if resume else None)


def get_module_page(enrolment_id: int, module_id: int, now: datetime) -> ModulePage:
    """One module of a path. Raises NotFound, also for a module of another course."""
    path = get_path(enrolment_id, now)
    step = next((step for step in path.steps if step.module.id == module_id), None)
    if step is None:
        raise NotFound
    return ModulePage(path, step)


def get_place(enrolment_id: int, lesson_id: int, now: datetime) -> Place:
    """A lesson of an enrolment; three queries. Raises NotFound, also for one of another course."""
    row = (
        db.session.execute(
            _enrolments()
            .add_columns(Lesson)
            .join(Module, Module.curriculum_id == Cohort.curriculum_id)
            .join(Lesson, Lesson.module_id == Module.id)
            .options(joinedload(Lesson.criteria))
            .where(Enrolment.id == enrolment_id, Lesson.id == lesson_id)
        )
        .unique()
        .one_or_none()
    )
    if row is None:
        raise NotFound
    enrolment, lesson = row
    course = outline(enrolment.cohort.curriculum_id)
    traces = _traces(enrolment, now)
    progress = [
        ModuleProgress(
            module_id=module.id,
            code=module.code,
            lessons=tuple(
                LessonProgress(each.id, is_done=each.id in traces.completions)
                for each in module.lessons
            ),
            prerequisites=tuple(module.prerequisites),
            days=traces.days.get(module.id, ()),
            is_waived=module.id in traces.waivers,
        )
        for module in course
    ]
    place = next(i for i, module in enumerate(course) if module.id == lesson.module_id)
    return Place(
        enrolment=enrolment,
        lesson=lesson,
        course=course,
        module=course[place],
        is_open=is_open(progress[place], progress),
        missing=_missing(missing_prerequisites(progress[place], progress), course),
        done_at=traces.completions.get(lesson_id),
        work=traces.works.get(lesson_id, Work()),
    )


def get_lesson_page(enrolment_id: int, lesson_id: int, now: datetime) -> LessonPage:
    """A lesson with what stands beside it and what was sent in it. Raises NotFound."""
    place = get_place(enrolment_id, lesson_id, now)
    return LessonPage(
        place=place,
        aids=_aids(place.lesson),
        quiz=best_results([enrolment_id]).get((enrolment_id, lesson_id)),
    )


def get_preview(lesson_id: int) -> Preview:
    """A lesson for those who teach it; four queries. Raises NotFound."""
    lesson = get_lesson(lesson_id)
    curriculum_id = lesson.module.curriculum_id
    course = outline(curriculum_id)
    return Preview(lesson, _aids(lesson), neighbours(course, lesson_id), _followers(curriculum_id))


def get_curriculum_page(curriculum_id: int) -> CurriculumPage:
    """A curriculum with its modules and lessons; three queries. Raises NotFound."""
    curriculum = get_curriculum(curriculum_id)
    return CurriculumPage(curriculum, outline(curriculum_id), _followers(curriculum_id))


def find_completion(enrolment_id: int, lesson_id: int) -> LessonCompletion | None:
    return db.session.scalar(
        select(LessonCompletion).where(
            LessonCompletion.enrolment_id == enrolment_id, LessonCompletion.lesson_id == lesson_id
        )
    )


def find_waiver(enrolment_id: int, module_id: int) -> PrerequisiteWaiver | None:
    return db.session.scalar(
        select(PrerequisiteWaiver).where(
            PrerequisiteWaiver.enrolment_id == enrolment_id,
            PrerequisiteWaiver.module_id == module_id,
        )
    )


def neighbours(course: Sequence[Module], lesson_id: int) -> tuple[Lesson | None, Lesson | None]:
    """The lessons before and after one in the order of teaching, across modules."""
    row = [lesson for module in course for lesson in module.lessons]
    place = next(i for i, lesson in enumerate(row) if lesson.id == lesson_id)
    before = row[place - 1] if place else None
    after = row[place + 1] if place + 1 < len(row) else None
    return before, after


def _enrolments() -> Select[Enrolment]:
    """Places with cohort, curriculum and trainee, in one statement."""
    return (
        select(Enrolment)
        .join(Enrolment.cohort)
        .options(
            contains_eager(Enrolment.cohort).joinedload(Cohort.curriculum),
            joinedload(Enrolment.trainee),
        )
    )


def _followers(curriculum_id: int) -> frozenset[int]:
    return frozenset(
        db.session.scalars(select(Cohort.id).where(Cohort.curriculum_id == curriculum_id))
    )


def _aids(lesson: Lesson) -> ReadingAids:
    sources = [code for fact in lesson.facts for code in fact["sources"]]
    return reading_aids(sources, lesson.terms)


def _traces(enrolment: Enrolment, now: datetime) -> Traces:
    """Everything of a path that is a row with a moment, whatever its table; one query."""
    completions: dict[int, datetime] = {}
    handed_in: dict[int, datetime] = {}
    judged: dict[int, tuple[datetime, bool]] = {}
    waivers: dict[int, str] = {}
    days: dict[int, list[int]] = {}
    cancelled: Counter[int] = Counter()
    acts: list[tuple[datetime, int]] = []
    for kind, about, at, words in db.session.execute(_moments(enrolment)):
        if kind == "waiver":
            waivers[about] = words
        elif kind == "half-day":
            away = local(at, words).date() - local(now, words).date()
            days.setdefault(about, []).append(away.days)
        elif kind == "cancelled":
            cancelled[about] += 1
        elif kind == "grade":
            judged[about] = (at, words == "published")
        else:
            acts.append((at, about))
            if kind == "completion":
                completions[about] = at
            elif kind == "submission":
                handed_in[about] = at
    return Traces(
        completions=completions,
        works={
            lesson_id: Work(handed_in.get(lesson_id), *judged.get(lesson_id, (None, False)))
            for lesson_id in handed_in.keys() | judged.keys()
        },
        waivers=waivers,
        days={module_id: tuple(sorted(away)) for module_id, away in days.items()},
        cancelled=cancelled,
        latest_lesson_id=max(acts)[1] if acts else None,
    )


def _moments(enrolment: Enrolment) -> CompoundSelect[str, int, datetime, str]:
    """(kind, lesson or module id, when, words); the words of a half-day are its site's zone."""
    return union_all(
        select(
            literal("completion").label("kind"),
            LessonCompletion.lesson_id.label("about"),
            LessonCompletion.done_at.label("at"),
            literal("").label("words"),
        ).where(LessonCompletion.enrolment_id == enrolment.id),
        select(
            literal("quiz"),
            QuizAttempt.lesson_id,
            func.max(QuizAttempt.submitted_at),
            literal(""),
        )
        .where(QuizAttempt.enrolment_id == enrolment.id)
        .group_by(QuizAttempt.lesson_id),
        select(
            literal("submission"),
            Submission.lesson_id,
            func.max(Submission.submitted_at),
            literal(""),
        )
        .where(Submission.enrolment_id == enrolment.id)
        .group_by(Submission.lesson_id),
        select(
            literal("grade"),
            Grade.lesson_id,
            Grade.graded_at,
            case((Grade.published_at.is_(None), "waiting"), else_="published"),
        ).where(Grade.enrolment_id == enrolment.id, Grade.is_current),
        select(
            literal("waiver"),
            PrerequisiteWaiver.module_id,
            PrerequisiteWaiver.given_at,
            PrerequisiteWaiver.reason,
        ).where(PrerequisiteWaiver.enrolment_id == enrolment.id),
        select(
            case((TrainingSession.cancelled_at.is_(None), "half-day"), else_="cancelled"),
            TrainingSession.module_id,
            TrainingSession.starts_at,
            Site.zone,
        )
        .join(Site, Site.id == TrainingSession.site_id)
        .where(TrainingSession.cohort_id == enrolment.cohort_id),
    )


def _lesson_progress(lesson: Lesson, traces: Traces, quiz: QuizResult | None) -> LessonProgress:
    return LessonProgress(
        lesson_id=lesson.id,
        is_done=lesson.id in traces.completions,
        has_quiz=lesson.quiz_is_marked,
        quiz_passed=quiz is not None and quiz.passed,
        work=traces.works.get(lesson.id, Work()),
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


def _missing(missing: Sequence[Missing], course: Sequence[Module]) -> tuple[MissingFirst, ...]:
    modules = {module.id: module for module in course}
    return tuple(
        MissingFirst(
            modules[each.module_id],
            tuple(x for x in modules[each.module_id].lessons if x.id in each.lesson_ids),
        )
        for each in missing
    )
