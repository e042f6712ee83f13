"""Enrolling, withdrawing, and coming back."""

from datetime import date, datetime

from ecopter.audit import services as audit
from ecopter.authorization.policy import Actor
from ecopter.cohorts import queries
from ecopter.cohorts.models import Cohort, Enrolment, EnrolmentPeriod
from ecopter.cohorts.rules import Category
from ecopter.db import db
from ecopter.people.models import User
from ecopter.shared.errors import Conflict
from ecopter.shared.text import N_

NOT_ACTIVE = N_("This person has no running enrolment to end.")
STILL_ACTIVE = N_("This person is enrolled already.")
OUTSIDE = N_("The day must be between the first and the last day of the cohort.")
BEFORE_PERIOD = N_("The day is before the enrolment began.")
OVERLAPS = N_("The day is inside an earlier enrolment period.")


def enrol(
    cohort: Cohort, trainee: User, *, starts_on: date, actor: Actor, now: datetime
) -> Enrolment:
    """Give someone a place from a day on; raises `Conflict` outside the cohort's dates."""
    check_inside(cohort, starts_on)
    enrolment = Enrolment(cohort_id=cohort.id, trainee_id=trainee.id, created_at=now)
    db.session.add(enrolment)
    db.session.flush()
    db.session.add(EnrolmentPeriod(enrolment_id=enrolment.id, starts_on=starts_on))
    db.session.flush()
    audit.record("enrolment.opened", actor=actor, now=now, about=("enrolment", enrolment.id))
    return enrolment


def withdraw(
    enrolment: Enrolment, *, last_day: date, reason: str, actor: Actor, now: datetime
) -> None:
    """End the running period; half-days after `last_day` expect nobody any more."""
    period = enrolment.periods[-1] if enrolment.periods else None
    if period is None or period.ends_on is not None:
        raise Conflict(NOT_ACTIVE)
    check_inside(enrolment.cohort, last_day)
    if last_day < period.starts_on:
        raise Conflict(BEFORE_PERIOD)
    period.ends_on = last_day
    period.end_reason = reason
    db.session.flush()
    audit.record(
        "enrolment.ended",
        actor=actor,
        now=now,
        about=("enrolment", enrolment.id),
        last_day=last_day.isoformat(),
    )


def take_back(enrolment: Enrolment, *, starts_on: date, actor: Actor, now: datetime) -> None:
    """Open a second period for someone who comes back."""
    check_inside(enrolment.cohort, starts_on)
    last = enrolment.periods[-1] if enrolment.periods else None
    if last is not None and last.ends_on is None:
        raise Conflict(STILL_ACTIVE)
    if last is not None and last.ends_on is not None and starts_on <= last.ends_on:
        raise Conflict(OVERLAPS)
    db.session.add(EnrolmentPeriod(enrolment_id=enrolment.id, starts_on=starts_on))
    db.session.flush()
    audit.record(
        "enrolment.reopened",
        actor=actor,
        now=now,
        about=("enrolment", enrolment.id),
        first_day=starts_on.isoformat(),
    )


def update_place(
    enrolment: Enrolment,
    *,
    category: Category | None,
    organisation: str,
    actor: Actor,
    now: datetime,
) -> None:
    """What the office notes about a place: what the person does in life, and who employs them."""
    wanted = {"category": category, "organisation": organisation}
    changed = [name for name, value in wanted.items() if getattr(enrolment, name) != value]
    for name in changed:
        setattr(enrolment, name, wanted[name])
    db.session.flush()
    if changed:
        audit.record(
            "enrolment.updated",
            actor=actor,
            now=now,
            about=("enrolment", enrolment.id),
            fields=changed,
        )


def check_inside(cohort: Cohort, day: date) -> None:
    """Raises `Conflict` for a day that is not one of the cohort's, whose days then stay so."""
    queries.hold_cohort(cohort.id)
    if not cohort.starts_on <= day <= cohort.ends_on:
        raise Conflict(OUTSIDE)
