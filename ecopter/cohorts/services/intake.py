"""Enrolling several people at once, all of them or nobody."""

from datetime import date, datetime

from sqlalchemy import insert

from ecopter.audit import services as audit
from ecopter.authorization.policy import Actor
from ecopter.cohorts import queries
from ecopter.cohorts.models import Enrolment, EnrolmentPeriod
from ecopter.cohorts.queries import Intake, Plan, PlannedRow
from ecopter.cohorts.rules.roster import RosterRow
from ecopter.cohorts.services.enrolling import check_inside, enrol
from ecopter.cohorts.services.instructing import TEACHES_ALREADY
from ecopter.db import db
from ecopter.people.services.accounts import NewPerson, create_users
from ecopter.shared.errors import Conflict, Invalid
from ecopter.shared.text import N_

NOT_SOUND = N_("Nothing was enrolled: correct the lines below first.")
NO_CHOICE = N_("Line %(line)s: choose whether it is the existing person.")
CHOSEN_TWICE = N_("Lines %(first)s and %(line)s mean the same person: choose again.")
FULL = N_(
    "The cohort has %(capacity)s places and %(left)s are left, for %(wanted)s people. "
    "Take lines out, or give the cohort more places."
)
NO_ACCOUNT = N_("There is no open account of this person: search again.")
TEACHES_HERE = N_("Line %(line)s: this person teaches the cohort on these days already.")
ENROLLED_ALREADY = N_("This person has a place in the cohort already.")


def enrol_roster(
    intake: Intake, plan: Plan, *, starts_on: date, actor: Actor, now: datetime
) -> int:
    """Enrol everyone a list means and who is not enrolled yet; gives how many.

    New people get an account without a password. Raises `Invalid` when a line is wrong or two
    mean the same person, `Conflict` outside the cohort's dates, beyond its places, or for someone
    who teaches it.
    """
    cohort, wanted = intake.cohort, plan.wanted
    if not plan.is_sound:
        raise Invalid(NOT_SOUND)
    _check_choices(wanted)
    check_inside(cohort, starts_on)
    check_places(intake, len(wanted))
    _refuse_teachers(cohort.id, wanted, starts_on)
    if not wanted:
        return 0
    made = iter(
        create_users(
            [_new_person(line.row) for line in wanted if line.existing_id is None],
            actor=actor,
            now=now,
        )
    )
    rows = [
        {
            "cohort_id": cohort.id,
            "trainee_id": next(made) if line.existing_id is None else line.existing_id,
            "category": line.row.category,
            "organisation": line.row.organisation,
            "created_at": now,
        }
        for line in wanted
    ]
    ids = list(db.session.scalars(insert(Enrolment).returning(Enrolment.id), rows))
    periods = [{"enrolment_id": enrolment_id, "starts_on": starts_on} for enrolment_id in ids]
    db.session.execute(insert(EnrolmentPeriod), periods)
    db.session.flush()
    audit.record(
        "enrolment.several_opened",
        actor=actor,
        now=now,
        about=("cohort", cohort.id),
        enrolment_ids=sorted(ids),
        first_day=starts_on.isoformat(),
    )
    return len(ids)


def enrol_person(
    intake: Intake, user_id: int, *, starts_on: date, actor: Actor, now: datetime
) -> Enrolment:
    """Give a place to someone who has an account; raises like `enrol_roster`."""
    person = queries.find_open_account(user_id)
    if person is None:
        raise Invalid(NO_ACCOUNT)
    if queries.has_place(intake.cohort.id, user_id):
        raise Conflict(ENROLLED_ALREADY)
    if queries.list_teachers_from(intake.cohort.id, [user_id], starts_on):
        raise Conflict(TEACHES_ALREADY)
    check_places(intake, 1)
    return enrol(intake.cohort, person, starts_on=starts_on, actor=actor, now=now)


def check_places(intake: Intake, wanted: int) -> None:
    """Raises `Conflict` when fewer places are left than people want."""
    if intake.left is not None and wanted > intake.left:
        raise Conflict(FULL, capacity=intake.cohort.capacity, left=intake.left, wanted=wanted)


def _refuse_teachers(cohort_id: int, lines: tuple[PlannedRow, ...], starts_on: date) -> None:
    """Whoever teaches the cohort would mark their own register, and their own work."""
    known = [line.existing_id for line in lines if line.existing_id is not None]
    teachers = queries.list_teachers_from(cohort_id, known, starts_on)
    for line in lines:
        if line.existing_id in teachers:
            raise Conflict(TEACHES_HERE, line=line.row.line)


def _check_choices(lines: tuple[PlannedRow, ...]) -> None:
    chosen: dict[int, int] = {}
    for line in lines:
        if not line.choice:
            raise Invalid(NO_CHOICE, line=line.row.line)
        user_id = line.existing_id
        if user_id in chosen:
            raise Invalid(CHOSEN_TWICE, first=chosen[user_id], line=line.row.line)
        if user_id is not None:
            chosen[user_id] = line.row.line


def _new_person(row: RosterRow) -> NewPerson:
    return NewPerson(
        row.sign_in_name,
        row.name,
        civility=row.civility,
        email=row.email,
        telephone=row.telephone,
        country=row.country,
        town=row.town,
    )
