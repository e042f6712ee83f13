"""Reading cohorts, who teaches them and who has a place in them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    ScalarSelect,
    bindparam,
    exists,
    func,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import joinedload

from ecopter.authorization.policy import Actor, Role, Scope
from ecopter.cohorts.models import Cohort, CohortInstructor, Enrolment, EnrolmentPeriod
from ecopter.cohorts.rules import (
    Category,
    CohortState,
    EnrolmentState,
    cohort_state,
    next_code,
    state_on,
)
from ecopter.curricula.models import Curriculum
from ecopter.curricula.rules import Track
from ecopter.db import db
from ecopter.people.models import User
from ecopter.people.rules import PersonName
from ecopter.platform.clock import school_day
from ecopter.school.models import Site
from ecopter.shared.dates import DateSpan
from ecopter.shared.errors import NotFound
from ecopter.shared.paging import Page
from ecopter.shared.text import fold

PAGE_SIZE = 50


# Built once: nearly every page of a cohort begins with it.
COHORT = (
    select(Cohort)
    .options(joinedload(Cohort.curriculum), joinedload(Cohort.site))
    .where(Cohort.id == bindparam("cohort_id"))
    .execution_options(populate_existing=True)
)


def get_cohort(cohort_id: int) -> Cohort:
    """The cohort with its curriculum and home site; one query. Raises NotFound."""
    cohort = db.session.scalar(COHORT, {"cohort_id": cohort_id})
    if cohort is None:
        raise NotFound
    return cohort


class TraineeLine(NamedTuple):
    """Someone with a place; `last_day` is empty while the latest period runs."""

    enrolment_id: int
    user_id: int
    latin: str
    arabic: str
    sign_in_name: str
    state: EnrolmentState
    category: Category | None
    first_day: date | None
    last_day: date | None
    has_password: bool
    name_confirmed: bool


@dataclass(frozen=True)
class InstructorLine:
    """Someone who teaches a cohort between two days; without `until_on`, until further notice."""

    user_id: int
    latin: str
    arabic: str
    from_on: date
    until_on: date | None

    def is_over(self, day: date) -> bool:
        return self.until_on is not None and self.until_on < day


@dataclass(frozen=True)
class CohortSheet:
    """A cohort and the people in it."""

    cohort: Cohort
    lines: tuple[TraineeLine, ...]
    instructors: tuple[InstructorLine, ...]
    today: date

    @property
    def scope(self) -> Scope:
        return Scope(cohort_id=self.cohort.id)

    @property
    def taken(self) -> int:
        """Places that nobody else can have: all but those of people who left."""
        return sum(line.state != EnrolmentState.WITHDRAWN for line in self.lines)

    @property
    def state(self) -> CohortState:
        return cohort_state(self.today, self.cohort.starts_on, self.cohort.ends_on)


def get_cohort_sheet(cohort_id: int, now: datetime) -> CohortSheet:
    """Three queries, whatever the size of the cohort. Raises NotFound."""
    cohort, today = get_cohort(cohort_id), school_day(now)
    lines = tuple(_list_trainees(cohort, today))
    return CohortSheet(cohort, lines, tuple(list_instructors(cohort_id)), today)


TRAINEES = (
    select(
        Enrolment.id,
        User.id,
        User.given_name_lat,
        User.family_name_lat,
        User.given_name_ar,
        User.family_name_ar,
        User.sign_in_name,
        Enrolment.category,
        # Numbers for yes and no: a conversion each takes longer than reading them.
        type_coerce(User.password_hash.is_not(None), Integer),
        type_coerce(User.name_confirmed_at.is_not(None), Integer),
        EnrolmentPeriod.starts_on,
        EnrolmentPeriod.ends_on,
    )
    .join(User, User.id == Enrolment.trainee_id)
    .outerjoin(EnrolmentPeriod, EnrolmentPeriod.enrolment_id == Enrolment.id)
    .where(Enrolment.cohort_id == bindparam("cohort_id"))
    .order_by(Enrolment.id, EnrolmentPeriod.starts_on)
)


def _list_trainees(cohort: Cohort, today: date) -> Iterator[TraineeLine]:
    """Everyone with a place, by family name; one query of plain rows, one for each period."""
    rows = db.session.connection().execute(TRAINEES, {"cohort_id": cohort.id}).all()
    people = {row[0]: row for row in rows}
    spans: dict[int, list[DateSpan]] = {key: [] for key in people}
    for key, *_person, first, last in rows:
        if first is not None:
            spans[key].append(DateSpan(first, last))
    names = {key: PersonName(*row[2:6]) for key, row in people.items()}
    for key in sorted(people, key=lambda key: names[key].place_in_list):
        name, periods, row = names[key], spans[key], people[key]
        yield TraineeLine(
            enrolment_id=key,
            user_id=row[1],
            latin=name.latin,
            arabic=name.arabic,
            sign_in_name=row[6],
            state=state_on(today, periods, cohort.ends_on),
            category=row[7],
            first_day=periods[0].first if periods else None,
            last_day=periods[-1].last if periods else None,
            has_password=bool(row[8]),
            name_confirmed=bool(row[9]),
        )


@dataclass(frozen=True)
class TraineeWish:
    """Which lines of a cohort are wanted, in which order: `name`, `state` or `first_day`."""

    words: Sequence[str] = ()
    state: str = ""
    sort: str = "name"
    number: int = 1


def choose_trainees(lines: Sequence[TraineeLine], wish: TraineeWish) -> list[TraineeLine]:
    """Those that hold every word, in the order wished for; no query."""
    found = [
        line
        for line in lines
        if (not wish.state or line.state == wish.state)
        and _holds(wish.words, line.latin, line.arabic, line.sign_in_name)
    ]
    column = wish.sort.removeprefix("-")
    if column == "state":
        found.sort(key=lambda line: list(EnrolmentState).index(line.state))
    elif column == "first_day":
        found.sort(key=lambda line: line.first_day or date.max)
    return found[::-1] if wish.sort.startswith("-") else found


def _holds(words: Sequence[str], *texts: str) -> bool:
    folded = fold(" ".join(texts)) if words else ""
    return all(word in folded for word in words)


def list_instructors(cohort_id: int) -> list[InstructorLine]:
    """Everyone who teaches, taught or will teach the cohort, each with their days; one query."""
    rows = db.session.execute(
        select(CohortInstructor, User)
        .join(User, User.id == CohortInstructor.user_id)
        .where(CohortInstructor.cohort_id == cohort_id)
        .order_by(User.family_name_lat, User.given_name_lat, CohortInstructor.from_on)
    )
    return [
        InstructorLine(user.id, user.name.latin, user.name.arabic, row.from_on, row.until_on)
        for row, user in rows
    ]


@dataclass(frozen=True)
class CohortLine:
    """One cohort of a list; `places` are those taken, `capacity` None when there is no limit."""

    id: int
    code: str
    name: str
    titles: dict[str, str]
    starts_on: date
    ends_on: date
    places: int
    name_ar: str = ""
    capacity: int | None = None
    track: Track = Track.TERROIR

    @property
    def names(self) -> dict[str, str]:
        """The name by language, for the filter `title_of`."""
        return {"fr": self.name, "ar": self.name_ar}

    def state_on(self, day: date) -> CohortState:
        return cohort_state(day, self.starts_on, self.ends_on)


@dataclass(frozen=True)
class CohortWish:
    """Which cohorts are wanted, in which order: `starts_on`, `name`, `code` or `places`."""

    words: Sequence[str] = ()
    state: str = ""
    track: str = ""
    sort: str = "-starts_on"
    # The day a state is asked for.
    day: date = date.min


NEWEST = CohortWish()


def list_cohorts(actor: Actor, number: int, wish: CohortWish = NEWEST) -> Page[CohortLine]:
    """Cohorts the actor works with, newest first unless wished otherwise; one query.

    Names are folded to be compared, which no database does alike: a school has few cohorts.
    """
    found = choose_cohorts(actor, wish)
    number = max(1, number)
    first = (number - 1) * PAGE_SIZE
    return Page(found[first : first + PAGE_SIZE], number, PAGE_SIZE, len(found))


def choose_cohorts(actor: Actor, wish: CohortWish) -> list[CohortLine]:
    """Every cohort wished for, in order; one query."""
    rows = select(
        Cohort.id,
        Cohort.code,
        Cohort.name,
        Curriculum.titles,
        Cohort.starts_on,
        Cohort.ends_on,
        _places_taken(),
        Cohort.name_ar,
        Cohort.capacity,
        Curriculum.track,
    ).join(Curriculum, Curriculum.id == Cohort.curriculum_id)
    if not (actor.has(Role.ADMINISTRATOR) or actor.has(Role.HEAD_OF_STUDIES)):
        rows = rows.where(Cohort.id.in_(actor.teaches))
    if wish.track:
        rows = rows.where(Curriculum.track == Track(wish.track))
    found = [
        line
        for line in (CohortLine(*row) for row in db.session.execute(rows.order_by(Cohort.code)))
        if (not wish.state or line.state_on(wish.day) == wish.state)
        and _holds(wish.words, line.code, line.name, line.name_ar)
    ]
    column, is_descending = wish.sort.removeprefix("-"), wish.sort.startswith("-")
    if column == "name":
        return sorted(found, key=lambda line: fold(line.name), reverse=is_descending)
    return sorted(found, key=attrgetter(column), reverse=is_descending)


def _places_taken() -> ScalarSelect[int]:
    """Places of people who have not left, or have come back."""
    return (
        select(func.count())
        .where(Enrolment.cohort_id == Cohort.id, _is_taken())
        .correlate(Cohort)
        .scalar_subquery()
    )


def _is_taken() -> ColumnElement[bool]:
    stays = or_(EnrolmentPeriod.ends_on.is_(None), EnrolmentPeriod.ends_on >= Cohort.ends_on)
    return (
        exists()
        .where(EnrolmentPeriod.enrolment_id == Enrolment.id, stays)
        .correlate(Enrolment, Cohort)
    )


def hold_cohort(cohort_id: int) -> None:
    """Make those queue who decide on a cohort's dates, places and people; one query.

    What was loaded of the cohort before is read again: it may have changed while we waited.
    """
    db.session.execute(
        select(Cohort)
        .where(Cohort.id == cohort_id)
        .with_for_update(of=Cohort)
        .execution_options(populate_existing=True)
    )


def count_taken(cohort_id: int) -> int:
    """Places of the cohort that are taken; one query."""
    row = select(_places_taken()).select_from(Cohort).where(Cohort.id == cohort_id)
    return db.session.scalar(row) or 0


@dataclass(frozen=True)
class CohortFile:
    """A cohort to change, with what can be chosen for it: (id, titles, version), (id, names)."""

    cohort: Cohort | None
    courses: Sequence[tuple[int, dict[str, str], str]]
    sites: Sequence[tuple[int, dict[str, str]]]
    # Once somebody is enrolled, the cohort stays on the version of the course it began with.
    is_begun: bool = False

    @property
    def scope(self) -> Scope:
        return Scope(cohort_id=self.cohort.id if self.cohort else None)


def get_cohort_file(cohort_id: int) -> CohortFile:
    """Four queries. Raises NotFound."""
    cohort = get_cohort(cohort_id)
    return replace(_choices(cohort), is_begun=has_enrolments(cohort_id))


def get_new_cohort_file() -> CohortFile:
    """What can be chosen for a new cohort; two queries."""
    return _choices(None)


def _choices(cohort: Cohort | None) -> CohortFile:
    """Courses, newest version first, and sites that are open, or the cohort's own; two queries."""
    courses = db.session.execute(
        select(Curriculum.id, Curriculum.titles, Curriculum.version).order_by(
            Curriculum.track.desc(), Curriculum.version.desc(), Curriculum.id
        )
    )
    is_own = Site.id == (cohort.site_id if cohort and cohort.site_id else 0)
    sites = db.session.execute(
        select(Site.id, Site.names).where(or_(Site.closed_at.is_(None), is_own)).order_by(Site.code)
    )
    return CohortFile(
        cohort,
        [(row.id, row.titles, row.version) for row in courses],
        [(row.id, row.names) for row in sites],
    )


def has_enrolments(cohort_id: int) -> bool:
    """Whether anybody has, or had, a place in the cohort; one query."""
    row = select(Enrolment.id).where(Enrolment.cohort_id == cohort_id)
    return db.session.scalar(row.limit(1)) is not None


def count_outside(cohort_id: int, starts_on: date, ends_on: date) -> int:
    """Enrolment periods of a cohort that would reach beyond two days; one query."""
    beyond = or_(
        EnrolmentPeriod.starts_on < starts_on,
        EnrolmentPeriod.starts_on > ends_on,
        EnrolmentPeriod.ends_on > ends_on,
    )
    rows = (
        select(func.count())
        .select_from(EnrolmentPeriod)
        .join(Enrolment, Enrolment.id == EnrolmentPeriod.enrolment_id)
        .where(Enrolment.cohort_id == cohort_id, beyond)
    )
    return db.session.scalar(rows) or 0


def propose_code(track: Track, year: int) -> str:
    """A code that no cohort has yet; one query."""
    return next_code(track, year, set(db.session.scalars(select(Cohort.code))))


def is_code_taken(code: str, *, except_for: int | None) -> bool:
    """Whether another cohort has the code, whatever its capitals; one query."""
    rows = db.session.execute(select(Cohort.id, Cohort.code))
    return any(row.code.casefold() == code.casefold() and row.id != except_for for row in rows)


def is_open_site(site_id: int) -> bool:
    row = select(Site.id).where(Site.id == site_id, Site.closed_at.is_(None))
    return db.session.scalar(row) is not None
