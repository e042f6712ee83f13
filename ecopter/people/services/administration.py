"""Who may come in, and who works for the whole school: acts of an administrator."""

from datetime import date, datetime

from ecopter.audit import services as audit
from ecopter.authorization.policy import Actor
from ecopter.db import db
from ecopter.people.models import OneTimeCode, User, UserRole
from ecopter.people.queries.persons import (
    DEACTIVATED,
    HeldRole,
    hold_other_administrators,
    hold_person,
    list_roles,
)
from ecopter.people.rules import SchoolRole
from ecopter.people.rules.administration import (
    LAST_ADMINISTRATOR,
    NOT_ONESELF,
    DeactivationReason,
    Term,
    end_fault,
    ended,
    leaves_an_administrator,
    term_fault,
)
from ecopter.people.services.codes import retire_of_others, retire_unused
from ecopter.people.services.signing_in import sign_out_everywhere
from ecopter.platform.clock import school_day
from ecopter.shared.errors import Conflict
from ecopter.shared.text import N_

ALREADY_OUT = N_("This account is deactivated already.")
ALREADY_IN = N_("This account is active already.")


def give_role(
    user: User,
    role: SchoolRole,
    *,
    from_on: date,
    until_on: date | None,
    actor: Actor,
    now: datetime,
) -> None:
    """A role for the whole school between two days, both included.

    Raises `Conflict` for oneself, for days in the past, and when the role is held already.
    Unused codes from somebody else's hand stop working: they would open these rights too.
    """
    _refuse_oneself(user, actor)
    hold_person(user.id)
    wanted = Term(from_on, until_on)
    held = [one.term for one in list_roles(user.id) if one.role == role]
    if fault := term_fault(wanted, held, school_day(now)):
        raise Conflict(fault)
    db.session.add(UserRole(user_id=user.id, role=role, from_on=from_on, until_on=until_on))
    retire_of_others(user.id, actor=actor, now=now)
    db.session.flush()
    audit.record("role.given", actor=actor, now=now, about=("user", user.id), role=role.value)


def end_role(
    user: User, held: HeldRole, *, last_day: date | None, actor: Actor, now: datetime
) -> None:
    """End a role with a day, or at once (None).

    Raises `Conflict` for oneself, for the last administrator, and for a role that is over.
    """
    _refuse_oneself(user, actor)
    today = school_day(now)
    if fault := end_fault(held.term, last_day, today):
        raise Conflict(fault)
    if held.role == SchoolRole.ADMINISTRATOR and held.term.runs_on(today):
        _keep_an_administrator(user, held.term, today)
    row = db.session.get_one(UserRole, held.id)
    left = ended(held.term, last_day, today)
    if left is None:
        db.session.delete(row)
    else:
        row.until_on = left.until_on
    db.session.flush()
    audit.record("role.ended", actor=actor, now=now, about=("user", user.id), role=held.role.value)


def deactivate(user: User, reason: DeactivationReason, *, actor: Actor, now: datetime) -> None:
    """Nobody signs in with this account any more; what the person did and earned stays.

    Sessions end and codes stop working. Raises `Conflict` for oneself, for the last
    administrator, and for an account that is deactivated already.
    """
    _refuse_oneself(user, actor)
    if user.deactivated_at is not None:
        raise Conflict(ALREADY_OUT)
    today = school_day(now)
    for held in list_roles(user.id):
        if held.role == SchoolRole.ADMINISTRATOR and held.term.runs_on(today):
            _keep_an_administrator(user, held.term, today)
    user.deactivated_at = now
    retire_unused(OneTimeCode.user_id == user.id, now)
    sign_out_everywhere(user, actor=actor, now=now)
    db.session.flush()
    audit.record(DEACTIVATED, actor=actor, now=now, about=("user", user.id), reason=reason.value)


def reactivate(user: User, *, actor: Actor, now: datetime) -> None:
    """The person may sign in again, with the password they had; raises `Conflict`."""
    if user.deactivated_at is None:
        raise Conflict(ALREADY_IN)
    user.deactivated_at = None
    db.session.flush()
    audit.record("user.reactivated", actor=actor, now=now, about=("user", user.id))


def _refuse_oneself(user: User, actor: Actor) -> None:
    if actor.user_id == user.id:
        raise Conflict(NOT_ONESELF)


def _keep_an_administrator(user: User, leaving: Term, today: date) -> None:
    if not leaves_an_administrator(leaving, hold_other_administrators(user.id), today):
        raise Conflict(LAST_ADMINISTRATOR)
