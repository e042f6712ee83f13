"""One-time codes: for a first sign-in and a forgotten password, with or without mail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app, render_template
from flask_babel import force_locale
from sqlalchemy import ColumnElement, and_, delete, insert, true, update

from ecopter.audit import services as audit
from ecopter.authorization.policy import Actor
from ecopter.db import db, own_transaction, reading
from ecopter.people import queries
from ecopter.people.models import FailedSignIn, OneTimeCode, User
from ecopter.people.rules import CODE_LIFE, CodePurpose, has_asked_enough, plain_code
from ecopter.people.services import passwords
from ecopter.people.services.signing_in import (
    BLOCKED,
    HalfOpened,
    OpenedSession,
    let_in,
    note_failure,
    refuse_if_blocked,
    sign_out_everywhere,
)
from ecopter.platform import jobs
from ecopter.platform.adapters import adapters
from ecopter.platform.i18n import say
from ecopter.platform.mail import Mail
from ecopter.shared.errors import Conflict, Invalid, TooMany
from ecopter.shared.languages import DEFAULT, LANGUAGES
from ecopter.shared.text import N_, sign_in_key

WRONG_CODE = N_("This name and this code do not go together, or the code was used already.")
SUBJECT = N_("Your code for ECOPTER")
INVITATION = N_("Your account at the school ECOPTER")
NO_MAIL = N_("This school sends no e-mail. Give a code instead.")
NO_ADDRESS = N_("This person has no e-mail address. Give a code instead.")
DEACTIVATED = N_("This account is deactivated. Reactivate it first.")
MAIL_JOB = "mail_code"
# Requests for codes are counted beside mistakes; a folded name never has capitals.
REQUEST = "CODE:"


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
    """Make a code for someone; codes given before stop working, and mistakes are forgiven.

    Raises `Conflict` for a deactivated account.
    """
    if user.deactivated_at is not None:
        raise Conflict(DEACTIVATED)
    issued = _drawn(user, now)
    db.session.execute(delete(FailedSignIn).where(FailedSignIn.account_key == user.sign_in_key))
    _keep(issued, true(), actor=actor, now=now)
    return issued


def issue_codes(
    users: Sequence[User], *, about: tuple[str, int], actor: Actor, now: datetime
) -> list[IssuedCode]:
    """A code for each of several people in as many statements as for one; one event for all.

    `about` is what they have in common (kind, id). Raises `Conflict` if any is deactivated.
    """
    if any(user.deactivated_at is not None for user in users):
        raise Conflict(DEACTIVATED)
    issued = [_drawn(user, now) for user in users]
    ids = [user.id for user in users]
    keys = [user.sign_in_key for user in users]
    db.session.execute(delete(FailedSignIn).where(FailedSignIn.account_key.in_(keys)))
    retire_unused(OneTimeCode.user_id.in_(ids), now)
    if issued:
        db.session.execute(insert(OneTimeCode), [_row(one, actor, now) for one in issued])
    audit.record("code.issued", actor=actor, now=now, about=about, users=ids)
    return issued


def retire_unused(which: ColumnElement[bool], now: datetime) -> None:
    """Unused codes that meet a condition stop working; one statement."""
    db.session.execute(
        update(OneTimeCode).where(OneTimeCode.used_at.is_(None), which).values(used_at=now)
    )


def retire_of_others(user_id: int, *, actor: Actor, now: datetime) -> None:
    """Unused codes of someone from another hand than the actor's stop working; one statement.

    For whoever gets more rights: a code given before would open these too.
    """
    of_others = OneTimeCode.issued_by_id.is_not(None) & (OneTimeCode.issued_by_id != actor.user_id)
    retire_unused((OneTimeCode.user_id == user_id) & of_others, now)


def _row(issued: IssuedCode, actor: Actor, now: datetime) -> dict[str, Any]:
    return {
        "user_id": issued.user.id,
        "purpose": CodePurpose.PASSWORD,
        "code_hash": passwords.digest(issued.code),
        "issued_by_id": actor.user_id,
        "issued_at": now,
        "expires_at": issued.expires_at,
    }


def _drawn(user: User, now: datetime) -> IssuedCode:
    return IssuedCode(user, passwords.new_code(), now + CODE_LIFE)


def _keep(
    issued: IssuedCode, replaced: ColumnElement[bool], *, actor: Actor, now: datetime
) -> None:
    """Write a code down in place of the person's unused ones that meet a condition."""
    retire_unused(and_(OneTimeCode.user_id == issued.user.id, replaced), now)
    db.session.add(OneTimeCode(**_row(issued, actor, now)))
    db.session.flush()
    audit.record("code.issued", actor=actor, now=now, about=("user", issued.user.id))


def redeem_code(
    sign_in_name: str,
    code: str,
    password: str,
    *,
    own_phone: bool,
    address: str,
    now: datetime,
) -> OpenedSession | HalfOpened:
    """Set a new password with a code, once, and open a session; older sessions end.

    Whoever has a second factor is asked for it all the same: a code stands for the password.
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
    return let_in(user, own_phone=own_phone, now=now)


def request_code(sign_in_name: str, *, address: str, now: datetime) -> None:
    """Send a code by mail when there is an address and a mail server; tell the caller nothing.

    Raises TooMany, for known and unknown names alike, when codes were asked for too often.
    """
    key = REQUEST + sign_in_key(sign_in_name)
    with reading():
        if has_asked_enough(*queries.count_failures(key[:80], address, now=now)):
            raise TooMany(BLOCKED)
    with own_transaction() as session:
        session.add(FailedSignIn(account_key=key[:80], address=address[:64], at=now))
    user = queries.find_user(sign_in_name)
    if user is None or not user.email or user.deactivated_at or not adapters().mail.is_set_up:
        return
    jobs.enqueue(MAIL_JOB, f"code:{user.id}:{now:%Y%m%d%H%M}", {"user_id": user.id}, now=now)
    audit.record("code.requested", actor=Actor(user_id=user.id), now=now, about=("user", user.id))


def invite(user: User, *, actor: Actor, now: datetime) -> None:
    """Send someone a code by mail; whoever has no password yet is told what it is for.

    Raises `Conflict` without a mail server, an address, or an active account.
    """
    if user.deactivated_at is not None:
        raise Conflict(DEACTIVATED)
    if not adapters().mail.is_set_up:
        raise Conflict(NO_MAIL)
    if not user.email:
        raise Conflict(NO_ADDRESS)
    wanted = {"user_id": user.id, "is_invitation": user.password_hash is None}
    jobs.enqueue(MAIL_JOB, f"invitation:{user.id}:{now:%Y%m%d%H%M}", wanted, now=now)
    audit.record("invitation.sent", actor=actor, now=now, about=("user", user.id))


def mail_code(arguments: Mapping[str, Any], now: datetime) -> None:
    """The worker's part: send a code in the reader's language, then write it down.

    Nobody waits for the mail server: no transaction is open while the mail leaves. Anyone can
    ask for this mail, so a code that the office gave stays good beside it.
    """
    with reading():
        user = queries.get_user(arguments["user_id"])
    if not user.email or user.deactivated_at is not None:
        return
    issued = _drawn(user, now)
    language = LANGUAGES[user.language or DEFAULT]
    is_invitation = bool(arguments.get("is_invitation"))
    address = current_app.config["PUBLIC_BASE_URL"]
    with force_locale(language.formats):
        mail = Mail(
            recipient=user.email,
            subject=say(INVITATION if is_invitation else SUBJECT),
            text=render_template(
                "mail/invitation.txt" if is_invitation else "mail/code.txt",
                issued=issued,
                address=f"{address.rstrip('/')}/password" if address else "",
            ),
            language=language.tag,
        )
    adapters().mail.send(mail)
    _keep(issued, OneTimeCode.issued_by_id.is_(None), actor=Actor(), now=now)
