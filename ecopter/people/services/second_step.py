"""From a right password to an open session, for whoever has a second factor."""

from datetime import datetime

from sqlalchemy import delete, update

from ecopter.audit import services as audit
from ecopter.authorization.policy import Actor
from ecopter.db import db, reading
from ecopter.people import queries
from ecopter.people.models import HalfOpenSignIn, RecoveryCode, SecondFactor
from ecopter.people.queries.second_factor import (
    count_failed_steps,
    find_factor,
    find_half_open,
    find_recovery_code,
)
from ecopter.people.rules import is_blocked
from ecopter.people.rules.second_factor import (
    MOST_FAILURES_OF_DAY,
    is_recovery_code,
    plain_step_code,
)
from ecopter.people.services import passwords
from ecopter.people.services.second_factor import step_of
from ecopter.people.services.signing_in import OpenedSession, count_mistake, open_session
from ecopter.shared.errors import Invalid, TooMany
from ecopter.shared.text import N_

WRONG_STEP = N_(
    "This code is not right, or was used already. Wait for the next one, or take a recovery code."
)
BLOCKED = N_("Too many mistakes. Wait a quarter of an hour, or ask an administrator for help.")
BLOCKED_TODAY = N_("Too many mistakes today. Try again tomorrow, or ask an administrator for help.")
# Wrong second steps are counted beside mistakes; a folded name never has capitals.
STEP = "STEP:"


def find_waiting(token: str, *, now: datetime) -> HalfOpenSignIn | None:
    """The right password that this browser gave a short while ago, if any."""
    if not token:
        return None
    with reading():
        return find_half_open(passwords.digest(token), now=now)


def finish(waiting: HalfOpenSignIn, typed: str, *, address: str, now: datetime) -> OpenedSession:
    """Open the session for six digits of the phone or a recovery code.

    Raises `TooMany` after too many mistakes, `Invalid` (the same for a wrong code, one accepted
    before and one used meanwhile) otherwise.
    """
    user, plain = waiting.user, plain_step_code(typed)
    key = f"{STEP}{user.sign_in_key}"[:80]
    with reading():
        _refuse_if_blocked(key, address, now=now)
        factor = find_factor(user.id)
    if not (factor and _is_taken(waiting, factor, plain, now=now)):
        db.session.rollback()
        count_mistake(key, address, now=now)
        raise Invalid(WRONG_STEP)
    return open_session(user, own_phone=waiting.own_phone, now=now)


def _refuse_if_blocked(key: str, address: str, *, now: datetime) -> None:
    if is_blocked(*queries.count_failures(key, address, now=now)):
        raise TooMany(BLOCKED)
    if count_failed_steps(key, now=now) >= MOST_FAILURES_OF_DAY:
        raise TooMany(BLOCKED_TODAY)


def _is_taken(waiting: HalfOpenSignIn, factor: SecondFactor, plain: str, *, now: datetime) -> bool:
    """Whether the code is right and ours alone: each row lets itself be taken once."""
    if is_recovery_code(plain):
        is_ours = _take_recovery_code(waiting.user_id, plain, now=now)
    else:
        is_ours = _take_step(factor, plain, now=now)
    return is_ours and _close(waiting)


def _take_step(factor: SecondFactor, plain: str, *, now: datetime) -> bool:
    step = step_of(factor.user_id, factor.salt, plain, last=factor.last_step, now=now)
    if step is None:
        return False
    taken = db.session.execute(
        update(SecondFactor)
        .where(SecondFactor.id == factor.id, SecondFactor.last_step < step)
        .values(last_step=step)
        .execution_options(synchronize_session=False)
    )
    return bool(taken.rowcount == 1)  # type: ignore[attr-defined]


def _take_recovery_code(user_id: int, plain: str, *, now: datetime) -> bool:
    found = find_recovery_code(user_id, passwords.digest(plain))
    if found is None:
        return False
    taken = db.session.execute(
        update(RecoveryCode)
        .where(RecoveryCode.id == found.id, RecoveryCode.used_at.is_(None))
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        return False
    actor = Actor(user_id=user_id)
    audit.record("recovery_code.used", actor=actor, now=now, about=("user", user_id))
    return True


def _close(waiting: HalfOpenSignIn) -> bool:
    """One password opens one session, however often its second step is sent."""
    gone = db.session.execute(
        delete(HalfOpenSignIn)
        .where(HalfOpenSignIn.id == waiting.id)
        .execution_options(synchronize_session=False)
    )
    return bool(gone.rowcount == 1)  # type: ignore[attr-defined]
