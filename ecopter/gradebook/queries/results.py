"""What the cells of a gradebook hold: grades, quizzes and what waits, in three queries.

Grades and quizzes come as one row for each person, with all their cells in one text of numbers:
handing over a row for each of 43,000 cells costs more than finding them. A cell is one number,
the id of its lesson and then its digits; few differ, so each is read once and kept. Statements
are built once too: building one anew takes as long as fetching a page of its rows.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    String,
    bindparam,
    case,
    cast,
    func,
    literal,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from ecopter.assessment.models import CriterionScore, Grade, QuizAttempt, Submission
from ecopter.cohorts.models import Enrolment
from ecopter.db import plain_rows
from ecopter.shared.kept import Kept

# In place of an enrolment id, which is never 0.
EVERYONE = 0
BETWEEN = ","
# In place of a mark in tenths: excused.
NO_MARK = 999


class Cell(NamedTuple):
    """One exercise of one person as its graders see it; `mark` (0 to 20) None when excused.

    `lowest` is the lowest level (1 to 4) of the latest published grade, which an unpublished
    change does not touch; None where there is none.
    """

    mark: float | None
    is_published: bool
    lowest: int | None


class QuizCell(NamedTuple):
    """The best of a person's attempts at one quiz."""

    right_count: int
    counted: int
    passed: bool


class Graded(NamedTuple):
    """One person's exercises by lesson id; `submissions`, the hand-ins judged, where known."""

    cells: Mapping[int, Cell]
    submissions: Mapping[int, int]


class Who(NamedTuple):
    """Whose results are wanted: some people's, by enrolment id; without ids, the whole cohort's."""

    cohort_id: int
    ids: Sequence[int] | None = None

    def read(self, build: Callable[..., Any], **how: bool) -> Sequence[Any]:
        """The rows of a statement; `how` says which one to build."""
        values: dict[str, Any] = {"cohort_id": self.cohort_id}
        if self.ids is not None:
            values["people"] = self.ids
        return plain_rows(build(is_whole=self.ids is None, **how), values)


def _of(column: InstrumentedAttribute[int], *, is_whole: bool) -> ColumnElement[bool]:
    """Everyone is one condition; a choice of people is the list of their ids."""
    if is_whole:
        everyone = select(Enrolment.id).where(Enrolment.cohort_id == bindparam("cohort_id"))
        return column.in_(everyone)
    return column.in_(bindparam("people", expanding=True))


def _digit(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


def _text(number: ColumnElement[int]) -> ColumnElement[str]:
    return func.aggregate_strings(cast(number, String), BETWEEN)


@cache
def _graded(*, is_whole: bool, with_submissions: bool) -> Select[int, *tuple[str, ...]]:
    """(Enrolment id, current grades), each as lesson id, 3 digits of tenths, level, published.

    With submissions, a second text has the hand-in judged by each, in the same order; 0 for none.
    """
    earlier = aliased(Grade)
    shown = (
        select(func.max(earlier.id))
        .where(
            earlier.enrolment_id == Grade.enrolment_id,
            earlier.lesson_id == Grade.lesson_id,
            earlier.published_at.is_not(None),
        )
        .correlate(Grade)
        .scalar_subquery()
    )
    is_published = Grade.published_at.is_not(None)
    lowest = (
        select(func.min(CriterionScore.level))
        .where(CriterionScore.grade_id == case((is_published, Grade.id), else_=shown))
        .correlate(Grade)
        .scalar_subquery()
    )
    tenths = func.coalesce(cast(type_coerce(Grade.mark, Integer) * 10, Integer), NO_MARK)
    number = cast(Grade.lesson_id, BigInteger) * 100_000
    number += tenths * 100 + func.coalesce(lowest, 0) * 10 + _digit(is_published)
    texts = [_text(number)]
    if with_submissions:
        texts.append(_text(func.coalesce(Grade.submission_id, 0)))
    return (
        select(Grade.enrolment_id, *texts)
        .where(_of(Grade.enrolment_id, is_whole=is_whole), Grade.is_current)
        .group_by(Grade.enrolment_id)
    )


def _cell(number: str) -> tuple[int, Cell]:
    """A lesson's id and its cell, from what `_graded` made of them."""
    tenths = int(number[-5:-2])
    mark = None if tenths == NO_MARK else tenths / 10
    return int(number[:-5]), Cell(mark, number[-1] == "1", int(number[-2]) or None)


# A course of 40 lessons has some 1,000 different cells; what is kept takes about 1 MB at most.
_CELLS = Kept(_cell)


def read_grades(who: Who, *, with_submissions: bool) -> dict[int, Graded]:
    """Current grades of everyone who has one, by enrolment id; one query.

    Marks are no decimals: one for each takes longer than reading it.
    """
    found = {}
    for enrolment_id, text, *more in who.read(_graded, with_submissions=with_submissions):
        cells = dict(map(_CELLS.__getitem__, text.split(BETWEEN)))
        ids = (int(number) for handed_in in more for number in handed_in.split(BETWEEN))
        found[enrolment_id] = Graded(cells, dict(zip(cells, ids, strict=with_submissions)))
    return found


def lowest_levels(cells: Mapping[int, Cell], modules_of: Mapping[int, int]) -> dict[int, int]:
    """The lowest published level by module id; `modules_of` gives the module of each lesson."""
    lowest: dict[int, int] = {}
    for lesson_id, cell in cells.items():
        level = cell.lowest
        if level and lesson_id in modules_of:
            module_id = modules_of[lesson_id]
            if module_id not in lowest or level < lowest[module_id]:
                lowest[module_id] = level
    return lowest


@cache
def _attempted(*, is_whole: bool) -> Select[int, str]:
    """(Enrolment id, attempts): each as lesson id, 3 digits right, 3 digits counted, passed."""
    number = cast(QuizAttempt.lesson_id, BigInteger) * 10_000_000
    number += QuizAttempt.right_count * 10_000 + QuizAttempt.counted * 10
    number += _digit(QuizAttempt.passed.is_(True))
    return (
        select(QuizAttempt.enrolment_id, _text(number))
        .where(_of(QuizAttempt.enrolment_id, is_whole=is_whole))
        .group_by(QuizAttempt.enrolment_id)
    )


def _attempt(number: str) -> tuple[int, QuizCell]:
    """A lesson's id and a result, from what `_attempted` made of them."""
    result = QuizCell(int(number[-7:-4]), int(number[-4:-1]), number[-1] == "1")
    return int(number[:-7]), result


_RESULTS = Kept(_attempt)


def read_quizzes(who: Who) -> dict[int, dict[int, QuizCell]]:
    """The best attempt by enrolment id and lesson id: passed first, then the share of right."""
    return {
        enrolment_id: _best(map(_RESULTS.__getitem__, text.split(BETWEEN)))
        for enrolment_id, text in who.read(_attempted)
    }


def _best(attempts: Iterable[tuple[int, QuizCell]]) -> dict[int, QuizCell]:
    best: dict[int, QuizCell] = {}
    for lesson_id, result in attempts:
        if lesson_id not in best or _is_better(result, best[lesson_id]):
            best[lesson_id] = result
    return best


def _is_better(result: QuizCell, best: QuizCell) -> bool:
    return (result.passed, result.right_count * best.counted) > (
        best.passed,
        best.right_count * result.counted,
    )


@cache
def _to_do(*, is_whole: bool) -> CompoundSelect[int, int, int]:
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
    ).where(_of(Submission.enrolment_id, is_whole=is_whole), Submission.is_current, ~judged)
    hidden = (
        select(literal(EVERYONE), Grade.lesson_id, func.count())
        .join(Enrolment, Enrolment.id == Grade.enrolment_id)
        .where(
            Enrolment.cohort_id == bindparam("cohort_id"),
            Grade.is_current,
            Grade.published_at.is_(None),
        )
        .group_by(Grade.lesson_id)
    )
    return union_all(handed_in, hidden)


def read_to_do(who: Who) -> tuple[dict[int, dict[int, int]], dict[int, int]]:
    """What waits for someone who grades; one query for both.

    Hand-ins of these people whose attempt no grade has judged, by enrolment id and lesson id;
    and how many grades of the whole cohort are not published, by lesson id.
    """
    waiting: dict[int, dict[int, int]] = {}
    for enrolment_id, lesson_id, number in who.read(_to_do):
        waiting.setdefault(enrolment_id, {})[lesson_id] = number
    unpublished = waiting.pop(EVERYONE, {})
    return waiting, unpublished
