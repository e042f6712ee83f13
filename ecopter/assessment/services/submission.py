"""Handing in an exercise, and replacing it until it is graded."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, update

from ecopter.assessment.models import Submission, SubmissionFile
from ecopter.assessment.queries import work as queries
from ecopter.assessment.queries.work import ExerciseSheet
from ecopter.assessment.rules.acceptance import MOST_FILES, Refusal, next_place
from ecopter.assessment.services.uploads import KeptFile
from ecopter.audit.services import record
from ecopter.authorization.policy import Actor
from ecopter.db import db
from ecopter.shared.errors import Conflict, Invalid
from ecopter.shared.text import N_

NOTHING = N_("Write something or add a file.")
TOO_MANY = N_("Ten files at most. Remove one first.")
SENT_ELSEWHERE = N_("This form was sent already, for another exercise.")
REFUSALS = {
    Refusal.GRADED: N_(
        "This exercise is graded already. Ask an instructor of your cohort for another try."
    ),
    Refusal.EXCUSED: N_(
        "You are excused from this exercise. Ask an instructor of your cohort if you want to "
        "hand it in all the same."
    ),
    Refusal.UNDER_REVIEW: N_(
        "Your instructor is looking at this exercise: nothing can be handed in for now. "
        "You will be told when the result is there."
    ),
}


def hand_in(
    sheet: ExerciseSheet,
    text: str,
    files: Sequence[KeptFile],
    *,
    key: str,
    actor: Actor,
    now: datetime,
) -> Submission:
    """Keep a hand-in as the next attempt or version; the files are in the store already.

    Everything is read again here: time has passed since the sheet was loaded. `key` is the
    form's own, so that a second click finds the first hand-in. Raises Conflict when a grade has
    come meanwhile, Invalid for nothing at all or too many files.
    """
    enrolment_id, lesson_id = sheet.enrolment.id, sheet.lesson.id
    queries.lock_enrolment(enrolment_id)
    earlier = queries.find_by_key(enrolment_id, key)
    if earlier is not None:
        if earlier.lesson_id != lesson_id:
            raise Conflict(SENT_ELSEWHERE)
        return earlier
    if not text and not files:
        raise Invalid(NOTHING)
    if len(files) > MOST_FILES:
        raise Invalid(TOO_MANY)
    place = next_place(queries.get_history(enrolment_id, lesson_id))
    if isinstance(place, Refusal):
        raise Conflict(REFUSALS[place])

    if place.replaces:
        db.session.execute(
            update(Submission)
            .where(
                Submission.enrolment_id == enrolment_id,
                Submission.lesson_id == lesson_id,
                Submission.attempt == place.attempt,
                Submission.is_current,
            )
            .values(is_current=False)
        )
    submission = Submission(
        enrolment_id=enrolment_id,
        lesson_id=lesson_id,
        attempt=place.attempt,
        version=place.version,
        is_current=True,
        key=key,
        text=text,
        submitted_at=now,
    )
    db.session.add(submission)
    db.session.flush()
    _attach(submission.id, files)
    record(
        "submission.replaced" if place.replaces else "submission.handed_in",
        actor=actor,
        now=now,
        about=("submission", submission.id),
        enrolment_id=enrolment_id,
        lesson_id=lesson_id,
        attempt=place.attempt,
        version=place.version,
        files=[file.digest for file in files],
    )
    db.session.flush()
    return submission


def _attach(submission_id: int, files: Sequence[KeptFile]) -> None:
    if files:
        db.session.execute(
            insert(SubmissionFile),
            [
                {
                    "submission_id": submission_id,
                    "position": position,
                    "digest": file.digest,
                    "name": file.name,
                    "content_type": file.content_type,
                    "size": file.size,
                }
                for position, file in enumerate(files, start=1)
            ],
        )
