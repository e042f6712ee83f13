"""The content files say what the school teaches, and a mistake in one is named where it stands."""

import datetime as dt
import re
import shutil
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest

import ecopter
from ecopter.seeding.rules.course_files import read_course
from ecopter.seeding.rules.errors import CourseFileError
from ecopter.seeding.rules.lesson_files import FactFile, parse_fact, parse_lesson
from ecopter.seeding.rules.quiz_sections import OptionFile, QuestionKind
from ecopter.seeding.rules.reference_files import (
    read_catalogue,
    read_glossary,
    read_holidays,
    read_positioning,
    read_products,
    read_sites,
    read_sources,
)

CONTENT = Path(ecopter.__file__).parent / "content"
COURSES = CONTENT / "curricula"

LESSON = """\
+++
code = "M2-L1"
half_days = 0.5
terms = ["saffron", "calendar"]

[title]
fr = "La plante"
ar = "النبتة"
en = "The plant"
+++

## Objectifs

- décrire la plante
- lire une parcelle, même
  en pente

## Faits clés

- Trois stigmates rouges [S13].

## Quiz

### Q1 · unique
Quelle partie devient épice ?

- [x] Les stigmates
- [ ] Les pétales

> rouges

### Q2 · multiple
Que noter ?

- [x] La date
- [x] Le poids
- [ ] Le ciel

### Q3 · nombre · à vérifier
Combien de kilos secs ?

= 1,5 ± 0,1

## Exercice

Dessiner le calendrier de la parcelle.

## Grille

| Critère | 1 | 2 | 3 | 4 |
|---|---|---|---|---|
| Cycle | faux | incomplet | juste | juste avec l'eau |
"""


@pytest.fixture(scope="module")
def terroir():
    return read_course(COURSES / "terroir")


@pytest.fixture(scope="module")
def leadership():
    return read_course(COURSES / "leadership")


@pytest.fixture(scope="module")
def lessons(terroir, leadership):
    return [
        lesson
        for course in (terroir, leadership)
        for module in course.modules
        for lesson in module.lessons
    ]


@pytest.fixture
def courses(tmp_path):
    return Path(shutil.copytree(COURSES, tmp_path / "curricula"))


def taught(course):
    return " ".join(f"{module.code}:{module.half_days}" for module in course.modules)


class Mistake(NamedTuple):
    """What is changed in a file, the line the refusal points to, and what it says."""

    old: str
    new: str
    at: str | None
    problem: str

    def made_in(self, text):
        assert self.old in text
        return text.replace(self.old, self.new, 1)

    def made_at(self, path):
        path.write_text(self.made_in(path.read_text(encoding="utf-8")), encoding="utf-8")

    def is_named_by(self, refusal, text):
        lines = text.splitlines()
        at = None if refusal.line is None else lines[refusal.line - 1]
        assert at == self.at
        assert self.problem in refusal.problem


def test_the_young_peoples_course_has_84_half_days_and_294_hours(terroir):
    assert taught(terroir) == (
        "ACC:1 M1:6 M7:6 M6:8 M8:7 M2:8 M3:6 M10:9 M4:6 M9:9 M5:8 PF:8 BIL:2"
    )
    assert terroir.planned_half_days == sum(m.half_days for m in terroir.modules) == 84
    assert terroir.planned_minutes == 294 * 60


def test_the_leaders_course_has_6_half_days_and_21_hours(leadership):
    assert taught(leadership) == "A1:2 A2:2 A3:2"
    assert leadership.planned_half_days == sum(m.half_days for m in leadership.modules) == 6
    assert leadership.planned_minutes == 21 * 60


def test_the_course_of_2010_teaches_the_same_lessons_in_70_half_days(terroir):
    course = read_course(COURSES / "terroir-2010")

    assert taught(course) == ("ACC:1 M1:5 M7:4 M6:5 M8:5 M3:5 M10:7 M4:5 M5:7 M9:8 M2:8 PF:8 BIL:2")
    assert course.planned_half_days == sum(m.half_days for m in course.modules) == 70
    assert course.planned_minutes == 245 * 60
    assert (course.based_on, course.track, course.titles) == ("terroir", "terroir", terroir.titles)
    assert {m.code: m.lessons for m in course.modules} == {
        m.code: m.lessons for m in terroir.modules
    }


def test_there_are_52_lessons_and_only_welcome_and_review_have_none(terroir, leadership, lessons):
    modules = [*terroir.modules, *leadership.modules]

    assert len(lessons) == 52
    assert [module.code for module in modules if not module.lessons] == ["ACC", "BIL"]
    assert [module.code for module in modules if module.competence is None] == ["ACC", "BIL"]


def test_there_are_176_questions_of_three_kinds(lessons):
    kinds = Counter(question.kind for lesson in lessons for question in lesson.questions)

    assert kinds == {
        QuestionKind.SINGLE: 109,
        QuestionKind.NUMERIC: 34,
        QuestionKind.MULTIPLE: 33,
    }


def test_the_lessons_carry_their_facts_objectives_criteria_and_explanations(lessons):
    facts = [fact for lesson in lessons for fact in lesson.facts]
    questions = [question for lesson in lessons for question in lesson.questions]

    assert len(facts) == 221
    assert sum(fact.to_check for fact in facts) == 28
    assert sum(len(lesson.objectives) for lesson in lessons) == 157
    assert sum(len(lesson.rubric) for lesson in lessons) == 157
    assert [question.explanation for question in questions if question.explanation] == [
        "6000/40",
        "65 / 0,65",
        "le critère le plus faible décide",
    ]


def test_a_question_to_check_is_flagged(lessons):
    flagged = [
        (lesson.code, question.number)
        for lesson in lessons
        for question in lesson.questions
        if question.to_check
    ]

    assert flagged == [("M8-L2", 4)]


def test_only_the_quiz_before_the_panel_is_not_marked(lessons):
    unmarked = {lesson.code: lesson.quiz_note for lesson in lessons if not lesson.quiz_is_marked}

    assert unmarked == {"PF-L3": "non noté (auto-évaluation avant passage)."}


def test_every_title_and_competence_exists_in_three_languages(terroir, leadership, lessons):
    modules = [*terroir.modules, *leadership.modules]
    titles = [
        terroir.titles,
        leadership.titles,
        *(module.titles for module in modules),
        *(module.competence.titles for module in modules if module.competence),
        *(lesson.titles for lesson in lessons),
    ]

    assert all(set(names) == {"fr", "ar", "en"} for names in titles)
    assert all(re.search("[\u0621-\u064a]", names["ar"]) for names in titles)
    assert terroir.unreviewed == leadership.unreviewed == ("ar", "en")


def test_every_term_of_a_lesson_is_in_the_glossary(lessons):
    known = {term.key for term in read_glossary(CONTENT / "glossary.toml")}

    assert {term for lesson in lessons for term in lesson.terms} <= known


def test_every_source_mark_resolves(lessons):
    known = {source.code for source in read_sources(CONTENT / "sources.toml")}
    used = {code for lesson in lessons for fact in lesson.facts for code in fact.sources}
    asked = {
        code
        for lesson in lessons
        for question in lesson.questions
        for code in re.findall(r"\[(S\d+[a-z]?)\]", question.text)
    }

    assert len(used) == 112
    assert used | asked <= known


def test_every_product_of_a_module_is_listed(terroir, leadership):
    known = {product.code for product in read_products(CONTENT / "products.toml")}
    modules = [*terroir.modules, *leadership.modules]

    assert {product for module in modules for product in module.products} == known


def read_products_of(path):
    """The catalogue, with what the other files know of families, modules and sources."""
    return read_catalogue(
        path,
        products=read_products(CONTENT / "products.toml"),
        taught={"M2": ("saffron",), "M5": ("dates", "honey")},
        sources={source.code for source in read_sources(CONTENT / "sources.toml")},
    )


def test_the_catalogue_knows_its_families_signs_and_sources():
    products = {product.code: product for product in read_products_of(CONTENT / "catalogue.toml")}

    saffron, water = products["safran-taliouine"], products["eau-de-rose-kelaat-mgouna-dades"]
    assert (saffron.sign, saffron.family.names["fr"], saffron.family.modules) == (
        "aop",
        "Safran",
        ("M2",),
    )
    assert saffron.sources == ("S23", "S24")
    assert (water.sign, water.to_check) == (None, True)
    assert water.sign_note


def test_the_thresholds_are_the_schools(terroir, leadership):
    thresholds = terroir.thresholds

    assert thresholds == leadership.thresholds
    assert (thresholds.quiz_pass_share, thresholds.quiz_attempts) == (60, 2)
    assert (thresholds.module_attendance, thresholds.course_attendance) == (80, 85)
    assert (thresholds.hours_done_share, thresholds.second_try_level_cap) == (80, 3)
    assert (thresholds.acquired_level, thresholds.in_progress_level) == (3, 2)


def test_the_objectives_exist_in_three_languages(terroir, leadership):
    assert {tag: len(items) for tag, items in terroir.objectives.items()} == {
        "fr": 5,
        "ar": 5,
        "en": 5,
    }
    assert {len(items) for items in leadership.objectives.values()} == {3}


def test_the_glossary_has_125_words_of_which_five_coexist_with_others():
    terms = {term.key: term for term in read_glossary(CONTENT / "glossary.toml")}

    assert len(terms) == 125
    assert [key for key, term in terms.items() if term.coexists] == [
        "module",
        "afternoon",
        "entry-assessment",
        "transcript",
        "village-association",
    ]
    assert terms["module"].names == {"fr": "module", "ar": "مجزوءة", "en": "module"}
    assert terms["module"].other_ar == "وحدة تكوينية"


def test_the_sites_hold_a_group_of_16_and_their_instructor():
    sites = {site.code: site for site in read_sites(CONTENT / "sites.toml")}

    assert set(sites) == {
        f"SITE-{place}" for place in ("MRS", "MPL", "NCE", "AJA", "TAL", "TIZ", "TAR", "KMG", "AGA")
    }
    assert all(site.capacity >= 17 for site in sites.values())
    assert {(site.country, site.zone) for site in sites.values()} == {
        ("FR", "Europe/Paris"),
        ("MA", "Africa/Casablanca"),
    }


def test_the_holidays_of_each_country_and_year():
    holidays = read_holidays(CONTENT / "holidays.toml")

    assert Counter((day.country, day.date.year) for day in holidays) == {
        **{("FR", year): 11 for year in (2010, 2011, 2026, 2027)},
        **{("MA", year): 9 + 7 for year in (2010, 2011)},
        **{("MA", year): 11 + 7 for year in (2026, 2027)},
    }


def test_only_moon_sighting_dates_worked_out_ahead_are_unconfirmed():
    holidays = read_holidays(CONTENT / "holidays.toml")

    computed = [day for day in holidays if not day.confirmed]
    assert {(day.country, day.kind) for day in computed} == {("MA", "religious")}
    assert {day.date.year for day in computed} == {2010, 2011, 2027}


@pytest.mark.parametrize(
    ("day", "country", "name"),
    [
        (dt.date(2026, 11, 6), "MA", "Marche verte"),
        (dt.date(2026, 11, 18), "MA", "Fête de l’Indépendance"),
        (dt.date(2027, 3, 29), "FR", "Lundi de Pâques"),
        (dt.date(2027, 3, 10), "MA", "Aïd al-Fitr"),
    ],
    ids=["green march", "independence", "easter monday", "end of ramadan"],
)
def test_a_holiday_is_on_its_day(day, country, name):
    holidays = read_holidays(CONTENT / "holidays.toml")

    assert name in [h.names["fr"] for h in holidays if (h.date, h.country) == (day, country)]


def test_the_entry_questionnaire_keeps_arrangements_for_the_head_of_studies():
    questions = {q.key: q for q in read_positioning(CONTENT / "positioning.toml")}

    assert len(questions) == 8
    assert [key for key, q in questions.items() if q.is_restricted] == ["arrangements"]
    assert questions["arithmetic"].value == 30
    assert len(questions["languages-spoken"].levels["fr"]) == 4
    assert questions["product"].open_until_week == 4


def test_a_lesson_is_read_whole():
    lesson = parse_lesson(LESSON, "M2-L1.md")

    single, multiple, numeric = lesson.questions
    assert lesson.half_days == Decimal("0.5")
    assert lesson.objectives == ("décrire la plante", "lire une parcelle, même en pente")
    assert lesson.facts == (FactFile("Trois stigmates rouges.", ("S13",), to_check=False),)
    assert single.options == (OptionFile("Les stigmates", True), OptionFile("Les pétales", False))
    assert (single.explanation, multiple.explanation) == ("rouges", "")
    assert (numeric.value, numeric.tolerance) == (Decimal("1.5"), Decimal("0.1"))
    assert [question.to_check for question in lesson.questions] == [False, False, True]
    assert lesson.exercise == "Dessiner le calendrier de la parcelle."
    assert lesson.rubric[0].levels == ("faux", "incomplet", "juste", "juste avec l’eau")


@pytest.mark.parametrize(
    ("written", "fact"),
    [
        ("Un fait [S3][S4].", FactFile("Un fait.", ("S3", "S4"), to_check=False)),
        ("Un fait [à vérifier].", FactFile("Un fait.", (), to_check=True)),
        (
            "Un fait [S48] [à vérifier : article 8].",
            FactFile("Un fait.", ("S48",), to_check=True, check_note="article 8"),
        ),
        (
            "150 selon [S11], 235 selon le GIE [S12b].",
            FactFile("150 selon [S11], 235 selon le GIE.", ("S11", "S12b"), to_check=False),
        ),
        ("15 DH [exemple].", FactFile("15 DH [exemple].", (), to_check=False)),
    ],
    ids=["sources", "to check", "what to check", "a mark in the sentence", "an example"],
)
def test_the_marks_of_a_fact_leave_its_text(written, fact):
    assert parse_fact(written) == fact


@pytest.mark.parametrize(
    "mistake",
    [
        Mistake("- [ ] Les p", "- [x] Les p", "### Q1 · unique", "one right answer, not 2"),
        Mistake("- [x] Les s", "- [ ] Les s", "### Q1 · unique", "one right answer, not 0"),
        Mistake("- [ ] Les pétales\n", "", "### Q1 · unique", "at least one wrong answer"),
        Mistake("Les pétales", "Les stigmates", "- [ ] Les stigmates", "there twice"),
        Mistake("- [ ] Les pétales", "- Les pétales", "- Les pétales", "expected « - [x] »"),
        Mistake("- [x] La date", "- [ ] La date", "### Q2 · multiple", "or more, not 1"),
        Mistake("1,5 ± 0,1", "1,5", "= 1,5", "the value and the tolerance"),
        Mistake("1,5 ± 0,1", "1,5 ± -1", "= 1,5 ± -1", "not negative"),
        Mistake("= 1,5 ± 0,1", "", "### Q3 · nombre · à vérifier", "has one line « = 50"),
        Mistake("= 1,5 ± 0,1", "= 1 ± 0\n- [ ] 1", "- [ ] 1", "has no options"),
        Mistake("- [ ] Le ciel", "= 3 ± 0", "= 3 ± 0", "only a number question"),
        Mistake("### Q2", "### Q3", "### Q3 · multiple", "Q3 comes where Q2 is expected"),
        Mistake("· multiple", "· libre", "### Q2 · libre", "expected ### Q1 · unique"),
        Mistake("Que noter ?\n", "", "### Q2 · multiple", "no sentence"),
        Mistake("> rouges", "> rouges\nEt ?", "Et ?", "then the explanation"),
        Mistake("### Q1 · unique\n", "", "Quelle partie devient épice ?", "expected a question"),
        Mistake("## Faits clés", "## Faits", "## Faits", "expected the heading ## Faits clés"),
        Mistake("- Trois stigmates rouges [S13].\n", "", "## Faits clés", "nothing stands under"),
        Mistake("- Trois", "Trois", "Trois stigmates rouges [S13].", "begins with « - »"),
        Mistake("## Objectifs\n", "Objectifs\n", "Objectifs", "expected the heading ## Obj"),
        Mistake("| Cycle", "## Fin\n\n| Cycle", "## Fin", "no further heading"),
        Mistake("faux | incomplet", "faux", "| Cycle | faux | juste | juste avec l'eau |", "four"),
        Mistake("e | 1 |", "e | un |", "| Critère | un | 2 | 3 | 4 |", "expected | Critère | 1"),
        Mistake(
            "|---|---|---|---|---|\n",
            "",
            "| Cycle | faux | incomplet | juste | juste avec l'eau |",
            "line of dashes",
        ),
        Mistake(', "calendar"', "", 'terms = ["saffron"]', "2 to 6 terms"),
        Mistake('"calendar"', '"saffron"', 'terms = ["saffron", "saffron"]', "'saffron' twice"),
        Mistake("= 0.5", '= "0.5"', 'half_days = "0.5"', "a number above zero"),
        Mistake("half_days", "halfdays", 'code = "M2-L1"', "half_days is missing"),
        Mistake("0.5", "0.5\nminutes = 3", "minutes = 3", "minutes is not a known key"),
        Mistake("= 0.5", "=", "half_days =", "Invalid value"),
        Mistake('"The plant"', '""', 'en = ""', "title.en must be a text"),
        Mistake('en = "The plant"\n', "", "[title]", "title.en is missing"),
        Mistake("+++\n", "", 'code = "M2-L1"', "begins with a line +++"),
        Mistake('plant"\n+++', 'plant"', "+++", "that ends the first part is missing"),
    ],
)
def test_a_mistake_in_a_lesson_is_named_with_its_line(mistake):
    text = mistake.made_in(LESSON)

    with pytest.raises(CourseFileError) as refusal:
        parse_lesson(text, "M2-L1.md")

    mistake.is_named_by(refusal.value, text)
    assert str(refusal.value).startswith(f"M2-L1.md, line {refusal.value.line}: ")


def test_a_lesson_without_its_last_part_is_refused():
    with pytest.raises(CourseFileError, match="the heading ## Grille is missing"):
        parse_lesson(LESSON[: LESSON.index("## Grille")], "M2-L1.md")


@pytest.mark.parametrize(
    ("file", "mistake"),
    [
        (
            "curriculum.toml",
            Mistake("_half_days = 84", "_half_days = 80", "planned_half_days = 80", "up to 84"),
        ),
        (
            "curriculum.toml",
            Mistake('", "BIL"]', '"]', "planned_half_days = 84", "up to 82 half-days"),
        ),
        (
            "curriculum.toml",
            Mistake('k = "terroir"', 'k = "other"', 'track = "other"', "track must be"),
        ),
        (
            "curriculum.toml",
            Mistake("cap = 3  ", "cap = 5\n", "second_try_level_cap = 5", "1 to 4"),
        ),
        (
            "curriculum.toml",
            Mistake(
                '= ["ar", "en"]     #', '= ["es"]\n#', 'unreviewed = ["es"]', "'es' is not one of"
            ),
        ),
        ("M2/module.toml", Mistake("days = 8", "days = 7", None, "lessons add up to 8")),
        ("M2/module.toml", Mistake('"M2"', '"M3"', None, "not the folder's name")),
        ("M2/M2-L2.md", Mistake('"M2-L2"', '"M2-L9"', None, "must be M2-L2")),
    ],
)
def test_a_mistake_in_a_course_is_named_with_its_file_and_line(courses, file, mistake):
    path = courses / "terroir" / file
    mistake.made_at(path)

    with pytest.raises(CourseFileError) as refusal:
        read_course(courses / "terroir")

    mistake.is_named_by(refusal.value, path.read_text(encoding="utf-8"))
    assert refusal.value.file.endswith(f"terroir/{file}")


def test_a_module_before_its_prerequisite_is_refused(courses):
    path = courses / "terroir" / "curriculum.toml"
    Mistake('"M6", "M8"', '"M8", "M6"', None, "").made_at(path)

    with pytest.raises(CourseFileError, match="M8 comes before M6, which it needs"):
        read_course(courses / "terroir")


def test_a_module_no_curriculum_lists_is_refused(courses):
    (courses / "terroir" / "M11").mkdir()

    with pytest.raises(CourseFileError, match="M11: no curriculum lists this module"):
        read_course(courses / "terroir")


def test_a_file_saved_in_another_encoding_is_refused(courses):
    path = courses / "terroir" / "M2" / "M2-L2.md"
    path.write_bytes(path.read_text(encoding="utf-8").encode("utf-16"))

    with pytest.raises(CourseFileError, match=r"M2-L2\.md, line 1: .* saved as UTF-8"):
        read_course(courses / "terroir")


def test_a_missing_module_is_refused(courses):
    shutil.rmtree(courses / "terroir" / "M3")

    with pytest.raises(CourseFileError, match=r"M3/module\.toml: this file is missing"):
        read_course(courses / "terroir")


@pytest.mark.parametrize(
    "mistake",
    [
        Mistake('on = "terroir"', 'on = "x"', 'based_on = "x"', "there is no curriculum 'x'"),
        Mistake(
            'on = "terroir"',
            'on = "terroir-2010"',
            'based_on = "terroir-2010"',
            "is itself based on another",
        ),
        Mistake("M4 = 5", "M44 = 5", "M44 = 5", "terroir has no module 'M44'"),
        Mistake("M4 = 5", "M4 = 6", "planned_half_days = 70", "add up to 71 half-days"),
    ],
)
def test_a_mistake_in_a_course_based_on_another_is_named(courses, mistake):
    path = courses / "terroir-2010" / "curriculum.toml"
    mistake.made_at(path)

    with pytest.raises(CourseFileError) as refusal:
        read_course(courses / "terroir-2010")

    mistake.is_named_by(refusal.value, path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("read", "file", "mistake"),
    [
        (
            read_glossary,
            "glossary.toml",
            Mistake('en = "trainer"', "en = 3", "en = 3", "trainer.en must be"),
        ),
        (read_sources, "sources.toml", Mistake("says", "said", "[S1]", "S1.says is missing")),
        (
            read_products,
            "products.toml",
            Mistake('"dates"', '"argan"', 'code = "argan"', "there twice"),
        ),
        (
            read_products_of,
            "catalogue.toml",
            Mistake('family = "dates"', 'family = "datte"', 'family = "datte"', "not one of"),
        ),
        (
            read_products_of,
            "catalogue.toml",
            Mistake('sign = "igp"', 'sign = "doc"', 'sign = "doc"', "not one of aop"),
        ),
        (
            read_products_of,
            "catalogue.toml",
            Mistake('["S23", "S24"]', '["S23", "S999"]', 'sources = ["S23", "S999"]', "not known"),
        ),
        (
            read_products_of,
            "catalogue.toml",
            Mistake('modules = ["M5"]', 'modules = ["M55"]', 'modules = ["M55"]', "not known"),
        ),
        (
            read_products_of,
            "catalogue.toml",
            Mistake('code = "rose"', 'code = "honey"', 'code = "honey"', "there twice"),
        ),
        (
            read_products_of,
            "catalogue.toml",
            Mistake('"safran-taliouine"', '"argane"', 'code = "argane"', "there twice"),
        ),
        (
            read_sites,
            "sites.toml",
            Mistake("Europe/Paris", "Europe/Pari", 'zone = "Europe/Pari"', "no time zone"),
        ),
        (
            read_sites,
            "sites.toml",
            Mistake("SITE-MPL", "SITE-MRS", 'code = "SITE-MRS"', "there twice"),
        ),
        (
            read_sites,
            "sites.toml",
            Mistake('country = "FR"', 'country = "ES"', 'country = "ES"', "not one of FR, MA"),
        ),
        (
            read_sites,
            "sites.toml",
            Mistake("capacity = 24", "capacity = 0", "capacity = 0", "1 or more"),
        ),
        (
            read_holidays,
            "holidays.toml",
            Mistake(
                "[2026-03-20, 2026-03-21]", "[20]", "dates = [20]", "holiday.dates must be a list"
            ),
        ),
        (
            read_positioning,
            "positioning.toml",
            Mistake("value = 30\n", "", "[[question]]", "value goes with a question of kind"),
        ),
        (
            read_positioning,
            "positioning.toml",
            Mistake(
                ', "anglais"]',
                "]",
                'ar = ["الفرنسية", "العربية", "الأمازيغية", "الإنجليزية"]',
                "as long as",
            ),
        ),
    ],
)
def test_a_mistake_in_a_list_is_named(tmp_path, read, file, mistake):
    path = Path(shutil.copy(CONTENT / file, tmp_path))
    mistake.made_at(path)

    with pytest.raises(CourseFileError) as refusal:
        read(path)

    assert refusal.value.file.endswith(f"/{file}")
    mistake.is_named_by(refusal.value, path.read_text(encoding="utf-8"))
