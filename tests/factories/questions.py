"""Questions of a lesson."""

from collections.abc import Sequence
from decimal import Decimal

from ecopter.curricula.models import Lesson
from ecopter.db import db
from ecopter.questions.models import Question
from ecopter.questions.rules import QuestionKind


def make_question(
    lesson: Lesson,
    number: int = 1,
    right: Sequence[str] = ("Les stigmates",),
    wrong: Sequence[str] = ("Les étamines", "Les pétales", "Le bulbe"),
    **changes: object,
) -> Question:
    """A choice; the right options come first, as in the course files."""
    several = len(right) > 1
    values = {
        "kind": QuestionKind.MULTIPLE if several else QuestionKind.SINGLE,
        "text": "Quelle partie devient épice ?",
        "options": [
            *({"text": text, "right": True} for text in right),
            *({"text": text, "right": False} for text in wrong),
        ],
    } | changes
    return _add(lesson, number, **values)


def make_number_question(
    lesson: Lesson, number: int = 1, value: str = "3", tolerance: str = "0", **changes: object
) -> Question:
    values = {
        "kind": QuestionKind.NUMERIC,
        "text": "Combien de stigmates par fleur ?",
        "options": [],
        "value": Decimal(value),
        "tolerance": Decimal(tolerance),
    } | changes
    return _add(lesson, number, **values)


def _add(lesson: Lesson, number: int, **values: object) -> Question:
    question = Question(lesson_id=lesson.id, number=number, **values)
    db.session.add(question)
    db.session.flush()
    return question
