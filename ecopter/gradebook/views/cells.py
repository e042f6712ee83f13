"""Rows of the gradebook, joined in Python: a template loop over 28,000 cells is far slower."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache

from flask import url_for
from markupsafe import Markup, escape

from ecopter.gradebook import labels
from ecopter.gradebook.queries import Cell, Gradebook, Line, QuizCell
from ecopter.gradebook.rules import CompetenceOutcome
from ecopter.platform.i18n import grade

# A cell needs no end tag (HTML, 13.1.2.4); without 28,000 of them the page is a third lighter.
EMPTY = "<td>"
# Explained under the table.
HIDDEN = "\u00a0*"
PASSED = "✓"


class Cells:
    """The cells of every line. Words, numbers and addresses are made once, not once a cell."""

    def __init__(self, book: Gradebook, *, with_links: bool) -> None:
        self.has_figure = book.wish.has_figure
        self.columns = [
            (
                [lesson.id for lesson in module.lessons],
                module.id if module.competence_code else None,
            )
            for module in book.modules
        ]
        self.exercise = self._linked if with_links else self._plain
        # A badge for each of everyone's competences would weigh more than all their marks.
        outcome = _badge if not book.is_whole else _word
        self.outcomes = {kind: outcome(kind) for kind in CompetenceOutcome}
        self.quiz: Callable[[QuizCell], str] = cache(_quiz)
        self.words: Callable[[float | None, bool], str] = cache(_words)
        self.to_grade = escape(labels.TO_GRADE)
        # Addresses with a hole for the id: building one takes longer than filling one.
        self.marks = _hole(url_for("gradebook.marks.show", enrolment_id=0))
        self.grading = _hole(url_for("assessment.grading.edit", submission_id=0))
        self.observation = {
            lesson.id: url_for(
                "assessment.observation.edit", cohort_id=book.cohort.id, lesson_id=lesson.id
            )
            for module in book.modules
            for lesson in module.lessons
        }

    def address(self, line: Line) -> str:
        """Where one trainee's marks are."""
        return self.marks.format(line.enrolment_id)

    def __call__(self, line: Line) -> Markup:
        """All cells of one trainee, after the name; everything that is not ours is escaped."""
        graded, quizzes, outcomes = line.cells, line.quizzes, line.outcomes
        parts = [_figure(line.figure)] if self.has_figure else []
        for lesson_ids, module_id in self.columns:
            for lesson_id in lesson_ids:
                if lesson_id in line.waiting or lesson_id in graded:
                    parts.append(self.exercise(line, lesson_id))
                else:
                    parts.append(EMPTY)
                parts.append(self.quiz(quizzes[lesson_id]) if lesson_id in quizzes else EMPTY)
            if module_id is not None:
                parts.append(self.outcomes[outcomes[module_id]])
        return Markup("".join(parts))  # noqa: S704 (made of our own markup and escaped words)

    def _plain(self, line: Line, lesson_id: int) -> str:
        if lesson_id in line.waiting:
            return f"<td>{self.to_grade}"
        mark, is_published, _submission_id = line.cells[lesson_id]
        return f"<td>{self.words(mark, is_published)}"

    def _linked(self, line: Line, lesson_id: int) -> str:
        if lesson_id in line.waiting:
            address = self.grading.format(line.waiting[lesson_id])
            return f'<td><a href="{address}">{self.to_grade}</a>'
        cell = line.cells[lesson_id]
        words = self.words(cell.mark, cell.is_published)
        return f'<td><a href="{self._address(cell, line, lesson_id)}">{words}</a>'

    def _address(self, cell: Cell, line: Line, lesson_id: int) -> str:
        if cell.submission_id is None:
            return f"{self.observation[lesson_id]}?change={line.enrolment_id}"
        return self.grading.format(cell.submission_id)


def _hole(address: str) -> str:
    return address.replace("/0/", "/{}/")


def _figure(figure: Decimal | int | None) -> str:
    """What the rows are ordered by."""
    written = grade(figure) if isinstance(figure, Decimal) else figure
    return f'<td class="table__number">{"" if figure is None else escape(written)}'


def _words(mark: float | None, is_published: bool) -> str:
    words = escape(labels.EXCUSED if mark is None else grade(Decimal(str(mark))))
    return words if is_published else f"{words}{HIDDEN}"


def _quiz(result: QuizCell) -> str:
    passed = PASSED if result.passed else ""
    return f"<td>{result.right_count}/{result.counted}{passed}"


def _badge(kind: CompetenceOutcome) -> str:
    return Markup('<td class="gradebook__outcome"><span class="badge tone--{}">{}</span>').format(
        labels.TONE[kind], _short(kind)
    )


def _word(kind: CompetenceOutcome) -> str:
    return Markup("<td>{}").format(_short(kind))


def _short(kind: CompetenceOutcome) -> str:
    words: Mapping[CompetenceOutcome, str] = labels.OUTCOME_SHORT
    return words[kind]
