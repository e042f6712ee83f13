"""Everything published for one person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from ecopter.assessment.models import Grade, Submission
from ecopter.assessment.queries.quiz import best_results
from ecopter.assessment.queries.work import latest_published
from ecopter.assessment.rules.grading import Working, working
from ecopter.assessment.rules.quiz import QuizResult
from ecopter.authorization.policy import Scope
from ecopter.cohorts.models import Enrolment
from ecopter.cohorts.queries import get_enrolment, scope_of
from ecopter.curricula.models import Lesson, Module, RubricCriterion
from ecopter.curricula.queries import outline
from ecopter.db import db
from ecopter.gradebook.rules import CompetenceOutcome, outcome


@dataclass(frozen=True)
class CriterionLevel:
    name: str
    level: int
    description: str


@dataclass(frozen=True)
class LessonMarks:
    """What one person may know of one lesson: the published grade, and the best quiz."""

    lesson: Lesson
    grade: Grade | None
    levels: Sequence[CriterionLevel]
    working: Working | None
    quiz: QuizResult | None
    submission_id: int | None
    handed_in_at: datetime | None
    # Handed in and not yet shown: graded or not, the page says the same.
    is_waiting: bool

    @property
    def has_any(self) -> bool:
        return bool(self.grade or self.quiz or self.submission_id)


@dataclass(frozen=True)
class ModuleMarks:
    """One module's lessons; `outcome` and `worst` (the level that decides) over all of them."""

    module: Module
    lessons: Sequence[LessonMarks]
    outcome: CompetenceOutcome | None
    worst: int | None

    @property
    def has_any(self) -> bool:
        return any(lesson.has_any for lesson in self.lessons)


@dataclass(frozen=True)
class Marks:
    """One person's published marks."""

    enrolment: Enrolment
    modules: Sequence[ModuleMarks]

    @property
    def has_any(self) -> bool:
        return any(module.has_any for module in self.modules)

    @property
    def scope(self) -> Scope:
        return scope_of(self.enrolment)


def get_marks(enrolment_id: int) -> Marks:
    """Everything published for one person, and nothing else; nine queries. Raises NotFound."""
    enrolment = get_enrolment(enrolment_id)
    grades = _published_grades(enrolment_id)
    criteria = _criteria([grade.lesson_id for grade in grades.values()])
    quizzes = best_results([enrolment_id])
    handed_in = {
        lesson_id: (submission_id, at, attempt)
        for lesson_id, submission_id, at, attempt in db.session.execute(
            select(Submission.lesson_id, Submission.id, Submission.submitted_at, Submission.attempt)
            .where(Submission.enrolment_id == enrolment_id, Submission.is_current)
            .order_by(Submission.attempt)
        )
    }
    modules = []
    for module in outline(enrolment.cohort.curriculum):
        lessons = []
        for lesson in module.lessons:
            grade = grades.get(lesson.id)
            submission_id, at, attempt = handed_in.get(lesson.id, (None, None, 0))
            levels = _levels(grade, criteria)
            lessons.append(
                LessonMarks(
                    lesson=lesson,
                    grade=grade,
                    levels=levels,
                    working=working([row.level for row in levels]) if levels else None,
                    quiz=quizzes.get((enrolment_id, lesson.id)),
                    submission_id=submission_id,
                    handed_in_at=at,
                    is_waiting=attempt > (grade.attempt if grade else 0),
                )
            )
        judged = [[row.level for row in marks.levels] for marks in lessons if marks.levels]
        word = outcome(judged) if module.competence_code else None
        worst = min((level for levels in judged for level in levels), default=None)
        modules.append(ModuleMarks(module, lessons, word, worst))
    return Marks(enrolment, [marks for marks in modules if marks.lessons])


def _published_grades(enrolment_id: int) -> dict[int, Grade]:
    """The latest published grade of each lesson, by lesson id; two queries."""
    grades = db.session.scalars(
        select(Grade)
        .where(Grade.id.in_(latest_published([enrolment_id])))
        .options(selectinload(Grade.scores), joinedload(Grade.graded_by))
    )
    return {grade.lesson_id: grade for grade in grades}


def _criteria(lesson_ids: Sequence[int]) -> dict[int, RubricCriterion]:
    rows = db.session.scalars(
        select(RubricCriterion)
        .where(RubricCriterion.lesson_id.in_(lesson_ids))
        .order_by(RubricCriterion.lesson_id, RubricCriterion.position)
    )
    return {row.id: row for row in rows}


def _levels(
    grade: Grade | None, criteria: Mapping[int, RubricCriterion]
) -> Sequence[CriterionLevel]:
    """The levels of a grade in the order of its rubric, with the words of the level reached."""
    if grade is None:
        return []
    reached = {score.criterion_id: score.level for score in grade.scores}
    return [
        CriterionLevel(row.name, reached[row.id], row.levels[reached[row.id] - 1])
        for row in criteria.values()
        if row.id in reached
    ]
