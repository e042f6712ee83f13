"""The list of associations, and the page of one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from ecopter.associations.models import Association, Mandate
from ecopter.associations.queries.standing import STATE_RANK, runs_on
from ecopter.associations.rules import (
    DEPARTMENTS,
    REGIONS,
    Activity,
    AssociationStatus,
    MandateState,
    Office,
    presidents_meet,
    state_on,
)
from ecopter.authorization.policy import Scope
from ecopter.db import db
from ecopter.people.models import User
from ecopter.platform.clock import school_day
from ecopter.shared.dates import DateSpan
from ecopter.shared.errors import NotFound
from ecopter.shared.paging import Page
from ecopter.shared.text import fold

PAGE_SIZE = 20
SORTS = ("name", "department", "members", "status")
STATUS_RANK = {status: -place for place, status in enumerate(AssociationStatus)}


@dataclass(frozen=True, kw_only=True)
class AssociationLine:
    """One line of the list; `leaders` hold a mandate today."""

    id: int
    name: str
    name_ar: str
    department: str
    town: str
    rna: str
    founded_in: int | None
    member_count: int | None
    activity: Activity | None
    commune: str
    website: str
    status: AssociationStatus
    leaders: int = 0

    def matches(self, words: Sequence[str], filters: Mapping[str, str]) -> bool:
        """Whether every word is found in the names, the places or the number."""
        place = DEPARTMENTS.get(self.department, "")
        text = fold(
            f"{self.name} {self.name_ar} {self.town} {self.commune} {self.rna} "
            f"{self.department} {place}"
        )
        return all(word in text for word in words) and all(
            getattr(self, name) == value for name, value in filters.items()
        )


def list_associations(
    words: Sequence[str], filters: Mapping[str, str], sort: str, *, now: datetime
) -> list[AssociationLine]:
    """Associations that hold all these folded words and have these values; two queries.

    `filters` are values of `department`, `status` and `activity`; `sort` is one of `SORTS`, with
    "-" in front for the other way round. A name is found in either script, without its accents.
    """
    leaders: dict[int, int] = dict(
        db.session.execute(
            select(Mandate.association_id, func.count(Mandate.user_id.distinct()))
            .where(*runs_on(school_day(now)))
            .group_by(Mandate.association_id)
        ).all()
    )
    lines = [
        AssociationLine(
            id=row.id,
            name=row.name,
            name_ar=row.name_ar,
            department=row.department,
            town=row.town,
            rna=row.rna,
            founded_in=row.founded_in,
            member_count=row.member_count,
            activity=row.activity,
            commune=row.commune,
            website=row.website,
            status=row.status,
            leaders=leaders.get(row.id, 0),
        )
        for row in db.session.scalars(select(Association))
    ]
    found = [line for line in lines if line.matches(words, filters)]
    found.sort(key=lambda line: (fold(line.name), line.id))
    found.sort(key=lambda line: _key(line, sort.removeprefix("-")), reverse=sort.startswith("-"))
    return found


def _key(line: AssociationLine, column: str) -> tuple[int, str]:
    if column == "members":
        # Whoever has not said how many they are comes before the smallest.
        return (-1 if line.member_count is None else line.member_count, "")
    if column == "status":
        return STATUS_RANK[line.status], ""
    return 0, line.department if column == "department" else fold(line.name)


def page_of(lines: Sequence[AssociationLine], number: int) -> Page[AssociationLine]:
    """One page of a list; a number past the end gives the last one."""
    last = max(1, -(-len(lines) // PAGE_SIZE))
    number = min(max(1, number), last)
    first = (number - 1) * PAGE_SIZE
    return Page(lines[first : first + PAGE_SIZE], number, PAGE_SIZE, len(lines))


@dataclass(frozen=True)
class AssociationPlace:
    """One association, for whoever writes something about it."""

    association: Association

    @property
    def scope(self) -> Scope:
        return Scope(association_id=self.association.id)


def get_association(association_id: int) -> AssociationPlace:
    """One association; one query. Raises NotFound."""
    association = db.session.get(Association, association_id)
    if association is None:
        raise NotFound
    return AssociationPlace(association)


def list_registered() -> list[tuple[int, str, str]]:
    """Id, name and number (RNA) of every association; one query."""
    rows = db.session.execute(select(Association.id, Association.name, Association.rna))
    return [(row.id, row.name, row.rna) for row in rows]


@dataclass(frozen=True, kw_only=True)
class MandateLine:
    """One mandate as it stands today, with the name of who holds it in both scripts."""

    id: int
    user_id: int
    latin: str
    arabic: str
    office: Office
    from_on: date
    until_on: date | None
    state: MandateState

    @property
    def span(self) -> DateSpan:
        return DateSpan(self.from_on, self.until_on)


@dataclass(frozen=True)
class AssociationSheet:
    """An association with all its mandates: running ones first, then those to come, then past."""

    association: Association
    mandates: tuple[MandateLine, ...]

    @property
    def scope(self) -> Scope:
        return Scope(association_id=self.association.id)

    @property
    def region(self) -> str:
        return REGIONS.get(self.association.department, "")

    @property
    def has_two_presidents(self) -> bool:
        """Whether two presidents meet today or later."""
        return presidents_meet(
            (line.office, line.span)
            for line in self.mandates
            if line.state is not MandateState.ENDED
        )


def get_association_sheet(association_id: int, now: datetime) -> AssociationSheet:
    """The page of an association; two queries. Raises NotFound."""
    association = get_association(association_id).association
    today = school_day(now)
    rows = db.session.execute(
        select(Mandate, User)
        .join(User, User.id == Mandate.user_id)
        .where(Mandate.association_id == association_id)
        .order_by(Mandate.from_on.desc(), Mandate.id)
    )
    lines = [
        MandateLine(
            id=mandate.id,
            user_id=user.id,
            latin=user.name.latin,
            arabic=user.name.arabic,
            office=mandate.office,
            from_on=mandate.from_on,
            until_on=mandate.until_on,
            state=state_on(mandate.span, today),
        )
        for mandate, user in rows
    ]
    offices = list(Office)
    lines.sort(
        key=lambda line: (
            STATE_RANK[line.state],
            offices.index(line.office) if line.state is MandateState.RUNNING else 0,
        )
    )
    return AssociationSheet(association, tuple(lines))
