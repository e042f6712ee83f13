"""Judging work: on a hand-in or by observation, changing a grade, and publishing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update

from ecopter.assessment.models import CriterionScore, Grade
from ecopter.assessment.queries import grading as queries
from ecopter.assessment.queries.grading import (
    GradingSheet,
    ObservationSheet,
    ObservedPerson,
    Publication,
)
from ecopter.assessment.queries.work import is_in_force, lock_enrolment
from ecopter.assessment.rules.grading import Judgement, capped, mark_of
from ecopter.assessment.services.telling import tell_published
from ecopter.audit.services import record
from ecopter.authorization.policy import Actor
from ecopter.curricula.models import Lesson
from ecopter.db import db
from ecopter.shared.errors import Conflict, Invalid
from ecopter.shared.text import N_

REPLACED = N_("The trainee has handed in a newer version. Open it: this one is not graded.")
GRADED_MEANWHILE = N_(
    "Someone else graded this a moment ago. Open the page again before you change it."
)
OLD_ATTEMPT = N_("A later attempt is graded already; this one can no longer be changed.")
INCOMPLETE = N_("Choose a level for every criterion.")
REASON_NEEDED = N_("This grade is published: write why it changes.")
NOT_LISTED = N_("Someone on this page can no longer be graded here. Open it again.")


@dataclass(frozen=True)
class Terms:
    """How a grade is to be kept: shown at once or later, and why it changes."""

    publish: bool = False
    change_reason: str = ""


def grade(
    sheet: GradingSheet,
    judgement: Judgement,
    terms: Terms,
    *,
    seen_grade_id: int | None,
    actor: Actor,
    now: datetime,
) -> Grade:
    """Judge a hand-in; a grade that exists is kept and a new one takes its place.

    `seen_grade_id` is the grade that the grader's page showed. Raises Conflict when the hand-in
    was replaced or graded by someone else meanwhile, Invalid for an incomplete rubric or a
    published grade changed without a reason.
    """
    submission = sheet.submission
    lock_enrolment(submission.enrolment_id)
    if not is_in_force(submission.id):
        raise Conflict(REPLACED)
    grades = queries.list_grades(submission.enrolment_id, submission.lesson_id)
    current = next((found for found in grades if found.is_current), None)
    if (current.id if current else None) != seen_grade_id:
        raise Conflict(GRADED_MEANWHILE)
    if current is not None and current.attempt > submission.attempt:
        raise Conflict(OLD_ATTEMPT)
    is_change = current is not None and current.attempt == submission.attempt
    was_published = bool(is_change and current and current.published_at)
    if was_published and not terms.change_reason:
        raise Invalid(REASON_NEEDED)

    _retire([current.id] if current else [])
    values = _values(
        sheet.lesson,
        judgement,
        enrolment_id=submission.enrolment_id,
        attempt=submission.attempt,
        cap=sheet.cap,
        submission_id=submission.id,
        change_reason=terms.change_reason if is_change else "",
        # What a trainee has seen stays seen: a correction is published with it.
        published_at=now if terms.publish or was_published else None,
        actor=actor,
        now=now,
    )
    fresh = Grade(**values)
    db.session.add(fresh)
    db.session.flush()
    _score({fresh.id: _counted(judgement, sheet.cap)})
    record(
        "grade.changed" if is_change else "grade.given",
        actor=actor,
        now=now,
        about=("grade", fresh.id),
        enrolment_id=submission.enrolment_id,
        lesson_id=submission.lesson_id,
        submission_id=submission.id,
        mark=str(fresh.mark) if fresh.mark is not None else None,
        was=str(current.mark) if is_change and current and current.mark is not None else None,
        published=fresh.published_at is not None,
    )
    if fresh.published_at is not None:
        tell_published([fresh.enrolment_id], sheet.lesson, now=now)
    db.session.flush()
    return fresh


def observe(
    sheet: ObservationSheet,
    judgements: Mapping[int, Judgement],
    terms: Terms,
    *,
    seen: Mapping[int, int | None],
    actor: Actor,
    now: datetime,
) -> None:
    """Judge several people at once without a hand-in; bulk statements, one audit event.

    `judgements` and `seen` (the grade id that the page showed, if any) are keyed by enrolment id.
    Raises Conflict when someone was graded meanwhile, Invalid as `grade` does.
    """
    people = {person.enrolment_id: person for person in sheet.open_people}
    if not judgements or not judgements.keys() <= people.keys():
        raise Conflict(NOT_LISTED)
    chosen = [people[enrolment_id] for enrolment_id in judgements]
    for person in chosen:
        if (person.grade.id if person.grade else None) != seen.get(person.enrolment_id):
            raise Conflict(GRADED_MEANWHILE)
        if _is_published_change(person) and not terms.change_reason:
            raise Invalid(REASON_NEEDED)

    _retire([person.grade.id for person in chosen if person.grade])
    rows = [
        _values(
            sheet.lesson,
            judgements[person.enrolment_id],
            enrolment_id=person.enrolment_id,
            attempt=_judged_attempt(person),
            cap=person.cap,
            submission_id=_judged_submission(person),
            change_reason=terms.change_reason if _is_change(person) else "",
            published_at=now if terms.publish or _is_published_change(person) else None,
            actor=actor,
            now=now,
        )
        for person in chosen
    ]
    # Without an order asked for, SQLite too takes many rows in one statement.
    fresh = db.session.execute(insert(Grade).returning(Grade.id, Grade.enrolment_id), rows)
    caps = {person.enrolment_id: person.cap for person in chosen}
    _score(
        {
            grade_id: _counted(judgements[enrolment_id], caps[enrolment_id])
            for grade_id, enrolment_id in fresh
        }
    )
    record(
        "grade.changed" if sheet.change else "grade.observed",
        actor=actor,
        now=now,
        about=("lesson", sheet.lesson.id),
        cohort_id=sheet.cohort.id,
        marks={
            str(row["enrolment_id"]): None if row["mark"] is None else str(row["mark"])
            for row in rows
        },
        published=terms.publish,
    )
    told = [row["enrolment_id"] for row in rows if row["published_at"] is not None]
    tell_published(told, sheet.lesson, now=now)
    db.session.flush()


def publish(publication: Publication, *, actor: Actor, now: datetime) -> int:
    """Show all grades of one lesson to the trainees of one cohort, and tell those concerned.

    Returns how many are new.
    """
    shown = db.session.scalars(
        update(Grade)
        .where(queries.unpublished(publication.cohort.id, publication.lesson.id))
        .values(published_at=now)
        .returning(Grade.enrolment_id)
        .execution_options(synchronize_session=False)
    ).all()
    count = len(shown)
    if count:
        record(
            "grades.published",
            actor=actor,
            now=now,
            about=("lesson", publication.lesson.id),
            cohort_id=publication.cohort.id,
            count=count,
        )
        tell_published(shown, publication.lesson, now=now)
    db.session.flush()
    return count


def _is_change(person: ObservedPerson) -> bool:
    return not person.is_open


def _is_published_change(person: ObservedPerson) -> bool:
    return bool(_is_change(person) and person.grade and person.grade.published_at)


def _judged_attempt(person: ObservedPerson) -> int:
    if person.attempt is not None:
        return person.attempt
    return person.grade.attempt if person.grade else 1


def _judged_submission(person: ObservedPerson) -> int | None:
    """A changed grade stays tied to the hand-in it was given on."""
    return person.grade.submission_id if _is_change(person) and person.grade else None


def _counted(judgement: Judgement, cap: int | None) -> dict[int, int]:
    return {} if judgement.is_excused else capped(judgement.levels, cap)


def _values(
    lesson: Lesson,
    judgement: Judgement,
    *,
    enrolment_id: int,
    attempt: int,
    cap: int | None,
    submission_id: int | None,
    change_reason: str,
    published_at: datetime | None,
    actor: Actor,
    now: datetime,
) -> dict[str, Any]:
    """The columns of a new grade. Raises Invalid unless excused or every criterion judged."""
    counted = _counted(judgement, cap)
    if not judgement.is_excused and counted.keys() != {row.id for row in lesson.criteria}:
        raise Invalid(INCOMPLETE)
    return {
        "enrolment_id": enrolment_id,
        "lesson_id": lesson.id,
        "submission_id": submission_id,
        "attempt": attempt,
        "is_current": True,
        "mark": mark_of(counted.values()) if counted else None,
        "excused_reason": judgement.excused_reason,
        "comment": judgement.comment,
        "change_reason": change_reason,
        "graded_by_id": actor.user_id,
        "graded_at": now,
        "published_at": published_at,
    }


def _retire(grade_ids: Sequence[int]) -> None:
    if grade_ids:
        db.session.execute(update(Grade).where(Grade.id.in_(grade_ids)).values(is_current=False))


def _score(levels: Mapping[int, Mapping[int, int]]) -> None:
    """Keep levels by grade id and criterion id; one statement, whatever the number of people."""
    scores = [
        {"grade_id": grade_id, "criterion_id": criterion_id, "level": level}
        for grade_id, reached in levels.items()
        for criterion_id, level in reached.items()
    ]
    if scores:
        db.session.execute(insert(CriterionScore), scores)
