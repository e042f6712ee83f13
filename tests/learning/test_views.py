"""The pages of the course, as trainees and staff meet them, in French and in Arabic."""

import gzip

import pytest
from sqlalchemy import func, select

from ecopter.curricula.models import GlossaryTerm, Lesson, Module, Source
from ecopter.db import db
from ecopter.learning.models import LessonCompletion, PrerequisiteWaiver
from tests.clock import TODAY
from tests.factories.cohorts import instructor_of, make_cohort, make_enrolment
from tests.factories.curricula import make_curriculum, make_lesson, make_module, titles
from tests.factories.learning import (
    make_completion,
    make_half_day,
    make_hand_in,
    make_passed_quiz,
    make_waiver,
)
from tests.factories.people import make_administrator, make_head_of_studies, make_user


class Course:
    """A trainee in a course of two modules, the second of which waits for the first."""

    def __init__(self):
        curriculum = make_curriculum(modules=0)
        self.quality = make_module(
            curriculum,
            lessons=0,
            code="M6",
            position=1,
            titles=titles("Qualité et hygiène", "الجودة والنظافة", "Quality"),
        )
        self.first = make_lesson(self.quality, code="M6-L1", titles=titles("Dangers", "الأخطار"))
        self.second = make_lesson(
            self.quality, code="M6-L2", position=2, titles=titles("HACCP", "هاسب")
        )
        self.packing = make_module(
            curriculum,
            lessons=0,
            code="M8",
            position=2,
            prerequisites=["M6"],
            titles=titles("Conditionnement", "التعليب", "Packing"),
        )
        self.third = make_lesson(self.packing, code="M8-L1", titles=titles("Emballage", "التغليف"))
        self.cohort = make_cohort(curriculum=curriculum)
        self.trainee = make_user(given_name_lat="Amina", family_name_lat="Aït Baha")
        self.enrolment = make_enrolment(self.cohort, self.trainee)
        # Ids are kept apart: each request empties the session.
        self.at = {"enrolment_id": self.enrolment.id}
        self.first_at = self.at | {"lesson_id": self.first.id}
        self.third_at = self.at | {"lesson_id": self.third.id}
        self.packing_at = self.at | {"module_id": self.packing.id}


@pytest.fixture
def course(database):
    return Course()


def text(response):
    return " ".join(response.get_data(as_text=True).split())


def count(table):
    return db.session.scalar(select(func.count()).select_from(table))


def test_a_trainee_goes_on_where_they_stopped(browser, course):
    make_completion(course.enrolment, course.first)

    page = browser.as_(course.trainee).get("learning.path.show", **course.at)

    assert page.status_code == 200
    address = f"/path/{course.enrolment.id}/lessons/{course.second.id}"
    assert f'<a class="button button--primary" href="{address}">' in page.get_data(as_text=True)


@pytest.mark.parametrize(
    ("language", "module", "lesson"),
    [("fr", "Qualité et hygiène", "Dangers"), ("ar", "الجودة والنظافة", "الأخطار")],
)
def test_every_page_of_the_path_is_in_the_readers_language(
    browser, course, language, module, lesson
):
    reader = browser.as_(course.trainee).in_(language)

    for endpoint, where in (
        ("learning.path.show", course.at),
        ("learning.module.show", course.at | {"module_id": course.quality.id}),
        ("learning.lesson.show", course.first_at),
    ):
        page = reader.get(endpoint, **where)
        assert page.status_code == 200
        assert module in text(page)
        assert lesson in text(page)


def test_a_module_that_waits_says_what_comes_first(browser, course):
    page = browser.as_(course.trainee).get("learning.path.show", **course.at)

    assert f'href="/path/{course.enrolment.id}/modules/{course.packing.id}"' not in text(page)
    assert f"/lessons/{course.second.id}" in text(page)


def test_a_module_taught_today_is_a_plain_link(browser, course):
    make_half_day(course.cohort, course.packing)

    page = browser.as_(course.trainee).get("learning.path.show", **course.at)

    assert f'href="/path/{course.enrolment.id}/modules/{course.packing.id}"' in text(page)


def test_lesson_text_is_marked_as_french_and_says_so_to_arabic_readers(browser, course):
    reader = browser.as_(course.trainee)

    french = text(reader.in_("fr").get("learning.lesson.show", **course.first_at))
    arabic = text(reader.in_("ar").get("learning.lesson.show", **course.first_at))

    note = "icon--globe"
    assert '<div lang="fr" dir="ltr" class="prose">' in french
    assert '<div lang="fr" dir="ltr" class="prose">' in arabic
    main = arabic.partition("<main")[2]
    assert note in main
    assert note not in french.partition("<main")[2]


def test_a_lesson_shows_where_its_facts_come_from(browser, course):
    course.first.facts = [
        {"text": "5 kg donnent 1 kg sec.", "sources": ["S14"], "to_check": False, "check_note": ""},
        {"text": "Année à confirmer.", "sources": [], "to_check": True, "check_note": "l'année"},
    ]
    db.session.add(Source(code="S14", place="Fiche FAO du safran", says="rendement"))

    page = text(browser.as_(course.trainee).get("learning.lesson.show", **course.first_at))

    assert 'href="#source-S14"' in page
    assert 'id="source-S14"' in page
    assert "Fiche FAO du safran" in page
    assert "l&#39;année" in page


def test_key_words_come_in_both_languages_and_in_english_for_english_readers(browser, course):
    course.first.terms = ["saffron"]
    db.session.add(
        GlossaryTerm(key="saffron", fr="safran", ar="زعفران", en="saffron", coexists=True)
    )
    reader = browser.as_(course.trainee)

    french = text(reader.in_("fr").get("learning.lesson.show", **course.first_at))
    english = text(reader.in_("en").get("learning.lesson.show", **course.first_at))

    assert '<bdi lang="ar" dir="rtl">زعفران</bdi>' in french
    assert ">saffron</td>" not in french
    assert ">saffron</td>" in english


def test_the_rubric_stands_under_the_exercise(browser, course):
    page = text(browser.as_(course.trainee).get("learning.lesson.show", **course.first_at))

    assert "<li>hésitant</li>" in page


def test_a_lesson_shows_the_state_of_its_quiz_and_exercise(browser, course):
    make_passed_quiz(course.enrolment, course.first)
    make_hand_in(course.enrolment, course.first)

    page = text(browser.as_(course.trainee).get("learning.lesson.show", **course.first_at))

    assert f"/lessons/{course.first.id}/quiz" in page
    assert f"/lessons/{course.first.id}/exercise" in page
    assert page.count("tone--done") == 1
    assert page.count("tone--info") == 1


def test_a_trainee_says_a_lesson_done_twice_and_takes_it_back(browser, course):
    reader = browser.as_(course.trainee)

    for _ in range(2):
        answer = reader.post("learning.completion.create", **course.first_at)
        assert answer.status_code == 303
        assert answer.location == f"/path/{course.enrolment.id}/lessons/{course.first.id}"
    assert count(LessonCompletion) == 1

    assert reader.post("learning.completion.delete", **course.first_at).status_code == 303
    assert count(LessonCompletion) == 0


def test_a_lesson_that_waits_has_no_button_and_cannot_be_done(browser, course):
    reader = browser.as_(course.trainee)

    page = reader.get("learning.lesson.show", **course.third_at)
    answer = reader.post("learning.completion.create", **course.third_at)

    assert f"/lessons/{course.third.id}/completion" not in text(page)
    assert answer.status_code == 409
    assert "M6" in text(answer)
    assert count(LessonCompletion) == 0


def test_an_instructor_opens_a_module_for_one_trainee(browser, course):
    teacher = browser.as_(instructor_of(course.cohort))

    answer = teacher.post(
        "learning.waiver.create", {"reason": "Dix ans au moulin"}, **course.packing_at
    )

    assert answer.status_code == 303
    assert db.session.scalars(select(PrerequisiteWaiver.reason)).all() == ["Dix ans au moulin"]
    page = browser.as_(course.trainee).get("learning.module.show", **course.packing_at)
    assert "Dix ans au moulin" in text(page)


@pytest.mark.parametrize("reason", ["", "   ", "x" * 201])
def test_a_waiver_needs_a_reason_of_a_readable_length(browser, course, reason):
    teacher = browser.as_(instructor_of(course.cohort))

    answer = teacher.post("learning.waiver.create", {"reason": reason}, **course.packing_at)

    assert answer.status_code == 422
    assert "field--invalid" in text(answer)
    assert count(PrerequisiteWaiver) == 0


def test_opening_an_open_module_is_refused(browser, course):
    make_waiver(course.enrolment, course.packing)
    where = course.at | {"module_id": course.quality.id}

    answer = browser.as_(instructor_of(course.cohort)).post(
        "learning.waiver.create", {"reason": "Pour voir"}, **where
    )

    assert answer.status_code == 409


def test_who_follows_one_course_goes_straight_to_it(browser, course):
    answer = browser.as_(course.trainee).get("learning.path.index")

    assert answer.status_code == 303
    assert answer.location == f"/path/{course.enrolment.id}"


def test_who_follows_several_courses_chooses(browser, course):
    other = make_enrolment(make_cohort(), course.trainee)

    page = browser.as_(course.trainee).get("learning.path.index")

    assert page.status_code == 200
    assert f'href="/path/{course.enrolment.id}"' in text(page)
    assert f'href="/path/{other.id}"' in text(page)


READ = (
    ("learning.path.show", "at"),
    ("learning.module.show", "packing_at"),
    ("learning.lesson.show", "first_at"),
)


@pytest.mark.parametrize(("endpoint", "where"), READ)
def test_staff_of_the_cohort_and_the_trainee_read_a_path(browser, course, endpoint, where):
    readers = [
        course.trainee,
        instructor_of(course.cohort),
        make_head_of_studies(),
        make_administrator(),
    ]

    answers = [browser.as_(who).get(endpoint, **getattr(course, where)) for who in readers]

    assert [answer.status_code for answer in answers] == [200] * 4


@pytest.mark.parametrize(("endpoint", "where"), READ)
def test_nobody_else_learns_that_a_path_exists(browser, course, endpoint, where):
    neighbour = make_enrolment(course.cohort).trainee_id
    strangers = [
        db.session.get(type(course.trainee), neighbour),
        instructor_of(make_cohort()),
        make_user(),
    ]

    answers = [browser.as_(who).get(endpoint, **getattr(course, where)) for who in strangers]

    assert [answer.status_code for answer in answers] == [404] * 3


def test_only_the_trainee_says_a_lesson_done(browser, course):
    teacher = browser.as_(instructor_of(course.cohort))
    neighbour = make_user()
    make_enrolment(course.cohort, neighbour)

    assert teacher.post("learning.completion.create", **course.first_at).status_code == 403
    answer = browser.as_(neighbour).post("learning.completion.create", **course.first_at)
    assert answer.status_code == 404
    assert count(LessonCompletion) == 0


def test_a_trainee_opens_no_module_for_themself(browser, course):
    answer = browser.as_(course.trainee).post(
        "learning.waiver.create", {"reason": "Moi"}, **course.packing_at
    )

    assert answer.status_code == 403
    assert count(PrerequisiteWaiver) == 0


def test_who_has_left_still_reads_and_says_nothing_done(browser, course):
    left = make_user()
    place = make_enrolment(course.cohort, left, ((course.cohort.starts_on, TODAY.replace(day=1)),))
    where = {"enrolment_id": place.id, "lesson_id": course.first.id}
    reader = browser.as_(left)

    page = reader.get("learning.lesson.show", **where)

    assert page.status_code == 200
    assert "/completion" not in text(page)
    assert reader.post("learning.completion.create", **where).status_code == 403


def test_a_lesson_of_another_course_is_not_found(browser, course):
    other = make_lesson(make_module(make_curriculum(modules=0), lessons=0))
    where = course.at | {"lesson_id": other.id}
    reader = browser.as_(course.trainee)

    assert reader.get("learning.lesson.show", **where).status_code == 404
    assert reader.post("learning.completion.create", **where).status_code == 404


def test_staff_preview_a_lesson_without_progress(browser, course):
    for who in (instructor_of(course.cohort), make_head_of_studies(), make_administrator()):
        page = browser.as_(who).get("learning.preview.show", lesson_id=course.first.id)

        assert page.status_code == 200
        assert "/completion" not in text(page)
        assert "<li>hésitant</li>" in text(page)


def test_staff_of_another_course_find_no_preview(browser, course):
    stranger = browser.as_(instructor_of(make_cohort()))

    assert stranger.get("learning.preview.show", lesson_id=course.first.id).status_code == 404
    where = {"curriculum_id": course.quality.curriculum_id}
    assert stranger.get("learning.curriculum.show", **where).status_code == 404


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_a_curriculum_lists_modules_and_lessons(browser, course, language):
    reader = browser.as_(instructor_of(course.cohort)).in_(language)

    page = reader.get("learning.curriculum.show", curriculum_id=course.quality.curriculum_id)

    assert page.status_code == 200
    for lesson in (course.first, course.second, course.third):
        assert f'href="/lessons/{lesson.id}"' in text(page)


def test_every_lesson_quiz_and_exercise_linked_is_there(browser, course):
    make_completion(course.enrolment, course.first)
    reader = browser.as_(course.trainee)
    wanted = (f"/path/{course.enrolment.id}/lessons/", f"/path/{course.enrolment.id}/modules/")
    links = set()
    for endpoint, where in (
        ("learning.path.show", course.at),
        ("learning.module.show", course.at | {"module_id": course.quality.id}),
        ("learning.lesson.show", course.first_at),
    ):
        reader.get(endpoint, **where)
        links |= {link for link in reader.page.links if link.startswith(wanted)}

    answers = {link: reader.client.get(link).status_code for link in sorted(links)}

    assert {link.rpartition("/")[2] for link in links} >= {"quiz", "exercise"}
    assert set(answers.values()) == {200}, answers


def test_a_long_course_stays_light_and_costs_a_fixed_number_of_queries(browser, count_queries):
    costs = []
    for modules, lessons in ((1, 1), (13, 5)):
        cohort = make_cohort(curriculum=make_curriculum(modules=modules, lessons=lessons))
        trainee = make_user()
        place = make_enrolment(cohort, trainee)
        found = db.session.scalars(
            select(Module).where(Module.curriculum_id == cohort.curriculum_id)
        )
        for module in found.all():
            make_half_day(cohort, module, days=-module.position)
        lesson = db.session.scalars(
            select(Lesson.id)
            .join(Lesson.module)
            .where(Module.curriculum_id == cohort.curriculum_id)
        ).first()
        reader = browser.as_(trainee)
        where = {"enrolment_id": place.id}
        with count_queries() as path:
            page = reader.get("learning.path.show", **where)
        with count_queries() as read:
            reader.get("learning.lesson.show", **where, lesson_id=lesson)
        costs.append((len(path), len(read)))
        assert len(gzip.compress(page.data, 4)) <= 12_000

    # Two of them are the door's.
    assert costs == [(6, 6)] * 2
