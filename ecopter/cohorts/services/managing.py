"""Making a cohort and keeping it right."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from ecopter.audit import services as audit
from ecopter.authorization.policy import Actor
from ecopter.cohorts import queries
from ecopter.cohorts.models import Cohort
from ecopter.curricula.queries import get_curriculum
from ecopter.db import db
from ecopter.shared.errors import Conflict, DomainError, Invalid, NotFound
from ecopter.shared.text import N_

ENDS_BEFORE = N_("The last day is before the first.")
CODE_TAKEN = N_("Another cohort has this code.")
SITE_CLOSED = N_("This site is closed: choose another one.")
NO_COURSE = N_("This course does not exist.")
COURSE_FIXED = N_(
    "People are enrolled already: the cohort stays on the course it began with. "
    "Make a new cohort for another course."
)
OUTSIDE_DATES = N_(
    "%(number)s enrolment periods reach beyond these days: change them on the pages of the "
    "people first."
)
HALF_DAYS_OUTSIDE = N_(
    "Half-days planned outside these days: %(number)s. Move or cancel them first: they are listed "
    "at the top of the page."
)
FEWER_THAN_TAKEN = N_("%(taken)s places are taken already: there cannot be fewer.")


@dataclass(frozen=True)
class CohortFacts:
    """What the office says of a cohort; an empty code asks for one."""

    code: str
    name: str
    name_ar: str
    curriculum_id: int
    starts_on: date
    ends_on: date
    capacity: int | None = None
    site_id: int | None = None
    partner: str = ""
    funder: str = ""


class Refused(Invalid):
    """Everything that stands against a cohort as it was typed: the refusals by field.

    `half_days` has the day of each half-day that would fall outside.
    """

    def __init__(self, faults: dict[str, DomainError], half_days: Sequence[date] = ()) -> None:
        super().__init__()
        self.faults = faults
        self.half_days = half_days


def create_cohort(facts: CohortFacts, *, actor: Actor, now: datetime) -> Cohort:
    """A new cohort, with a code of its own if none is given; raises `Refused` with all faults."""
    _check(facts, None)
    cohort = Cohort(**_values(facts))
    db.session.add(cohort)
    db.session.flush()
    audit.record("cohort.created", actor=actor, now=now, about=("cohort", cohort.id))
    return cohort


def update_cohort(cohort: Cohort, facts: CohortFacts, *, actor: Actor, now: datetime) -> None:
    """Change a cohort; raises `Refused` with all faults.

    Faults are a half-day or a period of someone enrolled that would fall outside, another course
    under people who are enrolled, and fewer places than are taken.
    """
    # In this order: whoever plans half-days holds the timetable first and the cohort after it.
    outside = queries.hold_half_days_outside(cohort.id, facts.starts_on, facts.ends_on)
    queries.hold_cohort(cohort.id)
    # One that was put outside knowingly stands in nobody's way.
    _check(facts, cohort, [day for day in outside if cohort.starts_on <= day <= cohort.ends_on])
    values = _values(facts)
    changed = [name for name, value in values.items() if getattr(cohort, name) != value]
    for name in changed:
        setattr(cohort, name, values[name])
    db.session.flush()
    if changed:
        audit.record(
            "cohort.updated", actor=actor, now=now, about=("cohort", cohort.id), fields=changed
        )


def _values(facts: CohortFacts) -> dict[str, object]:
    values = asdict(facts)
    if not facts.code:
        track = get_curriculum(facts.curriculum_id).track
        values["code"] = queries.propose_code(track, facts.starts_on.year)
    return values


def _check(facts: CohortFacts, cohort: Cohort | None, outside: Sequence[date] = ()) -> None:
    faults: dict[str, DomainError] = {}
    if facts.ends_on < facts.starts_on:
        faults["ends_on"] = Invalid(ENDS_BEFORE)
    elif cohort and (number := queries.count_outside(cohort.id, facts.starts_on, facts.ends_on)):
        field = "starts_on" if facts.starts_on > cohort.starts_on else "ends_on"
        faults[field] = Conflict(OUTSIDE_DATES, number=number)
    if outside:
        field = "starts_on" if outside[0] < facts.starts_on else "ends_on"
        faults.setdefault(field, Conflict(HALF_DAYS_OUTSIDE, number=len(outside)))
    if facts.code and queries.is_code_taken(facts.code, except_for=cohort.id if cohort else None):
        faults["code"] = Conflict(CODE_TAKEN)
    if fault := _course_fault(facts.curriculum_id, cohort):
        faults["curriculum_id"] = fault
    is_kept = cohort is not None and cohort.site_id == facts.site_id
    if facts.site_id and not is_kept and not queries.is_open_site(facts.site_id):
        faults["site_id"] = Conflict(SITE_CLOSED)
    if cohort and facts.capacity is not None:
        taken = queries.count_taken(cohort.id)
        if facts.capacity < taken:
            faults["capacity"] = Conflict(FEWER_THAN_TAKEN, taken=taken)
    if faults:
        raise Refused(faults, outside)


def _course_fault(curriculum_id: int, cohort: Cohort | None) -> DomainError | None:
    if cohort and cohort.curriculum_id == curriculum_id:
        return None
    try:
        get_curriculum(curriculum_id)
    except NotFound:
        return Invalid(NO_COURSE)
    if cohort and queries.has_enrolments(cohort.id):
        return Conflict(COURSE_FIXED)
    return None
