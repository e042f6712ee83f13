"""Quiz attempts, exercises handed in, and grades with their history."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ecopter.db import Entity, text_enum
from ecopter.people.models import User


class ReopenedWork(StrEnum):
    QUIZ = "quiz"
    EXERCISE = "exercise"


class QuizAttempt(Entity):
    """One go at a lesson's quiz, marked when it is sent; all are kept, the best counts."""

    __tablename__ = "quiz_attempts"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "lesson_id", "number"),
        # The key comes with the form: a second click finds the first attempt.
        UniqueConstraint("enrolment_id", "key"),
        CheckConstraint("right_count <= counted", name="right_within_counted"),
    )

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), index=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lessons.id"), index=True)
    number: Mapped[int]
    key: Mapped[str] = mapped_column(String(40))
    submitted_at: Mapped[datetime]
    # Questions to check are answered and shown, and are in neither count.
    right_count: Mapped[int]
    counted: Mapped[int]
    passed: Mapped[bool]

    answers: Mapped[list["QuizAnswer"]] = relationship(order_by="QuizAnswer.position", lazy="raise")


class QuizAnswer(Entity):
    """What was answered to one question, and whether it was right."""

    __tablename__ = "quiz_answers"
    __table_args__ = (UniqueConstraint("attempt_id", "question_id"),)

    attempt_id: Mapped[int] = mapped_column(ForeignKey("quiz_attempts.id"), index=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"))
    position: Mapped[int]
    # Positions of the chosen options, in the question's own order.
    chosen: Mapped[list[Any]]
    number: Mapped[str] = mapped_column(String(40), default="")
    is_right: Mapped[bool]


class Submission(Entity):
    """An exercise handed in: text, photos or files; replaceable until it is graded."""

    __tablename__ = "submissions"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "lesson_id", "attempt", "version"),
        UniqueConstraint("enrolment_id", "key"),
        Index(
            "uq_submissions_current",
            "enrolment_id",
            "lesson_id",
            "attempt",
            unique=True,
            sqlite_where=text("is_current"),
            postgresql_where=text("is_current"),
        ),
    )

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), index=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lessons.id"), index=True)
    attempt: Mapped[int] = mapped_column(default=1)
    # Replacing before grading makes a new version; the receipt of the old one stays true.
    version: Mapped[int] = mapped_column(default=1)
    is_current: Mapped[bool] = mapped_column(default=True)
    key: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text, default="")
    submitted_at: Mapped[datetime]

    files: Mapped[list["SubmissionFile"]] = relationship(
        order_by="SubmissionFile.position", lazy="raise"
    )


class SubmissionFile(Entity):
    """A photo or a document of a submission; its bytes are in the file store."""

    __tablename__ = "submission_files"
    __table_args__ = (UniqueConstraint("submission_id", "position"),)

    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), index=True)
    position: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(120))
    content_type: Mapped[str] = mapped_column(String(80))
    size: Mapped[int]


class Grade(Entity):
    """A judgement of one exercise for one person, on a submission or by observation.

    A changed grade is a new row; the one before keeps its words and is no longer current.
    """

    __tablename__ = "grades"
    __table_args__ = (
        CheckConstraint("(mark IS NULL) = (excused_reason != '')", name="mark_or_excused"),
        CheckConstraint("mark IS NULL OR (mark >= 0 AND mark <= 20)", name="mark_on_twenty"),
        Index(
            "uq_grades_current",
            "enrolment_id",
            "lesson_id",
            unique=True,
            sqlite_where=text("is_current"),
            postgresql_where=text("is_current"),
        ),
        # Earlier grades too: whether a hand-in was ever judged is asked for each of them.
        Index("ix_grades_enrolment_id_lesson_id", "enrolment_id", "lesson_id"),
        # Few at any time, and counted on every page of a gradebook.
        Index(
            "ix_grades_unpublished",
            "enrolment_id",
            "lesson_id",
            sqlite_where=text("published_at IS NULL"),
            postgresql_where=text("published_at IS NULL"),
        ),
    )

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"))
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lessons.id"), index=True)
    # None: judged by observation (a tasting, a role play, field work).
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submissions.id"))
    attempt: Mapped[int] = mapped_column(default=1)
    is_current: Mapped[bool] = mapped_column(default=True)
    # On 0-20, rounded to a tenth, indicative; None when excused.
    mark: Mapped[Decimal | None] = mapped_column(Numeric(3, 1))
    excused_reason: Mapped[str] = mapped_column(String(200), default="")
    comment: Mapped[str] = mapped_column(Text, default="")
    change_reason: Mapped[str] = mapped_column(String(200), default="")
    graded_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    graded_at: Mapped[datetime]
    published_at: Mapped[datetime | None]

    scores: Mapped[list["CriterionScore"]] = relationship(lazy="raise")
    graded_by: Mapped[User] = relationship(lazy="raise")


class CriterionScore(Entity):
    """The level (1 to 4) reached on one criterion of the rubric."""

    __tablename__ = "criterion_scores"
    __table_args__ = (
        UniqueConstraint("grade_id", "criterion_id"),
        CheckConstraint("level BETWEEN 1 AND 4", name="level_in_rubric"),
        # The lowest level of a grade is the first of its entries.
        Index("ix_criterion_scores_grade_id_level", "grade_id", "level"),
    )

    grade_id: Mapped[int] = mapped_column(ForeignKey("grades.id"))
    criterion_id: Mapped[int] = mapped_column(ForeignKey("rubric_criteria.id"))
    level: Mapped[int]


class Reopening(Entity):
    """One more go at a quiz or an exercise, given by someone with a reason."""

    __tablename__ = "reopenings"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), index=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lessons.id"), index=True)
    work: Mapped[ReopenedWork] = mapped_column(text_enum(ReopenedWork))
    reason: Mapped[str] = mapped_column(String(200))
    given_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    given_at: Mapped[datetime]
