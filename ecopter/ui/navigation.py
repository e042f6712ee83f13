"""The ways from every page to the others, by what the reader is today."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from flask import current_app, request, url_for

from ecopter.authorization.policy import Actor, Permission, Role, may
from ecopter.platform.i18n import say
from ecopter.shared.text import N_

# A bar at the foot of a phone holds five; tabs on a wide screen hold seven. The last is "More".
ON_PHONES = 4
ON_WIDE = 6


class Area(StrEnum):
    """The school, and within it the place of those who lead an association."""

    SCHOOL = "school"
    LEADERS = "leaders"


@dataclass(frozen=True)
class Place:
    """A page to go to; `parts` begin the endpoints that belong to it."""

    endpoint: str
    label: str
    icon: str
    parts: tuple[str, ...] = ()

    def nearness(self, endpoint: str) -> int:
        """How much of an endpoint this place accounts for: the longest part that begins it."""
        return max((len(part) for part in self.parts if endpoint.startswith(part)), default=0)


@dataclass(frozen=True)
class Entry:
    url: str
    label: str
    icon: str
    is_current: bool = False
    # Left out of the bar of a phone; it is on the page "More".
    is_wide: bool = False


@dataclass(frozen=True)
class Group:
    label: str
    entries: Sequence[Entry]


@dataclass(frozen=True)
class Navigation:
    """The head of a page: its entries, the name of the area, and the way to the other one."""

    entries: Sequence[Entry]
    area: str
    switch: Entry | None


LEADERS_AREA = N_("Leaders' area")
SCHOOL_AREA = N_("My pages at the school")
# Quizzes and exercises are reached from the path.
COURSE = ("learning.", "assessment.quiz.", "assessment.attempt.", "assessment.submission.")
COHORT = ("cohorts.", "timetable.", "gradebook.", "certificates.")
PEOPLE = ("people.person.", "timetable.person_agenda.")
SITES = ("school.site.", "school.room.", "timetable.site_agenda.")
REGISTERS = ("attendance.register.", "attendance.correction.", "attendance.sheet.")
PLACES: Mapping[str, Place] = {
    "home": Place("home.show", N_("Home"), "home", ("home.show",)),
    "leaders": Place("home.leaders.show", N_("Home"), "home", ("home.leaders.",)),
    "leaders area": Place("home.leaders.show", LEADERS_AREA, "handshake"),
    "more": Place("home.menu.show", N_("More"), "menu", ("home.menu.",)),
    "path": Place("learning.path.show", N_("My path"), "book", COURSE),
    "training": Place("learning.path.show", N_("My training"), "book", COURSE),
    "hours": Place("attendance.record.show", N_("My hours"), "clock", ("attendance.record.",)),
    "marks": Place("gradebook.marks.show", N_("My marks"), "medal", ("gradebook.",)),
    "papers": Place("certificates.credential.index", N_("My papers"), "scroll", ("certificates.",)),
    "announce": Place("attendance.absence.new", N_("Announce an absence"), "mail"),
    "association": Place(
        "associations.association.show", N_("My association"), "users", ("associations.",)
    ),
    "agenda": Place("timetable.agenda.show", N_("Agenda"), "calendar", ("timetable.agenda.",)),
    "notices": Place("notices.notice.index", N_("What has changed"), "flag", ("notices.",)),
    "products": Place("products.product.index", N_("Products"), "leaf", ("products.",)),
    "registers": Place("attendance.register.index", N_("Registers"), "check", REGISTERS),
    "absences": Place("attendance.absence.index", N_("Absences"), "mail", ("attendance.absence.",)),
    "takeover": Place("timetable.takeover.index", N_("Take over a half-day"), "refresh"),
    "grading": Place("assessment.grading.index", N_("Grading"), "pencil", ("assessment.",)),
    "cohorts": Place("cohorts.cohort.index", N_("Cohorts"), "users", COHORT),
    "people": Place("people.person.index", N_("People"), "user", PEOPLE),
    "sites": Place("school.site.index", N_("Sites"), "pin", SITES),
    "school": Place(
        "school.settings.show", N_("The school"), "house", ("school.", "timetable.site_agenda.")
    ),
    "associations": Place(
        "associations.association.index", N_("Associations"), "handshake", ("associations.",)
    ),
    "account": Place("people.account.show", N_("My account"), "user"),
    "privacy": Place("people.privacy.show", N_("Your data"), "lock"),
    "help": Place("school.help.show", N_("Help"), "phone"),
    "verification": Place("certificates.verification.index", N_("Check a certificate"), "search"),
}
# Places of a reader's own enrolment.
OWN = {"path", "training", "hours", "marks", "papers"}


def leads(actor: Actor) -> bool:
    """Has a part in the leaders' area: a mandate, or a place in their training."""
    return may(actor, Permission.LEADERS_VIEW)


def only_leads(actor: Actor) -> bool:
    """Leading is the reader's only hat, so that the leaders' area is the whole of their school."""
    others = set(actor.enrolments) - actor.leader_enrolments
    return leads(actor) and not others and not actor.is_staff


def area_of(actor: Actor, endpoint: str, address: Mapping[str, Any]) -> Area:
    """In which area a page stands for this reader; `address` are the arguments of its rule."""
    if not leads(actor):
        return Area.SCHOOL
    own_page = (
        endpoint.startswith("home.leaders.")
        or address.get("enrolment_id") in actor.leader_enrolments
        or address.get("association_id") in actor.represents
    )
    return Area.LEADERS if own_page or only_leads(actor) else Area.SCHOOL


def own_place(actor: Actor, area: Area) -> int | None:
    """The enrolment of an area that runs, else the latest one held."""
    leaders = area is Area.LEADERS
    held = {one for one in actor.enrolments if (one in actor.leader_enrolments) is leaders}
    return max(held & actor.active_enrolments or held, default=None)


def entries(actor: Actor) -> Navigation:
    """What the head of this page offers; no query."""
    here, address = request.endpoint or "", request.view_args or {}
    area = area_of(actor, here, address)
    names = [name for name in _bar(actor, area) if _where(name, actor, area) is not None]
    names = [*names[:ON_WIDE], "more"]
    current = _nearest(tuple(names), here)
    bar = [
        Entry(
            url_for(place.endpoint, **where),
            say(place.label),
            place.icon,
            is_current=name == current,
            is_wide=number >= ON_PHONES and name != "more",
        )
        for number, name in enumerate(names)
        if (place := PLACES[name]) and (where := _where(name, actor, area)) is not None
    ]
    name = say(LEADERS_AREA) if area is Area.LEADERS else ""
    return Navigation(bar, name, _switch(actor, area))


@lru_cache(1_024)
def _nearest(names: tuple[str, ...], endpoint: str) -> str | None:
    """Of some places, the one a page belongs to; None: to none of them."""
    nearest = max(names, key=lambda name: PLACES[name].nearness(endpoint))
    return nearest if PLACES[nearest].nearness(endpoint) else None


def _switch(actor: Actor, area: Area) -> Entry | None:
    if not leads(actor) or only_leads(actor):
        return None
    if area is Area.LEADERS:
        return Entry(url_for("home.show"), say(SCHOOL_AREA), "go")
    return Entry(url_for("home.leaders.show"), say(LEADERS_AREA), "go")


def _bar(actor: Actor, area: Area) -> Sequence[str]:
    """Names of places, the most used first."""
    if area is Area.LEADERS:
        return ("leaders", "training", "agenda", "association", "papers")
    learns = own_place(actor, area) is not None
    if actor.is_staff and learns:
        return ("home", "path", "registers", "grading", "agenda", "cohorts")
    if actor.has(Role.HEAD_OF_STUDIES):
        return ("home", "cohorts", "registers", "grading", "people", "agenda")
    if actor.has(Role.ADMINISTRATOR):
        return ("home", "cohorts", "people", "registers", "absences", "school")
    if actor.is_staff:
        return ("home", "registers", "grading", "agenda", "cohorts", "absences")
    return ("home", "path", "hours", "marks", "agenda", "papers")


def groups(actor: Actor) -> Sequence[Group]:
    """Every place this reader may go, for the page "More"; no query."""
    found = []
    for label, area, names in _groups(actor):
        made = [entry for name in names if (entry := _entry(name, actor, area))]
        if made:
            found.append(Group(say(label), made))
    return found


def _groups(actor: Actor) -> Iterator[tuple[str, Area, Sequence[str]]]:
    office = may(actor, Permission.PERSON_LIST)
    first = "leaders" if only_leads(actor) else "home"
    yield N_("Every day"), Area.SCHOOL, (first, "notices", "agenda", "products")
    yield N_("My course"), Area.SCHOOL, ("path", "hours", "marks", "papers", "announce")
    if actor.is_staff:
        cohorts = () if office else ("cohorts", "sites")
        teaching = ("registers", "absences", "grading", "takeover", *cohorts)
        yield N_("Teaching"), Area.SCHOOL, teaching
    if office:
        offices = ("cohorts", "people", "sites", "school", "associations")
        yield N_("The school's office"), Area.SCHOOL, offices
    if leads(actor):
        entrance = () if only_leads(actor) else ("leaders area",)
        own = ("training", "hours", "marks", "papers", "announce", "association")
        yield LEADERS_AREA, Area.LEADERS, (*entrance, *own)
    yield N_("My account"), Area.SCHOOL, ("account", "privacy")
    yield N_("Help"), Area.SCHOOL, ("help", "verification")


def _entry(name: str, actor: Actor, area: Area) -> Entry | None:
    """A way to a place; None when there is nothing of this reader's there."""
    place, where = PLACES[name], _where(name, actor, area)
    if where is None:
        return None
    return Entry(url_for(place.endpoint, **where), say(place.label), place.icon)


def _where(name: str, actor: Actor, area: Area) -> Mapping[str, Any] | None:
    """The arguments of a place's address; None when the reader has no such place."""
    if name in OWN | {"announce"}:
        own = own_place(actor, area)
        runs = own in actor.active_enrolments
        return {"enrolment_id": own} if own and (runs or name in OWN) else None
    if name == "association":
        return {"association_id": min(actor.represents)} if actor.represents else None
    if name == "grading" and not (actor.teaches or actor.has(Role.HEAD_OF_STUDIES)):
        return None
    if name == "takeover" and not may(actor, Permission.HALF_DAY_TAKE_OVER):
        return None
    return {}


def demo_mode() -> bool:
    """Whether this is the demonstration, whose ribbon every page carries."""
    return bool(current_app.config["DEMO_ACCOUNTS"])
