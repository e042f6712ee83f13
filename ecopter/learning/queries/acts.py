"""What was said and given on a path, one row each."""

from sqlalchemy import select

from ecopter.db import db
from ecopter.learning.models import LessonCompletion, PrerequisiteWaiver


def find_completion(enrolment_id: int, lesson_id: int) -> LessonCompletion | None:
    return db.session.scalar(
        select(LessonCompletion).where(
            LessonCompletion.enrolment_id == enrolment_id, LessonCompletion.lesson_id == lesson_id
        )
    )


def find_waiver(enrolment_id: int, module_id: int) -> PrerequisiteWaiver | None:
    return db.session.scalar(
        select(PrerequisiteWaiver).where(
            PrerequisiteWaiver.enrolment_id == enrolment_id,
            PrerequisiteWaiver.module_id == module_id,
        )
    )
