"""Many half-days at once."""

from datetime import datetime

from sqlalchemy import insert

from ecopter.audit.services import record
from ecopter.authorization.policy import Actor
from ecopter.db import db
from ecopter.shared.errors import Conflict
from ecopter.shared.text import N_
from ecopter.timetable.models import TrainingSession, TrainingSessionInstructor
from ecopter.timetable.queries import DryRun, Planning

NOTHING = N_("No half-day of this series is left to plan.")


def plan_half_days(planning: Planning, run: DryRun, *, actor: Actor, now: datetime) -> int:
    """Write every half-day of a dry run that is not left out, and give their number.

    Three statements and one event whatever the number. A series that is sent twice finds its own
    half-days standing, so the second dry run has none. Raises Conflict when there are none.
    """
    planned = run.plan.planned
    if not planned:
        raise Conflict(NOTHING)
    rows = [
        {
            "cohort_id": planning.cohort.id,
            "module_id": line.module_id,
            "site_id": run.place.site.id,
            "room_id": run.place.room.id if run.place.room else None,
            "held_on": line.slot.held_on,
            "half_day": line.slot.half_day,
            "starts_at": line.slot.starts_at,
            "ends_at": line.slot.ends_at,
        }
        for line in planned
    ]
    ids = db.session.scalars(insert(TrainingSession).returning(TrainingSession.id), rows).all()
    taught = [
        {"training_session_id": training_session_id, "user_id": user_id}
        for training_session_id in ids
        for user_id in sorted(run.plan.series.instructor_ids)
    ]
    if taught:
        db.session.execute(insert(TrainingSessionInstructor), taught)
    record(
        "half_day.planned",
        actor=actor,
        now=now,
        about=("cohort", planning.cohort.id),
        number=len(ids),
        site=run.place.site.id,
        first=planned[0].slot.held_on.isoformat(),
        last=planned[-1].slot.held_on.isoformat(),
    )
    db.session.flush()
    return len(ids)
