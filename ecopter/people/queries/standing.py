"""What someone is to the whole school today."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import BindParameter, ColumnElement, String, literal, or_, select, type_coerce

from ecopter.authorization.policy import Role, Standing
from ecopter.authorization.standing import TODAY, USER_ID, Right, Source
from ecopter.db import db
from ecopter.people.models import UserRole
from ecopter.people.rules import SchoolRole
from ecopter.platform.clock import school_day

ROLES = {
    SchoolRole.ADMINISTRATOR: Role.ADMINISTRATOR,
    SchoolRole.HEAD_OF_STUDIES: Role.HEAD_OF_STUDIES,
}


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


def _reading(rights: Sequence[Right]) -> Standing:
    held = (SchoolRole(right.words) for right in rights if right.kind == "role")
    return Standing(frozenset(ROLES[role] for role in held))


# School-wide roles that run today.
roles_of = Source(
    statements=(
        select(
            literal("role").label("kind"),
            literal(0).label("about"),
            literal(0).label("within"),
            literal(1).label("runs"),
            type_coerce(UserRole.role, String).label("words"),
        ).where(UserRole.user_id == USER_ID, *runs_on(TODAY)),
    ),
    reading=_reading,
)
