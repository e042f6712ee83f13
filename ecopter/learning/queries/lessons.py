"""One lesson of a place in its course, with what is open, missing and done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property

from sqlalchemy import Select, bindparam
from sqlalchemy.orm import joinedload

from ecopter.assessment.rules.quiz import QuizResult
from ecopter.authorization.policy import Scope
from ecopter.cohorts.models import Cohort, Enrolment
from ecopter.cohorts.queries import scope_of
from ecopter.curricula.models import Lesson, Module
from ecopter.curricula.queries import ReadingAids, outline
from ecopter.db import db
from ecopter.learning.queries.courses import aids_of, neighbours
from ecopter.learning.queries.traces import MissingFirst, missing_first, places, traces_of
from ecopter.learning.rules import (
    LessonProgress,
    ModuleProgress,
    Work,
    is_open,
    missing_prerequisites,
)
from ecopter.shared.errors import NotFound


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
    # The best result, None before the first attempt.
    quiz: QuizResult | None

    @property
    def scope(self) -> Scope:
        return scope_of(self.enrolment)

    @cached_property
    def neighbours(self) -> tuple[Lesson | None, Lesson | None]:
        return neighbours(self.course, self.lesson.id)


@dataclass(frozen=True)
class LessonPage:
    """A lesson as a trainee reads it, with what stands beside it."""

    place: Place
    aids: ReadingAids

    @property
    def scope(self) -> Scope:
        return self.place.scope


def get_place(enrolment_id: int, lesson_id: int, now: datetime) -> Place:
    """A lesson of an enrolment; three queries. Raises NotFound, also for one of another course."""
    row = (
        db.session.execute(_lesson_of(), {"enrolment_id": enrolment_id, "lesson_id": lesson_id})
        .unique()
        .one_or_none()
    )
    if row is None:
        raise NotFound
    enrolment, lesson = row
    course = outline(enrolment.cohort.curriculum)
    traces = traces_of(enrolment, now)
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
        missing=missing_first(missing_prerequisites(progress[place], progress), course),
        done_at=traces.completions.get(lesson_id),
        work=traces.works.get(lesson_id, Work()),
        quiz=traces.quizzes.get(lesson_id),
    )


@cache
def _lesson_of() -> Select[Enrolment, Lesson]:
    """A place and a lesson of its own course."""
    return (
        places()
        .add_columns(Lesson)
        .join(Module, Module.curriculum_id == Cohort.curriculum_id)
        .join(Lesson, Lesson.module_id == Module.id)
        .options(joinedload(Lesson.criteria))
        .where(Enrolment.id == bindparam("enrolment_id"), Lesson.id == bindparam("lesson_id"))
    )


def get_lesson_page(enrolment_id: int, lesson_id: int, now: datetime) -> LessonPage:
    """A lesson with what stands beside it and what was sent in it. Raises NotFound."""
    place = get_place(enrolment_id, lesson_id, now)
    return LessonPage(
        place=place,
        aids=aids_of(place.lesson),
    )
