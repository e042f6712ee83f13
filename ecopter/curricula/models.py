"""Tables of what is taught. Titles exist in three languages; lesson text is French for now."""

from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ecopter.curricula.rules import Thresholds, Track
from ecopter.db import Entity, text_enum


class Curriculum(Entity):
    """One version of a course; a cohort stays on the version it began with."""

    __tablename__ = "curricula"

    code: Mapped[str] = mapped_column(String(40), unique=True)
    track: Mapped[Track] = mapped_column(text_enum(Track))
    version: Mapped[str] = mapped_column(String(20))
    titles: Mapped[dict[str, Any]]
    # What a trainee can do afterwards: {"fr": [...], "ar": [...], "en": [...]}.
    objectives: Mapped[dict[str, Any]]
    planned_half_days: Mapped[int]
    planned_minutes: Mapped[int]
    quiz_pass_share: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    quiz_attempts: Mapped[int]
    module_attendance_share: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    course_attendance_share: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    hours_share: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    second_try_level: Mapped[int]
    # Drawn anew whenever the content files wrote something: while it stays, the course stays.
    mark: Mapped[str] = mapped_column(String(32), default="", server_default="")

    modules: Mapped[list["Module"]] = relationship(
        back_populates="curriculum", order_by="Module.position", lazy="raise"
    )

    @property
    def thresholds(self) -> Thresholds:
        return Thresholds(
            quiz_pass_share=self.quiz_pass_share,
            quiz_attempts=self.quiz_attempts,
            module_attendance_share=self.module_attendance_share,
            course_attendance_share=self.course_attendance_share,
            hours_share=self.hours_share,
            second_try_level=self.second_try_level,
        )


class Module(Entity):
    """A part of a course with one competence; welcome and final review have no lessons."""

    __tablename__ = "modules"
    __table_args__ = (UniqueConstraint("curriculum_id", "code"),)

    curriculum_id: Mapped[int] = mapped_column(ForeignKey("curricula.id"), index=True)
    code: Mapped[str] = mapped_column(String(10))
    position: Mapped[int]
    titles: Mapped[dict[str, Any]]
    planned_half_days: Mapped[int]
    competence_code: Mapped[str] = mapped_column(String(10), default="")
    competence_titles: Mapped[dict[str, Any]]
    icon: Mapped[str] = mapped_column(String(20), default="leaf")
    # Codes of the modules of the same curriculum that come first; a guide, never a wall.
    prerequisites: Mapped[list[Any]]

    curriculum: Mapped[Curriculum] = relationship(back_populates="modules", lazy="raise")
    lessons: Mapped[list["Lesson"]] = relationship(
        back_populates="module", order_by="Lesson.position", lazy="raise"
    )


class Lesson(Entity):
    """Objectives, facts with their sources, a practical exercise; its questions are elsewhere."""

    __tablename__ = "lessons"
    __table_args__ = (UniqueConstraint("module_id", "code"),)

    module_id: Mapped[int] = mapped_column(ForeignKey("modules.id"), index=True)
    code: Mapped[str] = mapped_column(String(16))
    position: Mapped[int]
    titles: Mapped[dict[str, Any]]
    half_days: Mapped[Decimal] = mapped_column(Numeric(4, 2))
    objectives: Mapped[list[Any]]
    # [{"text": str, "sources": [code, …], "to_check": bool}, …]
    facts: Mapped[list[Any]]
    # Keys of glossary terms used in the lesson.
    terms: Mapped[list[Any]]
    exercise: Mapped[str] = mapped_column(Text)
    quiz_is_marked: Mapped[bool] = mapped_column(default=True)

    module: Mapped[Module] = relationship(back_populates="lessons", lazy="raise")
    criteria: Mapped[list["RubricCriterion"]] = relationship(
        order_by="RubricCriterion.position", lazy="raise"
    )


class RubricCriterion(Entity):
    """One line of the rubric of a lesson's exercise: what each of four levels looks like."""

    __tablename__ = "rubric_criteria"
    __table_args__ = (UniqueConstraint("lesson_id", "position"),)

    lesson_id: Mapped[int] = mapped_column(ForeignKey("lessons.id"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))
    # Four descriptions, level 1 (not acquired) to 4 (mastered).
    levels: Mapped[list[Any]]


class GlossaryTerm(Entity):
    """A word of the trade in three languages."""

    __tablename__ = "glossary_terms"

    key: Mapped[str] = mapped_column(String(60), unique=True)
    fr: Mapped[str] = mapped_column(String(120))
    ar: Mapped[str] = mapped_column(String(120))
    en: Mapped[str] = mapped_column(String(120))
    # Several usages coexist in Morocco; a native reader of the school confirms.
    coexists: Mapped[bool] = mapped_column(default=False)


class Source(Entity):
    """Where a fact of a lesson comes from."""

    __tablename__ = "sources"

    code: Mapped[str] = mapped_column(String(10), unique=True)
    place: Mapped[str] = mapped_column(String(300))
    says: Mapped[str] = mapped_column(String(400), default="")
