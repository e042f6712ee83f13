"""Opening, changing and closing sites and rooms."""

from dataclasses import dataclass
from datetime import datetime

from ecopter.audit.services import record
from ecopter.authorization.policy import Actor
from ecopter.db import db
from ecopter.school.models import Room, Site
from ecopter.school.queries import RoomSheet, SiteSheet, site_codes
from ecopter.school.rules import COUNTRIES, LARGEST_ROOM, is_site_code, is_zone, new_site_code
from ecopter.shared.errors import Conflict, Invalid
from ecopter.shared.languages import Titles
from ecopter.shared.text import N_, fold

CODE_TAKEN = N_("Another site has this code already. Choose another, or leave it empty.")
BAD_CODE = N_("A code is made of capitals, digits and dashes, like SITE-TAL.")
NO_ZONE = N_("There is no such time zone. Its name looks like Europe/Paris.")
NO_COUNTRY = N_("Choose a country.")
NO_SITE_NAME = N_("Write the French name of the site.")
ROOM_TAKEN = N_("This site has a room of this name already.")
NO_ROOM_NAME = N_("Write the name of the room.")
NO_PLACES = N_("A room has from 1 to %(most)s places.")


@dataclass(frozen=True, kw_only=True)
class SiteDetails:
    """What is written of a site; `names` has French at least, `zone` is an IANA name."""

    names: Titles
    country: str
    zone: str
    address: str = ""


@dataclass(frozen=True, kw_only=True)
class RoomDetails:
    """What is written of a room; `capacity` counts people."""

    name: str
    capacity: int


def open_site(details: SiteDetails, *, code: str = "", actor: Actor, now: datetime) -> Site:
    """A new site, without rooms; without a code it gets one made of its French name.

    Raises Conflict when the code is taken, Invalid for a code, name, country or zone that cannot
    be.
    """
    _check_site(details)
    taken = site_codes()
    code = code.upper()
    if code in taken:
        raise Conflict(CODE_TAKEN)
    if code and not is_site_code(code):
        raise Invalid(BAD_CODE)
    site = Site(
        code=code or new_site_code(details.names["fr"], taken),
        names=dict(details.names),
        country=details.country,
        zone=details.zone,
        address=details.address,
    )
    db.session.add(site)
    db.session.flush()
    record("site.opened", actor=actor, now=now, about=("site", site.id), code=site.code)
    db.session.flush()
    return site


def change_site(
    sheet: SiteSheet, details: SiteDetails, *, is_open: bool, actor: Actor, now: datetime
) -> None:
    """Correct a site, close it (nothing more is planned there) or open it again.

    Half-days keep the instant at which they are; their hours are read in the zone of the site.
    Raises Invalid for a name, country or zone that cannot be.
    """
    _check_site(details)
    site = sheet.site
    site.names = dict(details.names)
    site.country = details.country
    site.zone = details.zone
    site.address = details.address
    _turn(site, is_open=is_open, now=now)
    if db.session.is_modified(site):
        record("site.changed", actor=actor, now=now, about=("site", site.id), is_open=is_open)
    db.session.flush()


def open_room(sheet: SiteSheet, details: RoomDetails, *, actor: Actor, now: datetime) -> Room:
    """A new room of a site.

    Raises Conflict when the site has one of this name, Invalid without a name or places.
    """
    _check_room(sheet.site, details, None)
    room = Room(site_id=sheet.site.id, name=details.name, capacity=details.capacity)
    db.session.add(room)
    db.session.flush()
    record("room.opened", actor=actor, now=now, about=("room", room.id), site=sheet.site.id)
    db.session.flush()
    return room


def change_room(
    sheet: RoomSheet, details: RoomDetails, *, is_open: bool, actor: Actor, now: datetime
) -> None:
    """Correct a room, close it (nothing more is planned in it) or open it again.

    Raises Conflict when the site has another one of this name, Invalid without a name or places.
    """
    _check_room(sheet.site, details, sheet.room)
    room = sheet.room
    room.name = details.name
    room.capacity = details.capacity
    _turn(room, is_open=is_open, now=now)
    if db.session.is_modified(room):
        record(
            "room.changed",
            actor=actor,
            now=now,
            about=("room", room.id),
            site=sheet.site.id,
            is_open=is_open,
        )
    db.session.flush()


def _turn(place: Site | Room, *, is_open: bool, now: datetime) -> None:
    """A place that is closed already keeps the instant of its closing."""
    if is_open:
        place.closed_at = None
    elif place.closed_at is None:
        place.closed_at = now


def _check_site(details: SiteDetails) -> None:
    if not details.names.get("fr"):
        raise Invalid(NO_SITE_NAME)
    if details.country not in COUNTRIES:
        raise Invalid(NO_COUNTRY)
    if not is_zone(details.zone):
        raise Invalid(NO_ZONE)


def _check_room(site: Site, details: RoomDetails, itself: Room | None) -> None:
    """Two names that only differ in capitals or accents are one name on a door."""
    if not details.name:
        raise Invalid(NO_ROOM_NAME)
    if not 1 <= details.capacity <= LARGEST_ROOM:
        raise Invalid(NO_PLACES, most=LARGEST_ROOM)
    others = {fold(room.name) for room in site.rooms if room is not itself}
    if fold(details.name) in others:
        raise Conflict(ROOM_TAKEN)
