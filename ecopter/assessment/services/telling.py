"""Telling trainees that a grade of theirs is published."""

from collections.abc import Collection
from datetime import datetime
from uuid import uuid4

from sqlalchemy import insert

from ecopter.assessment.queries.grading import trainees_of
from ecopter.curricula.models import Lesson
from ecopter.db import db
from ecopter.notices.models import Notice
from ecopter.notices.rules import NoticeEvent


def tell_published(enrolment_ids: Collection[int], lesson: Lesson, *, now: datetime) -> None:
    """Each of these trainees learns of the new grade; two statements, whatever their number.

    The link of every line is the trainee's own, so the facts differ from one to the next. The
    mark itself stays on its page: a notice is also read over a shoulder.
    """
    if not enrolment_ids:
        return
    batch = uuid4().hex
    rows = [
        {
            "user_id": user_id,
            "event": NoticeEvent.GRADE_PUBLISHED,
            "facts": {
                "lesson": dict(lesson.titles),
                "lesson_id": lesson.id,
                "enrolment_id": enrolment_id,
            },
            "batch": batch,
            "at": now,
        }
        for enrolment_id, user_id in sorted(trainees_of(enrolment_ids).items())
    ]
    db.session.execute(insert(Notice), rows)
