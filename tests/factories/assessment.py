"""Exercises handed in, graded and reopened."""

import hashlib
from itertools import count
from uuid import uuid4

from ecopter.assessment.models import (
    CriterionScore,
    Grade,
    ReopenedWork,
    Reopening,
    Submission,
    SubmissionFile,
)
from ecopter.assessment.rules.grading import mark_of
from ecopter.cohorts.models import Cohort, Enrolment
from ecopter.curricula.models import Lesson, Module, RubricCriterion
from ecopter.db import db
from ecopter.people.models import User
from tests.clock import NOW

_number = count(1)


def lessons_of(cohort: Cohort) -> list[Lesson]:
    """The lessons of a cohort's course, in order."""
    return list(
        db.session.scalars(
            db.select(Lesson)
            .join(Module)
            .where(Module.curriculum_id == cohort.curriculum_id)
            .order_by(Module.position, Lesson.position)
        )
    )


def enrolments_of(cohort: Cohort) -> list[Enrolment]:
    chosen = db.select(Enrolment).where(Enrolment.cohort_id == cohort.id).order_by(Enrolment.id)
    return list(db.session.scalars(chosen))


def criteria_of(lesson: Lesson) -> list[int]:
    """Ids of the criteria of a lesson's rubric, in order."""
    chosen = db.select(RubricCriterion.id).where(RubricCriterion.lesson_id == lesson.id)
    return list(db.session.scalars(chosen.order_by(RubricCriterion.position)))


def make_submission(
    enrolment: Enrolment, lesson: Lesson, files: int = 0, **changes: object
) -> Submission:
    values = {
        "attempt": 1,
        "version": 1,
        "key": str(uuid4()),
        "text": "J'ai séché 500 g à l'ombre.",
        "submitted_at": NOW,
    } | changes
    submission = Submission(enrolment_id=enrolment.id, lesson_id=lesson.id, **values)
    db.session.add(submission)
    db.session.flush()
    for position in range(1, files + 1):
        db.session.add(
            SubmissionFile(
                submission_id=submission.id,
                position=position,
                digest=hashlib.sha256(str(next(_number)).encode()).hexdigest(),
                name=f"photo {position}.jpg",
                content_type="image/jpeg",
                size=340_000,
            )
        )
    db.session.flush()
    return submission


def make_grade(
    enrolment: Enrolment,
    lesson: Lesson,
    levels: tuple[int, ...] = (3, 3, 4),
    *,
    by: User,
    published: bool = True,
    **changes: object,
) -> Grade:
    """A grade with one level for each criterion; no levels means excused."""
    values = {
        "attempt": 1,
        "mark": mark_of(levels) if levels else None,
        "excused_reason": "" if levels else "Absente, malade",
        "graded_by_id": by.id,
        "graded_at": NOW,
        "published_at": NOW if published else None,
    } | changes
    grade = Grade(enrolment_id=enrolment.id, lesson_id=lesson.id, **values)
    db.session.add(grade)
    db.session.flush()
    for criterion_id, level in zip(criteria_of(lesson), levels, strict=False):
        db.session.add(CriterionScore(grade_id=grade.id, criterion_id=criterion_id, level=level))
    db.session.flush()
    return grade


def make_reopening(
    enrolment: Enrolment, lesson: Lesson, *, by: User, work: ReopenedWork = ReopenedWork.EXERCISE
) -> Reopening:
    reopening = Reopening(
        enrolment_id=enrolment.id,
        lesson_id=lesson.id,
        work=work,
        reason="Coupure de réseau",
        given_by_id=by.id,
        given_at=NOW,
    )
    db.session.add(reopening)
    db.session.flush()
    return reopening
