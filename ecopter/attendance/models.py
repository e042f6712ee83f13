"""Registers, one head row per person and half-day, and every revision of it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ecopter.attendance.rules import AttendanceStatus, ExcuseCategory
from ecopter.cohorts.models import Enrolment
from ecopter.db import Entity, text_enum
from ecopter.people.models import User
from ecopter.shared.dates import HalfDay
from ecopter.timetable.models import TrainingSession


class Register(Entity):
    """The sheet of one half-day: a draft until it is closed, with the hours really held."""

    __tablename__ = "registers"
    __table_args__ = (
        CheckConstraint("actual_ends_at > actual_starts_at", name="ends_after_start"),
        CheckConstraint("(closed_at IS NULL) = (closed_by_id IS NULL)", name="closed_by_someone"),
    )

    training_session_id: Mapped[int] = mapped_column(
        ForeignKey("training_sessions.id"), unique=True
    )
    actual_starts_at: Mapped[datetime]
    actual_ends_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    # Counts saves: a form made from an older sheet is refused instead of undoing a newer one.
    version: Mapped[int] = mapped_column(default=1)

    training_session: Mapped[TrainingSession] = relationship(lazy="raise")
    closed_by: Mapped[User | None] = relationship(lazy="raise")


class AttendanceRecord(Entity):
    """One person at one half-day, as it stands now. No row means "not written yet"."""

    __tablename__ = "attendance_records"
    __table_args__ = (
        UniqueConstraint("training_session_id", "enrolment_id"),
        CheckConstraint("minutes_late >= 0 AND minutes_left_early >= 0", name="minutes_positive"),
        CheckConstraint(
            "(status = 'excused') = (excuse_category IS NOT NULL)", name="excuse_has_category"
        ),
    )

    training_session_id: Mapped[int] = mapped_column(ForeignKey("training_sessions.id"), index=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), index=True)
    status: Mapped[AttendanceStatus] = mapped_column(text_enum(AttendanceStatus))
    minutes_late: Mapped[int] = mapped_column(default=0)
    minutes_left_early: Mapped[int] = mapped_column(default=0)
    excuse_category: Mapped[ExcuseCategory | None] = mapped_column(text_enum(ExcuseCategory))
    # Private: on no sheet, list or export.
    excuse_note: Mapped[str] = mapped_column(String(300), default="")
    revision: Mapped[int] = mapped_column(default=1)
    updated_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    updated_at: Mapped[datetime]


class AttendanceRevision(Entity):
    """What a line said, from when on, by whom and why: added, never changed."""

    __tablename__ = "attendance_revisions"
    __table_args__ = (UniqueConstraint("training_session_id", "enrolment_id", "number"),)

    training_session_id: Mapped[int] = mapped_column(ForeignKey("training_sessions.id"), index=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), index=True)
    number: Mapped[int]
    status: Mapped[AttendanceStatus] = mapped_column(text_enum(AttendanceStatus))
    minutes_late: Mapped[int] = mapped_column(default=0)
    minutes_left_early: Mapped[int] = mapped_column(default=0)
    excuse_category: Mapped[ExcuseCategory | None] = mapped_column(text_enum(ExcuseCategory))
    # Why the line was corrected after the sheet was closed; empty before that.
    reason: Mapped[str] = mapped_column(String(200), default="")
    written_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    written_at: Mapped[datetime]

    written_by: Mapped[User] = relationship(lazy="raise")


class AbsenceNotice(Entity):
    """An absence that a trainee announces, and what an instructor decides of it."""

    __tablename__ = "absence_notices"
    __table_args__ = (
        CheckConstraint("last_day >= first_day", name="last_after_first"),
        CheckConstraint("(decided_at IS NULL) = (is_accepted IS NULL)", name="decided_one_way"),
    )

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), index=True)
    first_day: Mapped[date]
    last_day: Mapped[date]
    # None: the whole day.
    half_day: Mapped[HalfDay | None] = mapped_column(text_enum(HalfDay))
    category: Mapped[ExcuseCategory] = mapped_column(text_enum(ExcuseCategory))
    # Private: read by whoever decides, on no sheet, list or export.
    note: Mapped[str] = mapped_column(String(300), default="")
    announced_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    is_accepted: Mapped[bool | None]
    decision_reason: Mapped[str] = mapped_column(String(200), default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]

    enrolment: Mapped[Enrolment] = relationship(lazy="raise")
    decided_by: Mapped[User | None] = relationship(lazy="raise")
