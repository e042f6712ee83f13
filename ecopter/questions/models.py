"""Questions, by lesson."""

from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ecopter.db import Entity, text_enum
from ecopter.questions.rules import AnswerKey, QuestionKind


class Question(Entity):
    """One question. A changed question is a new version; old attempts keep the one they saw."""

    __tablename__ = "questions"
    __table_args__ = (
        UniqueConstraint("lesson_id", "number", "version"),
        CheckConstraint("(kind = 'numeric') = (value IS NOT NULL)", name="number_has_value"),
    )

    lesson_id: Mapped[int] = mapped_column(ForeignKey("lessons.id"), index=True)
    number: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    is_current: Mapped[bool] = mapped_column(default=True)
    kind: Mapped[QuestionKind] = mapped_column(text_enum(QuestionKind))
    text: Mapped[str] = mapped_column(Text)
    # [{"text": str, "right": bool}, …]; empty for a number.
    options: Mapped[list[Any]]
    value: Mapped[Decimal | None] = mapped_column(Numeric(14, 4))
    tolerance: Mapped[Decimal | None] = mapped_column(Numeric(14, 4))
    explanation: Mapped[str] = mapped_column(String(500), default="")
    # Rests on a fact nobody has confirmed: shown as such, and never counted in a mark.
    to_check: Mapped[bool] = mapped_column(default=False)

    @property
    def key(self) -> AnswerKey:
        return AnswerKey(
            kind=self.kind,
            right_options=frozenset(i for i, o in enumerate(self.options) if o["right"]),
            value=self.value,
            tolerance=self.tolerance or Decimal(0),
        )
