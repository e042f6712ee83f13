"""Reading associations, mandates, and what they give a right to."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, or_, select

from ecopter.associations.models import Mandate
from ecopter.authorization.policy import Role, Standing
from ecopter.db import db
from ecopter.platform.clock import school_day


def roles_of(user_id: int, *, now: datetime) -> Standing:
    """Associations whose mandate this person holds today; one query."""
    held = db.session.scalars(
        select(Mandate.association_id).where(Mandate.user_id == user_id, *runs_on(school_day(now)))
    )
    represents = frozenset(held)
    return Standing(roles=frozenset({Role.LEADER} if represents else ()), represents=represents)


def runs_on(day: date) -> tuple[ColumnElement[bool], ...]:
    """The conditions under which a mandate runs on a day."""
    return (Mandate.from_on <= day, or_(Mandate.until_on.is_(None), Mandate.until_on >= day))
