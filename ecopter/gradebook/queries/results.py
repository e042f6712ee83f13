"""What the cells of a gradebook hold: grades, quizzes and what waits, in three queries.

A statement is built once: building one anew takes as long as fetching a page of its rows.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Executable,
    Integer,
    Numeric,
    bindparam,
    func,
    literal,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute

from ecopter.assessment.models import CriterionScore, Grade, QuizAttempt, Submission
from ecopter.cohorts.models import Enrolment
from ecopter.db import db

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


class Who(NamedTuple):
    """Whose results are wanted: some people's, by enrolment id; without ids, the whole cohort's."""

    cohort_id: int
    ids: Sequence[int] | None = None

    def read(self, build: Callable[..., Executable]) -> Sequence[Any]:
        """All rows at once: one by one they cost more than the database does."""
        values = {"cohort_id": self.cohort_id, "people": self.ids}
        if self.ids is None:
            del values["people"]
        statement = build(is_whole=self.ids is None)
        return db.session.connection().execute(statement, values).all()


def _of(column: InstrumentedAttribute[int], *, is_whole: bool) -> ColumnElement[bool]:
    """Everyone is one condition; a choice of people is the list of their ids."""
    if is_whole:
        everyone = select(Enrolment.id).where(Enrolment.cohort_id == bindparam("cohort_id"))
        return column.in_(everyone)
    return column.in_(bindparam("people", expanding=True))


@cache
def _graded(*, is_whole: bool) -> Executable:
    """Current grades and published ones, each with the lowest of its levels."""
    lowest = (
        select(func.min(CriterionScore.level))
        .where(CriterionScore.grade_id == Grade.id)
        .correlate(Grade)
        .scalar_subquery()
    )
    return select(
        Grade.id,
        Grade.enrolment_id,
        Grade.lesson_id,
        type_coerce(Grade.mark, MARK),
        # Numbers for yes and no: a conversion each takes longer than reading them.
        type_coerce(Grade.published_at.is_not(None), Integer),
        Grade.submission_id,
        type_coerce(Grade.is_current, Integer),
        lowest,
    ).where(
        _of(Grade.enrolment_id, is_whole=is_whole),
        or_(Grade.is_current, Grade.published_at.is_not(None)),
    )


def read_grades(
    who: Who, modules_of: Mapping[int, int]
) -> tuple[dict[int, dict[int, Cell]], dict[int, dict[int, int]]]:
    """Current grades by enrolment id and lesson id; the lowest published levels by module id.

    One query for both, of 28,000 rows perhaps. Marks stay as the database has them: a decimal
    for each takes longer than reading it. `modules_of` gives the module of each lesson.
    """
    cells: defaultdict[int, dict[int, Cell]] = defaultdict(dict)
    worst: defaultdict[int, dict[int, int]] = defaultdict(dict)
    earlier: list[Sequence[Any]] = []
    for row in who.read(_graded):
        _id, enrolment_id, lesson_id, mark, is_published, submission_id, is_current, level = row
        if not is_current:
            earlier.append(row)
            continue
        cells[enrolment_id][lesson_id] = Cell(mark, bool(is_published), submission_id)
        if is_published and level is not None:
            levels, module_id = worst[enrolment_id], modules_of.get(lesson_id)
            if module_id is not None and level <= levels.get(module_id, level):
                levels[module_id] = level
    for enrolment_id, lesson_id, level in _still_shown(earlier, cells):
        module_id = modules_of.get(lesson_id)
        if module_id is not None and level is not None:
            levels = worst[enrolment_id]
            levels[module_id] = min(level, levels.get(module_id, level))
    return cells, worst


def _still_shown(
    earlier: Sequence[Sequence[Any]], cells: Mapping[int, Mapping[int, Cell]]
) -> Iterable[tuple[int, int, int | None]]:
    """(Enrolment id, lesson id, level) of grades that were changed, until the change is shown."""
    newest: dict[tuple[int, int], int | None] = {}
    for _id, enrolment_id, lesson_id, *_rest, level in sorted(earlier, key=lambda row: row[0]):
        current = cells.get(enrolment_id, {}).get(lesson_id)
        if current is None or not current.is_published:
            newest[enrolment_id, lesson_id] = level
    return [(*place, level) for place, level in newest.items()]


@cache
def _attempted(*, is_whole: bool) -> Executable:
    return select(
        QuizAttempt.enrolment_id,
        QuizAttempt.lesson_id,
        QuizAttempt.right_count,
        QuizAttempt.counted,
        type_coerce(QuizAttempt.passed, Integer),
    ).where(_of(QuizAttempt.enrolment_id, is_whole=is_whole))


def read_quizzes(who: Who) -> dict[int, dict[int, QuizCell]]:
    """The best attempt by enrolment id and lesson id: passed first, then the share of right."""
    found: defaultdict[int, dict[int, QuizCell]] = defaultdict(dict)
    # Few results differ: one object serves everyone who has the same.
    results: dict[tuple[int, int, int], QuizCell] = {}
    for enrolment_id, lesson_id, right_count, counted, passed in who.read(_attempted):
        key = right_count, counted, passed
        if key not in results:
            results[key] = QuizCell(right_count, counted, bool(passed))
        line, result = found[enrolment_id], results[key]
        if lesson_id not in line or _is_better(result, line[lesson_id]):
            line[lesson_id] = result
    return found


def _is_better(result: QuizCell, best: QuizCell) -> bool:
    return (result.passed, result.right_count * best.counted) > (
        best.passed,
        best.right_count * result.counted,
    )


@cache
def _to_do(*, is_whole: bool) -> Executable:
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
