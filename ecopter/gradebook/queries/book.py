"""The gradebook of a cohort: trainees by lessons, in a few queries whatever the size."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import Numeric, bindparam, func, select, type_coerce

from ecopter.assessment.models import Grade
from ecopter.authorization.policy import Scope
from ecopter.cohorts.models import Cohort, Enrolment
from ecopter.cohorts.queries import get_cohort
from ecopter.curricula.models import Module
from ecopter.curricula.queries import outline
from ecopter.db import db, plain_rows
from ecopter.gradebook.queries.results import (
    Cell,
    Graded,
    QuizCell,
    Who,
    lowest_levels,
    read_grades,
    read_quizzes,
    read_to_do,
)
from ecopter.gradebook.rules import CompetenceOutcome, outcome_of_worst
from ecopter.people.models import User
from ecopter.people.rules import PersonName
from ecopter.shared.errors import NotFound
from ecopter.shared.grade import round_grade
from ecopter.shared.paging import Page, page_within
from ecopter.shared.text import fold

PAGE_SIZE = 50
BY_WORST = {level: outcome_of_worst(level) for level in (None, 1, 2, 3, 4)}
NOT_GRADED = Graded({}, {})
# Names of people kept ready for lists: some 500 bytes each.
MOST_NAMES = 2_048


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
    # Lesson id -> hand-in that was graded; 0 or nothing for an observation, and on a page of all.
    submissions: Mapping[int, int]
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
    """Six queries for any number of trainees and lessons, and one more to order by a figure.

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
    is_everyone = len(people) == len(found) and not wish.words
    who = Who(cohort_id, None if is_everyone else [key for key, _name in people])
    graded = read_grades(who, with_submissions=size is not None)
    quizzes = read_quizzes(who)
    waiting, unpublished = read_to_do(who)
    modules_of = {lesson.id: module.id for module in shown for lesson in module.lessons}
    module_ids = [module.id for module in shown]
    lines = []
    for key, name in people:
        cells, submissions = graded.get(key, NOT_GRADED)
        worst = lowest_levels(cells, modules_of)
        lines.append(
            Line(
                enrolment_id=key,
                name=name,
                cells=cells,
                submissions=submissions,
                waiting=waiting.get(key, {}),
                quizzes=quizzes.get(key, {}),
                outcomes={one: BY_WORST[worst.get(one)] for one in module_ids},
                figure=figures.get(key),
            )
        )
    page = Page(lines, number, size or max(len(found), 1), len(found))
    return Gradebook(cohort, taught, shown, module_id, page, unpublished, size is None, wish)


class Written(NamedTuple):
    """A name as the person writes it, where it stands in a list, and its words to be found by."""

    name: PersonName
    place: tuple[str, str]
    text: str


@lru_cache(MOST_NAMES)
def _written(given_lat: str, family_lat: str, given_ar: str, family_ar: str) -> Written:
    """Folding the names of 500 people takes longer than reading them; they stay the same."""
    name = PersonName(given_lat, family_lat, given_ar, family_ar)
    return Written(name, name.place_in_list, fold(f"{name.latin} {name.arabic}"))


EVERYONE = (
    select(
        Enrolment.id,
        User.given_name_lat,
        User.family_name_lat,
        User.given_name_ar,
        User.family_name_ar,
    )
    .join(User, User.id == Enrolment.trainee_id)
    .where(Enrolment.cohort_id == bindparam("cohort_id"))
    .order_by(Enrolment.id)
)


def _people(
    cohort_id: int, wish: BookWish, figures: Mapping[int, Decimal | int]
) -> Sequence[tuple[int, PersonName]]:
    """Everyone wished for, in order, as (enrolment id, name); one query of plain rows.

    Names are folded to be found and ordered, which no database does alike.
    """
    rows = plain_rows(EVERYONE, {"cohort_id": cohort_id})
    people = [(_written(*name), key) for key, *name in rows]
    if wish.words:
        people = [one for one in people if all(word in one[0].text for word in wish.words)]
    backwards = wish.is_descending
    people.sort(key=lambda one: one[0].place, reverse=backwards and not wish.has_figure)
    if wish.has_figure:
        known = [one for one in people if one[1] in figures]
        known.sort(key=lambda one: figures[one[1]], reverse=backwards)
        people = known + [one for one in people if one[1] not in figures]
    return [(key, written.name) for written, key in people]


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
            func.sum(type_coerce(Grade.mark, Numeric(3, 1, asdecimal=False))),
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
