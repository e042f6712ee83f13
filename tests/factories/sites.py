"""Sites and their rooms."""

from itertools import count

from ecopter.db import db
from ecopter.school.models import Room, Site

_number = count(1)


def make_site(**changes: object) -> Site:
    """Taliouine, with one room for twenty, unless told otherwise."""
    values = {
        "code": f"SITE-{next(_number)}",
        "names": {"fr": "Taliouine", "ar": "تالوين", "en": "Taliouine"},
        "country": "MA",
        "zone": "Africa/Casablanca",
    } | changes
    site = Site(**values)
    db.session.add(site)
    db.session.flush()
    make_room(site)
    return site


def make_room(site: Site, **changes: object) -> Room:
    values = {"name": f"Salle {next(_number)}", "capacity": 20} | changes
    room = Room(site_id=site.id, **values)
    db.session.add(room)
    db.session.flush()
    return room
