"""The demonstration school: its counts, its life on any day, and its departure without a trace."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from ecopter.assessment.models import Grade, Submission, SubmissionFile
from ecopter.assessment.queries.quiz import best_results
from ecopter.assessment.rules.quiz import Posed, has_passed, mark
from ecopter.associations import queries as associations
from ecopter.associations.models import Association, Mandate
from ecopter.associations.rules import (
    DEPARTMENTS,
    AssociationStatus,
    MandateState,
    Office,
    is_rna,
    is_website,
)
from ecopter.attendance.models import (
    AbsenceNotice,
    AttendanceRecord,
    AttendanceRevision,
    Register,
)
from ecopter.attendance.queries import hours_of, summaries
from ecopter.attendance.rules import AttendanceStatus, ExcuseCategory
from ecopter.audit.models import AuditEvent
from ecopter.authorization.policy import Role
from ecopter.certificates.models import Credential
from ecopter.certificates.queries.issuing import get_issue_sheet
from ecopter.certificates.queries.papers import CredentialState, list_of_cohort
from ecopter.certificates.rules.words import CertificateWords
from ecopter.cohorts.models import Cohort, CohortInstructor, Enrolment
from ecopter.cohorts.queries import list_enrolments, roles_of
from ecopter.curricula.models import Curriculum, Module
from ecopter.db import Root, db
from ecopter.gradebook.queries import competences
from ecopter.gradebook.rules import CompetenceOutcome
from ecopter.notices.models import Notice
from ecopter.notices.queries import list_new
from ecopter.notices.rules import NoticeEvent
from ecopter.notices.services.telling import MAIL_JOB, tell
from ecopter.notices.services.wording import words_of
from ecopter.people import queries as people
from ecopter.people.models import FailedSignIn, User
from ecopter.people.services.passwords import verify
from ecopter.platform.adapters import adapters
from ecopter.platform.jobs import Job
from ecopter.platform.paths import CONTENT
from ecopter.questions.rules import AnswerKey, QuestionKind
from ecopter.school.models import Room, School, Site
from ecopter.seeding.queries.course import list_all
from ecopter.seeding.queries.demo import AttendanceCount, counts, has_demo
from ecopter.seeding.rules.demo_attendance import Habit, Slot, Totals, plan
from ecopter.seeding.rules.demo_days import dated, make_up_day, weekend_before
from ecopter.seeding.rules.demo_draw import Draw
from ecopter.seeding.rules.demo_files import STAFF, read_demo, read_rows, sign_in_name_of
from ecopter.seeding.rules.demo_results import attempts, levels, taught_after, wrong_allowed
from ecopter.seeding.rules.errors import CourseFileError
from ecopter.seeding.services.course import load_course
from ecopter.seeding.services.demo import load_demo, remove_demo
from ecopter.shared.dates import local, minutes_between
from ecopter.shared.errors import Conflict
from ecopter.shared.languages import LANGUAGES
from ecopter.timetable.models import Holiday, Substitution, TrainingSession
from tests.clock import NOW, TODAY
from tests.factories.associations import make_association, make_mandate
from tests.factories.cohorts import make_cohort, make_enrolment
from tests.factories.people import make_user

PASSWORD = "four words of terroir"
ACCOUNTS = {
    "trainee.demo",
    "graduate.demo",
    "instructor.demo",
    "administrator.demo",
    "leader.demo",
}
FILES = read_demo(CONTENT / "demo")


@pytest.fixture(scope="module")
def kept(app, empty_database):
    """Kept aside: the course alone, and the demonstration as it is at the tests' NOW."""
    with app.app_context():
        empty_database.empty()
        load_course(CONTENT, now=NOW)
        db.session.commit()
        empty_database.keep("course")
        load_demo(now=NOW, password=PASSWORD)
        db.session.commit()
        empty_database.keep("demo")
    return empty_database


@pytest.fixture
def course(kept, database):
    """A database with the shipped course and nobody in it."""
    kept.put_back("course")


@pytest.fixture
def demo(kept, database):
    """A database with the demonstration school."""
    kept.put_back("demo")


class LetterBox:
    """Mail that could be sent; nobody looks in."""

    is_set_up = True

    def send(self, mail):
        raise AssertionError(f"a mail to {mail}")


def cohort(code):
    return db.session.scalars(select(Cohort).where(Cohort.code == code)).one()


def account(name):
    user = people.find_user(name)
    assert user is not None
    return user


def row_counts():
    return {
        table.name: db.session.scalar(select(func.count()).select_from(table))
        for table in Root.metadata.sorted_tables
        if table.name != AuditEvent.__tablename__
    }


class TestFiles:
    def test_fifty_leaders_come_from_the_thirty_partners_as_the_directory_says(self):
        trained = Counter(
            person.association for person in FILES.people if person.cohort.startswith("DIR-2011")
        )

        assert len(FILES.associations) == 30
        assert sum(int(row["members"]) for row in FILES.associations) == 300
        assert trained == {row["number"]: int(row["leaders"]) for row in FILES.associations}
        assert sum(trained.values()) == 50

    def test_leaders_are_trained_in_groups_of_ten(self):
        groups = Counter(p.cohort for p in FILES.people if p.cohort.startswith("DIR-"))

        assert groups == dict.fromkeys((*(f"DIR-2011-{n}" for n in range(1, 6)), "DIR-2026"), 10)

    @pytest.mark.parametrize("code", ["ECO-2010", "ECO-2026"])
    def test_a_cohort_is_sixteen_people_half_from_each_country_half_women(self, code):
        members = FILES.members(code)

        assert len(members) == 16
        assert Counter(person.country for person in members) == {"FR": 8, "MA": 8}
        assert Counter(person.civility for person in members) == {"madame": 8, "monsieur": 8}

    def test_half_days_by_module_are_those_of_the_calendar(self):
        found = {
            code: Counter(half_day.module for half_day in FILES.days(code))
            for code in ("ECO-2010", "ECO-2026")
        }

        assert found["ECO-2010"] == {
            "ACC": 1,
            "M1": 5,
            "M7": 4,
            "M6": 5,
            "M8": 5,
            "M3": 5,
            "M10": 7,
            "M4": 5,
            "M5": 7,
            "M9": 8,
            "M2": 8,
            "PF": 8,
            "BIL": 2,
        }
        assert found["ECO-2026"] == {
            "ACC": 1,
            "M1": 6,
            "M7": 6,
            "M6": 8,
            "M8": 7,
            "M2": 8,
            "M3": 6,
            "M10": 9,
            "M4": 6,
            "M9": 9,
            "M5": 8,
            "PF": 8,
            "BIL": 2,
        }

    def test_instructors_teach_what_they_know_best(self):
        areas = {
            row["code"]: row["areas"].split()
            for row in read_rows(CONTENT / "demo" / "staff.csv", STAFF)
        }
        shared = {"ACC", "PF", "BIL"}

        assert all(
            module in areas[code]
            for module, codes in FILES.teachers.items()
            for code in codes
            if module not in shared
        )

    def test_names_of_accounts_are_plain_letters(self):
        assert sign_in_name_of("Hélène", "Sainte-Baume") == "helene.sainte-baume"
        assert sign_in_name_of("Aïcha", "Baie Claire") == "aicha.baie-claire"

    def test_a_file_with_another_column_is_refused(self, tmp_path):
        path = tmp_path / "days.csv"
        path.write_text("# A remark.\ncode,name\nA,B\n", encoding="utf-8")

        assert read_rows(path, ("name", "code")) == [{"code": "A", "name": "B"}]
        with pytest.raises(CourseFileError, match="line 2"):
            read_rows(path, ("code", "title"))


class TestRules:
    def test_a_lot_depends_on_its_name_alone(self):
        first, again = Draw("seed"), Draw("seed")

        first.below(10, "something else")

        assert first.below(1000, "a", 1) == again.below(1000, "a", 1)
        assert first.shuffled(range(9), "b") == again.shuffled(range(9), "b")
        assert Draw("other").shuffled(range(9), "b") != again.shuffled(range(9), "b")

    def test_absences_add_up_and_follow_habits(self):
        people_ = [f"P{number}" for number in range(16)]
        slots = [Slot(f"M{index // 8}", index % 2 == 0) for index in range(40)]
        habits = {"P3": Habit(excused=4, unexcused=3), "P5": Habit(late=5)}

        lines = plan(Draw("x"), people_, slots, Totals(20, 7, 11), habits)

        assert Counter(line.status for line in lines.values()) == {
            AttendanceStatus.EXCUSED: 20,
            AttendanceStatus.ABSENT: 7,
            AttendanceStatus.LATE: 11,
        }
        assert Counter(line.status for (who, _), line in lines.items() if who == "P3") == {
            AttendanceStatus.EXCUSED: 4,
            AttendanceStatus.ABSENT: 3,
        }
        assert sum(who == "P5" for who, _ in lines) == 5
        assert all(
            5 <= line.minutes_late <= 40
            for line in lines.values()
            if line.status is AttendanceStatus.LATE
        )

    def test_what_does_not_fit_is_refused(self):
        with pytest.raises(ValueError, match="does not fit"):
            plan(Draw("x"), ["A"], [Slot("M1", is_morning=True)], Totals(excused=1), {})

    @pytest.mark.parametrize(
        ("day", "friday"),
        [
            (date(2026, 11, 23), date(2026, 11, 20)),
            (date(2026, 11, 22), date(2026, 11, 13)),
            (date(2026, 11, 21), date(2026, 11, 13)),
            (date(2026, 11, 20), date(2026, 11, 13)),
            (date(2027, 1, 4), date(2027, 1, 1)),
        ],
        ids=["monday", "sunday", "saturday", "friday", "new year"],
    )
    def test_the_last_whole_weekend_is_over_before_the_day(self, day, friday):
        days = weekend_before(day)

        assert days == (friday, friday + timedelta(days=1), friday + timedelta(days=2))
        assert days[-1] < day

    @pytest.mark.parametrize("today", [date(2026, 8, 1), TODAY, date(2027, 9, 1)])
    def test_the_current_cohort_runs_on_the_loading_day(self, today):
        current = next(file for file in FILES.cohorts if file.code == "ECO-2026")

        found = dated(current, FILES, today)

        assert found.starts_on <= today <= found.ends_on
        assert [half_day.held_on for half_day in make_up_day(FILES, today)] == [today, today]

    @pytest.mark.parametrize(
        ("lessons", "half_days", "expected"),
        [
            ([1, 1, 1, 3], 6, [1, 2, 3, 6]),
            ([1, 1, 1, 3], 5, [1, 2, 3, 5]),
            ([Decimal("0.5"), Decimal("0.5"), 1], 2, [1, 1, 2]),
        ],
        ids=["as planned", "given faster", "half half-days"],
    )
    def test_a_lesson_is_over_with_its_last_half_day(self, lessons, half_days, expected):
        assert taught_after([Decimal(each) for each in lessons], half_days) == expected

    @pytest.mark.parametrize("counted", [0, 1, 2, 3, 4, 5])
    def test_the_last_attempt_passes_and_one_before_it_does_not(self, counted):
        share_asked = Decimal(60)
        posed = [
            Posed(number, AnswerKey(QuestionKind.MULTIPLE, frozenset({0, 2})))
            for number in range(counted)
        ]
        posed.append(Posed(99, AnswerKey(QuestionKind.NUMERIC, value=Decimal(3)), counts=False))

        for person in range(60):
            found = attempts(Draw("x"), posed, share_asked, person)
            passed = [has_passed(mark(posed, answers), share_asked) for answers in found]

            assert len(found) in {1, 2}
            assert passed == [False] * (len(found) - 1) + [True]

    def test_so_many_wrong_answers_still_pass(self):
        assert [wrong_allowed(counted, Decimal(60)) for counted in range(6)] == [0, 0, 0, 1, 1, 2]

    def test_levels_are_acquired_but_for_one_criterion_being_acquired(self):
        assert set(levels(Draw("x"), 50)) == {3, 4}
        assert Counter(levels(Draw("x"), 4, in_progress=True))[2] == 1


@pytest.mark.usefixtures("demo")
class TestSchool:
    def test_everyone_is_invented_and_says_so(self):
        users = db.session.scalars(select(User)).all()

        assert len(users) == 100
        assert all(user.is_demo for user in users)
        assert all(user.email.endswith("@exemple.invalid") for user in users)
        assert all(each.is_demo for each in db.session.scalars(select(Cohort)))
        assert db.session.scalars(select(School)).one().declaration_number.startswith("DEMO-")

    def test_five_accounts_open_with_the_password_and_no_other_has_one(self):
        open_ = db.session.scalars(select(User).where(User.password_hash.is_not(None))).all()

        assert {user.sign_in_name for user in open_} == ACCOUNTS
        assert all(verify(user.password_hash, PASSWORD) for user in open_)

    @pytest.mark.parametrize(
        ("name", "role"),
        [
            ("trainee.demo", Role.TRAINEE),
            ("instructor.demo", Role.INSTRUCTOR),
            ("leader.demo", Role.LEADER),
        ],
    )
    def test_an_account_is_what_its_name_says_today(self, name, role):
        user_id = account(name).id
        standing, led = (source(user_id, now=NOW) for source in (roles_of, associations.roles_of))

        assert role in standing.roles | led.roles
        assert standing.teaches or standing.active_enrolments
        assert bool(led.represents) is (role is Role.LEADER)

    def test_the_administrator_administers(self):
        roles = people.roles_of(account("administrator.demo").id, now=NOW).roles

        assert roles == {Role.ADMINISTRATOR}

    def test_the_graduate_holds_a_paper_that_stands(self):
        enrolment_id = next(iter(roles_of(account("graduate.demo").id, now=NOW).enrolments))
        paper = db.session.scalars(
            select(Credential).where(Credential.enrolment_id == enrolment_id)
        ).one()

        assert paper.is_live
        assert paper.number.startswith("DEMO-ATT-2010-")

    def test_half_days_last_the_hours_of_the_calendar(self):
        hours = {
            code: sum(
                minutes_between(starts_at, ends_at)
                for starts_at, ends_at in db.session.execute(
                    select(TrainingSession.starts_at, TrainingSession.ends_at)
                    .join(Cohort, Cohort.id == TrainingSession.cohort_id)
                    .where(Cohort.code == code, TrainingSession.is_make_up.is_(False))
                )
            )
            for code in ("ECO-2010", "ECO-2026", "DIR-2011-1")
        }

        assert hours == {"ECO-2010": 245 * 60, "ECO-2026": 288 * 60, "DIR-2011-1": 21 * 60}

    def test_no_half_day_is_on_a_weekend_or_a_holiday_of_its_country(self):
        holidays = {(row.country, row.held_on) for row in db.session.scalars(select(Holiday))}
        days = db.session.execute(
            select(Site.country, TrainingSession.held_on)
            .join(Site, Site.id == TrainingSession.site_id)
            .join(Cohort, Cohort.id == TrainingSession.cohort_id)
            .where(Cohort.code.startswith("ECO-"), TrainingSession.is_make_up.is_(False))
        ).all()

        assert len(days) == 154
        assert not {tuple(day) for day in days} & holidays
        assert all(held_on.weekday() < 5 for _, held_on in days)

    def test_rooms_hold_the_group_and_its_instructors(self):
        half_days = db.session.execute(
            select(Room.capacity, Room.site_id, TrainingSession.site_id, Cohort.capacity)
            .select_from(TrainingSession)
            .outerjoin(Room, Room.id == TrainingSession.room_id)
            .join(Cohort, Cohort.id == TrainingSession.cohort_id)
        ).all()

        assert all(room > places for room, _at, _held_at, places in half_days)
        assert all(at == held_at for _room, at, held_at, _places in half_days)

    def test_cohorts_are_named_in_arabic_and_their_support_is_marked_as_invented(self):
        cohorts = list_all(Cohort)

        assert {each.capacity for each in cohorts} == {16}
        assert all(each.name_ar and each.site_id for each in cohorts)
        assert all("(démo)" in text for each in cohorts for text in (each.partner, each.funder))
        assert {each.organisation for each in list_all(Enrolment)} == {""}

    def test_a_message_to_the_school_goes_nowhere(self):
        link = db.session.scalars(select(School.messenger_link)).one()

        assert link.startswith("https://")
        assert "example.invalid" in link

    def test_nobody_teaches_in_two_places_at_once(self):
        lessons = db.session.execute(
            select(User.id, TrainingSession.starts_at)
            .select_from(TrainingSession)
            .join(TrainingSession.instructors)
        ).all()

        assert len(lessons) == len({tuple(lesson) for lesson in lessons})

    def test_instructors_of_half_days_teach_the_cohort(self):
        teaching = set(
            map(
                tuple,
                db.session.execute(
                    select(TrainingSession.cohort_id, User.id)
                    .select_from(TrainingSession)
                    .join(TrainingSession.instructors)
                ),
            )
        )
        named = set(
            map(
                tuple,
                db.session.execute(select(CohortInstructor.cohort_id, CohortInstructor.user_id)),
            )
        )

        assert teaching == named


@pytest.mark.usefixtures("demo")
class TestAssociations:
    def test_partners_are_thirty_by_department_with_three_hundred_members(self):
        partners = list_all(Association)

        assert Counter(each.department for each in partners) == {
            "13": 10,
            "84": 4,
            "83": 3,
            "06": 3,
            "04": 1,
            "34": 4,
            "30": 2,
            "66": 1,
            "2A": 1,
            "2B": 1,
        }
        assert len(partners) == counts().associations == 30
        assert sum(each.member_count for each in partners) == 300
        assert {each.status for each in partners} == {AssociationStatus.PARTNER}

    def test_partners_are_invented_and_say_so(self):
        for each in list_all(Association):
            assert each.is_demo
            assert each.name.endswith("(démo)")
            assert each.name_ar.endswith("(تجريبي)")
            assert "DEMO" in each.rna
            assert not is_rna(each.rna)
            assert not each.website or is_website(each.website)
            assert each.website == "" or each.website.endswith(".exemple.invalid")

    def test_every_fact_of_a_partner_is_there_and_fits_the_others(self):
        first = dict(
            db.session.execute(
                select(Mandate.association_id, func.min(Mandate.from_on)).group_by(
                    Mandate.association_id
                )
            ).all()
        )
        for each in list_all(Association):
            assert each.department in DEPARTMENTS
            assert each.town in FILES.draws.towns[each.department]
            assert each.activity
            assert each.commune
            assert 1985 <= each.founded_in < first[each.id].year

    def test_each_of_the_fifty_leaders_had_a_mandate_while_they_were_trained(self):
        led = {
            user_id: associations.association_on(user_id, date(2011, 1, 14))
            for user_id in db.session.scalars(
                select(Enrolment.trainee_id)
                .join(Cohort, Cohort.id == Enrolment.cohort_id)
                .where(Cohort.code.startswith("DIR-2011"))
            )
        }

        assert len(led) == 50
        assert all(led.values())
        assert Counter(where.names["fr"] for where in led.values()) == {
            row["name"]: int(row["leaders"]) for row in FILES.associations
        }

    def test_a_few_mandates_ended_when_leaders_of_the_current_group_followed(self):
        mandates = list_all(Mandate)
        ended = [each for each in mandates if each.until_on and each.until_on < TODAY]

        assert len(mandates) == counts().mandates == 60
        assert len(ended) == 5
        for each in ended:
            [after] = [
                other
                for other in mandates
                if (other.association_id, other.office) == (each.association_id, each.office)
                and other.id != each.id
            ]
            assert after.from_on == each.until_on + timedelta(days=1)
            assert not associations.roles_of(each.user_id, now=NOW).roles

    def test_every_partner_has_one_president_today(self):
        running = Counter(
            each.association_id
            for each in list_all(Mandate)
            if each.office is Office.PRESIDENT and TODAY in each.span
        )

        assert len(running) == 30
        assert set(running.values()) == {1}

    def test_the_leader_whose_account_is_shown_presides_over_one(self):
        [held] = associations.list_of_person(account("leader.demo").id, now=NOW)

        assert held.office is Office.PRESIDENT
        assert held.state is MandateState.RUNNING
        assert held.association.names["fr"] == "Tiwizi Belle-Plaine (démo)"


@pytest.mark.usefixtures("demo")
class TestNews:
    def test_trainee_and_instructor_have_something_new_to_read(self):
        news = {
            name: {notice.event for notice in list_new(account(name).id, 10)} for name in ACCOUNTS
        }

        assert news["trainee.demo"] == {
            NoticeEvent.ANNOUNCEMENT,
            NoticeEvent.ABSENCE_DECIDED,
            NoticeEvent.GRADE_PUBLISHED,
        }
        assert news["instructor.demo"] == {NoticeEvent.ANNOUNCEMENT, NoticeEvent.ABSENCE_ANNOUNCED}
        # Papers of the past were told too, and read.
        assert not any(news[name] for name in ACCOUNTS - {"trainee.demo", "instructor.demo"})

    @pytest.mark.parametrize("tag", LANGUAGES)
    def test_every_sentence_can_be_read_and_nothing_is_of_the_future(self, app, tag):
        with app.test_request_context(headers={"Accept-Language": tag}):
            for notice in list_all(Notice):
                assert "%(" not in words_of(notice, tag)
                assert notice.at <= NOW

    def test_nobody_is_written_to_for_papers_of_the_past(self, app, course):
        before = app.extensions["adapters"]
        app.extensions["adapters"] = replace(before, mail=LetterBox())
        try:
            report = load_demo(now=NOW, password=PASSWORD)
        finally:
            app.extensions["adapters"] = before

        assert report.is_new
        assert [job.kind for job in list_all(Job) if job.kind == MAIL_JOB] == []
        assert any(notice.event is NoticeEvent.PAPER_ISSUED for notice in list_all(Notice))

    def test_one_absence_waits_and_one_is_accepted(self):
        waiting, accepted = sorted(list_all(AbsenceNotice), key=lambda each: each.first_day)

        assert waiting.decided_at is None
        assert accepted.is_accepted is True
        assert accepted.decided_by_id == account("instructor.demo").id
        for each in (waiting, accepted):
            assert TODAY < each.first_day <= each.last_day
            enrolment = db.session.get(Enrolment, each.enrolment_id)
            assert enrolment.cohort_id == cohort("ECO-2026").id
        trainee = db.session.get(Enrolment, accepted.enrolment_id).trainee_id
        assert trainee == account("trainee.demo").id


@pytest.mark.usefixtures("demo")
class TestAttendance:
    @pytest.mark.parametrize(
        ("code", "expected", "rate"),
        [
            ("ECO-2010", AttendanceCount(1120, 1066, 24, 40, 14), "95.2"),
            ("ECO-2026", AttendanceCount(576, 549, 11, 20, 7), "95.3"),
        ],
    )
    def test_registers_add_up(self, code, expected, rate):
        found = counts().attendance[code]

        assert found == expected
        assert found.rate == Decimal(rate)

    def test_leaders_missed_three_half_days_in_all(self):
        found = [
            count for code, count in counts().attendance.items() if code.startswith("DIR-2011")
        ]

        assert sum(count.lines for count in found) == 300
        assert sum(count.present for count in found) == 297

    def test_thirty_six_half_days_of_the_current_cohort_are_done(self):
        closed = db.session.scalar(
            select(func.count(Register.id))
            .join(TrainingSession, TrainingSession.id == Register.training_session_id)
            .where(TrainingSession.cohort_id == cohort("ECO-2026").id, Register.closed_at <= NOW)
        )

        assert closed == 36
        assert counts().half_days["ECO-2026"] == 84

    def test_each_line_has_its_first_revision_and_says_the_same(self):
        said = (
            "training_session_id",
            "enrolment_id",
            "status",
            "minutes_late",
            "excuse_category",
        )
        heads = db.session.execute(select(*(getattr(AttendanceRecord, name) for name in said)))
        revisions = db.session.execute(
            select(*(getattr(AttendanceRevision, name) for name in said)).where(
                AttendanceRevision.number == 1
            )
        )

        assert Counter(map(tuple, heads)) == Counter(map(tuple, revisions))

    def test_a_register_is_closed_at_the_end_by_someone_who_taught(self):
        registers = db.session.execute(
            select(Register.closed_at, Register.closed_by_id, TrainingSession)
            .join(TrainingSession, TrainingSession.id == Register.training_session_id)
            .options(db.selectinload(TrainingSession.instructors))
        ).all()

        assert len(registers) == 142
        for closed_at, closed_by_id, half_day in registers:
            assert closed_at == half_day.ends_at
            assert closed_by_id in {user.id for user in half_day.instructors}

    def test_one_trainee_of_the_current_cohort_is_under_85_percent(self):
        current = cohort("ECO-2026")
        found = summaries(current.id, list_enrolments(current.id), now=NOW)
        low = [key for key, each in found.items() if (each.rate or 0) < Decimal(85)]
        often_late = [each for each in found.values() if each.half_days_late >= 5]

        assert len(low) == len(often_late) == 1

    def test_nobody_of_2010_missed_a_fifth_of_a_module(self):
        everyone = list_enrolments(cohort("ECO-2010").id)
        found = [each for one in everyone for each in hours_of(one, now=NOW).modules.values()]

        assert len(found) == 16 * 13
        assert min(each.rate for each in found) >= Decimal(80)


@pytest.mark.usefixtures("demo")
class TestResults:
    def test_twelve_of_2010_acquired_everything_and_four_nearly(self):
        found = competences(cohort("ECO-2010").id)
        outcomes = [Counter(line.outcome for line in lines) for lines in found.values()]
        nearly = [each for each in outcomes if each[CompetenceOutcome.IN_PROGRESS]]

        assert len(outcomes) == 16
        assert all(sum(each.values()) == 11 for each in outcomes)
        assert all(
            set(each) <= {CompetenceOutcome.ACQUIRED, CompetenceOutcome.IN_PROGRESS}
            for each in outcomes
        )
        assert sorted(each[CompetenceOutcome.IN_PROGRESS] for each in nearly) == [1, 1, 2, 2]

    def test_everyone_of_2010_passed_every_quiz(self):
        enrolment_ids = [each.id for each in list_enrolments(cohort("ECO-2010").id)]
        best = best_results(enrolment_ids)

        assert len(best) == 16 * 42
        assert all(result.passed for result in best.values())

    def test_quizzes_of_the_current_cohort_are_of_the_modules_taught(self):
        current = cohort("ECO-2026")
        best = best_results([each.id for each in list_enrolments(current.id)])
        modules = {
            lesson.id: module.code
            for module in db.session.get(
                Curriculum,
                current.curriculum_id,
                options=[db.selectinload(Curriculum.modules).selectinload(Module.lessons)],
            ).modules
            for lesson in module.lessons
        }

        assert {modules[lesson_id] for _, lesson_id in best} == {"M1", "M6", "M8", "M2", "M3"}

    @pytest.mark.parametrize("code", ["ECO-2010", "ECO-2026", "DIR-2026"])
    def test_nothing_was_done_in_the_future(self, code):
        enrolments = select(Enrolment.id).where(Enrolment.cohort_id == cohort(code).id)
        moments = [
            column
            for mapper in Root.registry.mappers
            for column in mapper.columns
            if "enrolment_id" in mapper.columns
            and column.name in {"done_at", "submitted_at", "graded_at", "published_at", "issued_at"}
        ]
        latest = [
            db.session.scalar(
                select(func.max(column)).where(column.table.c.enrolment_id.in_(enrolments))
            )
            for column in moments
        ]

        assert len(latest) >= 5
        assert all(moment is None or moment <= NOW for moment in latest)

    def test_five_exercises_wait_for_the_instructor_one_with_a_photo(self):
        graded = select(Grade.submission_id).where(Grade.submission_id.is_not(None))
        waiting = db.session.scalars(select(Submission).where(Submission.id.not_in(graded))).all()
        photo = db.session.scalars(select(SubmissionFile)).one()

        assert len(waiting) == 5
        assert len({local(each.submitted_at, "UTC").date() for each in waiting}) >= 4
        assert photo.submission_id in {each.id for each in waiting}
        content = adapters().files.get(photo.digest)
        assert content.startswith(b"\xff\xd8\xff")
        assert len(content) == photo.size


@pytest.mark.usefixtures("demo")
class TestPapers:
    def test_sixteen_attestations_of_2010_and_one_was_issued_again(self):
        papers = list_of_cohort(cohort("ECO-2010").id)
        states = Counter(paper.state for paper in papers)
        old = next(paper for paper in papers if paper.state is CredentialState.SUPERSEDED)
        fresh = next(paper for paper in papers if paper.number == old.newer_number)

        assert states == {CredentialState.LIVE: 16, CredentialState.SUPERSEDED: 1}
        assert old.issued_on == date(2010, 11, 26)
        assert fresh.issued_on == date(2010, 12, 6)
        assert _printed(old).person.latin == "Khadija Talouzt"
        assert _printed(fresh).person.latin == "Khadija Talouzte"
        assert _printed(fresh).first_issued_on == date(2010, 11, 26)
        assert account("khadija.talouzte").family_name_lat == "Talouzte"

    def test_papers_are_specimens_and_can_be_verified(self):
        for paper in db.session.scalars(select(Credential)):
            words = CertificateWords.from_dict(paper.words)

            assert words.is_specimen
            assert words.fingerprint() == paper.fingerprint
            assert paper.number.startswith("DEMO-")

    def test_leaders_of_2011_have_papers_but_for_the_three_who_missed_the_ferry(self):
        found = {
            code: len(list_of_cohort(cohort(code).id))
            for code in (f"DIR-2011-{number}" for number in range(1, 6))
        }

        assert found == {
            "DIR-2011-1": 10,
            "DIR-2011-2": 10,
            "DIR-2011-3": 10,
            "DIR-2011-4": 10,
            "DIR-2011-5": 7,
        }

    def test_the_current_leaders_are_complete_and_wait_for_their_papers(self):
        sheet = get_issue_sheet(cohort("DIR-2026").id, NOW)
        lines = sheet.lines(sheet.kinds[0])

        assert len(lines) == 10
        assert all(line.is_ready for line in lines)
        assert any(not line.candidate.enrolment.trainee.name.arabic for line in lines)


def _printed(paper):
    return CertificateWords.from_dict(db.session.get(Credential, paper.credential_id).words)


class TestEveryDay:
    def test_the_loading_day_has_two_open_registers_for_the_instructor(self, demo):
        today = db.session.scalars(
            select(TrainingSession)
            .where(TrainingSession.is_make_up)
            .options(db.selectinload(TrainingSession.instructors))
        ).all()

        assert {half_day.held_on for half_day in today} == {TODAY}
        assert len(today) == 2
        assert all(
            [user.sign_in_name for user in half_day.instructors] == ["instructor.demo"]
            for half_day in today
        )
        assert not db.session.scalars(
            select(Register).where(Register.training_session_id.in_([each.id for each in today]))
        ).all()

    def test_a_second_loading_on_the_same_day_changes_nothing(self, demo):
        before, events = row_counts(), _events()

        report = load_demo(now=NOW + timedelta(hours=3), password="another one entirely")

        assert not report.changed
        assert (row_counts(), _events()) == (before, events)
        assert verify(account("trainee.demo").password_hash, PASSWORD)

    def test_another_day_gets_its_own_make_up_day(self, demo):
        tomorrow = NOW + timedelta(days=1)

        report = load_demo(now=tomorrow, password=PASSWORD)

        assert report.half_days == 2
        assert counts().make_up_half_days == 4
        assert roles_of(account("leader.demo").id, now=tomorrow).active_enrolments
        assert associations.roles_of(account("leader.demo").id, now=tomorrow).represents
        assert not load_demo(now=tomorrow, password=PASSWORD).changed

    @pytest.mark.parametrize(
        ("now", "done", "made_up"),
        [
            (datetime(2026, 8, 2, 23, 50, tzinfo=UTC), 0, 2),
            (datetime(2027, 1, 19, 7, tzinfo=UTC), 38, 0),
            (datetime(2027, 9, 4, 15, tzinfo=UTC), 84, 2),
        ],
        ids=["a Sunday night before the course", "a day with half-days", "after the course"],
    )
    def test_it_can_be_loaded_on_any_day(self, course, now, done, made_up):
        load_demo(now=now, password=PASSWORD)

        registers = db.session.scalar(
            select(func.count(Register.id))
            .join(TrainingSession, TrainingSession.id == Register.training_session_id)
            .where(TrainingSession.cohort_id == cohort("ECO-2026").id)
        )
        sheet = get_issue_sheet(cohort("DIR-2026").id, now)
        open_today = db.session.scalar(
            select(func.count(TrainingSession.id))
            .join(TrainingSession.instructors)
            .where(
                TrainingSession.held_on == local(now, "Africa/Casablanca").date(),
                User.sign_in_name == "instructor.demo",
            )
        )
        assert registers == done
        assert counts().make_up_half_days == made_up
        assert open_today == 2
        assert cohort("ECO-2026").ends_on >= now.date()
        assert roles_of(account("trainee.demo").id, now=now).active_enrolments
        assert roles_of(account("leader.demo").id, now=now).active_enrolments
        assert associations.roles_of(account("leader.demo").id, now=now).represents
        assert all(notice.at <= now for notice in list_all(Notice))
        assert all(
            now.date() < each.first_day <= each.last_day
            and each.first_day.weekday() <= each.last_day.weekday() < 5
            for each in list_all(AbsenceNotice)
        )
        assert all(line.is_ready for line in sheet.lines(sheet.kinds[0]))

    def test_the_course_comes_first(self, database):
        with pytest.raises(Conflict):
            load_demo(now=NOW, password=PASSWORD)

    def test_a_name_that_someone_has_already_is_refused(self, course):
        make_user(sign_in_name="Trainee.Demo")

        with pytest.raises(Conflict) as refusal:
            load_demo(now=NOW, password=PASSWORD)

        assert refusal.value.values["names"] == "Trainee.Demo"

    def test_an_association_of_the_same_name_is_refused(self, course):
        make_association(name="Tizi 34 (démo)")

        with pytest.raises(Conflict) as refusal:
            load_demo(now=NOW, password=PASSWORD)

        assert refusal.value.values["names"] == "Tizi 34 (démo)"

    def test_a_school_of_ones_own_is_kept(self, course):
        db.session.add(School(legal_name="Our school", declaration_number="93 13 00000 13"))
        db.session.flush()

        load_demo(now=NOW, password=PASSWORD)
        names = {paper.words["school"]["legal_name"]["fr"] for paper in list_all(Credential)}
        remove_demo(now=NOW)

        assert names == {FILES.school["legal_name"]}
        assert db.session.scalars(select(School)).one().legal_name == "Our school"


def _events():
    return db.session.scalar(select(func.count()).select_from(AuditEvent))


class TestRemoving:
    def test_nothing_is_left_but_the_course_and_the_trail(self, kept, course):
        before = row_counts()
        kept.put_back("demo")  # ends what was read so far
        events = _events()

        removed = remove_demo(now=NOW)
        db.session.commit()

        assert removed > 0
        assert row_counts() == before
        assert kept.sound() == []
        assert _events() == events + 1
        assert not has_demo()

    def test_loaded_removed_and_loaded_again_twice_it_is_the_same(self, demo):
        before = row_counts()

        for _ in range(2):
            remove_demo(now=NOW)
            load_demo(now=NOW, password=PASSWORD)

        assert row_counts() == before

    def test_removing_what_is_not_there_does_nothing(self, course):
        events = _events()

        assert remove_demo(now=NOW) == 0
        assert _events() == events

    def test_jobs_and_mistakes_at_the_door_go_too(self, demo):
        visitor = account("trainee.demo")
        for key in (visitor.sign_in_key, "someone.else"):
            db.session.add(FailedSignIn(account_key=key, address="127.0.0.1", at=NOW))
        db.session.add(
            Job(kind="mail_code", key="code:1", arguments={"user_id": visitor.id}, run_after=NOW)
        )
        other = Job(kind="mail_code", key="code:2", arguments={"user_id": -1}, run_after=NOW)
        db.session.add(other)
        db.session.flush()

        remove_demo(now=NOW)

        assert [job.key for job in list_all(Job)] == ["code:2"]
        assert [row.account_key for row in list_all(FailedSignIn)] == ["someone.else"]

    def test_mails_go_with_the_notices_they_are_made_of_and_others_stay(self, demo):
        real, visitor = make_user(), account("trainee.demo")
        for batch, told in (("theirs", [visitor]), ("ours", [real]), ("both", [real, visitor])):
            for user in told:
                db.session.add(_notice(user, batch))
            db.session.add(Job(kind=MAIL_JOB, key=batch, arguments={"batch": batch}, run_after=NOW))
        db.session.flush()

        remove_demo(now=NOW)

        assert {job.key for job in list_all(Job)} == {"ours", "both"}
        assert [notice.user_id for notice in list_all(Notice)] == [real.id, real.id]

    def test_a_real_person_who_acted_on_the_demonstration_is_no_obstacle(self, demo):
        real = make_user()
        record = db.session.scalars(select(AttendanceRecord).limit(1)).one()
        record.updated_by_id = real.id
        db.session.flush()

        remove_demo(now=NOW)

        assert db.session.scalars(select(User)).one().id == real.id

    def test_what_the_school_tells_a_real_person_stays(self, demo):
        real = make_user()
        facts = {"lesson": {"fr": "Le safran"}, "cohort_id": cohort("ECO-2026").id}
        tell([real.id], NoticeEvent.GRADE_PUBLISHED, now=NOW, **facts)

        remove_demo(now=NOW)

        assert [notice.user_id for notice in list_all(Notice)] == [real.id]

    def test_real_associations_and_their_leaders_stay(self, demo):
        mandate_id = make_mandate().id

        remove_demo(now=NOW)

        assert [each.id for each in list_all(Mandate)] == [mandate_id]
        assert len(list_all(Association)) == 1

    def test_a_real_person_who_decided_of_an_absence_is_no_obstacle(self, demo):
        notice = list_all(AbsenceNotice)[0]
        notice.decided_by_id = make_user().id
        db.session.flush()

        remove_demo(now=NOW)

        assert list_all(AbsenceNotice) == []

    @pytest.mark.parametrize(
        ("tie", "named"),
        [
            (lambda: make_enrolment(cohort("ECO-2026"), make_user()), "enrolments.cohort_id (1)"),
            (
                lambda: _teach(make_cohort(), account("instructor.demo")),
                "cohort_instructors.user_id (1)",
            ),
            (lambda: _teach(cohort("ECO-2026"), make_user()), "cohort_instructors.cohort_id (1)"),
            (lambda: _grade_by(account("instructor.demo")), "grades.graded_by_id (1)"),
            (
                lambda: make_mandate(list_all(Association)[0], make_user()),
                "mandates.association_id (1)",
            ),
            (
                lambda: make_mandate(make_association(), account("leader.demo")),
                "mandates.user_id (1)",
            ),
            (
                lambda: _substitute(make_user()),
                "substitutions.left_id (1); substitutions.training_session_id (1)",
            ),
            (
                lambda: _decide_absence(account("instructor.demo")),
                "absence_notices.decided_by_id (1)",
            ),
        ],
        ids=[
            "enrolled here",
            "our cohort taught by theirs",
            "teaches here",
            "graded by theirs",
            "leads theirs",
            "ours led by theirs",
            "stands in for theirs",
            "absence decided by theirs",
        ],
    )
    def test_a_real_row_that_hangs_on_it_is_named_and_nothing_goes(self, demo, tie, named):
        tie()
        before = row_counts()

        with pytest.raises(Conflict) as refusal:
            remove_demo(now=NOW)

        assert refusal.value.values["rows"] == named
        assert row_counts() == before


def _teach(where, who):
    db.session.add(CohortInstructor(cohort_id=where.id, user_id=who.id, from_on=TODAY))
    db.session.flush()


def _notice(user, batch):
    return Notice(
        user_id=user.id,
        event=NoticeEvent.PAPER_ISSUED,
        facts={"number": "REA-2026-0001"},
        batch=batch,
        at=NOW,
    )


def _substitute(who):
    half_day = db.session.scalars(select(TrainingSession).limit(1)).one()
    db.session.add(
        Substitution(
            training_session_id=half_day.id,
            left_id=account("instructor.demo").id,
            joined_id=who.id,
            reason="A visit",
            decided_by_id=who.id,
            decided_at=NOW,
        )
    )
    db.session.flush()


def _decide_absence(instructor):
    db.session.add(
        AbsenceNotice(
            enrolment_id=make_enrolment(make_cohort(), make_user()).id,
            first_day=TODAY,
            last_day=TODAY,
            category=ExcuseCategory.FAMILY,
            announced_at=NOW,
            is_accepted=True,
            decided_by_id=instructor.id,
            decided_at=NOW,
        )
    )
    db.session.flush()


def _grade_by(instructor):
    enrolment = make_enrolment(make_cohort(), make_user())
    lesson_id = db.session.scalars(select(Grade.lesson_id).limit(1)).one()
    db.session.add(
        Grade(
            enrolment_id=enrolment.id,
            lesson_id=lesson_id,
            mark=Decimal(15),
            graded_by_id=instructor.id,
            graded_at=NOW,
        )
    )
    db.session.flush()
