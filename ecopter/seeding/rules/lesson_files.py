"""What a lesson file says: its objectives, facts, quiz, exercise and rubric."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from ecopter.seeding.rules.errors import CourseFileError
from ecopter.seeding.rules.french import typeset
from ecopter.seeding.rules.lines import Line, Section, body_lines, items, paragraph, sections
from ecopter.seeding.rules.quiz_sections import QuestionFile, parse_quiz
from ecopter.seeding.rules.tables import Table, read_table
from ecopter.shared.languages import Titles

FENCE = "+++"
HEADINGS = ("Objectifs", "Faits clés", "Quiz", "Exercice", "Grille")
RUBRIC_HEAD = ("Critère", "1", "2", "3", "4")
FEWEST_TERMS, MOST_TERMS = 2, 6

SOURCE_MARK = re.compile(r"\[(S\d+[a-z]?)\]")
SOURCE_MARKS = re.compile(r"\s*(?:\[S\d+[a-z]?\])+")
TO_CHECK_MARK = re.compile(r"\s*\[à vérifier\s*:?\s*([^\]]*)\]")


@dataclass(frozen=True)
class FactFile:
    """One key fact, its marks taken out of the text.

    `check_note` is what the mark adds: what exactly is to be checked, or where.
    """

    text: str
    sources: tuple[str, ...]
    to_check: bool
    check_note: str = ""


@dataclass(frozen=True)
class CriterionFile:
    """One line of a rubric: what is looked at, and what each of the four levels looks like."""

    name: str
    levels: tuple[str, str, str, str]


@dataclass(frozen=True, kw_only=True)
class LessonFile:
    """One lesson; `quiz_note` is what stands in place of the questions of an unmarked quiz."""

    code: str
    titles: Titles
    half_days: Decimal
    duration_note: str
    terms: tuple[str, ...]
    remarks: tuple[str, ...]
    objectives: tuple[str, ...]
    facts: tuple[FactFile, ...]
    questions: tuple[QuestionFile, ...]
    quiz_is_marked: bool
    quiz_note: str
    exercise: str
    rubric: tuple[CriterionFile, ...]


def parse_lesson(text: str, file: str) -> LessonFile:
    """The lesson written in `text`; `file` is its name in errors.

    Raises CourseFileError.
    """
    front, body = _split_front_matter(text, file)
    front.expect(("code", "half_days", "terms", "title"), ("duration_note", "remarks"))
    terms = front.texts("terms")
    if not FEWEST_TERMS <= len(terms) <= MOST_TERMS:
        raise front.error("terms", f"a lesson has {FEWEST_TERMS} to {MOST_TERMS} terms")
    parts = sections(body, HEADINGS, file)
    quiz = parse_quiz(parts["Quiz"])
    return LessonFile(
        code=front.text("code"),
        titles=front.names_of("title"),
        half_days=front.number("half_days"),
        duration_note=front.french("duration_note"),
        terms=terms,
        remarks=front.texts("remarks"),
        objectives=items(parts["Objectifs"]),
        facts=tuple(parse_fact(item) for item in items(parts["Faits clés"])),
        questions=quiz.questions,
        quiz_is_marked=quiz.is_marked,
        quiz_note=quiz.note,
        exercise=paragraph(parts["Exercice"].lines),
        rubric=_rubric(parts["Grille"]),
    )


def parse_fact(text: str) -> FactFile:
    """A fact without its marks; one after « selon » is a word of the sentence and stays."""
    notes = TO_CHECK_MARK.findall(text)
    without_check = TO_CHECK_MARK.sub("", text)
    return FactFile(
        text=SOURCE_MARKS.sub(_kept_mark, without_check).strip(),
        sources=tuple(dict.fromkeys(SOURCE_MARK.findall(text))),
        to_check=bool(notes),
        check_note=typeset(" ; ".join(note.strip() for note in notes if note.strip())),
    )


def _kept_mark(mark: re.Match[str]) -> str:
    before = mark.string[: mark.start()].lower()
    return mark.group() if before.endswith("selon") else ""


def _split_front_matter(text: str, file: str) -> tuple[Table, tuple[Line, ...]]:
    lines = text.splitlines()
    if not lines or lines[0].rstrip() != FENCE:
        raise CourseFileError(file, 1, f"a lesson begins with a line {FENCE}")
    fences = [index for index, line in enumerate(lines) if line.rstrip() == FENCE]
    if len(fences) < 2:
        raise CourseFileError(file, 1, f"the {FENCE} that ends the first part is missing")
    end = fences[1]
    front = read_table("\n".join(lines[1:end]), file, first_line=2)
    return front, body_lines(lines[end + 1 :], file, first_line=end + 2)


def _rubric(section: Section) -> tuple[CriterionFile, ...]:
    rows = _rows(section)
    head, cells = next(rows)
    if cells != RUBRIC_HEAD:
        raise head.error(f"expected | {' | '.join(RUBRIC_HEAD)} |")
    rule, cells = next(rows, (head, ()))
    if set("".join(cells)) != {"-"}:
        raise rule.error("the line of dashes under the head of the rubric is missing")
    criteria: dict[str, CriterionFile] = {}
    for line, (name, first, second, third, fourth) in rows:
        if name in criteria:
            raise line.error(f"the criterion {name!r} is there twice")
        criteria[name] = CriterionFile(name, (first, second, third, fourth))
    if not criteria:
        raise rule.error("a rubric has at least one criterion")
    return tuple(criteria.values())


def _rows(section: Section) -> Iterator[tuple[Line, tuple[str, ...]]]:
    for line in section.lines:
        row = line.text.strip()
        cells = tuple(cell.strip() for cell in row.strip("|").split("|"))
        closed = row.startswith("|") and row.endswith("|")
        if not closed or len(cells) != len(RUBRIC_HEAD) or not all(cells):
            raise line.error("a line of the rubric has a criterion and four levels between |")
        yield line, cells
