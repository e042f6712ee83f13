"""Reading second factors, recovery codes, and passwords that wait for the second step."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import Select, bindparam, exists, func, select
from sqlalchemy.orm import joinedload

from ecopter.authorization.policy import Actor, Permission, Scope, may
from ecopter.db import db
from ecopter.people.models import FailedSignIn, HalfOpenSignIn, RecoveryCode, SecondFactor, User
from ecopter.people.queries.accounts import get_user
from ecopter.people.rules.second_factor import STEP_WINDOW, is_reminded
from ecopter.platform.clock import school_day
from ecopter.shared.errors import NotFound


@dataclass(frozen=True)
class OwnFactor:
    """One's own second factor, None before it is set up, and the recovery codes left."""

    user: User
    factor: SecondFactor | None
    codes_left: int

    @property
    def scope(self) -> Scope:
        """Somebody's own once there is one: whoever lost the role can still turn it off."""
        return Scope(owner_id=self.user.id if self.factor else None)


def get_own_factor(actor: Actor) -> OwnFactor:
    """Two queries besides the account."""
    if actor.user_id is None:
        raise NotFound
    user = get_user(actor.user_id)
    return OwnFactor(user, find_factor(user.id), count_codes(user.id))


def find_factor(user_id: int) -> SecondFactor | None:
    return db.session.scalar(_factor(), {"user_id": user_id})


@cache
def _factor() -> Select[SecondFactor]:
    """Built once: asked at each sign-in."""
    return select(SecondFactor).where(SecondFactor.user_id == bindparam("user_id"))


def count_codes(user_id: int) -> int:
    """Recovery codes that can still be used."""
    unused = select(func.count()).where(
        RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None)
    )
    return db.session.scalar(unused) or 0


def find_recovery_code(user_id: int, code_hash: str) -> RecoveryCode | None:
    """A recovery code that can still be used."""
    return db.session.scalar(
        select(RecoveryCode).where(
            RecoveryCode.user_id == user_id,
            RecoveryCode.code_hash == code_hash,
            RecoveryCode.used_at.is_(None),
        )
    )


def find_half_open(token_hash: str, *, now: datetime) -> HalfOpenSignIn | None:
    """A right password that waits for its second step, with its account; one query."""
    return db.session.scalar(
        select(HalfOpenSignIn)
        .join(HalfOpenSignIn.user)
        .options(joinedload(HalfOpenSignIn.user))
        .where(
            HalfOpenSignIn.token_hash == token_hash,
            HalfOpenSignIn.expires_at > now,
            User.deactivated_at.is_(None),
        )
    )


def count_failed_steps(account_key: str, *, now: datetime) -> int:
    """Wrong second steps of an account within a day."""
    failed = select(func.count()).where(
        FailedSignIn.account_key == account_key, FailedSignIn.at > now - STEP_WINDOW
    )
    return db.session.scalar(failed) or 0


def wants_reminder(actor: Actor, *, now: datetime) -> bool:
    """Whether someone who may have a second factor has none and did not put it off; one query."""
    if not may(actor, Permission.SECOND_FACTOR_SET_UP):
        return False
    has_one = exists().where(SecondFactor.user_id == User.id)
    row = db.session.execute(
        select(has_one, User.second_factor_put_off_until).where(User.id == actor.user_id)
    ).one()
    return not row[0] and is_reminded(row[1], school_day(now))
