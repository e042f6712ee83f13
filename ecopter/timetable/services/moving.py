"""A half-day is put at another time or place."""

from dataclasses import dataclass
from datetime import date, datetime, time

from ecopter.audit.services import record
from ecopter.authorization.policy import Actor
from ecopter.db import db
from ecopter.notices.rules import NoticeEvent
from ecopter.notices.services.telling import tell
from ecopter.shared.dates import DateSpan, HalfDay, instant
from ecopter.shared.errors import Conflict, Invalid
from ecopter.shared.text import N_
from ecopter.timetable.models import Move
from ecopter.timetable.queries import Moving, Place, Trial, list_told
from ecopter.timetable.rules import Slot

CANCELLED = N_("This half-day is cancelled already.")
STARTED = N_(
    "The register of this half-day is begun: it stays where it was held. Ask the school's office "
    "if the day is wrong."
)
NO_REASON = N_("Write why the half-day is moved.")
NO_CHANGE = N_("Nothing is different. Choose another day, time or place.")
OUTSIDE = N_("Choose a day between the first and the last day of the cohort.")
TAKEN = N_("This place in the timetable is not free. Choose another one.")
NOT_SURE = N_("Tick that you know what is unusual, or choose another day or room.")


@dataclass(frozen=True)
class Destination:
    """Where a half-day is to go; times are those of the clock at the place."""

    held_on: date
    half_day: HalfDay
    starts: time
    ends: time
    place: Place

    def slot(self, moving: Moving) -> Slot:
        """The same with instants, for the half-day that is moved."""
        training_session, zone = moving.training_session, self.place.site.zone
        return Slot(
            training_session.cohort_id,
            self.held_on,
            self.half_day,
            instant(self.held_on, self.starts, zone),
            instant(self.held_on, self.ends, zone),
            self.place.room.id if self.place.room else None,
            frozenset(user.id for user in training_session.instructors),
            training_session.id,
        )


def refuse_to_move(moving: Moving) -> None:
    """Raises Conflict when a half-day stays where it is: cancelled, or held."""
    if moving.training_session.is_cancelled:
        raise Conflict(CANCELLED)
    if moving.register is not None:
        raise Conflict(STARTED)


def move_half_day(
    moving: Moving, trial: Trial, *, reason: str, knows: bool, actor: Actor, now: datetime
) -> None:
    """Put a half-day where `trial` tried it, keep where it was, and tell whoever comes.

    `knows`: whoever moves it has seen what is unusual. Raises Conflict when the half-day stays
    where it is or the slot is taken, Invalid when something is missing or nothing changes.
    """
    refuse_to_move(moving)
    training_session, slot, place = moving.training_session, trial.slot, trial.place
    cohort = training_session.cohort
    if not reason:
        raise Invalid(NO_REASON)
    if slot.held_on not in DateSpan(cohort.starts_on, cohort.ends_on):
        raise Invalid(OUTSIDE)
    room_id = place.room.id if place.room else None
    before = (
        training_session.held_on,
        training_session.half_day,
        training_session.starts_at,
        training_session.ends_at,
        training_session.site_id,
        training_session.room_id,
    )
    after = (slot.held_on, slot.half_day, slot.starts_at, slot.ends_at, place.site.id, room_id)
    if before == after:
        raise Invalid(NO_CHANGE)
    if trial.clashes:
        raise Conflict(TAKEN)
    if trial.oddities and not knows:
        raise Invalid(NOT_SURE)
    held_on, half_day, starts_at, ends_at, site_id, old_room_id = before
    db.session.add(
        Move(
            training_session_id=training_session.id,
            from_held_on=held_on,
            from_half_day=half_day,
            from_starts_at=starts_at,
            from_ends_at=ends_at,
            from_site_id=site_id,
            from_room_id=old_room_id,
            reason=reason,
            moved_by_id=actor.user_id,
            moved_at=now,
        )
    )
    training_session.held_on = slot.held_on
    training_session.half_day = slot.half_day
    training_session.starts_at = slot.starts_at
    training_session.ends_at = slot.ends_at
    training_session.site = place.site
    training_session.room = place.room
    record(
        "half_day.moved",
        actor=actor,
        now=now,
        about=("training_session", training_session.id),
        cohort=training_session.cohort_id,
        from_day=held_on.isoformat(),
        to_day=slot.held_on.isoformat(),
        site=place.site.id,
    )
    tell(
        list_told(training_session, now=now) - {actor.user_id or 0},
        NoticeEvent.HALF_DAY_MOVED,
        now=now,
        module=training_session.module.titles,
        from_day=held_on.isoformat(),
        from_half=half_day.value,
        to_day=slot.held_on.isoformat(),
        to_half=slot.half_day.value,
        site=place.site.names,
        reason=reason,
        cohort_id=training_session.cohort_id,
        training_session_id=training_session.id,
    )
    db.session.flush()
