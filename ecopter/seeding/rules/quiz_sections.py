"""The quiz of a lesson: its questions, or the note that says it is not marked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from ecopter.seeding.rules.lines import Line, Section, paragraph

NOT_MARKED = "non noté"
HEAD = re.compile(r"### Q(\d+) · (unique|multiple|nombre)( · à vérifier)?")
OPTION = re.compile(r"- \[([ x])\] (.+)")
NUMBER = r"(-?\d+(?:[.,]\d+)?)"
ANSWER = re.compile(rf"= {NUMBER} ± {NUMBER}")


class QuestionKind(StrEnum):
    """One right answer, several right answers, or a number within a tolerance."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    NUMERIC = "numeric"


KINDS = {
    "unique": QuestionKind.SINGLE,
    "multiple": QuestionKind.MULTIPLE,
    "nombre": QuestionKind.NUMERIC,
}


@dataclass(frozen=True)
class OptionFile:
    """One proposed answer."""

    text: str
    is_right: bool


@dataclass(frozen=True, kw_only=True)
class QuestionFile:
    """One question: `options` for a choice, `value` and `tolerance` for a number.

    A question `to_check` rests on a fact no source confirms yet: it stays out of marked quizzes.
    `explanation` is empty when the file gives none.
    """

    number: int
    kind: QuestionKind
    text: str
    options: tuple[OptionFile, ...]
    value: Decimal | None
    tolerance: Decimal | None
    explanation: str
    to_check: bool


@dataclass(frozen=True)
class Quiz:
    """The questions of a marked quiz, or the note of one that is not."""

    questions: tuple[QuestionFile, ...]
    note: str

    @property
    def is_marked(self) -> bool:
        return not self.note


def parse_quiz(section: Section) -> Quiz:
    """The quiz under its heading.

    Raises CourseFileError.
    """
    if section.lines[0].text.lower().startswith(NOT_MARKED):
        return Quiz((), paragraph(section.lines))
    heads = [index for index, line in enumerate(section.lines) if line.text.startswith("### ")]
    if 0 not in heads:
        raise section.lines[0].error("expected a question, ### Q1 · unique")
    questions = []
    for number, (start, end) in enumerate(
        zip(heads, [*heads[1:], len(section.lines)], strict=True), start=1
    ):
        head, lines = section.lines[start], section.lines[start + 1 : end]
        questions.append(_question(head, lines, number))
    return Quiz(tuple(questions), "")


def _question(head: Line, lines: Sequence[Line], expected: int) -> QuestionFile:
    parts = HEAD.fullmatch(head.text)
    if parts is None:
        raise head.error(
            "expected ### Q1 · unique, · multiple or · nombre, then · à vérifier or not"
        )
    if int(parts[1]) != expected:
        raise head.error(f"question Q{parts[1]} comes where Q{expected} is expected")
    kind = KINDS[parts[2]]
    sentence = [line for line in lines if line.text[0] not in "-=>"]
    options = [line for line in lines if line.text[0] == "-"]
    answers = [line for line in lines if line.text[0] == "="]
    if not sentence:
        raise head.error("the question has no sentence")
    _refuse_disorder(lines)
    value, tolerance = _number(head, kind, answers)
    return QuestionFile(
        number=expected,
        kind=kind,
        text=paragraph(sentence),
        options=_options(head, kind, options),
        value=value,
        tolerance=tolerance,
        explanation=" ".join(line.text[1:].strip() for line in lines if line.text[0] == ">"),
        to_check=parts[3] is not None,
    )


def _refuse_disorder(lines: Sequence[Line]) -> None:
    """The sentence, then its answers, then the explanation."""
    ranks = {"-": 1, "=": 1, ">": 2}
    reached = 0
    for line in lines:
        rank = ranks.get(line.text[0], 0)
        if rank < reached:
            raise line.error("expected the sentence, then the answers, then the explanation")
        reached = rank


def _options(head: Line, kind: QuestionKind, lines: Sequence[Line]) -> tuple[OptionFile, ...]:
    if kind is QuestionKind.NUMERIC:
        if lines:
            raise lines[0].error("a number question has no options")
        return ()
    options: dict[str, OptionFile] = {}
    for line in lines:
        parts = OPTION.fullmatch(line.text)
        if parts is None:
            raise line.error("expected « - [x] » and a right answer or « - [ ] » and a wrong one")
        text = parts[2].strip()
        if text in options:
            raise line.error(f"the answer {text!r} is there twice")
        options[text] = OptionFile(text, parts[1] == "x")
    right = sum(option.is_right for option in options.values())
    if kind is QuestionKind.SINGLE and right != 1:
        raise head.error(f"a unique question has one right answer, not {right}")
    if kind is QuestionKind.MULTIPLE and right < 2:
        raise head.error(f"a multiple question has two right answers or more, not {right}")
    if right == len(options):
        raise head.error("a question has at least one wrong answer")
    return tuple(options.values())


def _number(
    head: Line, kind: QuestionKind, lines: Sequence[Line]
) -> tuple[Decimal, Decimal] | tuple[None, None]:
    if kind is not QuestionKind.NUMERIC:
        if lines:
            raise lines[0].error("only a number question has a line « = 50 ± 0 »")
        return None, None
    if len(lines) != 1:
        raise head.error("a number question has one line « = 50 ± 0 »")
    parts = ANSWER.fullmatch(lines[0].text)
    if parts is None:
        raise lines[0].error("expected « = 50 ± 0 », the value and the tolerance")
    value, tolerance = (Decimal(part.replace(",", ".")) for part in parts.groups())
    if tolerance < 0:
        raise lines[0].error("a tolerance is not negative")
    return value, tolerance
