"""What has to be known before a half-day is planned or moved."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, or_, select, text
from sqlalchemy.orm import joinedload, selectinload

from ecopter.authorization.policy import Scope
from ecopter.cohorts.models import Cohort, CohortInstructor, Enrolment, EnrolmentPeriod
from ecopter.curricula.models import Module
from ecopter.db import db
from ecopter.people.models import User
from ecopter.people.rules import PersonName
from ecopter.platform.clock import school_day
from ecopter.school.models import Room, Site
from ecopter.shared.dates import DateSpan
from ecopter.shared.errors import NotFound
from ecopter.timetable.models import (
    Holiday,
    Move,
    TrainingSession,
    TrainingSessionInstructor,
)
from ecopter.timetable.queries.half_days import (
    Cancellation,
    get_session,
    hold,
    hold_cancellation,
    register_states,
    scope_of,
)
from ecopter.timetable.queries.holidays import list_named_holidays
from ecopter.timetable.rules import (
    Booking,
    Bookings,
    Clash,
    Ground,
    Oddity,
    RegisterState,
    Series,
    SeriesPlan,
    Slot,
    modules_in_order,
    plan_series,
)

# Any fixed number: one advisory lock of PostgreSQL that makes planners queue.
PLANNING_LOCK = 7_201_987


@dataclass(frozen=True)
class Place:
    """A site, and one of its rooms or none."""

    site: Site
    room: Room | None = None

    @property
    def key(self) -> str:
        """How a form names it."""
        return f"{self.site.id}-{self.room.id if self.room else 0}"


def list_places() -> Sequence[Place]:
    """Every open site without a room and with each of its open rooms; two queries."""
    sites = db.session.scalars(
        select(Site)
        .options(selectinload(Site.rooms))
        .where(Site.closed_at.is_(None))
        .order_by(Site.code)
    )
    return [
        Place(site, room)
        for site in sites
        for room in (None, *(room for room in site.rooms if room.closed_at is None))
    ]


def list_bookings(first: date, last: date) -> Bookings:
    """Every half-day of the school around two days, with who teaches it; one query."""
    near = TrainingSession.held_on.between(first - timedelta(days=1), last + timedelta(days=1))
    taught = TrainingSessionInstructor
    rows = db.session.execute(
        select(
            TrainingSession.id,
            TrainingSession.cohort_id,
            Cohort.name,
            Cohort.name_ar,
            TrainingSession.held_on,
            TrainingSession.half_day,
            TrainingSession.starts_at,
            TrainingSession.ends_at,
            TrainingSession.room_id,
            TrainingSession.cancelled_at,
            taught.user_id,
        )
        .join(Cohort, Cohort.id == TrainingSession.cohort_id)
        .outerjoin(taught, taught.training_session_id == TrainingSession.id)
        .where(near)
    ).all()
    people: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        people[row.id] |= set() if row.user_id is None else {row.user_id}
    return Bookings(
        Booking(
            row.id,
            row.cohort_id,
            {"fr": row.name, "ar": row.name_ar},
            row.held_on,
            row.half_day,
            row.starts_at,
            row.ends_at,
            row.room_id,
            row.cancelled_at is not None,
            frozenset(people[row.id]),
        )
        for row in {row.id: row for row in rows}.values()
    )


def list_periods(cohort_id: int) -> Sequence[Sequence[DateSpan]]:
    """When each place of a cohort is held; one query."""
    rows = db.session.execute(
        select(EnrolmentPeriod.enrolment_id, EnrolmentPeriod.starts_on, EnrolmentPeriod.ends_on)
        .join(Enrolment, Enrolment.id == EnrolmentPeriod.enrolment_id)
        .where(Enrolment.cohort_id == cohort_id)
    )
    periods: dict[int, list[DateSpan]] = defaultdict(list)
    for enrolment_id, first, last in rows:
        periods[enrolment_id].append(DateSpan(first, last))
    return list(periods.values())


def names_of(user_ids: set[int]) -> Mapping[int, PersonName]:
    """Names by account; one query, none for nobody."""
    if not user_ids:
        return {}
    return {
        user.id: user.name for user in db.session.scalars(select(User).where(User.id.in_(user_ids)))
    }


def list_told(training_session: TrainingSession, *, now: datetime) -> frozenset[int]:
    """Whoever has to hear of a change; one query.

    Trainees who have a place today or later, and the instructors of the half-day.
    """
    today = school_day(now)
    trainees = db.session.scalars(
        select(Enrolment.trainee_id)
        .join(EnrolmentPeriod, EnrolmentPeriod.enrolment_id == Enrolment.id)
        .where(
            Enrolment.cohort_id == training_session.cohort_id,
            or_(EnrolmentPeriod.ends_on.is_(None), EnrolmentPeriod.ends_on >= today),
        )
    )
    return frozenset(trainees) | {user.id for user in training_session.instructors}


def hold_planning() -> None:
    """Make everyone who plans queue: two could give one instructor the same morning.

    SQLite has one writer at a time anyway.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": PLANNING_LOCK})


def hold_days_outside(cohort_id: int, first: date, last: date) -> Sequence[date]:
    """The day of each half-day before or after two days, cancelled ones left out; one query.

    For whoever is about to move those two days: nobody plans anything meanwhile.
    """
    hold_planning()
    return db.session.scalars(
        select(TrainingSession.held_on)
        .where(
            TrainingSession.cohort_id == cohort_id,
            TrainingSession.cancelled_at.is_(None),
            or_(TrainingSession.held_on < first, TrainingSession.held_on > last),
        )
        .order_by(TrainingSession.held_on)
    ).all()


@dataclass(frozen=True)
class Planning:
    """A cohort whose half-days are to be planned.

    `standing` counts those of each module that are not cancelled.
    """

    cohort: Cohort
    modules: Sequence[Module]
    instructors: Sequence[User]
    places: Sequence[Place]
    standing: Mapping[int, int]

    @property
    def scope(self) -> Scope:
        return Scope(cohort_id=self.cohort.id)

    @property
    def dates(self) -> DateSpan:
        return DateSpan(self.cohort.starts_on, self.cohort.ends_on)

    @property
    def queue(self) -> Sequence[int]:
        """The module of each half-day the course still lacks, in order."""
        return modules_in_order(
            [(module.id, module.planned_half_days) for module in self.modules], self.standing
        )

    def find_place(self, site_id: int, room_id: int | None) -> Place | None:
        for place in self.places:
            if (place.site.id, place.room.id if place.room else None) == (site_id, room_id):
                return place
        return None


def get_planning(cohort_id: int, now: datetime) -> Planning:
    """Six queries, whatever the length of the course. Raises NotFound."""
    cohort = db.session.scalar(
        select(Cohort)
        .options(joinedload(Cohort.curriculum), joinedload(Cohort.site))
        .where(Cohort.id == cohort_id)
        .execution_options(populate_existing=True)
    )
    if cohort is None:
        raise NotFound
    modules = db.session.scalars(
        select(Module)
        .where(Module.curriculum_id == cohort.curriculum_id)
        .order_by(Module.position, Module.id)
    ).all()
    standing = db.session.execute(
        select(TrainingSession.module_id, func.count())
        .where(TrainingSession.cohort_id == cohort_id, TrainingSession.cancelled_at.is_(None))
        .group_by(TrainingSession.module_id)
    )
    return Planning(
        cohort,
        modules,
        _instructors(cohort_id, school_day(now)),
        list_places(),
        {row[0]: row[1] for row in standing},
    )


def hold_new_series(cohort_id: int, now: datetime) -> Planning:
    """The same for whoever is about to write: nobody plans anything meanwhile."""
    hold_planning()
    return get_planning(cohort_id, now)


def _instructors(cohort_id: int, today: date) -> Sequence[User]:
    """Whoever teaches the cohort today or later, by family name; one query."""
    return (
        db.session.scalars(
            select(User)
            .join(CohortInstructor, CohortInstructor.user_id == User.id)
            .where(
                CohortInstructor.cohort_id == cohort_id,
                or_(CohortInstructor.until_on.is_(None), CohortInstructor.until_on >= today),
                User.deactivated_at.is_(None),
            )
            .order_by(User.family_name_lat, User.given_name_lat, User.id)
        )
        .unique()
        .all()
    )


@dataclass(frozen=True)
class DryRun:
    """What a series would do, with the words to say it.

    Holidays are those of the site's country; `names` those of instructors who teach elsewhere.
    """

    plan: SeriesPlan
    place: Place
    modules: Mapping[int, Module]
    holidays: Mapping[date, Sequence[Holiday]]
    names: Mapping[int, PersonName]

    def module(self, module_id: int) -> Module:
        return self.modules[module_id]

    @property
    def modules_left(self) -> Sequence[tuple[Module, int]]:
        """Modules whose half-days found no day, each with their number, in order."""
        left = Counter(self.plan.modules_left)
        return [(self.modules[module_id], number) for module_id, number in left.items()]

    @property
    def odd(self) -> int:
        """How many of the planned half-days are unusual."""
        return sum(bool(line.oddities) for line in self.plan.planned)


def try_series(planning: Planning, series: Series) -> DryRun:
    """Lay a series without writing it; four queries at most."""
    place = planning.find_place(series.site_id, series.room_id)
    if place is None:
        raise NotFound
    holidays = _by_day(list_named_holidays(series.first, series.last), place.site.country)
    ground = Ground(
        planning.cohort.id,
        planning.cohort.curriculum.track,
        place.site.zone,
        holidays.keys(),
        list_bookings(series.first, series.last),
        capacity=place.room.capacity if place.room else None,
        periods=list_periods(planning.cohort.id),
    )
    plan = plan_series(series, ground, planning.queue)
    elsewhere = {
        clash.instructor_id
        for line in plan.lines
        for clash in line.clashes
        if clash.instructor_id is not None
    }
    modules = {module.id: module for module in planning.modules}
    return DryRun(plan, place, modules, holidays, names_of(elsewhere))


def _by_day(holidays: Sequence[Holiday], country: str) -> Mapping[date, Sequence[Holiday]]:
    days: dict[date, list[Holiday]] = defaultdict(list)
    for holiday in holidays:
        if holiday.country == country:
            days[holiday.held_on].append(holiday)
    return days


@dataclass(frozen=True)
class Moving:
    """A half-day that may be put elsewhere, as long as nothing is written on its register."""

    training_session: TrainingSession
    register: RegisterState | None
    places: Sequence[Place]

    @property
    def scope(self) -> Scope:
        return scope_of(self.training_session)

    def find_place(self, key: str) -> Place | None:
        return next((place for place in self.places if place.key == key), None)


def get_moving(training_session_id: int) -> Moving:
    """Five queries. Raises NotFound."""
    training_session = get_session(training_session_id)
    states = register_states([training_session_id])
    return Moving(training_session, states.get(training_session_id), list_places())


def hold_moving(training_session_id: int) -> Moving:
    """The same for whoever is about to move it."""
    hold_planning()
    hold(training_session_id)
    return get_moving(training_session_id)


@dataclass(frozen=True)
class Trial:
    """A slot tried for one half-day: what stands in its way, and what is unusual about it."""

    slot: Slot
    place: Place
    clashes: Sequence[Clash]
    oddities: frozenset[Oddity]
    holidays: Sequence[Holiday]
    names: Mapping[int, PersonName]


def try_slot(training_session: TrainingSession, slot: Slot, place: Place) -> Trial:
    """Compare a slot with everything around it; four queries at most."""
    holidays = _by_day(list_named_holidays(slot.held_on, slot.held_on), place.site.country)
    bookings = list_bookings(slot.held_on, slot.held_on)
    ground = Ground(
        slot.cohort_id,
        training_session.cohort.curriculum.track,
        place.site.zone,
        holidays.keys(),
        bookings,
        capacity=place.room.capacity if place.room else None,
        periods=list_periods(slot.cohort_id),
    )
    clashes = bookings.clashes(slot)
    elsewhere = {clash.instructor_id for clash in clashes if clash.instructor_id is not None}
    return Trial(
        slot,
        place,
        clashes,
        ground.oddities(slot.held_on),
        holidays.get(slot.held_on, ()),
        names_of(elsewhere),
    )


def hold_restoration(training_session_id: int) -> Cancellation:
    """A half-day that may be brought back: nobody plans anything meanwhile. Three queries."""
    hold_planning()
    return hold_cancellation(training_session_id)


def try_again(cancellation: Cancellation) -> Trial:
    """Try a half-day's own slot; four queries at most."""
    training_session = cancellation.training_session
    place = Place(training_session.site, training_session.room)
    return try_slot(training_session, slot_of(training_session), place)


def slot_of(training_session: TrainingSession) -> Slot:
    """Where and when a half-day (with its instructors) stands."""
    return Slot(
        training_session.cohort_id,
        training_session.held_on,
        training_session.half_day,
        training_session.starts_at,
        training_session.ends_at,
        training_session.room_id,
        frozenset(user.id for user in training_session.instructors),
        training_session.id,
    )


@dataclass(frozen=True)
class MoveLine:
    """A move of the past: from where to where is read off the line before and after it."""

    move: Move
    site: Site
    room: Room | None
    by: PersonName


def list_moves(training_session_id: int) -> Sequence[MoveLine]:
    """Where a half-day was before, in order; one query."""
    rows = db.session.execute(
        select(Move, Site, Room, User)
        .join(Site, Site.id == Move.from_site_id)
        .outerjoin(Room, Room.id == Move.from_room_id)
        .join(User, User.id == Move.moved_by_id)
        .where(Move.training_session_id == training_session_id)
        .order_by(Move.moved_at, Move.id)
    )
    return [MoveLine(move, site, room, user.name) for move, site, room, user in rows]
