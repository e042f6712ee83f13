"""Loading the school's own course: once, again, and after an edit."""

import shutil
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import event, func, select

from ecopter.assessment.models import CriterionScore, QuizAnswer
from ecopter.audit.models import AuditEvent
from ecopter.curricula.models import (
    Curriculum,
    GlossaryTerm,
    Lesson,
    Module,
    RubricCriterion,
    Source,
)
from ecopter.curricula.queries import find_curriculum, outline
from ecopter.db import db
from ecopter.platform.paths import PACKAGE
from ecopter.products.models import Product
from ecopter.questions.models import Question
from ecopter.school.models import Room, Site
from ecopter.seeding.rules.errors import CourseFileError
from ecopter.seeding.services.course import load_course
from ecopter.timetable.models import Holiday
from tests.clock import NOW
from tests.factories.cohorts import make_cohort, make_enrolment
from tests.factories.learning import make_passed_quiz

CONTENT = PACKAGE / "content"
LESSON = "curricula/terroir/M2/M2-L2.md"

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def content(tmp_path):
    """A copy of the school's content that a test may edit."""
    return shutil.copytree(CONTENT, tmp_path / "content")


def edit(content, file, old, new):
    path = content / file
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{file} no longer says {old!r}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def load(folder=CONTENT):
    report = load_course(folder, now=NOW)
    db.session.commit()
    db.session.remove()
    return report


def count(table, *conditions):
    return db.session.scalar(select(func.count()).select_from(table).where(*conditions))


def question(curriculum="terroir", lesson="M2-L2", number=1):
    """The versions of one question, oldest first."""
    return db.session.scalars(
        select(Question)
        .join(Lesson, Lesson.id == Question.lesson_id)
        .join(Module, Module.id == Lesson.module_id)
        .join(Curriculum, Curriculum.id == Module.curriculum_id)
        .where(Curriculum.code == curriculum, Lesson.code == lesson, Question.number == number)
        .order_by(Question.version)
    ).all()


def answer(row):
    """Somebody answers a question."""
    place = make_enrolment(make_cohort())
    attempt = make_passed_quiz(place, db.session.get(Lesson, row.lesson_id))
    db.session.add(
        QuizAnswer(attempt_id=attempt.id, question_id=row.id, position=1, chosen=[], is_right=True)
    )
    db.session.flush()


def test_the_whole_course_is_loaded():
    load()

    terroir, of_2010, leaders = (
        find_curriculum(code) for code in ("terroir", "terroir-2010", "leadership")
    )
    assert (terroir.version, terroir.planned_half_days) == ("v2", 84)
    assert (of_2010.version, of_2010.planned_half_days) == ("v1", 70)
    assert leaders.planned_half_days == 6
    for curriculum in (terroir, of_2010, leaders):
        modules = outline(curriculum)
        assert sum(module.planned_half_days for module in modules) == curriculum.planned_half_days
        assert all(module.titles.keys() == {"fr", "ar", "en"} for module in modules)


def test_the_curriculum_of_2010_has_lessons_of_its_own():
    load()

    now, then = (outline(find_curriculum(code)) for code in ("terroir", "terroir-2010"))

    lessons = [
        {lesson.code for module in course for lesson in module.lessons} for course in (now, then)
    ]
    ids = [{lesson.id for module in course for lesson in module.lessons} for course in (now, then)]
    assert lessons[0] == lessons[1]
    assert not ids[0] & ids[1]
    assert [module.code for module in now] != [module.code for module in then]


def test_lessons_carry_facts_words_exercise_rubric_and_questions():
    load()

    lesson = db.session.scalars(
        select(Lesson).join(Lesson.module).where(Lesson.code == "M5-L1").limit(1)
    ).one()

    assert lesson.half_days == Decimal(2)
    assert lesson.terms
    assert lesson.exercise
    assert all(fact["text"] and "[S" not in fact["text"] for fact in lesson.facts)
    assert count(RubricCriterion, RubricCriterion.lesson_id == lesson.id) == 3
    assert count(Question, Question.lesson_id == lesson.id, Question.is_current) == 4


def test_every_source_and_word_named_by_a_lesson_is_known():
    load()
    sources = set(db.session.scalars(select(Source.code)))
    words = set(db.session.scalars(select(GlossaryTerm.key)))

    lessons = db.session.scalars(select(Lesson)).all()

    assert {
        code for lesson in lessons for fact in lesson.facts for code in fact["sources"]
    } <= sources
    assert {key for lesson in lessons for key in lesson.terms} <= words


def test_two_holidays_of_one_day_share_a_row():
    load()

    rows = db.session.execute(select(Holiday.country, Holiday.held_on)).all()

    assert rows
    assert len(rows) == len(set(rows))


def test_the_words_fit_their_columns():
    """SQLite does not mind a text that is too long; PostgreSQL refuses it."""
    load()

    for table in (
        Curriculum,
        Module,
        Lesson,
        RubricCriterion,
        GlossaryTerm,
        Source,
        Site,
        Product,
        Question,
    ):
        for column in table.__table__.columns:
            room = getattr(column.type, "length", None)
            if room:
                longest = db.session.scalar(select(func.max(func.length(column))))
                assert (longest or 0) <= room, f"{table.__name__}.{column.name}"


def test_a_second_load_writes_nothing():
    first = load()
    written = []
    listen = (db.engine, "before_cursor_execute", lambda *call: written.append(call[2]))
    event.listen(*listen)

    second = load()

    event.remove(*listen)
    assert first.written > 500
    assert second.written == 0
    assert [sql for sql in written if sql.startswith(("INSERT", "UPDATE", "DELETE"))] == []
    assert count(AuditEvent) == 1


def test_loading_costs_few_statements(count_queries):
    with count_queries() as seen:
        report = load()

    assert report.written > 500
    assert len(seen) <= 45


def test_loading_leaves_a_trace():
    report = load()

    trace = db.session.scalars(select(AuditEvent)).one()

    assert trace.action == "content.loaded"
    assert trace.actor_id is None
    assert trace.details["added"] == report.added


def test_progress_is_told():
    told = []

    load_course(CONTENT, now=NOW, progress=lambda *step: told.append(step))

    assert told[0][1:] == (0, 6)
    assert told[-1][1:] == (6, 6)


def test_a_corrected_title_changes_the_row_and_keeps_it(content):
    load(content)
    before = db.session.scalars(select(Lesson.id).order_by(Lesson.id)).all()
    edit(content, LESSON, '[title]\nfr = "', '[title]\nfr = "Le safran : ')

    report = load(content)

    assert (report.added, report.changed, report.removed) == (0, 2, 0)
    assert db.session.scalars(select(Lesson.id).order_by(Lesson.id)).all() == before


def test_a_question_nobody_answered_is_simply_corrected(content):
    load(content)
    edit(content, LESSON, "### Q1 · unique\n", "### Q1 · unique\nEn bref : ")

    load(content)

    (only,) = question()
    assert only.version == 1
    assert only.text.startswith("En bref")


def test_an_answered_question_keeps_its_words_and_a_new_version_is_asked(content):
    load(content)
    (first,) = question()
    wording = first.text
    answer(first)
    db.session.commit()
    edit(content, LESSON, "### Q1 · unique\n", "### Q1 · unique\nEn bref : ")

    load(content)

    old, new = question()
    assert (old.text, old.version, old.is_current) == (wording, 1, False)
    assert (new.version, new.is_current) == (2, True)
    assert new.text.startswith("En bref")
    # The course of 2010 has its own question, which nobody answered.
    (other,) = question("terroir-2010")
    assert other.version == 1


def test_a_dropped_question_goes_unless_somebody_answered_it(content):
    load(content)
    last = max(
        db.session.scalars(
            select(Question.number)
            .join(Lesson, Lesson.id == Question.lesson_id)
            .where(Lesson.code == "M2-L2")
        )
    )
    (answered,) = question(number=last)
    answer(answered)
    db.session.commit()
    path = content / LESSON
    text = path.read_text(encoding="utf-8")
    start, end = text.index(f"### Q{last} ·"), text.index("## Exercice")
    path.write_text(text[:start] + text[end:], encoding="utf-8")

    load(content)

    (kept,) = question(number=last)
    assert not kept.is_current
    assert question("terroir-2010", number=last) == []


def test_a_dropped_criterion_goes_unless_work_was_graded_by_it(content):
    load(content)
    rubric = (
        select(RubricCriterion)
        .join(Lesson, Lesson.id == RubricCriterion.lesson_id)
        .join(Module, Module.id == Lesson.module_id)
        .join(Curriculum, Curriculum.id == Module.curriculum_id)
        .where(Lesson.code == "M2-L2")
        .order_by(RubricCriterion.position.desc())
    )
    last = db.session.scalars(rubric.where(Curriculum.code == "terroir")).first()
    graded_by(last)
    db.session.commit()
    path = content / LESSON
    lines = path.read_text(encoding="utf-8").rstrip().splitlines()
    path.write_text("\n".join(lines[:-1]) + "\n", encoding="utf-8")

    load(content)

    counted = {
        code: len(db.session.scalars(rubric.where(Curriculum.code == code)).all())
        for code in ("terroir", "terroir-2010")
    }
    assert counted["terroir"] == counted["terroir-2010"] + 1


def graded_by(criterion):
    from ecopter.assessment.models import Grade

    place = make_enrolment(make_cohort())
    grade = Grade(
        enrolment_id=place.id,
        lesson_id=criterion.lesson_id,
        mark=Decimal(15),
        graded_by_id=place.trainee_id,
        graded_at=NOW,
    )
    db.session.add(grade)
    db.session.flush()
    db.session.add(CriterionScore(grade_id=grade.id, criterion_id=criterion.id, level=3))
    db.session.flush()


def test_a_word_that_left_the_glossary_goes(content):
    load(content)
    text = (content / "glossary.toml").read_text(encoding="utf-8")
    (content / "glossary.toml").write_text(
        text + '\n[visitor]\nfr = "visiteur"\nen = "visitor"\nar = "زائر"\n', encoding="utf-8"
    )
    assert load(content).added == 1
    (content / "glossary.toml").write_text(text, encoding="utf-8")

    assert load(content).removed == 1


def test_a_module_that_left_the_course_stays_and_is_named(content):
    load(content)
    stray = db.session.scalars(select(Curriculum).where(Curriculum.code == "leadership")).one()
    db.session.add(
        Module(
            curriculum_id=stray.id,
            code="A9",
            position=9,
            titles={"fr": "Ancien module"},
            planned_half_days=1,
            competence_titles={},
            prerequisites=[],
        )
    )
    db.session.commit()

    report = load(content)

    assert report.left_over == ["A9"]
    assert report.written == 0
    assert count(Module, Module.code == "A9") == 1


def test_a_mistake_in_a_file_writes_nothing(content):
    edit(content, LESSON, "## Exercice", "## Exercise")

    with pytest.raises(CourseFileError) as refusal:
        load_course(content, now=NOW)

    assert "M2-L2.md" in str(refusal.value)
    assert count(Curriculum) == 0
    assert count(Site) == 0


def test_a_holiday_whose_date_is_announced_moves(content):
    load(content)
    computed = db.session.scalars(
        select(Holiday).where(~Holiday.is_confirmed).order_by(Holiday.id)
    ).first()
    day = computed.held_on

    edit(content, "holidays.toml", f"computed = [{day}", "computed = [2031-01-02")
    load(content)

    assert count(Holiday, Holiday.held_on == date(2031, 1, 2)) == 1
    assert count(Holiday, Holiday.held_on == day, Holiday.country == computed.country) == 0


def test_a_site_that_the_school_has_changed_stays_as_it_is(content):
    load(content)
    site = db.session.scalars(select(Site).where(Site.code == "SITE-TAL")).one()
    site.names = {"fr": "Taliouine, maison du safran"}
    site.zone = "Africa/El_Aaiun"
    site.closed_at = NOW
    room = db.session.scalars(select(Room).where(Room.site_id == site.id)).one()
    room.name, room.capacity = "Grande salle", 40
    db.session.commit()
    edit(content, "sites.toml", 'fr = "Taliouine"', 'fr = "Taliwin"')

    assert load(content).written == 0

    kept = db.session.scalars(select(Site).where(Site.code == "SITE-TAL")).one()
    assert kept.names == {"fr": "Taliouine, maison du safran"}
    assert (kept.zone, kept.closed_at) == ("Africa/El_Aaiun", NOW)
    [kept_room] = db.session.scalars(select(Room).where(Room.site_id == kept.id)).all()
    assert (kept_room.name, kept_room.capacity) == ("Grande salle", 40)


def test_a_site_that_the_school_has_opened_itself_is_no_business_of_the_files(content):
    load(content)
    db.session.add(
        Site(code="SITE-OUR", names={"fr": "Chez nous"}, country="FR", zone="Europe/Paris")
    )
    db.session.commit()

    assert load(content).written == 0
    assert count(Site, Site.code == "SITE-OUR") == 1


def test_a_corrected_product_changes_its_row_and_keeps_it(content):
    load(content)
    before = db.session.scalars(select(Product.id).order_by(Product.id)).all()
    edit(content, "catalogue.toml", 'fr = "Safran de Taliouine"', 'fr = "Safran de Taliwin"')

    report = load(content)

    assert (report.added, report.changed, report.removed) == (0, 1, 0)
    assert db.session.scalars(select(Product.id).order_by(Product.id)).all() == before
    assert count(Product, Product.search_text.contains("taliwin")) == 1


def test_a_product_that_left_the_catalogue_goes(content):
    load(content)
    path = content / "catalogue.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.rindex("[[product]]")], encoding="utf-8")

    report = load(content)

    assert (report.added, report.changed, report.removed) == (0, 0, 1)


def test_the_modules_of_a_product_are_those_that_name_its_family(content):
    load(content)

    taught = dict(db.session.execute(select(Product.code, Product.modules)).all())

    assert taught["safran-taliouine"] == ["M2"]
    assert taught["miel-corse"] == ["M5"]
    assert taught["rose-kelaat-mgouna-dades"] == ["M5"]
    assert taught["pomme-midelt"] == []
