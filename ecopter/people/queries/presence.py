"""Reading open sessions, codes, and mistakes at the door."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select

from ecopter.db import UtcDateTime, db, plain_rows
from ecopter.people.models import FailedSignIn, OneTimeCode, SignIn, User
from ecopter.people.rules import ADDRESS_WINDOW, FAILURE_WINDOW, CodePurpose, PersonName


@dataclass(frozen=True)
class Reader:
    """Who holds an open session, with what every page has to know of them."""

    name: PersonName
    sign_in_id: int
    user_id: int
    own_phone: bool
    sign_in_name: str
    language: str
    privacy_notice_of: date | None
    privacy_read_at: datetime | None


def find_reader(token_hash: str, *, now: datetime) -> Reader | None:
    """The holder of the open session of a token; one query of plain columns."""
    found = plain_rows(_open_sign_in(), {"token_hash": token_hash, "now": now})
    if not found:
        return None
    given, family, given_ar, family_ar, *facts = found[0]
    return Reader(PersonName(given, family, given_ar, family_ar), *facts)


def reader_of(sign_in: SignIn, user: User) -> Reader:
    """The same of a session that was opened just now; no query."""
    return Reader(
        name=user.name,
        sign_in_id=sign_in.id,
        user_id=user.id,
        own_phone=sign_in.own_phone,
        sign_in_name=user.sign_in_name,
        language=user.language,
        privacy_notice_of=user.privacy_notice_of,
        privacy_read_at=user.privacy_read_at,
    )


@cache
def _open_sign_in() -> Select[*tuple[Any, ...]]:
    """Asked on every page: built once, since building costs more than asking."""
    return (
        select(
            User.given_name_lat,
            User.family_name_lat,
            User.given_name_ar,
            User.family_name_ar,
            SignIn.id,
            User.id,
            SignIn.own_phone,
            User.sign_in_name,
            User.language,
            User.privacy_notice_of,
            User.privacy_read_at,
        )
        .join(SignIn.user)
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
    ((of_account, of_address),) = plain_rows(_failures(), asked)
    return of_account, of_address


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
