"""Whose registers wait: today's, those not taken or not closed, and the latest closed ones."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, true
from sqlalchemy.orm import joinedload

from ecopter.attendance.models import Register
from ecopter.authorization.policy import Actor, Role, Scope
from ecopter.cohorts.models import Cohort
from ecopter.curricula.models import Module
from ecopter.db import db
from ecopter.people.models import User
from ecopter.people.rules import PersonName
from ecopter.school.models import Site
from ecopter.shared.dates import local
from ecopter.shared.languages import DEFAULT, Titles, title_in
from ecopter.shared.paging import Page, page_within
from ecopter.shared.text import fold
from ecopter.timetable.models import TrainingSession, TrainingSessionInstructor
from ecopter.timetable.queries import HalfDayLine, loaded, with_states

PAGE_SIZE = 20
# Wider than the distance between any two zones: the day itself is compared in the site's zone.
AROUND = timedelta(hours=36)


class Whose(StrEnum):
    """Registers of one's own half-days, or also of everyone's in the cohorts one works with."""

    MINE = "mine"
    ALL = "all"


@dataclass(frozen=True)
class RegisterWish:
    """Which half-days are wanted: words, folded, of the cohort, the module, the site or a name.

    `column` is `day`, or `cohort`, `module` or `site` as `language` writes them.
    """

    words: Sequence[str] = ()
    column: str = "day"
    is_descending: bool = False
    language: str = DEFAULT

    @property
    def is_plain(self) -> bool:
        """The database alone can answer it, a page at a time."""
        return not self.words and self.column == "day"


OLDEST = RegisterWish()
NEWEST = RegisterWish(is_descending=True)


@dataclass(frozen=True)
class Desk:
    """Someone who takes registers, at an instant."""

    actor: Actor
    now: datetime
    # Named for a half-day, though not an instructor of any cohort today.
    is_substitute: bool = False

    @property
    def scope(self) -> Scope:
        mine = {self.actor.user_id} if self.is_substitute and self.actor.user_id else ()
        return Scope(cohort_ids=self.actor.teaches, instructor_ids=frozenset(mine))

    @property
    def sees_every_cohort(self) -> bool:
        return self.actor.has(Role.ADMINISTRATOR) or self.actor.has(Role.HEAD_OF_STUDIES)


def get_desk(actor: Actor, now: datetime) -> Desk:
    """No query for the school's staff; one for everyone else, who may be named for a half-day."""
    return Desk(actor, now, is_substitute=not actor.is_staff and _is_named(actor))


def _is_named(actor: Actor) -> bool:
    named = select(TrainingSessionInstructor.id).where(
        TrainingSessionInstructor.user_id == actor.user_id
    )
    return db.session.scalar(named.limit(1)) is not None


def _visible(desk: Desk, whose: Whose) -> ColumnElement[bool]:
    """One's own half-days: where one is named, and those of one's cohorts where nobody is.

    A substitute is named for a half-day of a cohort they do not teach.
    """
    if whose is Whose.ALL and desk.sees_every_cohort:
        return true()
    named = select(TrainingSessionInstructor.training_session_id)
    mine = named.where(TrainingSessionInstructor.user_id == desk.actor.user_id)
    of_cohorts = TrainingSession.cohort_id.in_(desk.actor.teaches)
    if whose is Whose.MINE:
        return or_(TrainingSession.id.in_(mine), of_cohorts & TrainingSession.id.not_in(named))
    return or_(TrainingSession.id.in_(mine), of_cohorts)


def _half_days(desk: Desk, whose: Whose, *columns: Any) -> Select[Any]:
    return (
        select(*columns or (TrainingSession,))
        .select_from(TrainingSession)
        .outerjoin(Register, Register.training_session_id == TrainingSession.id)
        .where(TrainingSession.cancelled_at.is_(None), _visible(desk, whose))
    )


def _lines(statement: Select[Any], now: datetime) -> Sequence[HalfDayLine]:
    """Half-days with cohort, module, site, instructors and state; three queries."""
    found = db.session.scalars(
        statement.options(joinedload(TrainingSession.cohort), *loaded())
    ).all()
    return with_states(found, now=now)


def list_today(desk: Desk, *, whose: Whose, words: Sequence[str] = ()) -> Sequence[HalfDayLine]:
    """Today's half-days, by the calendar of each site, in order; three queries."""
    near = TrainingSession.starts_at.between(desk.now - AROUND, desk.now + AROUND)
    lines = _lines(
        _half_days(desk, whose).where(near).order_by(TrainingSession.starts_at), desk.now
    )
    return [
        line
        for line in lines
        if _is_today(line.training_session, desk.now)
        and _places_of(line.training_session).holds(words, fold)
    ]


def _is_today(training_session: TrainingSession, now: datetime) -> bool:
    return training_session.held_on == local(now, training_session.site.zone).date()


def list_pending(
    desk: Desk,
    number: int,
    *,
    whose: Whose,
    without: Sequence[HalfDayLine] = (),
    size: int = PAGE_SIZE,
    wish: RegisterWish = OLDEST,
) -> Page[HalfDayLine]:
    """Half-days that are over and whose register is missing or a draft, the oldest first.

    Those of `without` (today's) are left out; `size` lines to a page. Four queries.
    """
    is_pending = (
        TrainingSession.ends_at <= desk.now,
        Register.closed_at.is_(None),
        TrainingSession.id.not_in([line.training_session.id for line in without]),
    )
    return _page(desk, number, whose=whose, where=is_pending, size=size, wish=wish)


def list_closed(
    desk: Desk,
    number: int,
    *,
    whose: Whose,
    size: int = PAGE_SIZE,
    wish: RegisterWish = NEWEST,
) -> Page[HalfDayLine]:
    """Half-days whose register is closed, the newest first, `size` to a page. Four queries."""
    is_closed = (Register.closed_at.is_not(None),)
    return _page(desk, number, whose=whose, where=is_closed, size=size, wish=wish)


def _page(
    desk: Desk,
    number: int,
    *,
    whose: Whose,
    where: Sequence[ColumnElement[bool]],
    size: int,
    wish: RegisterWish,
) -> Page[HalfDayLine]:
    """One query to find the half-days, or to count them, and three for those of the page."""
    half_days = _half_days(desk, whose).where(*where)
    if wish.is_plain:
        total = db.session.scalar(_half_days(desk, whose, func.count()).where(*where)) or 0
        number = page_within(number, size, total)
        begins = TrainingSession.starts_at
        order = begins.desc() if wish.is_descending else begins.asc()
        rows = half_days.order_by(order, TrainingSession.id)
        rows = rows.limit(size).offset((number - 1) * size)
        return Page(_lines(rows, desk.now), number, size, total)
    found = _chosen(_half_days(desk, whose, *FOUND_BY).where(*where), wish)
    number = page_within(number, size, len(found))
    shown = found[(number - 1) * size : number * size]
    lines = {
        line.training_session.id: line
        for line in _lines(half_days.where(TrainingSession.id.in_(shown)), desk.now)
    }
    return Page([lines[key] for key in shown], number, size, len(found))


# What a half-day is found and sorted by; a row for each of its instructors, or one without.
FOUND_BY = (
    TrainingSession.id,
    Cohort.code,
    Cohort.name,
    Cohort.name_ar,
    Module.titles,
    Site.names,
    User.given_name_lat,
    User.family_name_lat,
    User.given_name_ar,
    User.family_name_ar,
)


@dataclass
class Places:
    """The words of one half-day: whose, what and where it is, and who teaches it."""

    code: str
    cohort: Titles
    module: Titles
    site: Titles
    instructors: list[str] = field(default_factory=list)

    def holds(self, words: Sequence[str], folded: Callable[[str], str]) -> bool:
        """Whether every word stands somewhere in them."""
        if not words:
            return True
        texts: Iterable[str] = (
            self.code,
            *self.cohort.values(),
            *self.module.values(),
            *self.site.values(),
            *self.instructors,
        )
        text = " ".join(map(folded, texts))
        return all(word in text for word in words)


def _places_of(training_session: TrainingSession) -> Places:
    """The same of a half-day that is loaded."""
    cohort = training_session.cohort
    places = Places(
        cohort.code, cohort.names, training_session.module.titles, training_session.site.names
    )
    for user in training_session.instructors:
        places.instructors += (user.name.latin, user.name.arabic)
    return places


def _chosen(statement: Select[Any], wish: RegisterWish) -> list[int]:
    """Ids of the half-days wished for, in order; one query of plain rows.

    Titles and names are folded to be compared, which no database does alike; each of them
    once, since a school has few and a thousand half-days share them.
    """
    rows = db.session.execute(
        statement.join(Cohort, Cohort.id == TrainingSession.cohort_id)
        .join(Module, Module.id == TrainingSession.module_id)
        .join(Site, Site.id == TrainingSession.site_id)
        .outerjoin(
            TrainingSessionInstructor,
            TrainingSessionInstructor.training_session_id == TrainingSession.id,
        )
        .outerjoin(User, User.id == TrainingSessionInstructor.user_id)
        .order_by(TrainingSession.starts_at, TrainingSession.id)
    )
    half_days: dict[int, Places] = {}
    for key, code, name, name_ar, module, site, *written in rows:
        if key not in half_days:
            half_days[key] = Places(code, {"fr": name, "ar": name_ar}, module, site)
        if written[0] is not None:
            person = PersonName(*written)
            half_days[key].instructors += (person.latin, person.arabic)
    folded = cache(fold)
    found = [key for key, places in half_days.items() if places.holds(wish.words, folded)]
    if wish.column == "day":
        return found[::-1] if wish.is_descending else found

    def place(key: int) -> str:
        titles: Titles = getattr(half_days[key], wish.column)
        return folded(title_in(titles, wish.language))

    return sorted(found, key=place, reverse=wish.is_descending)
