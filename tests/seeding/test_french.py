"""The course is printed with the spaces and apostrophes of French, however it was typed."""

import re

import pytest

from ecopter.platform.paths import PACKAGE
from ecopter.seeding.rules.french import typeset
from ecopter.seeding.rules.lesson_files import parse_fact
from ecopter.seeding.services.course import ContentFiles, read_content

# What must not reach a reader: a plain space before or inside a sign, a keyboard's apostrophe.
TYPED = re.compile(r" [;:!?%»](?=\s|$)|« |\w'\w")
PRINTED = [
    ("Quel signe ?", "Quel signe\u202f?"),
    ("un ; deux ! 5 %", "un\u202f; deux\u202f! 5\u202f%"),
    ("Projet final : dossier", "Projet final\u00a0: dossier"),
    ("la règle « 60 kg » suffit", "la règle «\u00a060 kg\u00a0» suffit"),
    ("l'eau d'été", "l’eau d’été"),
    ("à 8:30, https://exemple.invalid", "à 8:30, https://exemple.invalid"),
    ("('sucré') 90' et 5'", "('sucré') 90' et 5'"),
    ("- [ ] Une réponse", "- [ ] Une réponse"),
    ("| Critère | 1 |", "| Critère | 1 |"),
    ("", ""),
]


@pytest.mark.parametrize(("typed", "printed"), PRINTED)
def test_typed_french_is_printed_with_its_no_break_spaces(typed, printed):
    assert typeset(typed) == printed


@pytest.mark.parametrize("typed", [typed for typed, _printed in PRINTED])
def test_printing_twice_is_printing_once(typed):
    assert typeset(typeset(typed)) == typeset(typed)


def test_marks_are_still_found_beside_printed_signs():
    fact = parse_fact(typeset("Prix : 65 DH ; selon [S2] [S27] [à vérifier : l'année ; le lieu]"))

    assert fact.sources == ("S2", "S27")
    assert fact.to_check
    assert fact.check_note == "l’année\u202f; le lieu"


def french_texts(files: ContentFiles):
    """Every French sentence of the course, as it goes into the database."""
    for course in files.courses:
        yield from (course.titles["fr"], course.audience["fr"], *course.objectives["fr"])
        for module in course.modules:
            yield module.titles["fr"]
            yield from ([module.competence.titles["fr"]] if module.competence else [])
            for lesson in module.lessons:
                yield from lesson_texts(lesson)
    for source in files.sources:
        yield from (source.where, source.says)
    for product in files.products:
        yield from (product.names["fr"], product.sign_note, product.area)
    for term in files.terms:
        yield term.names["fr"]


def lesson_texts(lesson):
    yield from (lesson.titles["fr"], lesson.duration_note, lesson.quiz_note, lesson.exercise)
    yield from lesson.objectives
    for fact in lesson.facts:
        yield from (fact.text, fact.check_note)
    for question in lesson.questions:
        yield from (question.text, question.explanation, *(one.text for one in question.options))
    for criterion in lesson.rubric:
        yield from (criterion.name, *criterion.levels)


def test_no_sentence_of_the_shipped_course_keeps_a_typed_space():
    texts = list(french_texts(read_content(PACKAGE / "content")))

    assert len(texts) > 2000
    assert [text for text in texts if TYPED.search(text)] == []


@pytest.mark.parametrize("text", ["Pourquoi ?", "« Oui »", "l'eau", "5 %"])
def test_the_reading_of_the_course_notices_a_typed_sign(text):
    assert TYPED.search(text)
