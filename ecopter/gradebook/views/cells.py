"""Rows of the gradebook, joined in Python: a template loop over 28,000 cells is far slower."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cached_property

from flask import url_for
from markupsafe import Markup, escape

from ecopter.gradebook import labels
from ecopter.gradebook.queries import Cell, Gradebook, Line, QuizCell
from ecopter.gradebook.rules import CompetenceOutcome
from ecopter.people.rules import PersonName
from ecopter.platform.i18n import grade, page_language
from ecopter.shared.kept import Kept
from ecopter.shared.languages import title_in

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
        self.modules = book.modules
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
        self.outcomes = Kept(_word if book.is_whole else _badge)
        self.quiz = Kept(_quiz)
        self.words = Kept(_words)
        self.plain = Kept(_plain)
        # Addresses with a hole for the id: building one takes longer than filling one.
        self.marks = _hole(url_for("gradebook.marks.show", enrolment_id=0))
        observation = _hole(
            url_for("assessment.observation.edit", cohort_id=book.cohort.id, lesson_id=0)
        )
        self.observing = {one: observation.format(one) for one in self.place}
        # Cells that lead on, up to the id of a trainee; and around the id of a hand-in.
        self.observed = {
            one: f'<td><a href="{address}?change=' for one, address in self.observing.items()
        }
        grading = _hole(url_for("assessment.grading.edit", submission_id=0))
        self.graded = f'<td><a href="{grading}">'.split("{}")

    @cached_property
    def to_grade(self) -> str:
        return str(escape(labels.TO_GRADE))

    def headings(self, words: tuple[str, str, str], *, leads_on: bool) -> Markup:
        """A column for each exercise, quiz and competence; `words` are the names of these."""
        exercise, quiz, competence = words
        language = page_language().tag

        def said(titles: Mapping[str, str]) -> str:
            return escape(title_in(titles, language))

        columns = []
        for module in self.modules:
            for lesson in module.lessons:
                code = f"<bdi>{escape(lesson.code)}</bdi>"
                way = f'<a href="{self.observing[lesson.id]}">{code}</a>' if leads_on else code
                columns.append(
                    f'<th scope="col" title="{said(lesson.titles)}">{way}<br>{exercise}'
                    f'</th>\n<th scope="col">{code}<br>{quiz}</th>\n'
                )
            if module.competence_code:
                columns.append(
                    f'<th scope="col" title="{said(module.competence_titles)}"><bdi>'
                    f"{escape(module.competence_code)}</bdi><br>{competence}</th>\n"
                )
        return Markup("".join(columns))  # noqa: S704 (made of our own markup and escaped words)

    def rows(self, lines: Iterable[Line], in_both: Markup, in_latin: Markup) -> Markup:
        """A row for each trainee; the markup of a name, in both scripts or one, has holes {0} {1}.

        Everything that is not ours is escaped here.
        """
        names = str(in_both), str(in_latin)
        rows = (
            f'<tr><th scope="row"><a href="{self.marks.format(line.enrolment_id)}">'
            f"{_named(line.name, *names)}</a>{self._cells(line)}\n"
            for line in lines
        )
        return Markup("".join(rows))  # noqa: S704 (made of our own markup and escaped words)

    def _cells(self, line: Line) -> str:
        parts, place = self.empty.copy(), self.place
        judge = self._link if self.with_links else self._show
        judge(parts, line)
        for lesson_id, number in line.waiting.items():
            if lesson_id in place:
                parts[place[lesson_id]] = self._waiting(number)
        for lesson_id, result in line.quizzes.items():
            if lesson_id in place:
                parts[place[lesson_id] + 1] = self.quiz[result]
        for module_id, where in self.outcome_place.items():
            parts[where] = self.outcomes[line.outcomes[module_id]]
        if self.has_figure:
            parts.insert(0, _figure(line.figure))
        return "".join(parts)

    def _show(self, parts: list[str], line: Line) -> None:
        place, plain = self.place, self.plain
        for lesson_id, cell in line.cells.items():
            if lesson_id in place:
                parts[place[lesson_id]] = plain[cell]

    def _link(self, parts: list[str], line: Line) -> None:
        """The same, each mark a way to its change."""
        place, words, observed = self.place, self.words, self.observed
        submissions, trainee = line.submissions, str(line.enrolment_id)
        start, end = self.graded
        for lesson_id, cell in line.cells.items():
            if lesson_id in place:
                submission_id = submissions.get(lesson_id)
                parts[place[lesson_id]] = (
                    f"{start}{submission_id}{end}{words[cell]}</a>"
                    if submission_id
                    else f'{observed[lesson_id]}{trainee}">{words[cell]}</a>'
                )

    def _waiting(self, submission_id: int) -> str:
        if not self.with_links:
            return f"<td>{self.to_grade}"
        return f"{self.graded[0]}{submission_id}{self.graded[1]}{self.to_grade}</a>"


def _hole(address: str) -> str:
    return address.replace("/0/", "/{}/")


def _named(name: PersonName, in_both: str, in_latin: str) -> str:
    markup = in_both if name.arabic else in_latin
    return markup.format(escape(name.latin), escape(name.arabic))


def _figure(figure: Decimal | int | None) -> str:
    """What the rows are ordered by."""
    written = grade(figure) if isinstance(figure, Decimal) else figure
    return f'<td class="table__number">{"" if figure is None else escape(written)}'


def _words(cell: Cell) -> str:
    words = str(escape(labels.EXCUSED if cell.mark is None else grade(Decimal(str(cell.mark)))))
    return words if cell.is_published else f"{words}{HIDDEN}"


def _plain(cell: Cell) -> str:
    return f"<td>{_words(cell)}"


def _quiz(result: QuizCell) -> str:
    passed = PASSED if result.passed else ""
    return f"<td>{result.right_count}/{result.counted}{passed}"


def _badge(kind: CompetenceOutcome) -> str:
    tone = labels.TONE[kind]
    return f'<td class="gradebook__outcome"><span class="badge tone--{tone}">{_short(kind)}</span>'


def _word(kind: CompetenceOutcome) -> str:
    return f"<td>{_short(kind)}"


def _short(kind: CompetenceOutcome) -> str:
    words: Mapping[CompetenceOutcome, str] = labels.OUTCOME_SHORT
    return escape(str(words[kind]))
