"""The data set: always the same school, drawn from one constant, written in bulk."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import cycle, islice, pairwise
from typing import Any

from sqlalchemy import insert, select

from benchmarks.words import words_of
from ecopter.assessment.models import CriterionScore, Grade, QuizAttempt
from ecopter.assessment.rules.grading import mark_of
from ecopter.attendance.models import AttendanceRecord, AttendanceRevision, Register
from ecopter.attendance.rules import AttendanceStatus, ExcuseCategory
from ecopter.certificates.models import Credential
from ecopter.certificates.rules.codes import LENGTH, LETTERS
from ecopter.certificates.rules.words import CredentialKind, fingerprint_of
from ecopter.cohorts.models import Cohort, CohortInstructor, Enrolment, EnrolmentPeriod
from ecopter.curricula.models import Curriculum, Lesson, Module, RubricCriterion
from ecopter.db import Entity, db
from ecopter.learning.models import LessonCompletion
from ecopter.people.models import User, UserRole
from ecopter.people.rules import NOTICE_OF, SchoolRole
from ecopter.people.services.passwords import hash_password
from ecopter.platform.paths import CONTENT
from ecopter.school.models import School, Site
from ecopter.seeding.services.course import load_course
from ecopter.shared.dates import HalfDay, instant
from ecopter.shared.text import sign_in_key
from ecopter.timetable.models import TrainingSession, TrainingSessionInstructor

SEED = 20_261_123
PASSWORD = "bench-saffron-terroir"
SMALLEST, LARGEST, TYPICAL = 16, 30, 17
FORMER_COHORT = 500
# The shipped courses: 28 lessons make 56 assessments (a quiz and an exercise each), 9 make 18.
TERROIR, LEADERSHIP = "terroir", "leadership"
BATCH = 2_000

# Days from the day of the seed, eight closed registers first. None is today, so that pages do
# not depend on the hour: a draft, one not begun, and two to come complete the twelve.
CLOSED_DAYS = range(-64, -8, 7)
DRAFT, BLANK, COMING = -1, -1, (7, 14)

GIVEN = (("Ijja", "إجا"), ("Tlaytmas", "تلايتماس"), ("Fadma", "فاضمة"), ("Hammou", "حمو"),
         ("Salma", "سلمى"), ("Brahim", "إبراهيم"), ("Zahra", "زهرة"), ("Idir", "إدير"))  # fmt: skip
FAMILY = (("Tazart", "تازارت"), ("Oumchichka", "أومشيشكا"), ("Amezgar", "أمزكار"),
          ("Ouzzine", "أوزين"), ("Tifawt", "تيفاوت"), ("Benhlal", "بنهلال"))  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """How large a school: small cohorts, people in all of them together, one large course."""

    name: str
    cohorts: int
    in_cohorts: int
    course: int
    certificates: int
    intakes: int


WHOLE = Plan("whole", cohorts=20, in_cohorts=500, course=500, certificates=20_000, intakes=40)
SMALL = Plan("small", cohorts=3, in_cohorts=52, course=60, certificates=40, intakes=2)


@dataclass(frozen=True)
class Group:
    """One cohort as journeys address it."""

    cohort: int
    instructor: str
    trainees: list[str]
    enrolments: list[int]
    draft: int
    blank: int
    module: int
    lesson: int


@dataclass(frozen=True)
class Facts:
    """The ids and names that journeys ask for; the same for every run on one seed.

    `codes` are (code, name on the paper). `typical` is half-way through the long course, `short`
    has all 18 marks of the short one, `large` is the course of 500.
    """

    administrator: str
    typical: Group
    short: Group
    large: Group
    intakes: list[int]
    codes: list[tuple[str, str]]

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> "Facts":
        groups = {name: Group(**stored[name]) for name in ("typical", "short", "large")}
        codes = [(code, name) for code, name in stored["codes"]]
        return cls(stored["administrator"], **groups, intakes=stored["intakes"], codes=codes)


def fill(plan: Plan, now: datetime) -> Facts:
    """Fill an empty school with `plan` as of `now`; the caller commits."""
    return _Filling(plan, now).run()


class _Filling:
    def __init__(self, plan: Plan, now: datetime) -> None:
        self.plan, self.now, self.day = plan, now, now.date()
        # Drawn for data alone; nothing of it is a secret.
        self.random = random.Random(SEED)
        self.password = hash_password(PASSWORD)
        self.people = 0

    def run(self) -> Facts:
        load_course(CONTENT, now=self.now)
        db.session.flush()
        self.site = db.session.scalars(select(Site).order_by(Site.id).limit(1)).one()
        self._school()
        [office] = self._users(1, "office")
        administrator = {"user_id": office, "role": SchoolRole.ADMINISTRATOR}
        _add(UserRole, [administrator | {"from_on": self.day - timedelta(days=400)}])
        groups = [
            self._group(number, size, LEADERSHIP if number % 2 else TERROIR, whole=number > 0)
            for number, size in enumerate(self._sizes())
        ]
        large = self._group(len(groups), self.plan.course, TERROIR, whole=True)
        codes = self._certificates(office)
        return Facts(
            "office.1", groups[0], groups[1], large, self._intakes(), codes[:: len(codes) // 16]
        )

    def _sizes(self) -> list[int]:
        """Cohorts of 16 to 30; the first two are typical, together they are as many as planned."""
        drawn: list[int] = []
        wanted = self.plan.in_cohorts - 2 * TYPICAL
        while sum(drawn) != wanted:
            rest = self.plan.cohorts - 2
            drawn = [self.random.randint(SMALLEST, LARGEST) for _ in range(rest)]
        return [TYPICAL, TYPICAL, *drawn]

    def _school(self) -> None:
        if db.session.scalar(select(School.id).limit(1)) is None:
            facts = {"legal_name": "École Opérationnelle des Produits de Terroir"}
            _add(School, [facts | {"representative": "Salma Genêt", "place": "Marseille"}])

    def _users(self, count: int, kind: str) -> list[int]:
        return _add(User, [self._user(f"{kind}.{number}") for number in range(1, count + 1)])

    def _user(self, name: str) -> dict[str, Any]:
        self.people += 1
        given, given_ar = self.random.choice(GIVEN)
        family, family_ar = self.random.choice(FAMILY)
        return {
            "sign_in_name": name,
            "sign_in_key": sign_in_key(name),
            "password_hash": self.password,
            "given_name_lat": given,
            "family_name_lat": f"{family} {in_letters(self.people)}",
            "given_name_ar": given_ar,
            "family_name_ar": family_ar,
            "name_confirmed_at": self.now,
            "language": "fr",
            "privacy_notice_of": NOTICE_OF,
            "privacy_read_at": self.now,
            "created_at": self.now,
        }

    def _group(self, number: int, size: int, course: str, *, whole: bool) -> Group:
        """A running cohort with its instructor, trainees, half-days, registers and marks."""
        start = self.day - timedelta(days=90)
        end = self.day + timedelta(days=90)
        cohort, curriculum = self._cohort(f"B-{number:02d}", course, start, end)
        [instructor] = self._users(1, f"instructor.{number}")
        _add(CohortInstructor, [{"cohort_id": cohort, "user_id": instructor, "from_on": start}])
        enrolments = self._enrol(cohort, self._users(size, f"trainee.{number}"), start, None)
        modules = db.session.scalars(
            select(Module).where(Module.curriculum_id == curriculum).order_by(Module.position)
        ).all()
        sessions = self._half_days(cohort, modules, instructor)
        self._registers(sessions[: len(CLOSED_DAYS)], enrolments, instructor, is_closed=True)
        self._registers(sessions[len(CLOSED_DAYS) :][:1], enrolments, instructor, is_closed=False)
        lessons = db.session.scalars(
            select(Lesson).join(Module).where(Module.curriculum_id == curriculum)
            .order_by(Module.position, Lesson.position)
        ).all()  # fmt: skip
        self._marks(enrolments, lessons if whole else lessons[: len(lessons) // 2], instructor)
        following = lessons[len(lessons) // 2]
        return Group(
            cohort=cohort,
            instructor=f"instructor.{number}.1",
            trainees=[f"trainee.{number}.{one}" for one in range(1, 9)],
            enrolments=enrolments[:8],
            draft=sessions[len(CLOSED_DAYS)].id,
            blank=sessions[len(CLOSED_DAYS) + 1].id,
            module=following.module_id,
            lesson=following.id,
        )

    def _cohort(self, code: str, course: str, start: date, end: date) -> tuple[int, int]:
        curriculum = db.session.scalars(
            select(Curriculum.id).where(Curriculum.code == course)
        ).one()
        facts = {"code": code, "name": f"Promotion {code}", "curriculum_id": curriculum}
        dates = {"starts_on": start, "ends_on": end, "site_id": self.site.id}
        return _add(Cohort, [facts | dates])[0], curriculum

    def _enrol(
        self, cohort: int, people: Sequence[int], start: date, end: date | None
    ) -> list[int]:
        places = [{"cohort_id": cohort, "trainee_id": one} for one in people]
        enrolments = _add(Enrolment, [place | {"created_at": self.now} for place in places])
        dates = {"starts_on": start, "ends_on": end}
        _write(EnrolmentPeriod, ({"enrolment_id": one} | dates for one in enrolments))
        return enrolments

    def _half_days(
        self, cohort: int, modules: Sequence[Module], instructor: int
    ) -> list[TrainingSession]:
        days = [(offset, HalfDay.MORNING) for offset in CLOSED_DAYS]
        days += [(DRAFT, HalfDay.MORNING), (BLANK, HalfDay.AFTERNOON)]
        days += [(offset, HalfDay.MORNING) for offset in COMING]
        rows = []
        for (offset, half_day), module in zip(days, cycle(modules), strict=False):
            held_on = self.day + timedelta(days=offset)
            first = 9 if half_day is HalfDay.MORNING else 14
            rows.append(
                TrainingSession(
                    cohort_id=cohort,
                    module_id=module.id,
                    site_id=self.site.id,
                    held_on=held_on,
                    half_day=half_day,
                    starts_at=instant(held_on, time(first), self.site.zone),
                    ends_at=instant(held_on, time(first + 3, 30), self.site.zone),
                )
            )
        db.session.add_all(rows)
        db.session.flush()
        taught = [{"training_session_id": one.id, "user_id": instructor} for one in rows]
        _write(TrainingSessionInstructor, taught)
        return rows

    def _registers(
        self,
        sessions: Sequence[TrainingSession],
        enrolments: Sequence[int],
        by: int,
        *,
        is_closed: bool,
    ) -> None:
        heads, revisions = [], []
        for session in sessions:
            closing = {"closed_at": session.ends_at, "closed_by_id": by} if is_closed else {}
            hours = {"actual_starts_at": session.starts_at, "actual_ends_at": session.ends_at}
            _add(Register, [{"training_session_id": session.id} | hours | closing])
            at = session.ends_at
            for enrolment in enrolments:
                line = {"training_session_id": session.id, "enrolment_id": enrolment}
                line |= self._answer()
                heads.append(line | {"updated_by_id": by, "updated_at": at})
                revisions.append(line | {"number": 1, "written_by_id": by, "written_at": at})
        _write(AttendanceRecord, heads)
        _write(AttendanceRevision, revisions)

    def _answer(self) -> dict[str, Any]:
        """Nine in ten are there; the others are late, absent or excused."""
        kinds = [AttendanceStatus.PRESENT, AttendanceStatus.LATE]
        kinds += [AttendanceStatus.ABSENT, AttendanceStatus.EXCUSED]
        [status] = self.random.choices(kinds, (90, 5, 3, 2))
        excuse = ExcuseCategory.ILLNESS if status is AttendanceStatus.EXCUSED else None
        late = 15 if status is AttendanceStatus.LATE else 0
        return {"status": status, "minutes_late": late, "excuse_category": excuse}

    def _marks(self, enrolments: Sequence[int], lessons: Sequence[Lesson], by: int) -> None:
        """A quiz, a published grade with its levels, and the lesson marked as done."""
        places = [
            {"enrolment_id": one, "lesson_id": lesson.id}
            for one in enrolments
            for lesson in lessons
        ]
        _write(LessonCompletion, (place | {"done_at": self.now} for place in places))
        _write(QuizAttempt, self._attempts(places))
        criteria: dict[int, list[int]] = {}
        for row in db.session.scalars(select(RubricCriterion).order_by(RubricCriterion.position)):
            criteria.setdefault(row.lesson_id, []).append(row.id)
        grades, levels = [], []
        worth: dict[tuple[int, ...], Decimal] = {}
        published = {"graded_by_id": by, "graded_at": self.now, "published_at": self.now}
        for place in places:
            given = tuple(self.random.randint(2, 4) for _ in criteria[place["lesson_id"]])
            levels.append(given)
            grades.append(place | published | {"mark": worth.setdefault(given, mark_of(given))})
        ids = _add(Grade, grades)
        _write(
            CriterionScore,
            (
                {"grade_id": grade, "criterion_id": criterion, "level": level}
                for grade, place, given in zip(ids, places, levels, strict=True)
                for criterion, level in zip(criteria[place["lesson_id"]], given, strict=True)
            ),
        )

    def _attempts(self, places: Sequence[dict[str, int]]) -> Iterator[dict[str, Any]]:
        for number, place in enumerate(places):
            right = self.random.randint(1, 5)
            outcome = {"right_count": right, "counted": 5, "passed": right >= 3}
            yield place | outcome | {"number": 1, "key": str(number), "submitted_at": self.now}

    def _intakes(self) -> list[int]:
        """Empty cohorts of next year, one for each import."""
        start = self.day + timedelta(days=300)
        end = start + timedelta(days=200)
        numbers = range(self.plan.intakes)
        return [self._cohort(f"N-{one:02d}", TERROIR, start, end)[0] for one in numbers]

    def _certificates(self, by: int) -> list[tuple[str, str]]:
        """Former cohorts, everyone with a certificat de réalisation and an attestation."""
        codes: list[tuple[str, str]] = []
        people = self._users(self.plan.certificates // 2, "former")
        end = self.day - timedelta(days=200)
        start = end - timedelta(days=250)
        cuts = [*range(0, len(people), FORMER_COHORT), len(people)]
        for number, (first, last) in enumerate(pairwise(cuts)):
            cohort, _ = self._cohort(f"F-{number:02d}", TERROIR, start, end)
            enrolments = self._enrol(cohort, people[first:last], start, end)
            rows = list(self._credentials(enrolments, end, by))
            codes += [(row["code"], row["words"]["person"]["latin"]) for row in rows]
            _write(Credential, rows)
        return codes

    def _credentials(
        self, enrolments: Sequence[int], issued_on: date, by: int
    ) -> Iterator[dict[str, Any]]:
        issued = {"issued_on": issued_on, "first_issued_on": issued_on, "issued_by_id": by}
        for kind in (CredentialKind.COMPLETION, CredentialKind.ATTESTATION):
            frame = words_of(kind, issued_on).to_dict()
            for enrolment in enrolments:
                code = "".join(self.random.choices(LETTERS, k=LENGTH))
                number = f"{kind.value[:3].upper()}-{issued_on.year}-{enrolment:06d}"
                latin = f"Ijja Tazart {in_letters(enrolment)}"
                words = frame | {"code": code, "number": number}
                words["person"] = frame["person"] | {"latin": latin}
                yield issued | {
                    "enrolment_id": enrolment,
                    "kind": kind,
                    "number": number,
                    "code": code,
                    "words": words,
                    "fingerprint": fingerprint_of(words),
                    "issued_at": self.now,
                }


def _add(model: type[Entity], rows: Sequence[dict[str, Any]]) -> list[int]:
    """Insert and give the ids in the order of the rows."""
    statement = insert(model).returning(model.id, sort_by_parameter_order=True)
    return list(db.session.scalars(statement, rows)) if rows else []


def _write(model: type[Entity], rows: Any) -> None:
    """Insert without asking for ids."""
    left = iter(rows)
    while batch := list(islice(left, BATCH)):
        db.session.connection().execute(insert(model.__table__), batch)


def in_letters(number: int) -> str:
    """A number as a word of letters: names hold no digits."""
    word = ""
    while True:
        number, rest = divmod(number, 26)
        word = chr(ord("a") + rest) + word
        if not number:
            return word.capitalize()
