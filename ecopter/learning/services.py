"""What is done on a path: saying a lesson done, taking that back, opening a module early."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from ecopter.audit.services import record
from ecopter.authorization.policy import Actor
from ecopter.db import db
from ecopter.learning.models import LessonCompletion, PrerequisiteWaiver
from ecopter.learning.queries import ModulePage, Place, find_completion, find_waiver
from ecopter.shared.errors import Conflict
from ecopter.shared.text import N_

NOT_OPEN = N_(
    "This module is not open yet: %(modules)s comes first. "
    "Your instructor or the school's office can open it for you."
)
ALREADY_OPEN = N_("This module is open already: there is nothing to waive.")


def complete_lesson(place: Place, *, actor: Actor, now: datetime) -> None:
    """The trainee says a lesson done; saying it again changes nothing.

    Raises Conflict when the lesson's module is not open yet.
    """
    if find_completion(place.enrolment.id, place.lesson.id) is not None:
        return
    if not place.is_open:
        raise Conflict(NOT_OPEN, modules=", ".join(each.module.code for each in place.missing))
    row = LessonCompletion(enrolment_id=place.enrolment.id, lesson_id=place.lesson.id, done_at=now)
    if _add_once(row):
        record(
            "lesson.completed",
            actor=actor,
            now=now,
            about=("enrolment", place.enrolment.id),
            lesson_id=place.lesson.id,
        )
    db.session.flush()


def undo_completion(place: Place, *, actor: Actor, now: datetime) -> None:
    """The trainee takes it back; nothing happens when it was not said."""
    completion = find_completion(place.enrolment.id, place.lesson.id)
    if completion is None:
        return
    db.session.delete(completion)
    record(
        "lesson.reopened",
        actor=actor,
        now=now,
        about=("enrolment", place.enrolment.id),
        lesson_id=place.lesson.id,
    )
    db.session.flush()


def waive_prerequisites(page: ModulePage, reason: str, *, actor: Actor, now: datetime) -> None:
    """Open a module for one trainee before its prerequisites; a second click changes nothing.

    Raises Conflict when the module is open without that.
    """
    enrolment_id, module_id = page.path.enrolment.id, page.step.module.id
    if find_waiver(enrolment_id, module_id) is not None:
        return
    if page.step.is_open:
        raise Conflict(ALREADY_OPEN)
    row = PrerequisiteWaiver(
        enrolment_id=enrolment_id,
        module_id=module_id,
        reason=reason,
        given_by_id=actor.user_id,
        given_at=now,
    )
    if _add_once(row):
        record(
            "prerequisite.waived",
            actor=actor,
            now=now,
            about=("enrolment", enrolment_id),
            module_id=module_id,
        )
    db.session.flush()


def _add_once(row: LessonCompletion | PrerequisiteWaiver) -> bool:
    """Add a row unless a second click has just added it: a constraint allows one."""
    try:
        with db.session.begin_nested():
            db.session.add(row)
            db.session.flush()
    except IntegrityError:
        return False
    return True
