"""Making accounts and keeping one's own details right."""

from datetime import date, datetime

from ecopter.audit import services as audit
from ecopter.authorization.policy import Actor
from ecopter.db import db
from ecopter.people import queries
from ecopter.people.models import User, UserRole
from ecopter.people.rules import Civility, PersonName, SchoolRole
from ecopter.shared.errors import Conflict
from ecopter.shared.text import N_, sign_in_key

NAME_TAKEN = N_("Someone already signs in with this name.")


def create_user(
    sign_in_name: str,
    name: PersonName,
    *,
    actor: Actor,
    now: datetime,
    civility: Civility = Civility.NEUTRAL,
    email: str = "",
) -> User:
    """A new account without a password; raises `Conflict` when the sign-in name is taken."""
    if queries.find_user(sign_in_name):
        raise Conflict(NAME_TAKEN)
    user = User(
        sign_in_name=" ".join(sign_in_name.split()),
        sign_in_key=sign_in_key(sign_in_name),
        given_name_lat=name.given_lat,
        family_name_lat=name.family_lat,
        given_name_ar=name.given_ar,
        family_name_ar=name.family_ar,
        civility=civility,
        email=email,
        created_at=now,
    )
    db.session.add(user)
    db.session.flush()
    audit.record("user.created", actor=actor, now=now, about=("user", user.id))
    return user


def give_role(user: User, role: SchoolRole, *, from_on: date, actor: Actor, now: datetime) -> None:
    db.session.add(UserRole(user_id=user.id, role=role, from_on=from_on))
    db.session.flush()
    audit.record("role.given", actor=actor, now=now, about=("user", user.id), role=role.value)


def update_account(
    user: User,
    name: PersonName,
    *,
    civility: Civility,
    email: str,
    telephone: str,
    actor: Actor,
    now: datetime,
) -> None:
    """One's own details. A changed name has to be confirmed again before a paper is printed."""
    wanted = {
        "given_name_lat": name.given_lat,
        "family_name_lat": name.family_lat,
        "given_name_ar": name.given_ar,
        "family_name_ar": name.family_ar,
        "civility": civility,
        "email": email,
        "telephone": telephone,
    }
    changed = [field for field, value in wanted.items() if getattr(user, field) != value]
    for field in changed:
        setattr(user, field, wanted[field])
    if any("name" in field for field in changed):
        user.name_confirmed_at = None
    db.session.flush()
    if changed:
        audit.record(
            "account.updated", actor=actor, now=now, about=("user", user.id), fields=changed
        )


def confirm_name(user: User, *, actor: Actor, now: datetime) -> None:
    """The person says that their name will be printed right."""
    user.name_confirmed_at = now
    db.session.flush()
    audit.record("name.confirmed", actor=actor, now=now, about=("user", user.id))


def choose_language(user: User, language: str, *, actor: Actor, now: datetime) -> None:
    user.language = language
    db.session.flush()
    audit.record(
        "language.chosen", actor=actor, now=now, about=("user", user.id), language=language
    )
