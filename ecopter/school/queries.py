"""Reading the school's own row, its sites and their rooms."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from ecopter.authorization.policy import Scope
from ecopter.db import db
from ecopter.school.models import Room, School, Site
from ecopter.school.rules import PaperFact, lacking_facts
from ecopter.shared.errors import NotFound
from ecopter.shared.languages import Titles, title_in
from ecopter.shared.text import fold

OPEN, CLOSED = "open", "closed"


def find_school() -> School | None:
    return db.session.scalar(select(School).order_by(School.id).limit(1))


@dataclass(frozen=True)
class SchoolSheet:
    """The school, if its row exists already, and what papers still lack of it.

    There is one school: to see it and to change it are questions of role alone, so it has no
    scope.
    """

    school: School | None

    @property
    def lacks(self) -> tuple[PaperFact, ...]:
        return lacking_facts(self.school)


def get_school_sheet() -> SchoolSheet:
    """One query."""
    return SchoolSheet(find_school())


@dataclass(frozen=True)
class SiteLine:
    """A site as a list shows it; rooms and places count open rooms only."""

    id: int
    code: str
    names: Titles
    country: str
    zone: str
    address: str
    closed_at: datetime | None
    rooms: int
    places: int

    @property
    def state(self) -> str:
        return OPEN if self.closed_at is None else CLOSED

    @property
    def searched(self) -> str:
        return fold(" ".join([*self.names.values(), self.code, self.address, self.zone]))


def list_sites(
    *,
    words: Collection[str] = (),
    country: str = "",
    state: str = "",
    sort: str = "name",
    language: str,
) -> Sequence[SiteLine]:
    """Sites that hold all the folded `words` and pass the filters; one query.

    All of them, sorted as readers of `language` sort: a school has a few dozen sites, and
    neither database folds accents and hamza. `sort` is name, country, rooms or places, with "-"
    in front for the other way round.
    """
    rows = db.session.execute(
        select(
            Site.id,
            Site.code,
            Site.names,
            Site.country,
            Site.zone,
            Site.address,
            Site.closed_at,
            func.count(Room.id),
            func.coalesce(func.sum(Room.capacity), 0),
        )
        .outerjoin(Room, (Room.site_id == Site.id) & Room.closed_at.is_(None))
        .group_by(Site.id)
        .order_by(Site.id)
    )
    lines = [
        line
        for line in (SiteLine(*row) for row in rows)
        if country in ("", line.country)
        and state in ("", line.state)
        and all(word in line.searched for word in words)
    ]
    lines.sort(key=lambda line: fold(title_in(line.names, language)))
    column = sort.removeprefix("-")
    if column != "name":
        lines.sort(key=lambda line: getattr(line, column), reverse=sort.startswith("-"))
    elif sort.startswith("-"):
        lines.reverse()
    return lines


@dataclass(frozen=True)
class SiteSheet:
    """A site with its rooms in the order of their names, closed ones last."""

    site: Site

    @property
    def scope(self) -> Scope:
        return Scope()

    @property
    def rooms(self) -> Sequence[Room]:
        return sorted(self.site.rooms, key=lambda room: (room.closed_at is not None, room.name))


def get_site(site_id: int) -> SiteSheet:
    """Two queries. Raises NotFound."""
    site = db.session.scalar(
        select(Site).where(Site.id == site_id).options(selectinload(Site.rooms))
    )
    if site is None:
        raise NotFound
    return SiteSheet(site)


@dataclass(frozen=True)
class RoomSheet:
    """A room and the site it is in."""

    site: Site
    room: Room

    @property
    def scope(self) -> Scope:
        return Scope()


def get_room(site_id: int, room_id: int) -> RoomSheet:
    """Two queries. Raises NotFound, also for a room of another site."""
    site = get_site(site_id).site
    room = next((room for room in site.rooms if room.id == room_id), None)
    if room is None:
        raise NotFound
    return RoomSheet(site, room)


def site_codes() -> frozenset[str]:
    """The codes in use; one query."""
    return frozenset(db.session.scalars(select(Site.code)))
