"""A course as those who teach it read it, without a trainee."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from ecopter.authorization.policy import Scope
from ecopter.cohorts.models import Cohort
from ecopter.curricula.models import Curriculum, Lesson, Module
from ecopter.curricula.queries import ReadingAids, get_curriculum, get_lesson, outline, reading_aids
from ecopter.db import db


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


def get_preview(lesson_id: int) -> Preview:
    """A lesson for those who teach it; four queries. Raises NotFound."""
    lesson = get_lesson(lesson_id)
    curriculum = lesson.module.curriculum
    around = neighbours(outline(curriculum), lesson_id)
    return Preview(lesson, aids_of(lesson), around, _followers(curriculum.id))


def get_curriculum_page(curriculum_id: int) -> CurriculumPage:
    """A curriculum with its modules and lessons; three queries. Raises NotFound."""
    curriculum = get_curriculum(curriculum_id)
    return CurriculumPage(curriculum, outline(curriculum), _followers(curriculum_id))


def neighbours(course: Sequence[Module], lesson_id: int) -> tuple[Lesson | None, Lesson | None]:
    """The lessons before and after one in the order of teaching, across modules."""
    row = [lesson for module in course for lesson in module.lessons]
    place = next(i for i, lesson in enumerate(row) if lesson.id == lesson_id)
    before = row[place - 1] if place else None
    after = row[place + 1] if place + 1 < len(row) else None
    return before, after


def _followers(curriculum_id: int) -> frozenset[int]:
    return frozenset(
        db.session.scalars(select(Cohort.id).where(Cohort.curriculum_id == curriculum_id))
    )


def aids_of(lesson: Lesson) -> ReadingAids:
    sources = [code for fact in lesson.facts for code in fact["sources"]]
    return reading_aids(sources, lesson.terms)
