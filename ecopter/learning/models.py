"""Lessons marked done, and prerequisites waived. Progress itself is derived when it is read."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ecopter.db import Entity


class LessonCompletion(Entity):
    """A trainee has said that a lesson is done."""

    __tablename__ = "lesson_completions"
    __table_args__ = (UniqueConstraint("enrolment_id", "lesson_id"),)

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), index=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lessons.id"), index=True)
    done_at: Mapped[datetime]


class PrerequisiteWaiver(Entity):
    """A module opened before its prerequisites, by someone with a reason."""

    __tablename__ = "prerequisite_waivers"
    __table_args__ = (UniqueConstraint("enrolment_id", "module_id"),)

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), index=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("modules.id"), index=True)
    reason: Mapped[str] = mapped_column(String(200))
    given_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    given_at: Mapped[datetime]
