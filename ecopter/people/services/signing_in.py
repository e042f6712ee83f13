"""Signing in and out: read and hash with no transaction open, then write once."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete

from ecopter.audit import services as audit
from ecopter.authorization.policy import Actor
from ecopter.db import db, own_transaction, reading
from ecopter.people import queries
from ecopter.people.models import FailedSignIn, HalfOpenSignIn, SignIn, User
from ecopter.people.queries.second_factor import find_factor
from ecopter.people.rules import is_blocked, sign_in_life
from ecopter.people.rules.second_factor import HALF_OPEN
from ecopter.people.services import passwords
from ecopter.shared.errors import Invalid, TooMany
from ecopter.shared.text import N_, sign_in_key

WRONG = N_("The name and the password do not go together. Try again, or ask for a code.")
BLOCKED = N_("Too many mistakes. Wait a quarter of an hour, or ask your instructor for a code.")
FORGET_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class OpenedSession:
    """`token` goes into the reader's signed cookie; only its hash is kept here.

    `user` is held so that whoever asks for them next finds them loaded.
    """

    token: str
    sign_in: SignIn
    user: User


@dataclass(frozen=True)
class HalfOpened:
    """`token` goes into the reader's signed cookie; it leads to the second step, nowhere else."""

    token: str


def refuse_if_blocked(sign_in_name: str, address: str, *, now: datetime) -> None:
    """Raises `TooMany` when this account or this address has made too many mistakes."""
    key = sign_in_key(sign_in_name)[:80]
    if is_blocked(*queries.count_failures(key, address, now=now)):
        raise TooMany(BLOCKED)


def note_failure(sign_in_name: str, address: str, *, now: datetime) -> None:
    """Count a mistake with a name, whatever becomes of the request."""
    count_mistake(sign_in_key(sign_in_name), address, now=now)


def count_mistake(account_key: str, address: str, *, now: datetime) -> None:
    """Count a mistake under a key as it is; yesterday's are forgotten."""
    with own_transaction() as session:
        session.execute(delete(FailedSignIn).where(FailedSignIn.at < now - FORGET_AFTER))
        session.add(FailedSignIn(account_key=account_key[:80], address=address[:64], at=now))


def sign_in(
    sign_in_name: str, password: str, *, own_phone: bool, address: str, now: datetime
) -> OpenedSession | HalfOpened:
    """Open a session for whoever knows the password, or the way to the second step.

    Raises `TooMany` after too many mistakes, `Invalid` (the same for an unknown name, a wrong
    password and a closed account) otherwise.
    """
    with reading():
        refuse_if_blocked(sign_in_name, address, now=now)
        user = queries.find_user(sign_in_name)
    known = passwords.verify(user.password_hash if user else None, password)
    if user is None or not known or user.deactivated_at is not None:
        note_failure(sign_in_name, address, now=now)
        raise Invalid(WRONG)
    fresh_hash = (
        passwords.hash_password(password)
        if passwords.needs_rehash(user.password_hash or "")
        else None
    )
    if fresh_hash:
        db.session.merge(user).password_hash = fresh_hash
    return let_in(user, own_phone=own_phone, now=now)


def let_in(user: User, *, own_phone: bool, now: datetime) -> OpenedSession | HalfOpened:
    """Open a session, or ask whoever has a second factor for it, whatever their role is today."""
    if find_factor(user.id) is None:
        return open_session(user, own_phone=own_phone, now=now)
    token = secrets.token_urlsafe(32)
    db.session.execute(delete(HalfOpenSignIn).where(HalfOpenSignIn.expires_at <= now))
    db.session.add(
        HalfOpenSignIn(
            user_id=user.id,
            token_hash=passwords.digest(token),
            own_phone=own_phone,
            expires_at=now + HALF_OPEN,
        )
    )
    db.session.flush()
    return HalfOpened(token)


def open_session(user: User, *, own_phone: bool, now: datetime) -> OpenedSession:
    token = secrets.token_urlsafe(32)
    opened = SignIn(
        user_id=user.id,
        token_hash=passwords.digest(token),
        own_phone=own_phone,
        started_at=now,
        expires_at=now + sign_in_life(own_phone=own_phone),
    )
    db.session.add(opened)
    db.session.flush()
    audit.record(
        "session.opened",
        actor=Actor(user_id=user.id),
        now=now,
        about=("sign_in", opened.id),
        own_phone=own_phone,
    )
    return OpenedSession(token, opened, user)


def confirm_password(user: User, password: str, *, address: str, now: datetime) -> None:
    """Ask again before a grave act; raises `Invalid` or `TooMany`."""
    with reading():
        refuse_if_blocked(user.sign_in_name, address, now=now)
    if not passwords.verify(user.password_hash, password):
        note_failure(user.sign_in_name, address, now=now)
        raise Invalid(WRONG)


def sign_out(sign_in_id: int, *, actor: Actor, now: datetime) -> None:
    """End one session: its cookie is worth nothing from now on."""
    opened = db.session.get(SignIn, sign_in_id)
    if opened is None or opened.ended_at is not None:
        return
    opened.ended_at = now
    audit.record("session.closed", actor=actor, now=now, about=("sign_in", sign_in_id))


def sign_out_everywhere(user: User, *, actor: Actor, now: datetime) -> int:
    """End every session of a person, half-open ones too; returns how many were open."""
    db.session.execute(delete(HalfOpenSignIn).where(HalfOpenSignIn.user_id == user.id))
    opened = queries.list_open_sign_ins(user.id)
    for one in opened:
        one.ended_at = now
    if opened:
        audit.record(
            "session.all_closed", actor=actor, now=now, about=("user", user.id), count=len(opened)
        )
    return len(opened)
