"""The people of the school: their list, and one person as the office sees them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select

from ecopter.audit import queries as audit
from ecopter.authorization.policy import Scope
from ecopter.db import db
from ecopter.people.models import SecondFactor, SignIn, User, UserRole
from ecopter.people.queries.accounts import get_user
from ecopter.people.queries.standing import runs_on
from ecopter.people.rules import PersonName, SchoolRole
from ecopter.people.rules.administration import DeactivationReason, PersonState, Term
from ecopter.platform.clock import school_day
from ecopter.shared.errors import NotFound
from ecopter.shared.paging import Page
from ecopter.shared.text import fold, sign_in_key

PAGE_SIZE = 25
SORTS = ("name", "sign_in_name", "created")
# Written by `services.administration.deactivate`.
DEACTIVATED = "user.deactivated"


@dataclass(frozen=True)
class Search:
    """Whom to list: folded words that all have to occur, a state and a school role, an order."""

    words: tuple[str, ...] = ()
    state: PersonState | None = None
    role: SchoolRole | None = None
    sort: str = "name"
    is_descending: bool = False


@dataclass(frozen=True)
class PersonLine:
    id: int
    name: PersonName
    sign_in_name: str
    town: str
    created_at: datetime
    has_password: bool
    name_confirmed: bool
    is_deactivated: bool

    @property
    def order(self) -> tuple[str, str, int]:
        return (fold(self.name.family_lat), fold(self.name.given_lat), self.id)


@dataclass(frozen=True)
class ListedPerson:
    line: PersonLine
    roles: tuple[SchoolRole, ...]


def list_people(search: Search, number: int, *, now: datetime) -> Page[ListedPerson]:
    """One page of the people looked for; two queries.

    The columns of everyone are read and searched here: no database folds Arabic letters and
    accents alike, and a school has thousands of people, not millions.
    """
    found = _found(search, now=now)
    number = max(1, number)
    shown = found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    roles = _roles_today([line.id for line in shown], now=now)
    items = [ListedPerson(line, roles.get(line.id, ())) for line in shown]
    return Page(items, number, PAGE_SIZE, len(found))


@dataclass(frozen=True)
class PersonRecord:
    """A person as the office may take them away in a file."""

    user: User
    roles: tuple[SchoolRole, ...]


def list_records(search: Search, *, now: datetime) -> list[PersonRecord]:
    """Everyone looked for with their details, in the order of the list; three queries."""
    found = _found(search, now=now)
    users = {
        user.id: user
        for user in db.session.scalars(select(User).where(*_conditions(search, now=now)))
    }
    roles = _roles_today(None, now=now)
    return [PersonRecord(users[line.id], roles.get(line.id, ())) for line in found]


def _found(search: Search, *, now: datetime) -> list[PersonLine]:
    rows = db.session.execute(
        select(
            User.id,
            User.given_name_lat,
            User.family_name_lat,
            User.given_name_ar,
            User.family_name_ar,
            User.sign_in_name,
            User.town,
            User.created_at,
            User.password_hash.is_not(None),
            User.name_confirmed_at.is_not(None),
            User.deactivated_at.is_not(None),
        ).where(*_conditions(search, now=now))
    )
    lines = [PersonLine(row[0], PersonName(*row[1:5]), *row[5:]) for row in rows]
    found = [line for line in lines if _holds(line, search.words)]
    return sorted(found, key=_ORDERS[search.sort], reverse=search.is_descending)


_ORDERS: dict[str, Any] = {
    "name": lambda line: line.order,
    "sign_in_name": lambda line: (sign_in_key(line.sign_in_name), line.id),
    "created": lambda line: (line.created_at, line.id),
}


def _conditions(search: Search, *, now: datetime) -> Iterable[ColumnElement[bool]]:
    states = {
        PersonState.ACTIVE: User.deactivated_at.is_(None),
        PersonState.DEACTIVATED: User.deactivated_at.is_not(None),
        PersonState.NEVER_SIGNED_IN: User.password_hash.is_(None),
        PersonState.UNCONFIRMED: User.name_confirmed_at.is_(None),
    }
    if search.state is not None:
        yield states[search.state]
    if search.role is not None:
        held = select(UserRole.user_id).where(
            UserRole.role == search.role, *runs_on(school_day(now))
        )
        yield User.id.in_(held)


def _holds(line: PersonLine, words: Collection[str]) -> bool:
    if not words:
        return True
    text = fold(f"{line.name.latin} {line.name.arabic} {line.sign_in_name} {line.town}")
    return all(word in text for word in words)


def _roles_today(
    user_ids: Collection[int] | None, *, now: datetime
) -> dict[int, tuple[SchoolRole, ...]]:
    """School roles that run today by person, of some people or (None) of everyone; one query."""
    rows = select(UserRole.user_id, UserRole.role).where(*runs_on(school_day(now)))
    if user_ids is not None:
        rows = rows.where(UserRole.user_id.in_(user_ids))
    held: dict[int, tuple[SchoolRole, ...]] = {}
    for user_id, role in db.session.execute(rows.order_by(UserRole.role).distinct()):
        held[user_id] = (*held.get(user_id, ()), role)
    return held


@dataclass(frozen=True)
class HeldRole:
    id: int
    user_id: int
    role: SchoolRole
    term: Term

    def is_over(self, day: date) -> bool:
        return self.term.is_over(day)


@dataclass(frozen=True)
class PersonSheet:
    """A person, their school roles (past ones too), and how they come in."""

    user: User
    roles: tuple[HeldRole, ...]
    open_sessions: int
    last_sign_in_at: datetime | None
    has_second_factor: bool
    deactivated_for: DeactivationReason | None

    @property
    def scope(self) -> Scope:
        return Scope()


def get_person(user_id: int, now: datetime) -> PersonSheet:
    """Three queries; a fourth, for the reason, when the account is deactivated."""
    user = get_user(user_id)
    sessions = db.session.execute(
        select(
            func.count().filter(SignIn.ended_at.is_(None), SignIn.expires_at > now),
            func.max(SignIn.started_at),
            select(exists().where(SecondFactor.user_id == user_id)).scalar_subquery(),
        ).where(SignIn.user_id == user_id)
    ).one()
    reason = _reason(user_id) if user.deactivated_at is not None else None
    opened, last_at, has_second_factor = sessions
    return PersonSheet(user, tuple(list_roles(user_id)), opened, last_at, has_second_factor, reason)


def _reason(user_id: int) -> DeactivationReason | None:
    events = [event for event in audit.list_of("user", user_id) if event.action == DEACTIVATED]
    return DeactivationReason(events[-1].details["reason"]) if events else None


def hold_person(user_id: int) -> None:
    """Make writers about one person queue, so that none of them decides on what is out of date."""
    db.session.execute(select(User.id).where(User.id == user_id).with_for_update())


def list_roles(user_id: int) -> list[HeldRole]:
    """School roles of someone, the newest first; one query."""
    rows = db.session.execute(
        select(UserRole.id, UserRole.user_id, UserRole.role, UserRole.from_on, UserRole.until_on)
        .where(UserRole.user_id == user_id)
        .order_by(UserRole.from_on.desc(), UserRole.id.desc())
    )
    return [HeldRole(row[0], row[1], row[2], Term(row[3], row[4])) for row in rows]


@dataclass(frozen=True)
class RoleSheet:
    """One role of one person."""

    user: User
    held: HeldRole

    @property
    def scope(self) -> Scope:
        return Scope()


def get_role(user_id: int, role_id: int) -> RoleSheet:
    """Two queries; raises `NotFound` when the role is not this person's."""
    user = get_user(user_id)
    held = next((one for one in list_roles(user_id) if one.id == role_id), None)
    if held is None:
        raise NotFound
    return RoleSheet(user, held)


def hold_other_administrators(user_id: int) -> list[Term]:
    """Administrator's terms of everyone else who can still sign in; one query.

    Every such row stays locked until the act ends, so that two administrators who send each
    other away at the same moment do not leave the school without any.
    """
    rows = db.session.execute(
        select(UserRole.user_id, UserRole.from_on, UserRole.until_on)
        .join(User, User.id == UserRole.user_id)
        .where(UserRole.role == SchoolRole.ADMINISTRATOR, User.deactivated_at.is_(None))
        .order_by(UserRole.id)
        .with_for_update()
    )
    return [Term(row[1], row[2]) for row in rows if row[0] != user_id]
