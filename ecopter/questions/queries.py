"""Reading the questions of a lesson."""

from sqlalchemy import select

from ecopter.db import db
from ecopter.questions.models import Question


def list_questions(lesson_id: int) -> list[Question]:
    """The questions asked today, in the order of the lesson; one query."""
    return list(
        db.session.scalars(
            select(Question)
            .where(Question.lesson_id == lesson_id, Question.is_current)
            .order_by(Question.number)
        )
    )
