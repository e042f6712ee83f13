"""What keeps the demonstration alive on the day it is loaded: a make-up day and work to grade."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from ecopter.assessment.models import Submission, SubmissionFile
from ecopter.cohorts.models import Cohort
from ecopter.curricula.models import Curriculum
from ecopter.db import db
from ecopter.platform.files import FileStore
from ecopter.seeding.queries.demo import half_days_on, taught_by
from ecopter.seeding.rules.demo_days import make_up_day
from ecopter.seeding.rules.demo_files import DemoFiles
from ecopter.seeding.services.demo.half_days import put_half_days
from ecopter.seeding.services.demo.photo import flower_tray
from ecopter.seeding.services.demo.places import Loading, Shipped
from ecopter.seeding.services.demo.rows import add_all, put_all
from ecopter.shared.dates import local
from ecopter.timetable.models import TrainingSessionInstructor

PHOTO_NAME = "recolte.jpg"
JPEG = "image/jpeg"


def load_waiting(loading: Loading, files: FileStore) -> None:
    """Exercises of different ages that nobody has graded yet, one of them with a photo."""
    cohort = loading.cohorts[loading.files.make_up.cohort]
    lessons = {
        lesson.code: lesson.id for module in cohort.curriculum.modules for lesson in module.lessons
    }
    waiting = loading.files.waiting
    ids = add_all(
        Submission,
        [
            {
                "enrolment_id": cohort.enrolments[each.person],
                "lesson_id": lessons[each.lesson],
                "key": f"demo-{lessons[each.lesson]}",
                "text": each.text,
                "submitted_at": loading.now - timedelta(hours=each.hours_ago),
            }
            for each in waiting
        ],
    )
    photo = flower_tray(loading.draw)
    put_all(
        SubmissionFile,
        [
            {
                "submission_id": submission_id,
                "position": 1,
                "digest": files.put(photo),
                "name": PHOTO_NAME,
                "content_type": JPEG,
                "size": len(photo),
            }
            for submission_id, each in zip(ids, waiting, strict=True)
            if each.has_photo
        ],
    )


def add_make_up_day(
    files: DemoFiles, shipped: Shipped, cohort: Cohort, instructor_id: int, *, now: datetime
) -> int:
    """Two half-days today whose registers nobody has taken; gives how many were added.

    Where the cohort has half-days today already, the instructor joins those instead.
    """
    today = _today(files, shipped, now)
    cohort.starts_on, cohort.ends_on = min(cohort.starts_on, today), max(cohort.ends_on, today)
    planned = half_days_on(cohort.id, today)
    if planned:
        taught = taught_by(instructor_id, planned)
        put_all(
            TrainingSessionInstructor,
            [
                {"training_session_id": each, "user_id": instructor_id}
                for each in planned
                if each not in taught
            ],
        )
        return 0
    curriculum: Curriculum = next(
        each for each in shipped.curricula.values() if each.id == cohort.curriculum_id
    )
    teachers: Mapping[str, list[int]] = {files.make_up.module: [instructor_id]}
    added = put_half_days(
        make_up_day(files, today),
        cohort_id=cohort.id,
        curriculum=curriculum,
        sites=shipped.sites,
        hours=files.hours,
        teachers=teachers,
        now=now,
        is_make_up=True,
    )
    db.session.flush()
    return len(added)


def _today(files: DemoFiles, shipped: Shipped, now: datetime) -> date:
    return local(now, shipped.sites[files.make_up.site].zone).date()
