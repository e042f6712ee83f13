"""Two cohorts side by side with one thing of every kind in each, and everyone who might look."""

from dataclasses import dataclass
from datetime import date, timedelta

from ecopter.assessment.models import Submission, SubmissionFile
from ecopter.associations.models import Association, Mandate
from ecopter.associations.rules import AssociationStatus, Office
from ecopter.attendance.models import AbsenceNotice
from ecopter.attendance.rules import AttendanceStatus, Entry, ExcuseCategory
from ecopter.certificates.models import Bundle, Credential
from ecopter.certificates.rules.codes import draw_code, with_dashes
from ecopter.certificates.rules.words import (
    ActionNature,
    Bilingual,
    CertificateWords,
    CredentialKind,
    Period,
    PersonWords,
    SchoolWords,
    SignatoryWords,
)
from ecopter.cohorts.models import Cohort, CohortInstructor, Enrolment
from ecopter.curricula.models import Lesson
from ecopter.curricula.rules import Track
from ecopter.db import db
from ecopter.people.models import User, UserRole
from ecopter.people.rules import SchoolRole
from ecopter.platform.adapters import adapters
from ecopter.products.models import Product
from ecopter.products.rules import Sign
from ecopter.school.models import Room
from ecopter.shared.dates import HalfDay
from tests.clock import NOW, TODAY
from tests.factories.assessment import lessons_of, make_grade, make_submission
from tests.factories.attendance import make_register
from tests.factories.certificates import make_school
from tests.factories.cohorts import instructor_of, make_cohort, make_enrolment
from tests.factories.curricula import make_curriculum
from tests.factories.people import make_administrator, make_head_of_studies, make_user
from tests.factories.questions import make_number_question, make_question
from tests.factories.quiz import QuizPlace, make_attempt
from tests.factories.sites import make_site
from tests.factories.timetable import make_holiday, make_training_session

NOTHING = Bilingual("–")


@dataclass
class Side:
    """One cohort: its instructor, its trainee, and the address of everything of theirs.

    `address` has a value for every argument a route of the school can take.
    """

    cohort: Cohort
    instructor: User
    trainee: User
    address: dict[str, int | str]


@dataclass
class World:
    """`people` by what they are to our side; None is someone without an account."""

    ours: Side
    theirs: Side
    people: dict[str, User | None]


# Planted where few may look; none of them occurs anywhere else.
NOTE = "NOTEPRIVEE-Z7"
COMMENT = "COMMENTAIRECACHE-Q4"
EXCUSE = "DISPENSECACHEE-V9"
ABSENCE = "ABSENCEPRIVEE-H2"
EMAIL = "boite-w3@exemple.invalid"
TELEPHONE = "+212 600 98 76 54"
NAME = "Aminatzwin"
WORK = "TRAVAILDEPOSE-K8"
FILE = "photo-x5.jpg"


def make_world() -> World:
    make_school()
    ours = _side(email=EMAIL, telephone=TELEPHONE, given_name_lat=NAME, given_name_ar="امينتزوين")
    theirs = _side(given_name_lat="Chama")
    classmate, leaver, deactivated = make_user(), make_user(), make_user(deactivated_at=NOW)
    make_enrolment(ours.cohort, classmate)
    make_enrolment(ours.cohort, deactivated)
    make_enrolment(
        ours.cohort, leaver, periods=((ours.cohort.starts_on, TODAY - timedelta(days=30)),)
    )
    leader = make_user()
    make_enrolment(make_cohort(curriculum=make_curriculum(track=Track.LEADERSHIP)), leader)
    _lead(leader)
    other_leader = make_user()
    _represent(theirs, other_leader)
    people = {
        "stranger": None,
        "trainee": ours.trainee,
        "classmate": classmate,
        "leaver": leaver,
        "deactivated": deactivated,
        "other trainee": theirs.trainee,
        "leader": leader,
        "other leader": other_leader,
        "instructor": ours.instructor,
        "other instructor": theirs.instructor,
        "former instructor": _former(ours.cohort),
        "head of studies": make_head_of_studies(),
        "other head of studies": make_head_of_studies(),
        "administrator": make_administrator(),
        "other administrator": make_administrator(),
    }
    db.session.commit()
    return World(ours, theirs, people)


def _lead(leader: User) -> None:
    """An association of their own, neither of our side nor of theirs."""
    own = Association(
        name="Tiwizi", department="84", status=AssociationStatus.PARTNER, created_at=NOW
    )
    db.session.add(own)
    db.session.flush()
    db.session.add(
        Mandate(association_id=own.id, user_id=leader.id, office=Office.PRESIDENT, from_on=TODAY)
    )


def _represent(side: Side, leader: User) -> None:
    """A mandate of the side's association that runs today."""
    association_id = side.address["association_id"]
    db.session.add(
        Mandate(
            association_id=association_id,
            user_id=leader.id,
            office=Office.PRESIDENT,
            from_on=TODAY,
        )
    )


def _former(cohort: Cohort) -> User:
    user = make_user()
    yesterday = TODAY - timedelta(days=1)
    row = CohortInstructor(
        cohort_id=cohort.id, user_id=user.id, from_on=cohort.starts_on, until_on=yesterday
    )
    db.session.add(row)
    db.session.flush()
    return user


def _side(**person: object) -> Side:
    curriculum = make_curriculum()
    cohort = make_cohort(curriculum=curriculum)
    instructor, trainee = instructor_of(cohort), make_user(**person)
    enrolment = make_enrolment(cohort, trainee)
    [lesson] = lessons_of(cohort)
    questions = [make_question(lesson), make_number_question(lesson, 2)]
    place = QuizPlace(curriculum, cohort, enrolment, trainee, lesson, questions)
    yesterday = make_training_session(cohort, TODAY - timedelta(days=1))
    excused = Entry(
        AttendanceStatus.EXCUSED, excuse_category=ExcuseCategory.FAMILY, excuse_note=NOTE
    )
    make_register(yesterday, instructor, {enrolment.id: excused})
    make_training_session(cohort, half_day=HalfDay.AFTERNOON)
    submission = _hand_in(enrolment, lesson)
    make_grade(
        enrolment,
        lesson,
        (),
        by=instructor,
        published=False,
        excused_reason=EXCUSE,
        comment=COMMENT,
        submission_id=submission.id,
    )
    credential = _credential(enrolment, trainee, instructor)
    return Side(
        cohort,
        instructor,
        trainee,
        {
            "cohort_id": cohort.id,
            "enrolment_id": enrolment.id,
            "curriculum_id": curriculum.id,
            "module_id": lesson.module_id,
            "lesson_id": lesson.id,
            "training_session_id": yesterday.id,
            "submission_id": submission.id,
            "file_id": _file_of(submission.id),
            "attempt_id": make_attempt(place, right=1).id,
            "credential_id": credential.id,
            "code": with_dashes(credential.code),
            "name": "none.css",
            **_office_things(cohort, trainee, enrolment, credential, instructor),
        },
    )


def _office_things(
    cohort: Cohort, trainee: User, enrolment: Enrolment, credential: Credential, by: User
) -> dict[str, int]:
    """What the office keeps: a person with a role, a site, an association, papers together."""
    site = make_site()
    role = UserRole(
        user_id=trainee.id,
        role=SchoolRole.HEAD_OF_STUDIES,
        from_on=date(2020, 1, 1),
        until_on=date(2020, 12, 31),
    )
    association = Association(
        name=f"Association {trainee.id}",
        department="13",
        status=AssociationStatus.PARTNER,
        created_at=NOW,
    )
    product = Product(
        code=f"product-{trainee.id}",
        names={"fr": "Safran", "ar": "زعفران", "en": "Saffron"},
        family="saffron",
        family_names={"fr": "Safran", "ar": "زعفران", "en": "Saffron"},
        country="MA",
        sign=Sign.AOP,
        sources=[],
        modules=[],
        position=trainee.id,
        search_text="safran",
    )
    absence = AbsenceNotice(
        enrolment_id=enrolment.id,
        first_day=TODAY,
        last_day=TODAY,
        category=ExcuseCategory.FAMILY,
        note=ABSENCE,
        announced_at=NOW,
    )
    bundle = Bundle(
        cohort_id=cohort.id,
        kind=credential.kind,
        credential_ids=[credential.id],
        asked_by_id=by.id,
        asked_at=NOW,
        pdf_digest=adapters().files.put(b"%PDF-1.7 of a whole cohort"),
        zip_digest=adapters().files.put(b"PK of a whole cohort"),
        made_at=NOW,
    )
    db.session.add_all([role, association, product, absence, bundle])
    db.session.flush()
    mandate = Mandate(
        association_id=association.id,
        user_id=trainee.id,
        office=Office.MEMBER,
        from_on=date(2020, 1, 1),
        until_on=date(2020, 12, 31),
    )
    db.session.add(mandate)
    db.session.flush()
    return {
        "user_id": trainee.id,
        "instructor_id": by.id,
        "role_id": role.id,
        "site_id": site.id,
        "room_id": db.session.scalars(db.select(Room.id).where(Room.site_id == site.id)).one(),
        "association_id": association.id,
        "mandate_id": mandate.id,
        "product_id": product.id,
        "absence_id": absence.id,
        "bundle_id": bundle.id,
        "holiday_id": make_holiday(TODAY).id,
    }


def _hand_in(enrolment: Enrolment, lesson: Lesson) -> Submission:
    submission = make_submission(enrolment, lesson, text=WORK)
    content = f"{FILE} of {enrolment.id}".encode()
    db.session.add(
        SubmissionFile(
            submission_id=submission.id,
            position=1,
            digest=adapters().files.put(content),
            name=FILE,
            content_type="image/jpeg",
            size=len(content),
        )
    )
    db.session.flush()
    return submission


def _file_of(submission_id: int) -> int:
    of_it = db.select(SubmissionFile.id).where(SubmissionFile.submission_id == submission_id)
    return db.session.scalars(of_it).one()


def _credential(enrolment: Enrolment, trainee: User, by: User) -> Credential:
    """A certificat de réalisation of last year, with words as it would have them."""
    code, number = draw_code(), f"REA-2025-{enrolment.id:04d}"
    day = date(2025, 6, 11)
    words = CertificateWords(
        kind=CredentialKind.COMPLETION,
        number=number,
        code=code,
        verify_url=f"https://school.example/verify/{with_dashes(code)}",
        issued_on=day,
        first_issued_on=day,
        school=SchoolWords(NOTHING, "–", "–", NOTHING, NOTHING),
        person=PersonWords(trainee.name.latin, trainee.name.arabic),
        signatory=SignatoryWords(NOTHING, NOTHING),
        place=NOTHING,
        title=NOTHING,
        nature=ActionNature.TRAINING,
        periods=(Period(day, day),),
        minutes_done=420,
        minutes_planned=420,
    )
    credential = Credential(
        enrolment_id=enrolment.id,
        kind=words.kind,
        number=number,
        code=code,
        words=words.to_dict(),
        fingerprint=words.fingerprint(),
        issued_on=day,
        first_issued_on=day,
        issued_by_id=by.id,
        issued_at=NOW,
    )
    db.session.add(credential)
    db.session.flush()
    return credential
