"""The gradebook of a cohort: trainees by lessons, in a few queries whatever the size."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Numeric, Select, func, literal, select, type_coerce, union_all

from ecopter.assessment.models import Grade, QuizAttempt, Submission
from ecopter.authorization.policy import Scope
from ecopter.cohorts.models import Cohort, Enrolment
from ecopter.cohorts.queries import get_cohort
from ecopter.curricula.models import Module
from ecopter.curricula.queries import outline
from ecopter.db import db
from ecopter.gradebook.queries.competences import worst_levels
from ecopter.gradebook.rules import CompetenceOutcome, outcome_of_worst
from ecopter.people.models import User
from ecopter.people.rules import PersonName
from ecopter.shared.errors import NotFound
from ecopter.shared.grade import round_grade
from ecopter.shared.paging import Page, page_within
from ecopter.shared.text import fold

PAGE_SIZE = 50
MARK = Numeric(3, 1, asdecimal=False)
# In place of an enrolment id, which is never 0.
EVERYONE = 0


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
class BookWish:
    """Which trainees are wanted, by words of their name (folded), and in which order.

    `column` is `name`; `mean`, of the marks in the lessons shown; or `judged`, how many works
    have a grade there. Whoever has no mark yet comes last either way.
    """

    words: Sequence[str] = ()
    column: str = "name"
    is_descending: bool = False

    @property
    def has_figure(self) -> bool:
        """Whether the order follows from a figure, which is then shown beside the name."""
        return self.column != "name"


BY_NAME = BookWish()


@dataclass(frozen=True)
class Line:
    """One trainee: cells and quiz results by lesson id, outcomes by module id.

    `figure` is what the trainees are ordered by, when that is not their name.
    """

    enrolment_id: int
    name: PersonName
    cells: Mapping[int, Cell]
    # Lesson id -> hand-in that waits for a grade.
    waiting: Mapping[int, int]
    quizzes: Mapping[int, QuizCell]
    outcomes: Mapping[int, CompetenceOutcome]
    figure: Decimal | int | None = None


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
    wish: BookWish = BY_NAME

    @property
    def scope(self) -> Scope:
        return Scope(cohort_id=self.cohort.id)


def get_gradebook(
    cohort_id: int,
    *,
    module_id: int | None,
    number: int,
    size: int | None = PAGE_SIZE,
    wish: BookWish = BY_NAME,
) -> Gradebook:
    """Seven queries for any number of trainees and lessons, and one more to order by a figure.

    `size` None is everyone at once. Raises NotFound when the module is of another course.
    """
    cohort = get_cohort(cohort_id)
    taught = [module for module in outline(cohort.curriculum) if module.lessons]
    shown = [module for module in taught if module_id in {None, module.id}]
    if module_id is not None and not shown:
        raise NotFound
    lesson_ids = [lesson.id for module in shown for lesson in module.lessons]
    figures = _figures(cohort_id, lesson_ids, wish.column) if wish.has_figure else {}
    found = _people(cohort_id, wish, figures)
    number = page_within(number, size or max(len(found), 1), len(found))
    people = found if size is None else found[(number - 1) * size : number * size]
    # Everyone is one condition; a choice of them is the list of their ids.
    people_shown: Collection[int] | Select[Any] = (
        select(Enrolment.id).where(Enrolment.cohort_id == cohort_id)
        if size is None and not wish.words
        else [person.enrolment_id for person in people]
    )
    cells = _cells(people_shown)
    quizzes = _quizzes(people_shown)
    worst = worst_levels(people_shown)
    waiting, unpublished = _to_do(people_shown, cohort_id)
    module_ids = [module.id for module in shown]
    lines = [
        Line(
            enrolment_id=key,
            name=name,
            cells=cells.get(key, {}),
            waiting=waiting.get(key, {}),
            quizzes=quizzes.get(key, {}),
            outcomes={one: outcome_of_worst(worst.get((key, one))) for one in module_ids},
            figure=figures.get(key),
        )
        for key, name in people
    ]
    page = Page(lines, number, size or max(len(found), 1), len(found))
    return Gradebook(cohort, taught, shown, module_id, page, unpublished, size is None, wish)


class Person(NamedTuple):
    """Someone with a place in the cohort."""

    enrolment_id: int
    name: PersonName

    def holds(self, words: Sequence[str]) -> bool:
        """Whether the name, in one script or both together, holds all the words."""
        text = fold(f"{self.name.latin} {self.name.arabic}")
        return all(word in text for word in words)


def _people(
    cohort_id: int, wish: BookWish, figures: Mapping[int, Decimal | int]
) -> Sequence[Person]:
    """Everyone wished for, in order; one query of plain rows.

    Names are folded to be found and ordered, which no database does alike.
    """
    rows = db.session.execute(
        select(
            Enrolment.id,
            User.given_name_lat,
            User.family_name_lat,
            User.given_name_ar,
            User.family_name_ar,
        )
        .join(User, User.id == Enrolment.trainee_id)
        .where(Enrolment.cohort_id == cohort_id)
        .order_by(Enrolment.id)
    )
    people = [Person(key, PersonName(*written)) for key, *written in rows]
    if wish.words:
        people = [person for person in people if person.holds(wish.words)]
    backwards = wish.is_descending
    people.sort(
        key=lambda person: person.name.place_in_list, reverse=backwards and not wish.has_figure
    )
    if not wish.has_figure:
        return people
    known = [person for person in people if person.enrolment_id in figures]
    known.sort(key=lambda person: figures[person.enrolment_id], reverse=backwards)
    return known + [person for person in people if person.enrolment_id not in figures]


def _figures(
    cohort_id: int, lesson_ids: Collection[int], column: str
) -> Mapping[int, Decimal | int]:
    """What trainees are ordered by, by enrolment id, added up by the database; one query.

    The mean is that of the marks as the gradebook shows them, published or not, rounded once;
    an excused work is judged but has no mark.
    """
    rows = db.session.execute(
        select(
            Grade.enrolment_id,
            func.count(),
            func.count(Grade.mark),
            func.sum(type_coerce(Grade.mark, MARK)),
        )
        .join(Enrolment, Enrolment.id == Grade.enrolment_id)
        .where(Enrolment.cohort_id == cohort_id, Grade.is_current, Grade.lesson_id.in_(lesson_ids))
        .group_by(Grade.enrolment_id)
    ).all()
    if column == "judged":
        return {enrolment_id: judged for enrolment_id, judged, _marked, _sum in rows}
    # Marks have one decimal, so their sum has one too, whatever a float makes of it.
    return {
        enrolment_id: round_grade(Decimal(f"{total:.1f}") / marked)
        for enrolment_id, _judged, marked, total in rows
        if marked
    }


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
