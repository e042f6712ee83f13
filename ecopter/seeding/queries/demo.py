"""What the demonstration school needs to know of the database, and what it counts there."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ScalarSelect, Select, func, or_, select
from sqlalchemy.orm import selectinload

from ecopter.assessment.models import Grade, QuizAttempt, Submission
from ecopter.associations.models import Association, Mandate
from ecopter.attendance.models import AttendanceRecord, Register
from ecopter.attendance.rules import AttendanceStatus
from ecopter.certificates.models import Bundle, Credential
from ecopter.cohorts.models import Cohort, CohortInstructor, Enrolment
from ecopter.curricula.models import Curriculum, Lesson, Module
from ecopter.db import db
from ecopter.notices.models import Notice
from ecopter.notices.services.telling import MAIL_JOB
from ecopter.people.models import User
from ecopter.platform.jobs import Job
from ecopter.questions.models import Question
from ecopter.school.models import Site
from ecopter.seeding.queries.demo_rows import DemoRows
from ecopter.shared.grade import share
from ecopter.timetable.models import TrainingSession, TrainingSessionInstructor

# What the arguments of a job name, and in which table it is.
JOB_ARGUMENTS = {
    "user_id": User.__tablename__,
    "credential_id": Credential.__tablename__,
    "bundle_id": Bundle.__tablename__,
}


def has_demo() -> bool:
    """Whether the demonstration school is loaded."""
    return db.session.scalar(select(Cohort.id).where(Cohort.is_demo).limit(1)) is not None


def find_curricula(codes: Collection[str]) -> dict[str, Curriculum]:
    """Courses by code with modules, lessons and criteria; four queries."""
    rows = db.session.scalars(
        select(Curriculum)
        .where(Curriculum.code.in_(codes))
        .options(
            selectinload(Curriculum.modules)
            .selectinload(Module.lessons)
            .selectinload(Lesson.criteria)
        )
    )
    return {row.code: row for row in rows}


def questions_by_lesson(lesson_ids: Collection[int]) -> dict[int, list[Question]]:
    """The questions asked today; one query."""
    found: dict[int, list[Question]] = {}
    for question in db.session.scalars(
        select(Question)
        .where(Question.lesson_id.in_(lesson_ids), Question.is_current)
        .order_by(Question.lesson_id, Question.number)
    ):
        found.setdefault(question.lesson_id, []).append(question)
    return found


def find_sites(codes: Collection[str]) -> dict[str, Site]:
    return {
        site.code: site
        for site in db.session.scalars(
            select(Site).options(selectinload(Site.rooms)).where(Site.code.in_(codes))
        )
    }


def taken_names(
    sign_in_keys: Collection[str], cohort_codes: Collection[str], associations: Collection[str]
) -> list[str]:
    """Sign-in names, cohort codes and names of associations that are in use already."""
    users = select(User.sign_in_name).where(User.sign_in_key.in_(sign_in_keys))
    cohorts = select(Cohort.code).where(Cohort.code.in_(cohort_codes))
    named = select(Association.name).where(Association.name.in_(associations))
    return [name for found in (users, cohorts, named) for name in db.session.scalars(found)]


def find_demo_cohort(code: str) -> Cohort | None:
    return db.session.scalar(select(Cohort).where(Cohort.code == code, Cohort.is_demo))


def find_demo_user_id(sign_in_name: str) -> int | None:
    return db.session.scalar(select(User.id).where(User.sign_in_key == sign_in_name, User.is_demo))


def half_days_on(cohort_id: int, day: date) -> list[int]:
    """Ids of the half-days of a cohort on a day."""
    return list(
        db.session.scalars(
            select(TrainingSession.id).where(
                TrainingSession.cohort_id == cohort_id, TrainingSession.held_on == day
            )
        )
    )


def taught_by(user_id: int, training_session_ids: Collection[int]) -> frozenset[int]:
    """Those of these half-days that someone teaches."""
    return frozenset(
        db.session.scalars(
            select(TrainingSessionInstructor.training_session_id).where(
                TrainingSessionInstructor.user_id == user_id,
                TrainingSessionInstructor.training_session_id.in_(training_session_ids),
            )
        )
    )


@dataclass(frozen=True)
class LatestMark:
    """The lesson of a mark by its titles, and when the mark was told."""

    titles: Mapping[str, str]
    published_at: datetime


def find_latest_mark(enrolment_id: int) -> LatestMark | None:
    """The last mark that someone was told; one query."""
    row = db.session.execute(
        select(Lesson.titles, Grade.published_at)
        .join(Grade, Grade.lesson_id == Lesson.id)
        .where(Grade.enrolment_id == enrolment_id, Grade.published_at.is_not(None))
        .order_by(Grade.published_at.desc(), Grade.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else LatestMark(row.titles, row.published_at)


@dataclass(frozen=True)
class AttendanceCount:
    """Lines of registers by what they say; those present late are among the present."""

    lines: int = 0
    present: int = 0
    late: int = 0
    excused: int = 0
    unexcused: int = 0

    @property
    def rate(self) -> Decimal | None:
        """Half-days with presence, in per cent, to a tenth; None before the first register."""
        return share(self.present, self.lines)


@dataclass(frozen=True)
class DemoCounts:
    """The demonstration school in numbers; attendance and half-days by cohort code.

    `half_days` leaves make-up days out.
    """

    users: int
    accounts: int
    cohorts: int
    associations: int
    mandates: int
    enrolments: int
    instructors: int
    half_days: Mapping[str, int]
    make_up_half_days: int
    registers: int
    attendance: Mapping[str, AttendanceCount]
    quiz_attempts: int
    submissions: int
    grades: int
    credentials: int

    @property
    def is_empty(self) -> bool:
        return not (self.users or self.cohorts or self.associations)


def counts() -> DemoCounts:
    """Everything of the demonstration that is in the database; ten queries."""
    enrolments = (
        select(Enrolment.id).join(Cohort, Cohort.id == Enrolment.cohort_id).where(Cohort.is_demo)
    )
    sessions = (
        select(TrainingSession.id)
        .join(Cohort, Cohort.id == TrainingSession.cohort_id)
        .where(Cohort.is_demo)
    )
    row = db.session.execute(
        select(
            _number(select(func.count(User.id)).where(User.is_demo)),
            _number(select(func.count(User.password_hash)).where(User.is_demo)),
            _number(select(func.count(Cohort.id)).where(Cohort.is_demo)),
            _number(select(func.count(Association.id)).where(Association.is_demo)),
            _number(
                select(func.count(Mandate.id))
                .join(Association, Association.id == Mandate.association_id)
                .where(Association.is_demo)
            ),
            _number(select(func.count()).select_from(enrolments.subquery())),
            _number(
                select(func.count(CohortInstructor.user_id.distinct()))
                .join(Cohort, Cohort.id == CohortInstructor.cohort_id)
                .where(Cohort.is_demo)
            ),
            _number(
                select(func.count(TrainingSession.id)).where(
                    TrainingSession.id.in_(sessions), TrainingSession.is_make_up
                )
            ),
            _number(
                select(func.count(Register.id)).where(Register.training_session_id.in_(sessions))
            ),
            *(
                _number(select(func.count(table.id)).where(table.enrolment_id.in_(enrolments)))
                for table in (QuizAttempt, Submission, Grade, Credential)
            ),
        )
    ).one()
    users, accounts, cohorts, associations, mandates, *numbers = row
    places, instructors, make_up, registers, *results = numbers
    attempts, submissions, grades, credentials = results
    return DemoCounts(
        users=users,
        accounts=accounts,
        cohorts=cohorts,
        associations=associations,
        mandates=mandates,
        enrolments=places,
        instructors=instructors,
        half_days=_half_days(),
        make_up_half_days=make_up,
        registers=registers,
        attendance=_attendance(),
        quiz_attempts=attempts,
        submissions=submissions,
        grades=grades,
        credentials=credentials,
    )


def _number(statement: Select[int]) -> ScalarSelect[int]:
    return statement.scalar_subquery()


def _half_days() -> dict[str, int]:
    rows = db.session.execute(
        select(Cohort.code, func.count())
        .join(TrainingSession, TrainingSession.cohort_id == Cohort.id)
        .where(Cohort.is_demo, TrainingSession.is_make_up.is_(False))
        .group_by(Cohort.code)
    )
    return dict(rows.all())


def _attendance() -> dict[str, AttendanceCount]:
    found: dict[str, dict[AttendanceStatus, int]] = {}
    for code, status, number in db.session.execute(
        select(Cohort.code, AttendanceRecord.status, func.count())
        .join(Enrolment, Enrolment.cohort_id == Cohort.id)
        .join(AttendanceRecord, AttendanceRecord.enrolment_id == Enrolment.id)
        .where(Cohort.is_demo)
        .group_by(Cohort.code, AttendanceRecord.status)
    ):
        found.setdefault(code, {})[status] = number
    return {code: _attendance_count(statuses) for code, statuses in found.items()}


def _attendance_count(statuses: Mapping[AttendanceStatus, int]) -> AttendanceCount:
    late = statuses.get(AttendanceStatus.LATE, 0)
    return AttendanceCount(
        lines=sum(statuses.values()),
        present=statuses.get(AttendanceStatus.PRESENT, 0) + late,
        late=late,
        excused=statuses.get(AttendanceStatus.EXCUSED, 0),
        unexcused=statuses.get(AttendanceStatus.ABSENT, 0),
    )


def sign_in_keys() -> Select[str]:
    """Under which names people of the demonstration sign in; for use in a statement."""
    return select(User.sign_in_key).where(User.is_demo)


def job_ids(rows: DemoRows) -> Select[int]:
    """Work that waits, or was done, for rows of the demonstration; for use in a statement."""
    return select(Job.id).where(
        or_(
            *(
                Job.arguments[argument].as_integer().in_(rows.ids(table))
                for argument, table in JOB_ARGUMENTS.items()
            ),
            Job.id.in_(mail_job_ids(demo_batches())),
        )
    )


def demo_batches() -> Select[str]:
    """What was told to people of the demonstration and to nobody else; for use in a statement."""
    told = select(Notice.batch).join(User, User.id == Notice.user_id)
    return told.where(
        User.is_demo, Notice.batch.not_in(told.where(User.is_demo.is_(False)))
    ).distinct()


def mail_job_ids(batches: Select[str]) -> Select[int]:
    """The mails of some notices as work to do; for use in a statement."""
    return select(Job.id).where(
        Job.kind == MAIL_JOB, Job.arguments["batch"].as_string().in_(batches)
    )
