"""Reading cohorts, places in them, and what they give a right to."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select, union_all
from sqlalchemy import literal as value
from sqlalchemy.orm import joinedload, selectinload

from ecopter.authorization.policy import Actor, Role, Scope, Standing
from ecopter.cohorts.models import Cohort, CohortInstructor, Enrolment, EnrolmentPeriod
from ecopter.cohorts.rules import EnrolmentState, state_on
from ecopter.curricula.models import Curriculum
from ecopter.curricula.rules import Track
from ecopter.db import db
from ecopter.people.models import User
from ecopter.people.queries import has_school_role
from ecopter.platform.clock import school_day
from ecopter.shared.errors import NotFound
from ecopter.shared.paging import Page

PAGE_SIZE = 50


def roles_of(user_id: int, *, now: datetime) -> Standing:
    """Cohorts taught today, and every place held, now or once; one query."""
    today = school_day(now)
    teaching = select(
        value("teaches").label("kind"),
        CohortInstructor.cohort_id.label("cohort_id"),
        value(0).label("enrolment_id"),
        value(1).label("runs"),
        value("").label("track"),
    ).where(CohortInstructor.user_id == user_id, *runs_on(CohortInstructor, today))
    running = (
        select(func.count())
        .select_from(EnrolmentPeriod)
        .where(
            EnrolmentPeriod.enrolment_id == Enrolment.id,
            EnrolmentPeriod.starts_on <= today,
            or_(EnrolmentPeriod.ends_on.is_(None), EnrolmentPeriod.ends_on >= today),
            Cohort.ends_on >= today,
        )
        .correlate(Enrolment, Cohort)
        .scalar_subquery()
    )
    places = (
        select(value("place"), Enrolment.cohort_id, Enrolment.id, running, Curriculum.track)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Curriculum, Curriculum.id == Cohort.curriculum_id)
        .where(Enrolment.trainee_id == user_id)
    )
    rows = db.session.execute(union_all(teaching, places)).all()
    taught = frozenset(row.cohort_id for row in rows if row.kind == "teaches")
    held = [row for row in rows if row.kind == "place"]
    # A leader's rights come from a mandate; a place in their training is a place, no more.
    roles = {Role.INSTRUCTOR} if taught else set()
    roles |= {Role.TRAINEE for row in held if row.track != Track.LEADERSHIP}
    return Standing(
        roles=frozenset(roles),
        teaches=taught,
        enrolments={row.enrolment_id: row.cohort_id for row in held},
        active_enrolments=frozenset(row.enrolment_id for row in held if row.runs),
        leader_enrolments=frozenset(
            row.enrolment_id for row in held if row.track == Track.LEADERSHIP
        ),
    )


def runs_on(table: type[CohortInstructor], day: date) -> tuple[ColumnElement[bool], ...]:
    """The conditions under which a dated row holds on a day."""
    return (table.from_on <= day, or_(table.until_on.is_(None), table.until_on >= day))


def get_cohort(cohort_id: int) -> Cohort:
    """The cohort with its curriculum; one query."""
    cohort = db.session.scalar(
        select(Cohort)
        .options(joinedload(Cohort.curriculum))
        .where(Cohort.id == cohort_id)
        .execution_options(populate_existing=True)
    )
    if cohort is None:
        raise NotFound
    return cohort


def find_enrolment(enrolment_id: int) -> Enrolment | None:
    """A place with cohort, curriculum, trainee and periods; two queries."""
    return db.session.scalar(
        select(Enrolment)
        .options(
            joinedload(Enrolment.cohort).joinedload(Cohort.curriculum),
            joinedload(Enrolment.trainee),
            selectinload(Enrolment.periods),
        )
        .where(Enrolment.id == enrolment_id)
        .execution_options(populate_existing=True)
    )


def get_enrolment(enrolment_id: int) -> Enrolment:
    enrolment = find_enrolment(enrolment_id)
    if enrolment is None:
        raise NotFound
    return enrolment


def scope_of(enrolment: Enrolment) -> Scope:
    """Where a place belongs, for the policy."""
    return Scope(
        cohort_id=enrolment.cohort_id,
        enrolment_id=enrolment.id,
        owner_id=enrolment.trainee_id,
    )


def list_enrolments(cohort_id: int) -> list[Enrolment]:
    """Every place of a cohort, by family name, with trainee and periods; two queries."""
    return list(
        db.session.scalars(
            select(Enrolment)
            .join(Enrolment.trainee)
            .options(joinedload(Enrolment.trainee), selectinload(Enrolment.periods))
            .where(Enrolment.cohort_id == cohort_id)
            .order_by(User.family_name_lat, User.given_name_lat, Enrolment.id)
        )
    )


@dataclass(frozen=True)
class TraineeLine:
    enrolment_id: int
    latin: str
    arabic: str
    state: EnrolmentState
    has_password: bool
    name_confirmed: bool


@dataclass(frozen=True)
class CohortSheet:
    """A cohort and the people in it."""

    cohort: Cohort
    lines: tuple[TraineeLine, ...]
    instructors: tuple[str, ...]

    @property
    def scope(self) -> Scope:
        return Scope(cohort_id=self.cohort.id)


def get_cohort_sheet(cohort_id: int, now: datetime) -> CohortSheet:
    """Four queries, whatever the size of the cohort."""
    cohort = get_cohort(cohort_id)
    lines = tuple(
        TraineeLine(
            enrolment.id,
            enrolment.trainee.name.latin,
            enrolment.trainee.name.arabic,
            state_on(school_day(now), enrolment.spans, cohort.ends_on),
            enrolment.trainee.password_hash is not None,
            enrolment.trainee.name_confirmed_at is not None,
        )
        for enrolment in list_enrolments(cohort_id)
    )
    return CohortSheet(cohort, lines, tuple(list_instructors(cohort_id)))


def list_instructors(cohort_id: int) -> list[str]:
    """Names of everyone who teaches or taught the cohort."""
    users = db.session.scalars(
        select(User)
        .join(CohortInstructor, CohortInstructor.user_id == User.id)
        .where(CohortInstructor.cohort_id == cohort_id)
        .order_by(User.family_name_lat)
        .distinct()
    )
    return [user.name.latin for user in users]


@dataclass(frozen=True)
class CohortLine:
    id: int
    code: str
    name: str
    titles: dict[str, str]
    starts_on: date
    ends_on: date
    places: int


def list_cohorts(actor: Actor, number: int) -> Page[CohortLine]:
    """Cohorts the actor works with, newest first; two queries."""
    seen = select(Cohort)
    if not (actor.has(Role.ADMINISTRATOR) or actor.has(Role.HEAD_OF_STUDIES)):
        seen = seen.where(Cohort.id.in_(actor.teaches))
    total = db.session.scalar(select(func.count()).select_from(seen.subquery())) or 0
    places = (
        select(func.count())
        .where(Enrolment.cohort_id == Cohort.id)
        .correlate(Cohort)
        .scalar_subquery()
    )
    number = max(1, number)
    rows = db.session.execute(
        seen.join(Curriculum, Curriculum.id == Cohort.curriculum_id)
        .with_only_columns(
            Cohort.id,
            Cohort.code,
            Cohort.name,
            Curriculum.titles,
            Cohort.starts_on,
            Cohort.ends_on,
            places,
        )
        .order_by(Cohort.starts_on.desc(), Cohort.code)
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    )
    return Page([CohortLine(*row) for row in rows], number, PAGE_SIZE, total)


@dataclass(frozen=True)
class CodeTarget:
    """Someone to give a code to. Whoever works for the school gets theirs from the office."""

    user: User
    cohort_id: int
    scope: Scope


def get_code_target(cohort_id: int, enrolment_id: int, now: datetime) -> CodeTarget:
    enrolment = get_enrolment(enrolment_id)
    if enrolment.cohort_id != cohort_id:
        raise NotFound
    trainee = enrolment.trainee
    works_here = has_school_role(trainee.id, now=now) or _teaches(trainee.id, now=now)
    # A code for a colleague would be a way into the colleague's rights.
    scope = Scope(cohort_id=cohort_id, is_colleague=works_here)
    return CodeTarget(trainee, cohort_id, scope)


def _teaches(user_id: int, *, now: datetime) -> bool:
    """Whether someone teaches any cohort, today or from a later day on; one query."""
    today = school_day(now)
    row = select(CohortInstructor.id).where(
        CohortInstructor.user_id == user_id,
        or_(CohortInstructor.until_on.is_(None), CohortInstructor.until_on >= today),
    )
    return db.session.scalar(row.limit(1)) is not None


@dataclass(frozen=True)
class Place:
    """A place to manage, with what it is today."""

    enrolment: Enrolment
    state: EnrolmentState

    @property
    def scope(self) -> Scope:
        return scope_of(self.enrolment)


def get_place(cohort_id: int, enrolment_id: int, now: datetime) -> Place:
    enrolment = get_enrolment(enrolment_id)
    if enrolment.cohort_id != cohort_id:
        raise NotFound
    return Place(enrolment, state_on(school_day(now), enrolment.spans, enrolment.cohort.ends_on))
