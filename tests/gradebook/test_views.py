import pytest

from ecopter.db import db
from ecopter.people.models import User
from tests.factories.assessment import lessons_of, make_grade, make_submission
from tests.factories.cohorts import instructor_of, make_cohort, make_enrolment
from tests.factories.curricula import make_curriculum
from tests.factories.gradebook import make_marked_cohort
from tests.factories.people import make_administrator, make_user


class Class:
    def __init__(self):
        self.cohort = make_cohort(curriculum=make_curriculum(lessons=2))
        self.lessons = lessons_of(self.cohort)
        self.trainee = make_user(family_name_lat="<b>Zahra")
        self.enrolment = make_enrolment(self.cohort, self.trainee)
        self.instructor = instructor_of(self.cohort)


@pytest.fixture
def cohort_class(database):
    return Class()


def test_the_gradebook_shows_marks_states_and_ways_on(browser, cohort_class):
    here, there = cohort_class.lessons
    submission = make_submission(cohort_class.enrolment, here)
    make_grade(
        cohort_class.enrolment,
        here,
        (3, 3, 4),
        by=cohort_class.instructor,
        submission_id=submission.id,
        published=False,
    )
    waiting = make_submission(cohort_class.enrolment, there)
    addresses = [f"/submissions/{one.id}/grade" for one in (submission, waiting)]
    reader = browser.as_(cohort_class.instructor)

    reader.get("gradebook.cohort.show", cohort_id=cohort_class.cohort.id)

    assert "16,7" in reader.page.html
    assert all(address in reader.page.html for address in addresses)
    assert "&lt;b&gt;Zahra" in reader.page.html
    assert "<b>Zahra" not in reader.page.html
    assert f"/lessons/{here.id}/publication" in reader.page.html


def test_a_grade_by_observation_leads_to_its_change(browser, cohort_class):
    make_grade(cohort_class.enrolment, cohort_class.lessons[0], by=cohort_class.instructor)
    reader = browser.as_(cohort_class.instructor)

    reader.get("gradebook.cohort.show", cohort_id=cohort_class.cohort.id)

    assert f"observation?change={cohort_class.enrolment.id}" in reader.page.html


def test_an_administrator_reads_without_links_that_would_refuse(browser, cohort_class):
    make_grade(cohort_class.enrolment, cohort_class.lessons[0], by=cohort_class.instructor)
    reader = browser.as_(make_administrator())

    answer = reader.get("gradebook.cohort.show", cohort_id=cohort_class.cohort.id)

    assert answer.status_code == 200
    assert "observation" not in reader.page.html


def test_who_sees_the_gradebook(browser, cohort_class):
    def code(user):
        page = browser.as_(user).get("gradebook.cohort.show", cohort_id=cohort_class.cohort.id)
        return page.status_code

    assert code(cohort_class.instructor) == 200
    assert code(instructor_of(make_cohort())) == 404
    assert code(cohort_class.trainee) == 404


def test_a_trainee_sees_only_what_is_published_and_how_it_was_worked_out(browser, cohort_class):
    here, there = cohort_class.lessons
    teacher = cohort_class.instructor
    make_grade(cohort_class.enrolment, here, (3, 3, 4), by=teacher, comment="Très juste")
    make_grade(
        cohort_class.enrolment, there, (1, 1, 1), by=teacher, published=False, comment="Secret"
    )
    reader = browser.as_(cohort_class.trainee)

    reader.get("gradebook.marks.show", enrolment_id=cohort_class.enrolment.id)

    words = " ".join(" ".join(reader.page.text).split())
    assert "Très juste" in words
    assert "3 + 3 + 4 = 3,33" in words
    assert "16,7" in words
    assert "Secret" not in words
    assert "5,0" not in words


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_marks_are_there_in_every_language(browser, cohort_class, language):
    teacher = cohort_class.instructor
    make_grade(cohort_class.enrolment, cohort_class.lessons[0], (), by=teacher)
    make_submission(cohort_class.enrolment, cohort_class.lessons[1], files=1)
    reader = browser.as_(cohort_class.trainee).in_(language)

    assert (
        reader.get("gradebook.marks.show", enrolment_id=cohort_class.enrolment.id).status_code
        == 200
    )


def test_nobody_else_s_marks(browser, cohort_class):
    other = make_user()
    make_enrolment(cohort_class.cohort, other)

    def code(user):
        address = {"enrolment_id": cohort_class.enrolment.id}
        return browser.as_(user).get("gradebook.marks.show", **address).status_code

    assert (code(other), code(instructor_of(make_cohort()))) == (404, 404)
    assert (code(cohort_class.instructor), code(make_administrator())) == (200, 200)


def test_a_page_of_the_gradebook_costs_the_same_for_sixteen_and_for_five_hundred(
    browser, count_queries
):
    costs = []
    for trainees in (16, 500):
        cohort, teacher = make_marked_cohort(trainees)
        reader = browser.as_(db.session.get_one(User, teacher.id))
        with count_queries() as seen:
            reader.get("gradebook.cohort.show", cohort_id=cohort.id)
        costs.append(len(seen))

    # Two of them are the door's: the session, and what the person is to the school.
    assert costs == [8, 8]


def test_everyone_on_one_page_stays_light(browser):
    cohort, teacher = make_marked_cohort(100, modules=7, lessons=4)
    reader = browser.as_(db.session.get_one(User, teacher.id))

    page = reader.get("gradebook.cohort.show", cohort_id=cohort.id, everyone=1)

    assert len(page.data) <= 100 * 28 * 2 * 14 + 20_000
    assert page.get_data(as_text=True).count("<td>") == 100 * (28 * 2 + 7)


def test_next_after_publication_stays_in_the_house(browser, cohort_class):
    lesson = cohort_class.lessons[0]
    make_grade(cohort_class.enrolment, lesson, by=cohort_class.instructor, published=False)
    address = {"cohort_id": cohort_class.cohort.id, "lesson_id": lesson.id}
    publisher = browser.as_(cohort_class.instructor)

    away = publisher.post("assessment.publication.create", {"next": "//evil.example"}, **address)

    assert away.location.endswith("/observation")


def test_marks_can_be_taken_away_as_a_spreadsheet_reads_them(browser, cohort_class):
    here, there = cohort_class.lessons
    make_grade(cohort_class.enrolment, here, (3, 3, 4), by=cohort_class.instructor)
    make_grade(
        cohort_class.enrolment, there, (3, 3, 4), by=cohort_class.instructor, published=False
    )

    answer = browser.as_(cohort_class.instructor).get(
        "gradebook.cohort.show", cohort_id=cohort_class.cohort.id, format="csv"
    )

    heading, line = answer.get_data(as_text=True).removeprefix("\ufeff").splitlines()
    assert answer.mimetype == "text/csv"
    assert f";{here.code};" in heading
    assert ";16,7;" in line
    assert ";16,7 *;" in line, "not published yet"
