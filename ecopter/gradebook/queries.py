"""Marks of a cohort, marks of one person, and competences; a few queries, whatever the size."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from sqlalchemy import Numeric, Select, func, literal, select, type_coerce, union_all
from sqlalchemy.orm import joinedload, selectinload

from ecopter.assessment.models import CriterionScore, Grade, QuizAttempt, Submission
from ecopter.assessment.queries.quiz import best_results
from ecopter.assessment.queries.work import latest_published
from ecopter.assessment.rules.grading import Working, working
from ecopter.assessment.rules.quiz import QuizResult
from ecopter.authorization.policy import Scope
from ecopter.cohorts.models import Cohort, Enrolment
from ecopter.cohorts.queries import get_cohort, get_enrolment, scope_of
from ecopter.curricula.models import Lesson, Module, RubricCriterion
from ecopter.curricula.queries import outline
from ecopter.db import db
from ecopter.gradebook.rules import (
    CompetenceOutcome,
    mark_of_works,
    outcome,
    outcome_of_worst,
)
from ecopter.people.models import User
from ecopter.people.rules import PersonName
from ecopter.shared.errors import NotFound
from ecopter.shared.paging import Page

PAGE_SIZE = 50
MARK = Numeric(3, 1, asdecimal=False)
# In place of an enrolment id, which is never 0.
EVERYONE = 0


@dataclass(frozen=True)
class CompetenceLine:
    """The competence of one module for one person."""

    module_id: int
    code: str
    titles: Mapping[str, str]
    outcome: CompetenceOutcome


class Cell(NamedTuple):
    """One exercise of one person as its graders see it; `mark` (0 to 20) None when excused."""

    mark: float | None
    is_published: bool
    submission_id: int | None


class QuizCell(NamedTuple):
    """The best of a person's attempts at one quiz."""

    right_count: int
    counted: int
    passed: bool


@dataclass(frozen=True)
class Line:
    """One trainee: cells and quiz results by lesson id, outcomes by module id."""

    enrolment_id: int
    name: PersonName
    cells: Mapping[int, Cell]
    # Lesson id -> hand-in that waits for a grade.
    waiting: Mapping[int, int]
    quizzes: Mapping[int, QuizCell]
    outcomes: Mapping[int, CompetenceOutcome]


@dataclass(frozen=True)
class Gradebook:
    """Trainees by lessons. `modules` are those shown; `all_modules` those to choose from."""

    cohort: Cohort
    all_modules: Sequence[Module]
    modules: Sequence[Module]
    module_id: int | None
    page: Page[Line]
    # Lesson id -> grades of the whole cohort that trainees cannot see yet.
    unpublished: Mapping[int, int]
    # Everyone was asked for at once.
    is_whole: bool

    @property
    def scope(self) -> Scope:
        return Scope(cohort_id=self.cohort.id)


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


def competences(cohort_id: int) -> dict[int, tuple[CompetenceLine, ...]]:
    """By enrolment id, one line per module with a competence, in teaching order; three queries.

    The worst criterion of the latest published work of each lesson decides; no published work
    at all is "not assessed".
    """
    return competences_of_cohorts([cohort_id])


def competences_of_cohorts(
    cohort_ids: Collection[int],
) -> dict[int, tuple[CompetenceLine, ...]]:
    """The same for everyone of several cohorts; three queries, however many."""
    modules: dict[int, list[CompetenceLine]] = {}
    for cohort_id, module_id, code, titles in db.session.execute(
        select(Cohort.id, Module.id, Module.competence_code, Module.competence_titles)
        .join(Module, Module.curriculum_id == Cohort.curriculum_id)
        .where(Cohort.id.in_(cohort_ids), Module.competence_code != "")
        .order_by(Module.position)
    ):
        line = CompetenceLine(module_id, code, titles, CompetenceOutcome.NOT_ASSESSED)
        modules.setdefault(cohort_id, []).append(line)
    people = select(Enrolment.id).where(Enrolment.cohort_id.in_(cohort_ids))
    worst = _worst_levels(people)
    places = db.session.execute(people.add_columns(Enrolment.cohort_id)).all()
    # One line for each module and level that occurs, shared by everyone who has it.
    lines: dict[tuple[int, int | None], CompetenceLine] = {}
    return {
        enrolment_id: tuple(
            _judged(module, worst.get((enrolment_id, module.module_id)), lines)
            for module in modules.get(cohort_id, ())
        )
        for enrolment_id, cohort_id in places
    }


def competences_of_place(enrolment: Enrolment) -> tuple[CompetenceLine, ...]:
    """The same for one place whose cohort is loaded; two queries."""
    modules = db.session.execute(
        select(Module.id, Module.competence_code, Module.competence_titles)
        .where(Module.curriculum_id == enrolment.cohort.curriculum_id, Module.competence_code != "")
        .order_by(Module.position)
    ).all()
    worst = _worst_levels([enrolment.id])
    return tuple(
        CompetenceLine(
            module_id, code, titles, outcome_of_worst(worst.get((enrolment.id, module_id)))
        )
        for module_id, code, titles in modules
    )


def _judged(
    module: CompetenceLine,
    level: int | None,
    lines: dict[tuple[int, int | None], CompetenceLine],
) -> CompetenceLine:
    key = module.module_id, level
    if key not in lines:
        lines[key] = replace(module, outcome=outcome_of_worst(level))
    return lines[key]


def module_marks(cohort_id: int) -> dict[tuple[int, int], Decimal]:
    """Marks on 20 by (enrolment id, module id), of published works alone; one query.

    The mean of the marks of the module's exercises before any of them is rounded, rounded half up
    to a tenth, once. Modules without a marked work are left out.
    """
    people = select(Enrolment.id).where(Enrolment.cohort_id == cohort_id)
    latest = (
        latest_published(people)
        .with_only_columns(Grade.enrolment_id, Grade.lesson_id, func.max(Grade.id).label("id"))
        .subquery()
    )
    rows = db.session.execute(
        select(
            latest.c.enrolment_id,
            Lesson.module_id,
            func.sum(CriterionScore.level),
            func.count(CriterionScore.level),
        )
        .join(Lesson, Lesson.id == latest.c.lesson_id)
        .join(CriterionScore, CriterionScore.grade_id == latest.c.id)
        .group_by(latest.c.enrolment_id, Lesson.module_id, Lesson.id)
    )
    works: dict[tuple[int, int], list[Fraction]] = {}
    for enrolment_id, module_id, levels, criteria in rows:
        works.setdefault((enrolment_id, module_id), []).append(Fraction(int(levels), criteria))
    return {key: mark_of_works(means) for key, means in works.items()}


def _worst_levels(people: Collection[int] | Select[Any]) -> dict[tuple[int, int], int]:
    """The lowest published level by (enrolment id, module id); one query."""
    latest = (
        latest_published(people)
        .with_only_columns(Grade.enrolment_id, Grade.lesson_id, func.max(Grade.id).label("id"))
        .subquery()
    )
    rows = db.session.execute(
        select(latest.c.enrolment_id, Lesson.module_id, func.min(CriterionScore.level))
        .join(Lesson, Lesson.id == latest.c.lesson_id)
        .join(CriterionScore, CriterionScore.grade_id == latest.c.id)
        .group_by(latest.c.enrolment_id, Lesson.module_id)
    ).all()
    return {(enrolment_id, module_id): level for enrolment_id, module_id, level in rows}


def get_gradebook(
    cohort_id: int, *, module_id: int | None, number: int, size: int | None = PAGE_SIZE
) -> Gradebook:
    """Seven queries for any number of trainees and lessons; `size` None is everyone at once.

    Raises NotFound when the module is of another course.
    """
    cohort = get_cohort(cohort_id)
    taught = [module for module in outline(cohort.curriculum_id) if module.lessons]
    shown = [module for module in taught if module_id in {None, module.id}]
    if module_id is not None and not shown:
        raise NotFound
    number = max(1, number)
    people = (
        select(
            Enrolment.id,
            User.given_name_lat,
            User.family_name_lat,
            User.given_name_ar,
            User.family_name_ar,
            func.count().over().label("total"),
        )
        .join(User, User.id == Enrolment.trainee_id)
        .where(Enrolment.cohort_id == cohort_id)
        .order_by(User.family_name_lat, User.given_name_lat, Enrolment.id)
    )
    if size is not None:
        people = people.limit(size).offset((number - 1) * size)
    rows = db.session.execute(people).all()
    total = rows[0].total if rows else 0
    ids = [row.id for row in rows]
    # Everyone is one condition; a page is the list of its ids.
    people_shown: Collection[int] | Select[Any] = (
        select(Enrolment.id).where(Enrolment.cohort_id == cohort_id) if size is None else ids
    )
    cells = _cells(people_shown)
    quizzes = _quizzes(people_shown)
    worst = _worst_levels(people_shown)
    waiting, unpublished = _to_do(people_shown, cohort_id)
    module_ids = [module.id for module in shown]
    lines = [
        Line(
            enrolment_id=row.id,
            name=PersonName(*row[1:5]),
            cells=cells.get(row.id, {}),
            waiting=waiting.get(row.id, {}),
            quizzes=quizzes.get(row.id, {}),
            outcomes={key: outcome_of_worst(worst.get((row.id, key))) for key in module_ids},
        )
        for row in rows
    ]
    page = Page(lines, number, size or max(total, 1), total)
    return Gradebook(cohort, taught, shown, module_id, page, unpublished, size is None)


def _cells(people: Collection[int] | Select[Any]) -> dict[int, dict[int, Cell]]:
    """Current grades by enrolment id and lesson id; one query.

    There may be 28,000: plain rows, fetched at once, and marks as the database has them, since
    a decimal for each takes longer than reading it.
    """
    cells: defaultdict[int, dict[int, Cell]] = defaultdict(dict)
    rows = db.session.connection().execute(
        select(
            Grade.enrolment_id,
            Grade.lesson_id,
            type_coerce(Grade.mark, MARK),
            Grade.published_at.is_not(None),
            Grade.submission_id,
        ).where(Grade.enrolment_id.in_(people), Grade.is_current)
    )
    for enrolment_id, lesson_id, mark, is_published, submission_id in rows.all():
        cells[enrolment_id][lesson_id] = Cell(mark, is_published, submission_id)
    return cells


def _quizzes(people: Collection[int] | Select[Any]) -> dict[int, dict[int, QuizCell]]:
    """The best attempt by enrolment id and lesson id: passed first, then the share of right."""
    found: defaultdict[int, dict[int, QuizCell]] = defaultdict(dict)
    rows = db.session.connection().execute(
        select(
            QuizAttempt.enrolment_id,
            QuizAttempt.lesson_id,
            QuizAttempt.right_count,
            QuizAttempt.counted,
            QuizAttempt.passed,
        ).where(QuizAttempt.enrolment_id.in_(people))
    )
    for enrolment_id, lesson_id, right_count, counted, passed in rows.all():
        line = found[enrolment_id]
        best = line.get(lesson_id)
        if best is None or (passed, right_count * best.counted) > (
            best.passed,
            best.right_count * counted,
        ):
            line[lesson_id] = QuizCell(right_count, counted, passed)
    return found


def _to_do(
    people: Collection[int] | Select[Any], cohort_id: int
) -> tuple[dict[int, dict[int, int]], dict[int, int]]:
    """What waits for someone who grades; one query for both.

    Hand-ins of these people whose attempt no grade has judged, by enrolment id and lesson id;
    and how many grades of the whole cohort are not published, by lesson id.
    """
    judged = (
        select(Grade.id)
        .where(
            Grade.enrolment_id == Submission.enrolment_id,
            Grade.lesson_id == Submission.lesson_id,
            Grade.attempt >= Submission.attempt,
        )
        .exists()
    )
    handed_in = select(
        Submission.enrolment_id.label("enrolment_id"),
        Submission.lesson_id.label("lesson_id"),
        Submission.id.label("number"),
    ).where(Submission.enrolment_id.in_(people), Submission.is_current, ~judged)
    hidden = (
        select(literal(EVERYONE), Grade.lesson_id, func.count())
        .join(Enrolment, Enrolment.id == Grade.enrolment_id)
        .where(Enrolment.cohort_id == cohort_id, Grade.is_current, Grade.published_at.is_(None))
        .group_by(Grade.lesson_id)
    )
    waiting: dict[int, dict[int, int]] = {}
    for enrolment_id, lesson_id, number in db.session.execute(union_all(handed_in, hidden)):
        waiting.setdefault(enrolment_id, {})[lesson_id] = number
    return waiting, waiting.pop(EVERYONE, {})


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
    for module in outline(enrolment.cohort.curriculum_id):
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
