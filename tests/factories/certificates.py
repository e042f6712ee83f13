"""A course that is over, with everything its papers ask for, written in bulk."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import insert

from ecopter.assessment.models import CriterionScore, Grade
from ecopter.attendance.models import AttendanceRecord
from ecopter.attendance.rules import AttendanceStatus
from ecopter.authorization.policy import Actor
from ecopter.certificates.models import Credential
from ecopter.certificates.queries.issuing import get_issue_sheet
from ecopter.certificates.rules.words import CredentialKind
from ecopter.certificates.services import issuing
from ecopter.certificates.services.issuing import Issued, Place
from ecopter.cohorts.models import Cohort, Enrolment, EnrolmentPeriod
from ecopter.curricula.rules import Track
from ecopter.db import db
from ecopter.people.models import User
from ecopter.people.rules import NOTICE_OF
from ecopter.school.models import School
from ecopter.shared.dates import HalfDay
from ecopter.shared.text import sign_in_key
from tests.clock import NOW
from tests.factories.assessment import criteria_of, enrolments_of, lessons_of
from tests.factories.attendance import make_register
from tests.factories.cohorts import instructor_of, make_cohort
from tests.factories.curricula import make_curriculum, make_module, titles
from tests.factories.people import make_administrator
from tests.factories.sites import make_site
from tests.factories.timetable import make_training_session

LAST_DAY = date(2026, 11, 20)
HERE = Place("http://127.0.0.1:5000", is_https=False)


def make_school(**changes: str) -> School:
    values = {
        "legal_name": "École Opérationnelle des Produits de Terroir",
        "legal_name_ar": "المدرسة العملية للمنتوجات المجالية",
        "address": "12, rue du Safran, 13001 Marseille",
        "declaration_number": "93 13 00000 13",
        "representative": "Salma Genêt",
        "signatory_name": "Salma Genêt",
        "signatory_title": "directrice",
        "signatory_title_ar": "المديرة",
        "place": "Marseille",
        "place_ar": "مرسيليا",
    } | changes
    school = School(**values)
    db.session.add(school)
    db.session.flush()
    return school


@dataclass
class Finished:
    """A cohort whose two half-days are over, and the people around it."""

    cohort: Cohort
    instructor: User
    administrator: User

    @property
    def enrolments(self) -> list[Enrolment]:
        return enrolments_of(self.cohort)

    @property
    def actor(self) -> Actor:
        return Actor(user_id=self.administrator.id)

    def issue(
        self,
        kind: CredentialKind = CredentialKind.ATTESTATION,
        chosen: frozenset[int] | None = None,
        now: datetime = NOW,
        place: Place = HERE,
    ) -> Issued:
        """Issue to those chosen, else to everyone, as the page would."""
        sheet = get_issue_sheet(self.cohort.id, now)
        everyone = frozenset(one.enrolment.id for one in sheet.candidates)
        wanted = everyone if chosen is None else chosen
        return issuing.issue(sheet, kind, wanted, place=place, actor=self.actor, now=now)

    def credentials(self) -> list[Credential]:
        chosen = db.select(Credential).join(Enrolment).where(Enrolment.cohort_id == self.cohort.id)
        return list(db.session.scalars(chosen.order_by(Credential.id)))


def make_finished_cohort(
    trainees: int = 2,
    *,
    track: Track = Track.TERROIR,
    last_day: date = LAST_DAY,
    school: bool = True,
    level: int | None = 3,
    registers: bool = True,
    **changes: object,
) -> Finished:
    """Everyone there all day, everything acquired (`level`), the product file defended."""
    if school:
        make_school()
    is_terroir = track is Track.TERROIR
    curriculum = make_curriculum(modules=0, track=track, planned_minutes=420)
    make_module(
        curriculum,
        code="M1" if is_terroir else "A1",
        position=1,
        competence_code="C1" if is_terroir else "D1",
        competence_titles=titles("Situer un produit", "تحديد موقع منتوج", "Place a product"),
    )
    if is_terroir:
        make_module(
            curriculum,
            code="PF",
            position=2,
            competence_code="C11",
            competence_titles=titles("Défendre un dossier", "الدفاع عن ملف", "Defend a file"),
        )
    cohort = make_cohort(
        curriculum=curriculum,
        starts_on=last_day - timedelta(days=200),
        ends_on=last_day,
        **({"is_demo": True} | changes),
    )
    instructor = instructor_of(cohort)
    _enrol(cohort, trainees)
    site = make_site()
    for half_day in HalfDay:
        held = make_training_session(cohort, last_day, half_day, site=site)
        if registers:
            make_register(held, instructor, {})
            _fill(held.id, held.ends_at, cohort, instructor)
    if level is not None:
        grade_everyone(cohort, instructor, level)
    administrator = make_administrator()
    db.session.flush()
    db.session.expunge_all()  # as in a request: everything is read from the database
    return Finished(cohort, instructor, administrator)


def _enrol(cohort: Cohort, trainees: int) -> None:
    people = [
        {
            "sign_in_name": f"trainee.{cohort.id}.{number}",
            "sign_in_key": sign_in_key(f"trainee.{cohort.id}.{number}"),
            "given_name_lat": "Ijja",
            "family_name_lat": f"Tazart {number:03d}",
            "given_name_ar": "إجا",
            "family_name_ar": "تازارت",
            "name_confirmed_at": NOW,
            "privacy_notice_of": NOTICE_OF,
            "privacy_read_at": NOW,
            "created_at": NOW,
        }
        for number in range(trainees)
    ]
    if not people:
        return
    ids = list(db.session.scalars(insert(User).returning(User.id), people))
    places = [{"cohort_id": cohort.id, "trainee_id": one, "created_at": NOW} for one in ids]
    enrolments = db.session.scalars(insert(Enrolment).returning(Enrolment.id), places)
    periods = [{"enrolment_id": one, "starts_on": cohort.starts_on} for one in enrolments]
    db.session.execute(insert(EnrolmentPeriod), periods)


def _fill(training_session_id: int, at: datetime, cohort: Cohort, by: User) -> None:
    rows = [
        {
            "training_session_id": training_session_id,
            "enrolment_id": enrolment.id,
            "status": AttendanceStatus.PRESENT,
            "updated_by_id": by.id,
            "updated_at": at,
        }
        for enrolment in enrolments_of(cohort)
    ]
    if rows:
        db.session.execute(insert(AttendanceRecord), rows)


def grade_everyone(cohort: Cohort, by: User, level: int = 3) -> None:
    """A published grade of the same level on every criterion of every lesson."""
    for lesson in lessons_of(cohort):
        grades = [
            {
                "enrolment_id": enrolment.id,
                "lesson_id": lesson.id,
                "mark": level * 5,
                "graded_by_id": by.id,
                "graded_at": NOW,
                "published_at": NOW,
            }
            for enrolment in enrolments_of(cohort)
        ]
        if not grades:
            return
        ids = list(db.session.scalars(insert(Grade).returning(Grade.id), grades))
        scores = [
            {"grade_id": grade_id, "criterion_id": criterion_id, "level": level}
            for grade_id in ids
            for criterion_id in criteria_of(lesson)
        ]
        db.session.execute(insert(CriterionScore), scores)
