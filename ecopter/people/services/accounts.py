"""Making accounts and keeping the details of people right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert

from ecopter.audit import services as audit
from ecopter.authorization.policy import Actor
from ecopter.db import db
from ecopter.people import queries
from ecopter.people.models import User
from ecopter.people.rules import NOTICE_OF, Civility, PersonName, SchoolRole
from ecopter.people.rules.sign_in_names import first_free, proposed_sign_in_name
from ecopter.people.services import administration
from ecopter.shared.errors import Conflict
from ecopter.shared.text import N_, sign_in_key

NAME_TAKEN = N_("Someone already signs in with this name.")
MADE = insert(User).returning(User.id, User.sign_in_key)


@dataclass(frozen=True)
class NewPerson:
    """Somebody who gets an account; an empty sign-in name asks for one made of their name."""

    sign_in_name: str
    name: PersonName
    civility: Civility = Civility.NEUTRAL
    email: str = ""
    telephone: str = ""
    country: str = ""
    town: str = ""


def create_users(people: Sequence[NewPerson], *, actor: Actor, now: datetime) -> Sequence[int]:
    """New accounts without a password, each as `create_user` makes one; gives their ids in order.

    Five statements at most, for any number. Raises `Conflict` when a sign-in name is taken.
    """
    if not people:
        return []
    proposals = [
        " ".join(person.sign_in_name.split()) or proposed_sign_in_name(person.name)
        for person in people
    ]
    taken = queries.list_taken_keys([sign_in_key(proposal) for proposal in proposals])
    rows: list[dict[str, Any]] = []
    for person, proposal in zip(people, proposals, strict=True):
        wanted = proposal if person.sign_in_name.strip() else first_free(proposal, taken)
        key = sign_in_key(wanted)
        if key in taken:
            raise Conflict(NAME_TAKEN)
        taken.add(key)
        rows.append(
            _details(person.name)
            | {
                "sign_in_name": wanted,
                "sign_in_key": key,
                "civility": person.civility,
                "email": person.email,
                "telephone": person.telephone,
                "country": person.country,
                "town": person.town,
                "created_at": now,
            }
        )
    # Asked to give ids in order, SQLite would be sent one row at a time.
    made = {key: user_id for user_id, key in db.session.execute(MADE, rows)}
    ids = [made[row["sign_in_key"]] for row in rows]
    audit.record_several("user.created", actor=actor, now=now, about=[("user", one) for one in ids])
    return ids


def create_user(
    sign_in_name: str,
    name: PersonName,
    *,
    actor: Actor,
    now: datetime,
    civility: Civility = Civility.NEUTRAL,
    email: str = "",
    telephone: str = "",
    country: str = "",
    town: str = "",
    language: str = "",
) -> User:
    """A new account without a password; raises `Conflict` when the sign-in name is taken.

    With an empty sign-in name one is made of the person's name, with a number where needed.
    """
    wanted = " ".join(sign_in_name.split()) or queries.free_sign_in_name(name)
    if queries.find_user(wanted):
        raise Conflict(NAME_TAKEN)
    user = User(
        sign_in_name=wanted,
        sign_in_key=sign_in_key(wanted),
        given_name_lat=name.given_lat,
        family_name_lat=name.family_lat,
        given_name_ar=name.given_ar,
        family_name_ar=name.family_ar,
        civility=civility,
        email=email,
        telephone=telephone,
        country=country,
        town=town,
        language=language,
        created_at=now,
    )
    db.session.add(user)
    db.session.flush()
    audit.record("user.created", actor=actor, now=now, about=("user", user.id))
    return user


def give_role(
    user: User,
    role: SchoolRole,
    *,
    from_on: date,
    until_on: date | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """A school role between two days; see `administration.give_role`, which raises `Conflict`."""
    administration.give_role(user, role, from_on=from_on, until_on=until_on, actor=actor, now=now)


def update_account(
    user: User,
    name: PersonName,
    *,
    civility: Civility,
    email: str,
    telephone: str,
    country: str | None = None,
    town: str | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """One's own details; None leaves what is there.

    A changed name has to be confirmed again before a paper is printed.
    """
    wanted = _details(name) | {"civility": civility, "email": email, "telephone": telephone}
    wanted |= {} if country is None else {"country": country}
    wanted |= {} if town is None else {"town": town}
    _write(user, wanted, actor=actor, now=now)


def update_person(
    user: User,
    name: PersonName,
    *,
    sign_in_name: str,
    civility: Civility,
    email: str,
    telephone: str,
    country: str,
    town: str,
    language: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Someone's details, by the office; raises `Conflict` when the sign-in name is taken."""
    key = sign_in_key(sign_in_name)
    holder = queries.find_user(sign_in_name)
    if holder is not None and holder.id != user.id:
        raise Conflict(NAME_TAKEN)
    wanted = _details(name) | {
        "sign_in_name": " ".join(sign_in_name.split()),
        "sign_in_key": key,
        "civility": civility,
        "email": email,
        "telephone": telephone,
        "country": country,
        "town": town,
        "language": language,
    }
    _write(user, wanted, actor=actor, now=now)


def _details(name: PersonName) -> dict[str, object]:
    return {
        "given_name_lat": name.given_lat,
        "family_name_lat": name.family_lat,
        "given_name_ar": name.given_ar,
        "family_name_ar": name.family_ar,
    }


def _write(user: User, wanted: Mapping[str, object], *, actor: Actor, now: datetime) -> None:
    changed = [field for field, value in wanted.items() if getattr(user, field) != value]
    for field in changed:
        setattr(user, field, wanted[field])
    if set(changed) & set(_details(user.name)):
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


def read_privacy_notice(user: User, *, actor: Actor, now: datetime) -> None:
    """The person says that they have read the present privacy notice."""
    user.privacy_notice_of = NOTICE_OF
    user.privacy_read_at = now
    db.session.flush()
    audit.record(
        "privacy_notice.read",
        actor=actor,
        now=now,
        about=("user", user.id),
        notice_of=NOTICE_OF.isoformat(),
    )
