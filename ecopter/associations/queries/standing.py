"""Whom a person leads and since when: the rights of today, and the association of a day."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import BindParameter, ColumnElement, literal, or_, select

from ecopter.associations.models import Association, Mandate
from ecopter.associations.rules import MandateState, Office, state_on
from ecopter.authorization.policy import Role, Standing
from ecopter.authorization.standing import TODAY, USER_ID, Right, Source
from ecopter.db import db
from ecopter.platform.clock import school_day
from ecopter.shared.dates import DateSpan

# Whoever holds several offices on a day stands for the association they lead first.
RANK = {office: place for place, office in enumerate(Office)}
STATE_RANK = {state: place for place, state in enumerate(MandateState)}


def runs_on(day: date | BindParameter[date]) -> tuple[ColumnElement[bool], ...]:
    """The conditions under which a mandate runs on a day."""
    return (Mandate.from_on <= day, or_(Mandate.until_on.is_(None), Mandate.until_on >= day))


def _reading(rights: Sequence[Right]) -> Standing:
    represents = frozenset(right.about for right in rights if right.kind == "mandate")
    return Standing(roles=frozenset({Role.LEADER} if represents else ()), represents=represents)


# Associations whose mandate a person holds today.
roles_of = Source(
    statements=(
        select(
            literal("mandate").label("kind"),
            Mandate.association_id.label("about"),
            literal(0).label("within"),
            literal(1).label("runs"),
            literal("").label("words"),
        ).where(Mandate.user_id == USER_ID, *runs_on(TODAY)),
    ),
    reading=_reading,
)


@dataclass(frozen=True)
class Represented:
    """An association by its id and its name in each language that has one."""

    id: int
    names: Mapping[str, str]


@dataclass(frozen=True)
class HeldMandate:
    """A mandate of one person; `until_on` is its last day, None while it has none."""

    id: int
    association: Represented
    office: Office
    from_on: date
    until_on: date | None
    state: MandateState

    @property
    def is_running(self) -> bool:
        return self.state is MandateState.RUNNING


def list_of_person(user_id: int, *, now: datetime) -> list[HeldMandate]:
    """Every mandate of a person with its association, running ones first, then the latest.

    One query.
    """
    today = school_day(now)
    rows = db.session.execute(
        select(Mandate, Association.name, Association.name_ar)
        .join(Association, Association.id == Mandate.association_id)
        .where(Mandate.user_id == user_id)
        .order_by(Mandate.from_on.desc(), Mandate.id.desc())
    )
    found = [
        HeldMandate(
            id=mandate.id,
            association=Represented(mandate.association_id, {"fr": name, "ar": name_ar}),
            office=mandate.office,
            from_on=mandate.from_on,
            until_on=mandate.until_on,
            state=state_on(DateSpan(mandate.from_on, mandate.until_on), today),
        )
        for mandate, name, name_ar in rows
    ]
    return sorted(found, key=lambda held: STATE_RANK[held.state])


def association_on(user_id: int, day: date) -> Represented | None:
    """The association a person represents on a day, or None; one query.

    Of several, the one they lead in the first office (a president before a member), and then
    the one they have led for longest.
    """
    return associations_on([user_id], day).get(user_id)


def associations_on(user_ids: Collection[int], day: date) -> dict[int, Represented]:
    """What `association_on` says of each of these people; one query whatever their number."""
    rows = db.session.execute(
        select(
            Mandate.user_id, Mandate.office, Association.id, Association.name, Association.name_ar
        )
        .join(Association, Association.id == Mandate.association_id)
        .where(Mandate.user_id.in_(user_ids), *runs_on(day))
        .order_by(Mandate.from_on, Mandate.id)
    ).all()
    found: dict[int, Represented] = {}
    for user_id, _office, association_id, name, name_ar in sorted(
        rows, key=lambda row: RANK[row[1]]
    ):
        found.setdefault(user_id, Represented(association_id, {"fr": name, "ar": name_ar}))
    return found
