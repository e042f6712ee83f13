"""Reading what is taught: in order, whole where it is read, light where it is listed."""

import pytest

from ecopter.curricula import queries
from ecopter.curricula.models import GlossaryTerm, Source
from ecopter.db import db
from ecopter.shared.errors import NotFound
from tests.factories.curricula import make_curriculum, make_lesson, make_module

pytestmark = pytest.mark.usefixtures("database")


def forget():
    db.session.commit()
    db.session.remove()


def test_an_outline_is_in_the_order_of_teaching():
    curriculum = make_curriculum(modules=0)
    second = make_module(curriculum, lessons=0, code="M6", position=2)
    make_lesson(second, code="M6-L2", position=2)
    make_lesson(second, code="M6-L1", position=1)
    make_module(curriculum, lessons=1, code="M7", position=1)
    forget()

    course = queries.outline(curriculum)

    assert [module.code for module in course] == ["M7", "M6"]
    assert [lesson.code for lesson in course[1].lessons] == ["M6-L1", "M6-L2"]


def test_an_outline_keeps_modules_without_lessons():
    curriculum = make_curriculum(modules=1, lessons=0)
    forget()

    (module,) = queries.outline(curriculum)

    assert module.lessons == []


@pytest.mark.parametrize(("modules", "lessons"), [(1, 1), (13, 5)])
def test_an_outline_costs_one_query(modules, lessons, count_queries):
    curriculum = make_curriculum(modules=modules, lessons=lessons)
    forget()

    with count_queries() as seen:
        course = queries.outline(curriculum)

    assert len(seen) == 1
    assert sum(len(module.lessons) for module in course) == modules * lessons


def test_an_outline_leaves_the_text_of_lessons_alone(count_queries):
    curriculum = make_curriculum()
    forget()
    with count_queries() as seen:
        (module,) = queries.outline(curriculum)

    assert module.lessons
    assert not any(column in seen.seen[0] for column in ("exercise", "facts", "objectives"))


def test_a_course_with_a_mark_is_read_once_until_the_mark_changes(count_queries):
    curriculum = make_curriculum(mark="a mark of this test")
    with count_queries() as seen:
        first = queries.outline(curriculum)
        again = queries.outline(curriculum)
    curriculum.mark = "another mark of this test"
    db.session.flush()
    with count_queries() as later:
        queries.outline(curriculum)

    assert again is first
    assert (len(seen), len(later)) == (1, 1)


def test_a_lesson_comes_whole_even_after_its_outline(count_queries):
    curriculum = make_curriculum()
    forget()
    light = queries.outline(curriculum)[0].lessons[0]

    with count_queries() as seen:
        lesson = queries.get_lesson(light.id)

    assert len(seen) == 1
    assert lesson.exercise
    assert lesson.module.curriculum.code == curriculum.code
    assert [criterion.position for criterion in lesson.criteria] == [1, 2, 3]


def test_sources_and_words_come_in_the_order_of_the_lesson(count_queries):
    for code in ("S14", "S23"):
        db.session.add(Source(code=code, place=f"fiche {code}", says="rendement"))
    for key in ("saffron", "label"):
        db.session.add(GlossaryTerm(key=key, fr=key, ar="زعفران", en=key, coexists=key == "label"))
    forget()

    with count_queries() as seen:
        aids = queries.reading_aids(["S23", "S14", "S23", "S99"], ["saffron", "label", "unknown"])

    assert len(seen) == 1
    assert [source.code for source in aids.references] == ["S23", "S14"]
    assert aids.references[0].says == "rendement"
    assert [(word.key, word.coexists) for word in aids.words] == [
        ("saffron", False),
        ("label", True),
    ]


def test_a_lesson_without_marks_has_no_aids():
    aids = queries.reading_aids([], [])

    assert (aids.references, aids.words) == ((), ())


@pytest.mark.parametrize("read", [queries.get_lesson, queries.get_curriculum])
def test_what_does_not_exist_is_not_found(read):
    with pytest.raises(NotFound):
        read(99)


def test_a_curriculum_is_found_by_its_code():
    curriculum = make_curriculum(code="terroir-2026")

    assert queries.find_curriculum("terroir-2026") is curriculum
    assert queries.find_curriculum("nowhere") is None
