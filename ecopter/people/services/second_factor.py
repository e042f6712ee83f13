"""Setting up the second factor, new recovery codes, and taking it off again.

The secret of a phone is kept nowhere: it is derived (HMAC-SHA-256) from the signing key and a
salt in the row. A copy of the database, or an archive, makes no code without that key.
"""

import hmac
import secrets
from base64 import b32encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import pyotp
from flask import Flask, current_app
from sqlalchemy import delete, insert

from ecopter.audit import services as audit
from ecopter.authorization.policy import Actor
from ecopter.db import db
from ecopter.people.models import HalfOpenSignIn, RecoveryCode, SecondFactor, User
from ecopter.people.queries.persons import hold_person
from ecopter.people.queries.second_factor import find_factor
from ecopter.people.rules import CODE_LETTERS
from ecopter.people.rules.administration import NOT_ONESELF
from ecopter.people.rules.second_factor import (
    DIGITS,
    RECOVERY_CODES,
    RECOVERY_LENGTH,
    REMINDED_AFTER,
    SECRET_BYTES,
    STEP_SECONDS,
    accepted_step,
    in_groups,
    plain_step_code,
)
from ecopter.people.services.passwords import digest
from ecopter.platform.clock import school_day
from ecopter.shared.errors import Conflict, Invalid
from ecopter.shared.text import N_

EXTENSION = "tell_of_second_factor"
ISSUER = "ECOPTER"
WRONG_FIRST_CODE = N_(
    "This is not the code that the phone should show now. Is the phone's clock right? Try the "
    "next code."
)
HAS_ONE = N_("You sign in in two steps already.")
HAS_NONE = N_("This person does not sign in in two steps.")

# Tells someone that their second factor was taken off: `notices` stands above us.
TellRemoved = Callable[[int, datetime], None]


def init_app(app: Flask, *, tell_removed: TellRemoved) -> None:
    app.extensions[EXTENSION] = tell_removed


@dataclass(frozen=True)
class Proposal:
    """What a phone is given when the second factor is set up."""

    salt: str
    secret: str
    address: str

    @property
    def spaced(self) -> str:
        return in_groups(self.secret)


def new_salt() -> str:
    return secrets.token_urlsafe(24)


def propose(user: User, salt: str) -> Proposal:
    """The secret for a salt, as the app on a phone reads it: an `otpauth` address."""
    codes = _codes_of(user.id, salt)
    address = codes.provisioning_uri(name=user.sign_in_name, issuer_name=ISSUER)
    return Proposal(salt, codes.secret, address)


def _codes_of(user_id: int, salt: str) -> pyotp.TOTP:
    label = f"ecopter second factor|{user_id}|{salt}"
    secret = hmac.digest(current_app.config["SECRET_KEY"].encode(), label.encode(), "sha256")
    return pyotp.TOTP(
        b32encode(secret[:SECRET_BYTES]).decode(), digits=DIGITS, interval=STEP_SECONDS
    )


def step_of(user_id: int, salt: str, plain: str, *, last: int, now: datetime) -> int | None:
    """The step whose code was typed; None when it is wrong, or was accepted before."""
    codes = _codes_of(user_id, salt)
    return accepted_step(
        lambda step: hmac.compare_digest(codes.generate_otp(step).encode(), plain.encode()),
        now,
        last,
    )


def set_up(user: User, salt: str, typed: str, *, actor: Actor, now: datetime) -> Sequence[str]:
    """Keep a second factor whose phone has shown its first code; its recovery codes, once.

    Raises `Invalid` for a wrong code, `Conflict` when there is one already.
    """
    hold_person(user.id)
    if find_factor(user.id) is not None:
        raise Conflict(HAS_ONE)
    step = step_of(user.id, salt, plain_step_code(typed), last=0, now=now)
    if step is None:
        raise Invalid(WRONG_FIRST_CODE)
    db.session.add(SecondFactor(user_id=user.id, salt=salt, confirmed_at=now, last_step=step))
    db.session.flush()
    audit.record("second_factor.set_up", actor=actor, now=now, about=("user", user.id))
    return make_recovery_codes(user, actor=actor, now=now)


def make_recovery_codes(user: User, *, actor: Actor, now: datetime) -> Sequence[str]:
    """Ten new codes in groups of four, shown once; those before stop working.

    Raises `Conflict` without a second factor.
    """
    if find_factor(user.id) is None:
        raise Conflict(HAS_NONE)
    codes = [_drawn() for _ in range(RECOVERY_CODES)]
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    db.session.execute(
        insert(RecoveryCode), [{"user_id": user.id, "code_hash": digest(code)} for code in codes]
    )
    audit.record(
        "recovery_codes.made", actor=actor, now=now, about=("user", user.id), count=len(codes)
    )
    return [in_groups(code) for code in codes]


def _drawn() -> str:
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(RECOVERY_LENGTH))


def turn_off(user: User, *, actor: Actor, now: datetime) -> None:
    """One's own second factor ends, and its recovery codes with it; raises `Conflict`."""
    _remove(user, by="self", actor=actor, now=now)


def take_off(user: User, *, actor: Actor, now: datetime) -> None:
    """Another's second factor ends, for a lost phone, and the person is told.

    Raises `Conflict` for oneself (that takes the way of `turn_off`) and where there is none.
    """
    if actor.user_id == user.id:
        raise Conflict(NOT_ONESELF)
    _remove(user, by="command" if actor.user_id is None else "office", actor=actor, now=now)
    cast("TellRemoved", current_app.extensions[EXTENSION])(user.id, now)


def _remove(user: User, *, by: str, actor: Actor, now: datetime) -> None:
    hold_person(user.id)
    factor = find_factor(user.id)
    if factor is None:
        raise Conflict(HAS_NONE)
    db.session.delete(factor)
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    db.session.execute(delete(HalfOpenSignIn).where(HalfOpenSignIn.user_id == user.id))
    db.session.flush()
    audit.record("second_factor.removed", actor=actor, now=now, about=("user", user.id), by=by)


def put_off(user: User, *, actor: Actor, now: datetime) -> None:
    """No reminder for a month."""
    user.second_factor_put_off_until = school_day(now + REMINDED_AFTER)
    db.session.flush()
    audit.record("second_factor.put_off", actor=actor, now=now, about=("user", user.id))
