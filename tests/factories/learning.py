"""What people leave behind on their path, and the half-days that open modules."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

from ecopter.assessment.models import Grade, QuizAttempt, Submission
from ecopter.attendance.models import AttendanceRecord, Register
from ecopter.attendance.rules import AttendanceStatus
from ecopter.cohorts.models import Cohort, Enrolment
from ecopter.curricula.models import Lesson, Module
from ecopter.db import db
from ecopter.learning.models import LessonCompletion, PrerequisiteWaiver
from ecopter.shared.dates import HalfDay
from ecopter.timetable.models import TrainingSession
from tests.clock import NOW, TODAY
from tests.factories.sites import make_site


def make_completion(enrolment: Enrolment, lesson: Lesson, days_ago: int = 0) -> LessonCompletion:
    return _add(
        LessonCompletion(
            enrolment_id=enrolment.id, lesson_id=lesson.id, done_at=NOW - timedelta(days=days_ago)
        )
    )


def make_waiver(
    enrolment: Enrolment, module: Module, reason: str = "Déjà apprise à la coopérative"
) -> PrerequisiteWaiver:
    return _add(
        PrerequisiteWaiver(
            enrolment_id=enrolment.id,
            module_id=module.id,
            reason=reason,
            given_by_id=enrolment.trainee_id,
            given_at=NOW,
        )
    )


def make_passed_quiz(enrolment: Enrolment, lesson: Lesson, days_ago: int = 0) -> QuizAttempt:
    return _add(
        QuizAttempt(
            enrolment_id=enrolment.id,
            lesson_id=lesson.id,
            number=1,
            key=str(uuid4()),
            submitted_at=NOW - timedelta(days=days_ago),
            right_count=4,
            counted=5,
            passed=True,
        )
    )


def make_hand_in(enrolment: Enrolment, lesson: Lesson, days_ago: int = 0) -> Submission:
    return _add(
        Submission(
            enrolment_id=enrolment.id,
            lesson_id=lesson.id,
            key=str(uuid4()),
            text="Lot du 2 novembre",
            submitted_at=NOW - timedelta(days=days_ago),
        )
    )


def make_excuse(enrolment: Enrolment, lesson: Lesson, grader_id: int) -> Grade:
    return _add(
        Grade(
            enrolment_id=enrolment.id,
            lesson_id=lesson.id,
            excused_reason="Blessure à la main",
            graded_by_id=grader_id,
            graded_at=NOW,
            published_at=NOW,
        )
    )


def make_half_day(
    cohort: Cohort,
    module: Module,
    days: int = 0,
    half_day: HalfDay = HalfDay.MORNING,
    **changes: object,
) -> TrainingSession:
    """A half-day `days` after today (before, when negative), at nine or at two in the village."""
    held_on: date = TODAY + timedelta(days=days)
    begins = time(9) if half_day is HalfDay.MORNING else time(14)
    starts_at = datetime.combine(held_on, begins, tzinfo=UTC)
    values = {
        "site_id": make_site().id,
        "held_on": held_on,
        "half_day": half_day,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=3, minutes=30),
    } | changes
    return _add(TrainingSession(cohort_id=cohort.id, module_id=module.id, **values))


def make_attended(
    half_day: TrainingSession,
    enrolment: Enrolment,
    status: AttendanceStatus = AttendanceStatus.PRESENT,
) -> AttendanceRecord:
    """The half-day's register, closed, with one line on it."""
    _add(
        Register(
            training_session_id=half_day.id,
            actual_starts_at=half_day.starts_at,
            actual_ends_at=half_day.ends_at,
            closed_at=half_day.ends_at,
            closed_by_id=enrolment.trainee_id,
        )
    )
    return _add(
        AttendanceRecord(
            training_session_id=half_day.id,
            enrolment_id=enrolment.id,
            status=status,
            updated_by_id=enrolment.trainee_id,
            updated_at=half_day.ends_at,
        )
    )


def _add(row):
    db.session.add(row)
    db.session.flush()
    return row
