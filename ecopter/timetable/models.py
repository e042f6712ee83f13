"""Half-days of training and public holidays."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ecopter.cohorts.models import Cohort
from ecopter.curricula.models import Module
from ecopter.db import Entity, text_enum
from ecopter.people.models import User
from ecopter.school.models import Room, Site
from ecopter.shared.dates import HalfDay, minutes_between


class TrainingSession(Entity):
    """One half-day of a module for a cohort at a site. Instants are UTC; `held_on` is local."""

    __tablename__ = "training_sessions"
    __table_args__ = (
        UniqueConstraint("cohort_id", "held_on", "half_day"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint(
            "(cancelled_at IS NULL) = (cancel_reason = '')", name="cancelled_with_reason"
        ),
        Index("ix_training_sessions_held_on", "held_on"),
    )

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohorts.id"), index=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("modules.id"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), index=True)
    room_id: Mapped[int | None] = mapped_column(ForeignKey("rooms.id"), index=True)
    held_on: Mapped[date]
    half_day: Mapped[HalfDay] = mapped_column(text_enum(HalfDay))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(String(200), default="")
    is_make_up: Mapped[bool] = mapped_column(default=False)

    cohort: Mapped[Cohort] = relationship(lazy="raise")
    module: Mapped[Module] = relationship(lazy="raise")
    site: Mapped[Site] = relationship(lazy="raise")
    room: Mapped[Room | None] = relationship(lazy="raise")
    instructors: Mapped[list[User]] = relationship(
        secondary="training_session_instructors", order_by=User.family_name_lat, lazy="raise"
    )

    @property
    def planned_minutes(self) -> int:
        return minutes_between(self.starts_at, self.ends_at)

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None


class TrainingSessionInstructor(Entity):
    """Who teaches a half-day; one or more."""

    __tablename__ = "training_session_instructors"
    __table_args__ = (UniqueConstraint("training_session_id", "user_id"),)

    training_session_id: Mapped[int] = mapped_column(ForeignKey("training_sessions.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)


class Move(Entity):
    """A half-day that was put elsewhere or at another time: added, never changed."""

    __tablename__ = "moves"

    training_session_id: Mapped[int] = mapped_column(ForeignKey("training_sessions.id"), index=True)
    from_held_on: Mapped[date]
    from_half_day: Mapped[HalfDay] = mapped_column(text_enum(HalfDay))
    from_starts_at: Mapped[datetime]
    from_ends_at: Mapped[datetime]
    from_site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    from_room_id: Mapped[int | None] = mapped_column(ForeignKey("rooms.id"))
    reason: Mapped[str] = mapped_column(String(200))
    moved_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    moved_at: Mapped[datetime]


class Substitution(Entity):
    """Who teaches a half-day in whose place, and why: added, never changed."""

    __tablename__ = "substitutions"

    training_session_id: Mapped[int] = mapped_column(ForeignKey("training_sessions.id"), index=True)
    # None: someone is added and nobody leaves.
    left_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    joined_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(String(200))
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime]

    left: Mapped[User | None] = relationship(foreign_keys="Substitution.left_id", lazy="raise")
    joined: Mapped[User] = relationship(foreign_keys="Substitution.joined_id", lazy="raise")


class Holiday(Entity):
    """A public holiday; those of the moon are data to correct when they are announced."""

    __tablename__ = "holidays"
    # Two holidays can share a day: on 18 November 2010 Morocco had two.
    __table_args__ = (Index("ix_holidays_country_held_on", "country", "held_on"),)

    held_on: Mapped[date]
    country: Mapped[str] = mapped_column(String(2))
    names: Mapped[dict[str, Any]]
    is_confirmed: Mapped[bool] = mapped_column(default=True)
