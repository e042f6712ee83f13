from decimal import Decimal

import pytest
from sqlalchemy import update

from ecopter.assessment.models import Grade, QuizAttempt
from ecopter.assessment.queries.grading import get_publication
from ecopter.assessment.services.grading import publish
from ecopter.authorization.policy import Actor
from ecopter.db import db
from ecopter.gradebook.queries import QuizCell, competences, get_gradebook, get_marks
from ecopter.gradebook.rules import CompetenceOutcome
from ecopter.shared.errors import NotFound
from ecopter.shared.kept import Kept
from tests.clock import NOW
from tests.factories.assessment import enrolments_of, lessons_of, make_grade, make_submission
from tests.factories.cohorts import instructor_of, make_cohort
from tests.factories.curricula import make_curriculum
from tests.factories.gradebook import make_marked_cohort


@pytest.fixture
def school(database):
    """Three people, two modules of two lessons."""
    cohort = make_cohort(trainees=3, curriculum=make_curriculum(modules=2, lessons=2))
    return cohort, enrolments_of(cohort), lessons_of(cohort), instructor_of(cohort)


def fresh():
    db.session.commit()
    db.session.expunge_all()


def words(cohort):
    return {key: [line.outcome for line in lines] for key, lines in competences(cohort.id).items()}


def test_a_competence_is_the_worst_criterion_of_the_published_works(school):
    cohort, (first, second, third), lessons, teacher = school
    make_grade(first, lessons[0], (4, 4, 4), by=teacher)
    make_grade(first, lessons[1], (4, 2, 4), by=teacher)
    make_grade(first, lessons[2], (3, 3, 3), by=teacher)
    make_grade(second, lessons[0], (1, 4, 4), by=teacher)
    make_grade(second, lessons[2], (4, 4, 4), by=teacher, published=False)

    assert words(cohort) == {
        first.id: [CompetenceOutcome.IN_PROGRESS, CompetenceOutcome.ACQUIRED],
        second.id: [CompetenceOutcome.NOT_ACQUIRED, CompetenceOutcome.NOT_ASSESSED],
        third.id: [CompetenceOutcome.NOT_ASSESSED, CompetenceOutcome.NOT_ASSESSED],
    }


def test_the_latest_published_work_counts_and_an_excuse_leaves_the_computation(school):
    cohort, (first, second, _third), lessons, teacher = school
    make_grade(first, lessons[0], (1, 1, 1), by=teacher, is_current=False)
    make_grade(first, lessons[0], (3, 3, 3), by=teacher, attempt=2)
    make_grade(second, lessons[0], (1, 1, 1), by=teacher, is_current=False)
    make_grade(second, lessons[0], (), by=teacher)

    found = words(cohort)

    assert found[first.id][0] is CompetenceOutcome.ACQUIRED
    assert found[second.id][0] is CompetenceOutcome.NOT_ASSESSED


def test_a_better_second_try_counts_once_it_is_published(school):
    cohort, (first, *_), lessons, teacher = school
    make_grade(first, lessons[0], (1, 3, 3), by=teacher, is_current=False)
    make_grade(first, lessons[0], (3, 3, 3), by=teacher, attempt=2, published=False)
    assert words(cohort)[first.id][0] is CompetenceOutcome.NOT_ACQUIRED

    fresh()
    publish(get_publication(cohort.id, lessons[0].id), actor=Actor(teacher.id), now=NOW)

    assert words(cohort)[first.id][0] is CompetenceOutcome.ACQUIRED


def test_a_trainee_s_marks_hold_nothing_unpublished(school):
    _cohort, (first, *_), lessons, teacher = school
    make_grade(first, lessons[0], (2, 2, 2), by=teacher, is_current=False)
    make_grade(first, lessons[0], (4, 4, 4), by=teacher, published=False)
    make_submission(first, lessons[1])
    make_grade(first, lessons[1], (1, 1, 1), by=teacher, published=False)
    fresh()

    marks = get_marks(first.id).modules[0]

    assert [row.level for row in marks.lessons[0].levels] == [2, 2, 2]
    assert marks.lessons[1].grade is None
    assert marks.lessons[1].is_waiting
    assert marks.outcome is CompetenceOutcome.IN_PROGRESS


def test_the_gradebook_and_the_competences_say_the_same(school):
    """They read the levels apart: changed grades, excused works and hidden ones count alike."""
    cohort, (first, second, third), lessons, teacher = school
    make_grade(first, lessons[0], (1, 3, 3), by=teacher, is_current=False)
    make_grade(first, lessons[0], (2, 3, 3), by=teacher, is_current=False)
    make_grade(first, lessons[0], (4, 4, 4), by=teacher, published=False)
    make_grade(first, lessons[1], (3, 3, 3), by=teacher)
    make_grade(second, lessons[0], (1, 1, 1), by=teacher, is_current=False)
    make_grade(second, lessons[0], (3, 4, 4), by=teacher)
    make_grade(second, lessons[2], (1, 1, 1), by=teacher, is_current=False)
    make_grade(second, lessons[2], (), by=teacher)
    make_grade(third, lessons[3], (4, 1, 4), by=teacher, published=False)
    fresh()
    said = words(cohort)

    for size in (50, None):
        lines = get_gradebook(cohort.id, module_id=None, number=1, size=size).page.items
        assert {line.enrolment_id: list(line.outcomes.values()) for line in lines} == said
    assert said[first.id][0] is CompetenceOutcome.IN_PROGRESS
    assert said[second.id] == [CompetenceOutcome.ACQUIRED, CompetenceOutcome.NOT_ASSESSED]


def test_a_module_narrows_the_gradebook_and_one_of_another_course_is_not_found(school):
    cohort, _people, lessons, _teacher = school
    elsewhere = lessons_of(make_cohort())[0].module_id
    fresh()

    book = get_gradebook(cohort.id, module_id=lessons[2].module_id, number=1)

    assert [lesson.id for module in book.modules for lesson in module.lessons] == [
        lessons[2].id,
        lessons[3].id,
    ]
    assert len(book.all_modules) == 2
    with pytest.raises(NotFound):
        get_gradebook(cohort.id, module_id=elsewhere, number=1)


def test_the_gradebook_is_paged_by_fifty(database):
    cohort, _teacher = make_marked_cohort(60, modules=1, lessons=1)
    fresh()

    first = get_gradebook(cohort.id, module_id=None, number=1)
    second = get_gradebook(cohort.id, module_id=None, number=2)
    whole = get_gradebook(cohort.id, module_id=None, number=1, size=None)

    assert (len(first.page.items), len(second.page.items), first.page.total) == (50, 10, 60)
    assert (len(whole.page.items), whole.page.count) == (60, 1)


def test_pages_cost_the_same_for_sixteen_and_for_five_hundred(database, count_queries):
    costs = []
    for trainees in (16, 500):
        cohort, _teacher = make_marked_cohort(trainees)
        person = enrolments_of(cohort)[0].id
        fresh()
        with count_queries() as book:
            get_gradebook(cohort.id, module_id=None, number=1)
        fresh()
        with count_queries() as marks:
            get_marks(person)
        fresh()
        with count_queries() as words_of_all:
            competences(cohort.id)
        costs.append((len(book), len(marks), len(words_of_all)))

    assert costs == [(6, 8, 3)] * 2


def test_every_mark_is_read_as_it_was_given(database):
    cohort, _teacher = make_marked_cohort(201, modules=1, lessons=1)
    marks = {place.id: number for number, place in enumerate(enrolments_of(cohort))}
    for enrolment_id, number in marks.items():
        given = update(Grade).where(Grade.enrolment_id == enrolment_id)
        db.session.execute(given.values(mark=Decimal(number) / 10))
    fresh()

    lines = get_gradebook(cohort.id, module_id=None, number=1, size=None).page.items

    read = {line.enrolment_id: cell.mark for line in lines for cell in line.cells.values()}
    assert {key: str(mark) for key, mark in read.items()} == {
        key: str(number / 10) for key, number in marks.items()
    }


def test_the_best_of_several_attempts_counts_passed_first_then_the_share_of_right(school):
    cohort, (first, second, _third), lessons, _teacher = school
    attempts = [
        *((first, lessons[0], *one) for one in [(5, 10, False), (2, 3, True), (9, 10, False)]),
        *((first, lessons[0], *one) for one in [(3, 5, True), (1, 2, True)]),
        (first, lessons[3], 0, 0, True),
        *((second, lessons[0], *one) for one in [(1, 3, False), (101, 200, False)]),
    ]
    for number, (place, lesson, right, counted, passed) in enumerate(attempts, start=1):
        db.session.add(
            QuizAttempt(
                enrolment_id=place.id,
                lesson_id=lesson.id,
                number=number,
                key=str(number),
                submitted_at=NOW,
                right_count=right,
                counted=counted,
                passed=passed,
            )
        )
    fresh()

    for size in (50, None):
        lines = get_gradebook(cohort.id, module_id=None, number=1, size=size).page.items
        assert {line.enrolment_id: line.quizzes for line in lines if line.quizzes} == {
            first.id: {lessons[0].id: QuizCell(2, 3, True), lessons[3].id: QuizCell(0, 0, True)},
            second.id: {lessons[0].id: QuizCell(101, 200, False)},
        }


def test_a_page_knows_which_hand_in_was_graded(school):
    cohort, (first, second, _third), lessons, teacher = school
    handed_in = [make_submission(first, lesson) for lesson in lessons[:2]]
    make_grade(first, lessons[1], by=teacher, submission_id=handed_in[1].id)
    make_grade(first, lessons[2], by=teacher)
    make_grade(second, lessons[0], by=teacher)
    fresh()

    lines = get_gradebook(cohort.id, module_id=None, number=1).page.items

    found = {line.enrolment_id: (line.submissions, line.waiting) for line in lines}
    assert found[first.id] == (
        {lessons[1].id: handed_in[1].id, lessons[2].id: 0},
        {lessons[0].id: handed_in[0].id},
    )
    assert found[second.id] == ({lessons[0].id: 0}, {})


def test_levels_and_hidden_grades_are_found_by_index_alone(school, count_queries):
    """500 people have some 100,000 levels: SQLite says of each statement how it would look."""
    cohort, *_rest = school
    fresh()
    with count_queries() as statements:
        get_gradebook(cohort.id, module_id=None, number=1, size=None)

    if db.engine.dialect.name != "sqlite":
        pytest.skip("SQLite's own words")
    plans = ""
    for statement in statements.seen:
        asked = db.session.connection().exec_driver_sql(
            f"EXPLAIN QUERY PLAN {statement}", (0,) * statement.count("?")
        )
        plans += "\n".join(str(row[-1]) for row in asked) + "\n"

    assert "USING COVERING INDEX ix_criterion_scores_grade_id_level" in plans
    assert "USING INDEX ix_grades_unpublished" in plans
    assert "SCAN grades" not in plans


def test_what_is_kept_is_made_once_and_never_too_much():
    made = []
    kept = Kept(lambda key: made.append(key) or key.upper(), most=2)

    assert [kept[key] for key in ("a", "a", "b", "c", "a")] == ["A", "A", "B", "C", "A"]
    assert made == ["a", "b", "c", "a"]
    assert set(kept) == {"c", "a"}
