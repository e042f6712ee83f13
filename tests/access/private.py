"""What is private: one word planted in each private column, and who may read it, where.

Every column of text is named here, as private or as open to whoever may open the page it is on; a
new one that is not fails `test_private_words.py`.
"""

from dataclasses import dataclass

from sqlalchemy import JSON, Enum, String, select, update

from ecopter.assessment.models import Grade, Submission, SubmissionFile
from ecopter.attendance.models import AbsenceNotice, AttendanceRecord, AttendanceRevision
from ecopter.certificates.models import Revocation
from ecopter.cohorts.models import Enrolment, EnrolmentPeriod
from ecopter.curricula.models import Lesson
from ecopter.db import db
from ecopter.learning.models import PrerequisiteWaiver
from ecopter.people.models import User
from ecopter.shared.dates import HalfDay
from ecopter.tables import METADATA
from ecopter.timetable.models import Move, Substitution, TrainingSession
from tests.clock import NOW, TODAY
from tests.factories.assessment import make_reopening
from tests.factories.timetable import make_training_session
from tests.factories.world import World

OFFICE = frozenset(
    {"administrator", "other administrator", "head of studies", "other head of studies"}
)
ADMINISTRATORS = frozenset({"administrator", "other administrator"})
HEADS = OFFICE - ADMINISTRATORS
OURS = OFFICE | {"instructor"}
CLOSE = OURS | {"trainee"}
ANYWHERE = None

ACCOUNT = {"people.account.show", "people.account.edit"}
PERSON = {"people.person.show", "people.person.edit", "people.person.index"}


@dataclass(frozen=True)
class Secret:
    """A word in one column: the roles that may read it, and the endpoints it may be on.

    What is shown in a state that the walk does not bring about is not looked for, only shut out.
    """

    word: str
    readers: frozenset[str]
    pages: frozenset[str] | None = ANYWHERE
    is_shown: bool = True


SECRETS = {
    "users.given_name_lat": Secret("Aminatzwin", CLOSE),
    "users.email": Secret(
        "boite-w3@exemple.invalid", OFFICE | {"trainee"}, frozenset(ACCOUNT | PERSON)
    ),
    "users.telephone": Secret(
        "+212 600 98 76 54", OFFICE | {"trainee"}, frozenset(ACCOUNT | PERSON)
    ),
    "users.town": Secret("Douarcache", OFFICE | {"trainee"}, frozenset(ACCOUNT | PERSON)),
    "users.password_hash": Secret("HACHAGE-A1", frozenset(), is_shown=False),
    "enrolments.organisation": Secret("EMPLOYEURCACHE-B2", CLOSE),
    "enrolment_periods.end_reason": Secret("MOTIFDEPART-C3", OURS | {"leaver"}, is_shown=False),
    "attendance_records.excuse_note": Secret(
        "NOTEPRIVEE-Z7",
        OURS,
        frozenset({"attendance.correction.new", "attendance.register.edit"}),
    ),
    "attendance_revisions.reason": Secret("MOTIFREPRISE-D4", CLOSE),
    "absence_notices.note": Secret(
        "ABSENCEPRIVEE-H2",
        CLOSE,
        frozenset({"attendance.absence.new", "attendance.absence.show"}),
    ),
    "absence_notices.decision_reason": Secret("REPONSEABSENCE-E5", CLOSE, is_shown=False),
    "training_sessions.cancel_reason": Secret("MOTIFANNULE-F6", CLOSE | {"classmate", "leaver"}),
    "moves.reason": Secret("MOTIFDEPLACE-G7", CLOSE | {"classmate", "leaver"}),
    "substitutions.reason": Secret("MOTIFREMPLACE-I9", OURS, is_shown=False),
    "prerequisite_waivers.reason": Secret("MOTIFPASSAGE-J0", CLOSE),
    "reopenings.reason": Secret("MOTIFROUVRE-K1", CLOSE, is_shown=False),
    "grades.comment": Secret(
        "COMMENTAIRECACHE-Q4",
        HEADS | {"instructor"},
        frozenset({"assessment.grading.edit", "assessment.observation.edit"}),
    ),
    "grades.excused_reason": Secret(
        "DISPENSECACHEE-V9",
        HEADS | {"instructor"},
        frozenset({"assessment.grading.edit", "assessment.observation.edit"}),
    ),
    "grades.change_reason": Secret("MOTIFNOTE-L2", HEADS | {"instructor"}),
    "submissions.text": Secret("TRAVAILDEPOSE-N6", CLOSE),
    "submission_files.name": Secret("photo-n6.jpg", CLOSE),
    "revocations.reason": Secret(
        "MOTIFREVOQUE-M3", OFFICE | {"other trainee", "other instructor", "stranger"}
    ),
}
# Words of the school, of its course and of its cohorts: the door of the page is their protection,
# and names the rest of the table needs to be found by.
OPEN = {
    "associations": "name name_ar department town rna commune website",
    "audit_events": "action object_type details previous seal",
    "bundles": "credential_ids pdf_digest zip_digest",
    "cohorts": "code name name_ar partner funder",
    "credentials": "number code words fingerprint",
    "curricula": "code version titles objectives mark",
    "glossary_terms": "key fr ar en",
    "holidays": "country names",
    "lessons": "code titles objectives facts terms exercise",
    "modules": "code titles competence_code competence_titles icon prerequisites",
    "notices": "facts batch",
    "number_series": "name",
    "papers": "digest",
    "products": "code names family family_names country sign_note area sources modules search_text",
    "questions": "text options explanation",
    "quiz_answers": "chosen number",
    "quiz_attempts": "key",
    "rooms": "name",
    "rubric_criteria": "name levels",
    "schools": "legal_name legal_name_ar address declaration_number data_protection_receipt "
    "representative representative_ar representative_title representative_title_ar "
    "signatory_name signatory_name_ar signatory_title signatory_title_ar place place_ar "
    "help_telephone messenger_link logo_digest",
    "sites": "code names country zone address",
    "sources": "code place says",
    "submission_files": "digest content_type",
    "submissions": "key",
    "users": "sign_in_name sign_in_key family_name_lat given_name_ar family_name_ar language "
    "country",
}
# Never on a page by nature: keys, hashes, queues. `MACHINE` tables are read by no view.
MACHINE = {
    "failed_sign_ins",
    "half_open_sign_ins",
    "jobs",
    "one_time_codes",
    "recovery_codes",
    "second_factors",
    "sign_ins",
}


def columns_of_text() -> set[str]:
    """`table.column` of everything people type or that may hold what they typed."""
    return {
        f"{table.name}.{column.name}"
        for table in METADATA.sorted_tables
        for column in table.columns
        if isinstance(column.type, String | JSON) and not isinstance(column.type, Enum)
    }


def declared() -> set[str]:
    """The columns this page says something of."""
    opened = {f"{table}.{column}" for table, names in OPEN.items() for column in names.split()}
    machine = {name for name in columns_of_text() if name.partition(".")[0] in MACHINE}
    return opened | machine | set(SECRETS)


def word(column: str) -> str:
    return SECRETS[column].word


def plant(world: World) -> None:
    """Put each word where its column says, on our side; the revoked paper is theirs."""
    enrolment_id = int(world.ours.address["enrolment_id"])
    _on_our_trainee(world)
    _on_our_half_days(world)
    _set(Enrolment, enrolment_id, organisation=word("enrolments.organisation"))
    _set(
        AbsenceNotice,
        world.ours.address["absence_id"],
        decision_reason=word("absence_notices.decision_reason"),
    )
    _set(Submission, world.ours.address["submission_id"], text=word("submissions.text"))
    _set(SubmissionFile, world.ours.address["file_id"], name=word("submission_files.name"))
    db.session.execute(
        update(Grade)
        .where(Grade.enrolment_id == enrolment_id)
        .values(
            comment=word("grades.comment"),
            excused_reason=word("grades.excused_reason"),
            change_reason=word("grades.change_reason"),
        )
    )
    db.session.add(
        Revocation(
            credential_id=world.theirs.address["credential_id"],
            reason=word("revocations.reason"),
            revoked_by_id=world.people["administrator"].id,
            revoked_at=NOW,
        )
    )
    db.session.commit()


def _on_our_trainee(world: World) -> None:
    trainee, teacher = world.ours.trainee, world.ours.instructor
    _set(
        User,
        trainee.id,
        given_name_lat=word("users.given_name_lat"),
        email=word("users.email"),
        telephone=word("users.telephone"),
        town=word("users.town"),
        password_hash=word("users.password_hash"),
    )
    leaver = world.people["leaver"]
    db.session.execute(
        update(EnrolmentPeriod)
        .where(
            EnrolmentPeriod.enrolment_id.in_(
                select(Enrolment.id).where(Enrolment.trainee_id == leaver.id)
            )
        )
        .values(end_reason=word("enrolment_periods.end_reason"))
    )
    enrolment_id = int(world.ours.address["enrolment_id"])
    db.session.add(
        PrerequisiteWaiver(
            enrolment_id=enrolment_id,
            module_id=world.ours.address["module_id"],
            reason=word("prerequisite_waivers.reason"),
            given_by_id=teacher.id,
            given_at=NOW,
        )
    )
    reopening = make_reopening(
        db.session.get_one(Enrolment, enrolment_id),
        db.session.get_one(Lesson, world.ours.address["lesson_id"]),
        by=teacher,
    )
    reopening.reason = word("reopenings.reason")


def _on_our_half_days(world: World) -> None:
    teacher = world.ours.instructor
    half_day_id = world.ours.address["training_session_id"]
    enrolment_id = world.ours.address["enrolment_id"]
    for table, values in (
        (AttendanceRecord, {"excuse_note": word("attendance_records.excuse_note")}),
        (AttendanceRevision, {"reason": word("attendance_revisions.reason")}),
    ):
        db.session.execute(update(table).where(table.enrolment_id == enrolment_id).values(values))
    half_day = db.session.get_one(TrainingSession, half_day_id)
    cancelled = make_training_session(
        world.ours.cohort,
        TODAY,
        HalfDay.MORNING,
        cancelled_at=NOW,
        cancel_reason=word("training_sessions.cancel_reason"),
    )
    db.session.add_all(
        [
            Move(
                training_session_id=half_day.id,
                from_held_on=half_day.held_on,
                from_half_day=half_day.half_day,
                from_starts_at=half_day.starts_at,
                from_ends_at=half_day.ends_at,
                from_site_id=half_day.site_id,
                from_room_id=half_day.room_id,
                reason=word("moves.reason"),
                moved_by_id=teacher.id,
                moved_at=NOW,
            ),
            Substitution(
                training_session_id=cancelled.id,
                left_id=None,
                joined_id=teacher.id,
                reason=word("substitutions.reason"),
                decided_by_id=teacher.id,
                decided_at=NOW,
            ),
        ]
    )
    db.session.flush()


def _set(model: type, row_id: object, **values: str) -> None:
    db.session.execute(update(model).where(model.id == row_id).values(values))
