"""Who teaches a cohort, from which day until which evening."""

from datetime import date, datetime

from ecopter.audit import services as audit
from ecopter.authorization.policy import Actor
from ecopter.cohorts import queries
from ecopter.cohorts.models import CohortInstructor
from ecopter.db import db
from ecopter.people.services.codes import retire_of_others
from ecopter.shared.dates import DateSpan
from ecopter.shared.errors import Conflict, Invalid
from ecopter.shared.text import N_

NO_SUCH_PERSON = N_("There is no open account of this person: search again.")
LEARNS_HERE = N_("This person is enrolled in the cohort: nobody marks their own register.")
UNTIL_BEFORE_FROM = N_("The last day is before the first.")
TEACHES_ALREADY = N_("This person teaches the cohort on these days already.")
ENDED_ALREADY = N_("This person's teaching has an end already.")


def add_instructor(
    cohort_id: int,
    user_id: int,
    *,
    from_on: date,
    until_on: date | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Give someone the cohort to teach; their rights begin and end with these days.

    Unused codes from somebody else's hand stop working: they would open these rights too.

    Raises `Invalid` for an unknown person or days the wrong way round, `Conflict` for a trainee
    of the cohort and for days that are theirs already.
    """
    if queries.find_open_account(user_id) is None:
        raise Invalid(NO_SUCH_PERSON)
    if until_on is not None and until_on < from_on:
        raise Invalid(UNTIL_BEFORE_FROM)
    queries.hold_cohort(cohort_id)
    if queries.has_place(cohort_id, user_id):
        raise Conflict(LEARNS_HERE)
    wanted = DateSpan(from_on, until_on)
    for row in queries.list_teaching_rows(cohort_id, user_id):
        if _meet(wanted, DateSpan(row.from_on, row.until_on)):
            raise Conflict(TEACHES_ALREADY)
    db.session.add(
        CohortInstructor(cohort_id=cohort_id, user_id=user_id, from_on=from_on, until_on=until_on)
    )
    retire_of_others(user_id, actor=actor, now=now)
    db.session.flush()
    audit.record(
        "instructor.added",
        actor=actor,
        now=now,
        about=("cohort", cohort_id),
        user_id=user_id,
        from_on=from_on.isoformat(),
        until_on=until_on.isoformat() if until_on else None,
    )


def end_instructor(
    cohort_id: int, user_id: int, *, last_day: date, actor: Actor, now: datetime
) -> None:
    """The person teaches until the evening of `last_day`, and no longer.

    Of several times, the latest is ended. Raises `Conflict` when it has ended before that day
    already, `Invalid` for a day before it began.
    """
    row = queries.list_teaching_rows(cohort_id, user_id)[-1]
    if row.until_on is not None and row.until_on <= last_day:
        raise Conflict(ENDED_ALREADY)
    if last_day < row.from_on:
        raise Invalid(UNTIL_BEFORE_FROM)
    row.until_on = last_day
    db.session.flush()
    audit.record(
        "instructor.ended",
        actor=actor,
        now=now,
        about=("cohort", cohort_id),
        user_id=user_id,
        last_day=last_day.isoformat(),
    )


def _meet(one: DateSpan, other: DateSpan) -> bool:
    return one.first in other or other.first in one
