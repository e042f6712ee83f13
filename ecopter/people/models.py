"""Accounts, what they may do for the whole school, and their ways in."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ecopter.db import Entity, text_enum
from ecopter.people.rules import Civility, CodePurpose, PersonName, SchoolRole


class User(Entity):
    """A person with an account. E-mail and telephone are optional and never unique."""

    __tablename__ = "users"

    sign_in_name: Mapped[str] = mapped_column(String(80))
    # The folded form (`shared.text.sign_in_key`) under which the name is unique.
    sign_in_key: Mapped[str] = mapped_column(String(80), unique=True)
    # None until the person chooses one with a code; nobody else ever sees it.
    password_hash: Mapped[str | None] = mapped_column(String(200))
    given_name_lat: Mapped[str] = mapped_column(String(80))
    family_name_lat: Mapped[str] = mapped_column(String(80))
    given_name_ar: Mapped[str] = mapped_column(String(80), default="")
    family_name_ar: Mapped[str] = mapped_column(String(80), default="")
    name_confirmed_at: Mapped[datetime | None]
    civility: Mapped[Civility] = mapped_column(text_enum(Civility), default=Civility.NEUTRAL)
    email: Mapped[str] = mapped_column(String(200), default="")
    telephone: Mapped[str] = mapped_column(String(40), default="")
    language: Mapped[str] = mapped_column(String(2), default="")
    country: Mapped[str] = mapped_column(String(2), default="")
    town: Mapped[str] = mapped_column(String(120), default="")
    # Which privacy notice was shown at the first sign-in, by the day it dates from, and when.
    privacy_notice_of: Mapped[date | None]
    privacy_read_at: Mapped[datetime | None]
    deactivated_at: Mapped[datetime | None]
    # Until this day nobody reminds the person of the second factor.
    second_factor_put_off_until: Mapped[date | None]
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]

    @property
    def name(self) -> PersonName:
        return PersonName(
            self.given_name_lat, self.family_name_lat, self.given_name_ar, self.family_name_ar
        )


class UserRole(Entity):
    """A role for the whole school, between two dates."""

    __tablename__ = "user_roles"
    __table_args__ = (
        CheckConstraint("until_on IS NULL OR until_on >= from_on", name="until_after_from"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    role: Mapped[SchoolRole] = mapped_column(text_enum(SchoolRole))
    from_on: Mapped[date]
    until_on: Mapped[date | None]


class SignIn(Entity):
    """One open session on one device; ended means ended, whatever cookie comes back."""

    __tablename__ = "sign_ins"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    own_phone: Mapped[bool] = mapped_column(default=False)
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="raise")


class SecondFactor(Entity):
    """What makes the codes on somebody's phone; a copy of the database alone makes none."""

    __tablename__ = "second_factors"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), unique=True)
    # With the signing key, which is not in the database, it gives the secret of the phone.
    salt: Mapped[str] = mapped_column(String(64))
    confirmed_at: Mapped[datetime]
    # The newest 30 seconds whose code was accepted: none up to it is accepted again.
    last_step: Mapped[int]


class RecoveryCode(Entity):
    """A printed way in for whoever has lost the phone; used once."""

    __tablename__ = "recovery_codes"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]


class HalfOpenSignIn(Entity):
    """A right password that waits for the second step; it opens no page and ends when it is used.

    A row here is no session: nothing that looks for one reads this table.
    """

    __tablename__ = "half_open_sign_ins"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    own_phone: Mapped[bool] = mapped_column(default=False)
    expires_at: Mapped[datetime]

    user: Mapped[User] = relationship(lazy="raise")


class OneTimeCode(Entity):
    """A code read out or printed for someone without a password; used once."""

    __tablename__ = "one_time_codes"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    purpose: Mapped[CodePurpose] = mapped_column(text_enum(CodePurpose))
    code_hash: Mapped[str] = mapped_column(String(64), index=True)
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class FailedSignIn(Entity):
    """A mistake at the door, counted by account and by address, and forgotten after a day."""

    __tablename__ = "failed_sign_ins"
    __table_args__ = (
        Index("ix_failed_sign_ins_account_at", "account_key", "at"),
        Index("ix_failed_sign_ins_address_at", "address", "at"),
    )

    account_key: Mapped[str] = mapped_column(String(80))
    address: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
