"""Cells of the gradebook, joined in Python: a template loop over 28,000 of them is far slower."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from flask import url_for
from markupsafe import Markup, escape

from ecopter.curricula.models import Module
from ecopter.gradebook import labels
from ecopter.gradebook.queries import Cell, Gradebook, Line
from ecopter.gradebook.rules import CompetenceOutcome
from ecopter.platform.i18n import grade

EMPTY = "<td></td>"
# Explained under the table.
HIDDEN = "\u00a0*"
PASSED = "\u00a0✓"


class Cells:
    """The cells of every line. Words, numbers and addresses are made once, not once a cell."""

    def __init__(self, book: Gradebook, *, with_links: bool) -> None:
        self.modules: Sequence[Module] = book.modules
        self.with_links = with_links
        self.to_grade = escape(labels.TO_GRADE)
        self.excused = escape(labels.EXCUSED)
        self.outcomes = {kind: _outcome(kind) for kind in CompetenceOutcome}
        self.words: dict[Decimal, str] = {}
        # An address with a hole for the id: building one takes longer than filling one.
        address = url_for("assessment.grading.edit", submission_id=0)
        self.grading = address.replace("/0/", "/{}/")
        self.observation = {
            lesson.id: url_for(
                "assessment.observation.edit", cohort_id=book.cohort.id, lesson_id=lesson.id
            )
            for module in book.modules
            for lesson in module.lessons
        }

    def __call__(self, line: Line) -> Markup:
        """All cells of one trainee, after the name; everything that is not ours is escaped."""
        parts = []
        for module in self.modules:
            for lesson in module.lessons:
                parts.append(self._exercise(line, lesson.id))
                parts.append(self._quiz(line, lesson.id))
            if module.competence_code:
                parts.append(self.outcomes[line.outcomes[module.id]])
        return Markup("".join(parts))  # noqa: S704 (made of our own markup and escaped words)

    def _exercise(self, line: Line, lesson_id: int) -> str:
        waiting = line.waiting.get(lesson_id)
        if waiting is not None:
            return f"<td>{self._link(self.grading.format(waiting), self.to_grade)}</td>"
        cell = line.cells.get(lesson_id)
        if cell is None:
            return EMPTY
        words = self.excused if cell.mark is None else self._number(cell.mark)
        shown = "" if cell.is_published else HIDDEN
        return f"<td>{self._link(self._address(cell, line, lesson_id), words)}{shown}</td>"

    def _address(self, cell: Cell, line: Line, lesson_id: int) -> str:
        if cell.submission_id is None:
            return f"{self.observation[lesson_id]}?change={line.enrolment_id}"
        return self.grading.format(cell.submission_id)

    def _link(self, address: str, words: str) -> str:
        return f'<a href="{address}">{words}</a>' if self.with_links else words

    def _quiz(self, line: Line, lesson_id: int) -> str:
        result = line.quizzes.get(lesson_id)
        if result is None:
            return EMPTY
        passed = PASSED if result.passed else ""
        return f"<td>{result.right_count}/{result.counted}{passed}</td>"

    def _number(self, mark: Decimal) -> str:
        if mark not in self.words:
            self.words[mark] = escape(grade(mark))
        return self.words[mark]


def _outcome(kind: CompetenceOutcome) -> str:
    words: Mapping[CompetenceOutcome, str] = labels.OUTCOME_SHORT
    return Markup(
        '<td class="gradebook__outcome"><span class="badge tone--{}">{}</span></td>'
    ).format(labels.TONE[kind], words[kind])
