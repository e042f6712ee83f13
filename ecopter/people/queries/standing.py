"""What someone is to the whole school today."""

from collections.abc import Collection
from datetime import date, datetime
from functools import cache

from sqlalchemy import BindParameter, ColumnElement, Date, Select, bindparam, or_, select

from ecopter.authorization.policy import Role, Standing
from ecopter.db import db, plain_rows
from ecopter.people.models import UserRole
from ecopter.people.rules import SchoolRole
from ecopter.platform.clock import school_day

ROLES = {
    SchoolRole.ADMINISTRATOR: Role.ADMINISTRATOR,
    SchoolRole.HEAD_OF_STUDIES: Role.HEAD_OF_STUDIES,
}


def roles_of(user_id: int, *, now: datetime) -> Standing:
    """School-wide roles that run today; one query."""
    held = plain_rows(_roles(), {"user_id": user_id, "today": school_day(now)})
    return Standing(frozenset(ROLES[role] for (role,) in held))


@cache
def _roles() -> Select[SchoolRole]:
    """Asked on every page: built once, since building costs more than asking."""
    return select(UserRole.role).where(
        UserRole.user_id == bindparam("user_id"), *runs_on(bindparam("today", type_=Date))
    )


def has_school_role(user_id: int, *, now: datetime) -> bool:
    """Whether someone works for the whole school, today or from a later day on; one query."""
    today = school_day(now)
    row = select(UserRole.id).where(
        UserRole.user_id == user_id, or_(UserRole.until_on.is_(None), UserRole.until_on >= today)
    )
    return db.session.scalar(row.limit(1)) is not None


def list_colleagues(user_ids: Collection[int], *, now: datetime) -> set[int]:
    """Those of some people who work for the whole school, today or later; one query."""
    today = school_day(now)
    rows = select(UserRole.user_id).where(
        UserRole.user_id.in_(user_ids),
        or_(UserRole.until_on.is_(None), UserRole.until_on >= today),
    )
    return set(db.session.scalars(rows))


def runs_on(day: date | BindParameter[date]) -> tuple[ColumnElement[bool], ...]:
    """The conditions under which a school role holds on a day."""
    return (UserRole.from_on <= day, or_(UserRole.until_on.is_(None), UserRole.until_on >= day))
