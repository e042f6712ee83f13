"""The course as the database has it, to compare it with the content files."""

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import select

from ecopter.assessment.models import CriterionScore, QuizAnswer
from ecopter.db import Entity, db

E = TypeVar("E", bound=Entity)


def list_all(table: type[E]) -> Sequence[E]:
    """Every row of a table of content, which is small; one query."""
    return db.session.scalars(select(table).order_by(table.id)).all()


def answered_question_ids() -> frozenset[int]:
    """Questions that somebody has answered; one query."""
    return frozenset(db.session.scalars(select(QuizAnswer.question_id).distinct()))


def scored_criterion_ids() -> frozenset[int]:
    """Criteria by which somebody's work was graded; one query."""
    return frozenset(db.session.scalars(select(CriterionScore.criterion_id).distinct()))
