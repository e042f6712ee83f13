"""Reading open sessions, codes, and mistakes at the door."""

from datetime import datetime
from functools import cache

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import contains_eager

from ecopter.db import UtcDateTime, db
from ecopter.people.models import FailedSignIn, OneTimeCode, SignIn, User
from ecopter.people.rules import ADDRESS_WINDOW, FAILURE_WINDOW, CodePurpose


def find_sign_in(token_hash: str, *, now: datetime) -> SignIn | None:
    """The open session of a token with its account; one query."""
    return db.session.scalar(_open_sign_in(), {"token_hash": token_hash, "now": now})


@cache
def _open_sign_in() -> Select[SignIn]:
    """Asked on every page: built once, since building costs more than asking."""
    return (
        select(SignIn)
        .join(SignIn.user)
        .options(contains_eager(SignIn.user))
        .where(
            SignIn.token_hash == bindparam("token_hash"),
            SignIn.ended_at.is_(None),
            SignIn.expires_at > bindparam("now", type_=UtcDateTime),
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
    asked = {
        "account_key": account_key,
        "recently": now - FAILURE_WINDOW,
        "address": address,
        "lately": now - ADDRESS_WINDOW,
    }
    row = db.session.execute(_failures(), asked).one()
    return row[0], row[1]


@cache
def _failures() -> Select[int, int]:
    """Built once: asked at each sign-in."""
    of_account = select(func.count()).where(
        FailedSignIn.account_key == bindparam("account_key"),
        FailedSignIn.at > bindparam("recently", type_=UtcDateTime),
    )
    of_address = select(func.count()).where(
        FailedSignIn.address == bindparam("address"),
        FailedSignIn.at > bindparam("lately", type_=UtcDateTime),
    )
    return select(of_account.scalar_subquery(), of_address.scalar_subquery())


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
