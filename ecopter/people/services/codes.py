"""One-time codes: for a first sign-in and a forgotten password, with or without mail."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template
from flask_babel import force_locale
from sqlalchemy import update

from ecopter.audit import services as audit
from ecopter.authorization.policy import Actor
from ecopter.db import db, reading
from ecopter.people import queries
from ecopter.people.models import OneTimeCode, User
from ecopter.people.rules import CODE_LIFE, CodePurpose, password_fault, plain_code
from ecopter.people.services import passwords
from ecopter.people.services.signing_in import (
    OpenedSession,
    note_failure,
    open_session,
    refuse_if_blocked,
    sign_out_everywhere,
)
from ecopter.platform import jobs
from ecopter.platform.adapters import adapters
from ecopter.platform.i18n import say
from ecopter.platform.mail import Mail
from ecopter.shared.errors import Invalid
from ecopter.shared.languages import DEFAULT, LANGUAGES
from ecopter.shared.text import N_

WRONG_CODE = N_("This name and this code do not go together, or the code was used already.")
MAIL_JOB = "mail_code"


@dataclass(frozen=True)
class IssuedCode:
    """Shown once, then only its hash is left."""

    user: User
    code: str
    expires_at: datetime

    @property
    def spaced(self) -> str:
        """In two groups of four, as it is read aloud."""
        return f"{self.code[:4]} {self.code[4:]}"


def issue_code(user: User, *, actor: Actor, now: datetime) -> IssuedCode:
    """Make a code for someone; codes given before stop working."""
    db.session.execute(
        update(OneTimeCode)
        .where(OneTimeCode.user_id == user.id, OneTimeCode.used_at.is_(None))
        .values(used_at=now)
    )
    code = passwords.new_code()
    row = OneTimeCode(
        user_id=user.id,
        purpose=CodePurpose.PASSWORD,
        code_hash=passwords.digest(code),
        issued_by_id=actor.user_id,
        issued_at=now,
        expires_at=now + CODE_LIFE,
    )
    db.session.add(row)
    db.session.flush()
    audit.record("code.issued", actor=actor, now=now, about=("user", user.id))
    return IssuedCode(user, code, row.expires_at)


def redeem_code(
    sign_in_name: str,
    code: str,
    password: str,
    *,
    own_phone: bool,
    address: str,
    now: datetime,
) -> OpenedSession:
    """Set a new password with a code, once, and open a session; older sessions end.

    Raises `TooMany`, or `Invalid` (the same for an unknown name and a wrong code).
    """
    with reading():
        refuse_if_blocked(sign_in_name, address, now=now)
        user = queries.find_user(sign_in_name)
        code_hash = passwords.digest(plain_code(code))
        row = queries.find_code(user.id, code_hash, now=now) if user else None
    if user is None or row is None or user.deactivated_at is not None:
        note_failure(sign_in_name, address, now=now)
        raise Invalid(WRONG_CODE)
    fresh_hash = passwords.hash_password(password)
    taken = db.session.execute(
        update(OneTimeCode)
        .where(OneTimeCode.id == row.id, OneTimeCode.used_at.is_(None))
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise Invalid(WRONG_CODE)
    user.password_hash = fresh_hash
    actor = Actor(user_id=user.id)
    audit.record("password.set", actor=actor, now=now, about=("user", user.id))
    sign_out_everywhere(user, actor=actor, now=now)
    return open_session(user, own_phone=own_phone, now=now)


def request_code(sign_in_name: str, *, now: datetime) -> None:
    """Send a code by mail when there is an address and a mail server; tell the caller nothing."""
    user = queries.find_user(sign_in_name)
    if user is None or not user.email or user.deactivated_at or not adapters().mail.is_set_up:
        return
    jobs.enqueue(MAIL_JOB, f"code:{user.id}:{now:%Y%m%d%H%M}", {"user_id": user.id}, now=now)
    audit.record("code.requested", actor=Actor(user_id=user.id), now=now, about=("user", user.id))


def mail_code(arguments: Mapping[str, Any], now: datetime) -> None:
    """The worker's part: make the code and send it, in the reader's language."""
    user = queries.get_user(arguments["user_id"])
    issued = issue_code(user, actor=Actor(), now=now)
    language = LANGUAGES[user.language or DEFAULT]
    with force_locale(language.formats):
        mail = Mail(
            recipient=user.email,
            subject=say(N_("Your code for ECOPTER")),
            text=render_template("mail/code.txt", issued=issued),
            language=language.tag,
        )
    adapters().mail.send(mail)


def change_password(user: User, password: str, *, actor: Actor, now: datetime) -> None:
    """A new password for oneself; raises `Invalid` with what is wrong with it."""
    fault = password_fault(password, user.sign_in_name)
    if fault:
        raise Invalid(fault)
    user.password_hash = passwords.hash_password(password)
    audit.record("password.set", actor=actor, now=now, about=("user", user.id))
