"""Rows of the gradebook, joined in Python: a template loop over 28,000 cells is far slower."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import cache

from flask import url_for
from markupsafe import Markup, escape

from ecopter.gradebook import labels
from ecopter.gradebook.queries import Cell, Gradebook, Line, QuizCell
from ecopter.gradebook.rules import CompetenceOutcome
from ecopter.people.rules import PersonName
from ecopter.platform.i18n import grade

# A cell needs no end tag (HTML, 13.1.2.4); without 28,000 of them the page is a third lighter.
EMPTY = "<td>"
# Explained under the table.
HIDDEN = "\u00a0*"
PASSED = "✓"


class Cells:
    """The cells of every line. Words, numbers and addresses are made once, not once a cell.

    A line is a copy of a row of empty cells, filled where this trainee has something.
    """

    def __init__(self, book: Gradebook, *, with_links: bool) -> None:
        self.has_figure = book.wish.has_figure
        self.empty: list[str] = []
        # Where the exercise of a lesson stands, with its quiz after it; and where an outcome does.
        self.place: dict[int, int] = {}
        self.outcome_place: dict[int, int] = {}
        for module in book.modules:
            for lesson in module.lessons:
                self.place[lesson.id] = len(self.empty)
                self.empty += [EMPTY, EMPTY]
            if module.competence_code:
                self.outcome_place[module.id] = len(self.empty)
                self.empty.append(EMPTY)
        self.with_links = with_links
        # A badge for each of everyone's competences would weigh more than all their marks.
        outcome = _badge if not book.is_whole else _word
        self.outcomes = {kind: outcome(kind) for kind in CompetenceOutcome}
        self.quiz: Callable[[QuizCell], str] = cache(_quiz)
        self.words: Callable[[float | None, bool], str] = cache(_words)
        self.plain: Callable[[float | None, bool], str] = cache(_plain)
        self.to_grade = escape(labels.TO_GRADE)
        # Addresses with a hole for the id: building one takes longer than filling one.
        self.marks = _hole(url_for("gradebook.marks.show", enrolment_id=0))
        self.grading = _hole(url_for("assessment.grading.edit", submission_id=0))
        observation = _hole(
            url_for("assessment.observation.edit", cohort_id=book.cohort.id, lesson_id=0)
        )
        self.observing = {one: observation.format(one) for one in self.place}

    def rows(self, lines: Iterable[Line], in_both: Markup, in_latin: Markup) -> Markup:
        """A row for each trainee; the markup of a name, in both scripts or one, has holes {0} {1}.

        Everything that is not ours is escaped here.
        """
        rows = (
            f'<tr><th scope="row"><a href="{self.marks.format(line.enrolment_id)}">'
            f"{_named(line.name, str(in_both), str(in_latin))}</a>{self._cells(line)}\n"
            for line in lines
        )
        return Markup("".join(rows))  # noqa: S704 (made of our own markup and escaped words)

    def _cells(self, line: Line) -> str:
        parts, place = self.empty.copy(), self.place
        self._judge(parts, line)
        for lesson_id, number in line.waiting.items():
            if lesson_id in place:
                parts[place[lesson_id]] = self._waiting(number)
        for lesson_id, result in line.quizzes.items():
            if lesson_id in place:
                parts[place[lesson_id] + 1] = self.quiz(result)
        for module_id, where in self.outcome_place.items():
            parts[where] = self.outcomes[line.outcomes[module_id]]
        if self.has_figure:
            parts.insert(0, _figure(line.figure))
        return "".join(parts)

    def _judge(self, parts: list[str], line: Line) -> None:
        place, plain = self.place, self.plain
        for lesson_id, cell in line.cells.items():
            if lesson_id in place:
                parts[place[lesson_id]] = (
                    self._linked(cell, line.enrolment_id, lesson_id)
                    if self.with_links
                    else plain(cell.mark, cell.is_published)
                )

    def _waiting(self, submission_id: int) -> str:
        if not self.with_links:
            return f"<td>{self.to_grade}"
        return f'<td><a href="{self.grading.format(submission_id)}">{self.to_grade}</a>'

    def _linked(self, cell: Cell, enrolment_id: int, lesson_id: int) -> str:
        words = self.words(cell.mark, cell.is_published)
        if cell.submission_id is None:
            return f'<td><a href="{self.observing[lesson_id]}?change={enrolment_id}">{words}</a>'
        return f'<td><a href="{self.grading.format(cell.submission_id)}">{words}</a>'


def _hole(address: str) -> str:
    return address.replace("/0/", "/{}/")


def _named(name: PersonName, in_both: str, in_latin: str) -> str:
    markup = in_both if name.arabic else in_latin
    return markup.format(escape(name.latin), escape(name.arabic))


def _figure(figure: Decimal | int | None) -> str:
    """What the rows are ordered by."""
    written = grade(figure) if isinstance(figure, Decimal) else figure
    return f'<td class="table__number">{"" if figure is None else escape(written)}'


def _words(mark: float | None, is_published: bool) -> str:
    words = escape(labels.EXCUSED if mark is None else grade(Decimal(str(mark))))
    return words if is_published else f"{words}{HIDDEN}"


def _plain(mark: float | None, is_published: bool) -> str:
    return f"<td>{_words(mark, is_published)}"


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
