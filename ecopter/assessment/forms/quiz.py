"""A quiz as a form: one control per option, read without a field object for each."""

import re
import uuid
from collections.abc import Mapping
from typing import Self

from werkzeug.datastructures import MultiDict

from ecopter.assessment.labels.quiz import GAPS
from ecopter.assessment.queries.quiz import Line, Quiz
from ecopter.assessment.rules.quiz import Answer, gap
from ecopter.platform.i18n import lazy as _
from ecopter.questions.rules import QuestionKind

NUMBER_LENGTH = 40
KEY = re.compile(r"[0-9a-f-]{32,40}")


class QuizForm:
    """What is chosen, what is missing, and the key that tells a second click from a second go."""

    def __init__(
        self,
        quiz: Quiz,
        *,
        key: str = "",
        answers: Mapping[int, Answer] | None = None,
        anyway: bool = False,
    ) -> None:
        self.quiz = quiz
        self.key = key or str(uuid.uuid4())
        # Typed on a page that comes back: it is newer than what the phone remembers.
        self.is_typed = answers is not None
        self.answers: Mapping[int, Answer] = {
            line.question.id: (answers or {}).get(line.question.id, Answer()) for line in quiz.lines
        }
        self.anyway = anyway
        self.errors: dict[int, str] = {}

    @classmethod
    def sent(cls, quiz: Quiz, data: MultiDict[str, str]) -> Self:
        """Read a posted page; unknown options, and a key that is none of ours, are dropped."""
        key = data.get("key", "")
        return cls(
            quiz,
            key=key if KEY.fullmatch(key) else "",
            answers={line.question.id: _answer(line, data) for line in quiz.lines},
            anyway="anyway" in data,
        )

    def with_new_key(self) -> Self:
        """The same answers, to be sent as another attempt."""
        return type(self)(self.quiz, answers=self.answers)

    def validate(self) -> bool:
        """Whether everything is answered, or the sender has said that it may go as it is."""
        for line in self.quiz.lines:
            missing = gap(line.question.kind, self.answers[line.question.id])
            if missing is not None:
                self.errors[line.question.id] = GAPS[missing]
        return self.anyway or not self.errors

    @property
    def summary(self) -> list[tuple[str, str]]:
        """Each question with something missing: the first control to go to, and the words."""
        return [
            (
                f"#{control_id(line)}",
                _(
                    "Question %(number)s: %(problem)s",
                    number=line.question.number,
                    problem=self.errors[line.question.id],
                ),
            )
            for line in self.quiz.lines
            if line.question.id in self.errors
        ]


def control_id(line: Line) -> str:
    """The id of the first control of a question, as the page shows it."""
    first = f"-{line.options[0][0]}" if line.options else ""
    return f"q{line.question.id}{first}"


def _answer(line: Line, data: MultiDict[str, str]) -> Answer:
    name = f"q{line.question.id}"
    if line.question.kind is QuestionKind.NUMERIC:
        return Answer(number=data.get(name, "").strip()[:NUMBER_LENGTH])
    positions = {str(position): position for position, _ in line.options}
    chosen = sorted({positions[value] for value in data.getlist(name) if value in positions})
    if line.question.kind is QuestionKind.SINGLE:
        chosen = chosen[:1]
    return Answer(chosen=tuple(chosen))
