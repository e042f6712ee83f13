"""Reading accounts, sessions and mistakes at the door."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload

from ecopter.authorization.policy import Role, Scope, Standing
from ecopter.db import db
from ecopter.people.models import FailedSignIn, OneTimeCode, SignIn, User, UserRole
from ecopter.people.rules import (
    ADDRESS_WINDOW,
    FAILURE_WINDOW,
    CodePurpose,
    SchoolRole,
)
from ecopter.platform.clock import school_day
from ecopter.platform.i18n import page_language
from ecopter.shared.errors import NotFound
from ecopter.shared.text import sign_in_key

ROLES = {
    SchoolRole.ADMINISTRATOR: Role.ADMINISTRATOR,
    SchoolRole.HEAD_OF_STUDIES: Role.HEAD_OF_STUDIES,
}


def roles_of(user_id: int, *, now: datetime) -> Standing:
    """School-wide roles that run today; one query."""
    held = db.session.scalars(
        select(UserRole.role).where(UserRole.user_id == user_id, *_runs_on(school_day(now)))
    )
    return Standing(frozenset(ROLES[role] for role in held))


def has_school_role(user_id: int, *, now: datetime) -> bool:
    """Whether someone works for the whole school, today or from a later day on; one query."""
    today = school_day(now)
    row = select(UserRole.id).where(
        UserRole.user_id == user_id, or_(UserRole.until_on.is_(None), UserRole.until_on >= today)
    )
    return db.session.scalar(row.limit(1)) is not None


def _runs_on(day: date) -> tuple[ColumnElement[bool], ...]:
    return (UserRole.from_on <= day, or_(UserRole.until_on.is_(None), UserRole.until_on >= day))


def find_user(sign_in_name: str) -> User | None:
    """The account of a sign-in name, whatever its capitals, outer spaces and digit script."""
    return db.session.scalar(select(User).where(User.sign_in_key == sign_in_key(sign_in_name)))


def get_user(user_id: int) -> User:
    user = db.session.get(User, user_id)
    if user is None:
        raise NotFound
    return user


@dataclass(frozen=True)
class OwnAccount:
    user: User

    @property
    def scope(self) -> Scope:
        return Scope(owner_id=self.user.id)


def get_own_account(actor: object) -> OwnAccount:
    user_id = getattr(actor, "user_id", None)
    if user_id is None:
        raise NotFound
    return OwnAccount(get_user(user_id))


def find_sign_in(token_hash: str, *, now: datetime) -> SignIn | None:
    """The open session of a token with its account; one query."""
    return db.session.scalar(
        select(SignIn)
        .join(SignIn.user)
        .options(joinedload(SignIn.user))
        .where(
            SignIn.token_hash == token_hash,
            SignIn.ended_at.is_(None),
            SignIn.expires_at > now,
            User.deactivated_at.is_(None),
        )
    )


def list_open_sign_ins(user_id: int) -> list[SignIn]:
    return list(
        db.session.scalars(
            select(SignIn).where(SignIn.user_id == user_id, SignIn.ended_at.is_(None))
        )
    )


def count_failures(account_key: str, address: str, *, now: datetime) -> tuple[int, int]:
    """Recent mistakes for an account (15 minutes) and from an address (an hour)."""
    of_account = select(func.count()).where(
        FailedSignIn.account_key == account_key, FailedSignIn.at > now - FAILURE_WINDOW
    )
    of_address = select(func.count()).where(
        FailedSignIn.address == address, FailedSignIn.at > now - ADDRESS_WINDOW
    )
    row = db.session.execute(
        select(of_account.scalar_subquery(), of_address.scalar_subquery())
    ).one()
    return row[0], row[1]


def find_code(user_id: int, code_hash: str, *, now: datetime) -> OneTimeCode | None:
    """A code that can still be used."""
    return db.session.scalar(
        select(OneTimeCode).where(
            OneTimeCode.user_id == user_id,
            OneTimeCode.code_hash == code_hash,
            OneTimeCode.purpose == CodePurpose.PASSWORD,
            OneTimeCode.used_at.is_(None),
            OneTimeCode.expires_at > now,
        )
    )


def display_name(user: User) -> str:
    """The name in the script of the page, when the person has one there."""
    if page_language().tag == "ar" and user.name.arabic:
        return user.name.arabic
    return user.name.latin
