"""Loads the content files into the database, and loads them again when they have changed."""

import datetime as dt
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

from ecopter.audit.services import record
from ecopter.authorization.policy import Actor
from ecopter.curricula.models import (
    Curriculum,
    GlossaryTerm,
    Lesson,
    Module,
    RubricCriterion,
    Source,
)
from ecopter.curricula.rules import Track
from ecopter.products.models import Product
from ecopter.products.rules import search_text
from ecopter.questions.models import Question
from ecopter.questions.rules import QuestionKind
from ecopter.school.models import Room, Site
from ecopter.seeding.queries.course import (
    answered_question_ids,
    list_all,
    scored_criterion_ids,
)
from ecopter.seeding.rules.course_files import CurriculumFile, ModuleFile, read_course
from ecopter.seeding.rules.lesson_files import LessonFile
from ecopter.seeding.rules.quiz_sections import QuestionFile
from ecopter.seeding.rules.reference_files import (
    CatalogueFile,
    HolidayFile,
    SiteFile,
    SourceFile,
    TermFile,
    read_catalogue,
    read_glossary,
    read_holidays,
    read_products,
    read_sites,
    read_sources,
)
from ecopter.seeding.services.pen import ContentReport, Pen, differs
from ecopter.timetable.models import Holiday

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class ContentFiles:
    """The content folder, read and checked."""

    courses: tuple[CurriculumFile, ...]
    terms: tuple[TermFile, ...]
    sources: tuple[SourceFile, ...]
    products: tuple[CatalogueFile, ...]
    sites: tuple[SiteFile, ...]
    holidays: tuple[HolidayFile, ...]


def load_course(
    folder: Path, *, now: dt.datetime, progress: Progress | None = None
) -> ContentReport:
    """Make the database say what the content files in `folder` say.

    The files are read and checked before anything is written. A second load of the same files
    writes nothing, not even an event. Rows keep their identity; a question that somebody has
    answered is never changed: the new wording is a new version. `progress` is called with what
    is being loaded, and how many of how many parts are done.

    Raises CourseFileError.
    """
    files = read_content(folder)
    pen = Pen()
    steps: list[tuple[str, Callable[[], None]]] = [
        ("glossary", lambda: _load_terms(files.terms, pen)),
        ("sources", lambda: _load_sources(files.sources, pen)),
        ("products", lambda: _load_products(files.products, pen)),
        ("sites", lambda: _load_sites(files.sites, pen)),
        ("holidays", lambda: _load_holidays(files.holidays, pen)),
        ("courses", lambda: _load_courses(files.courses, pen)),
    ]
    for done, (name, load) in enumerate(steps):
        if progress:
            progress(name, done, len(steps))
        load()
        pen.lift()
    report = pen.report
    if report.written:
        # Whoever keeps the outline of a course in memory reads it again.
        for curriculum in list_all(Curriculum):
            curriculum.mark = secrets.token_hex(8)
        record(
            "content.loaded",
            actor=Actor(),
            now=now,
            about=("content", None),
            added=report.added,
            changed=report.changed,
            removed=report.removed,
        )
    if progress:
        progress("", len(steps), len(steps))
    return report


def read_content(folder: Path) -> ContentFiles:
    """Everything in the content folder that is kept in tables. Raises CourseFileError."""
    folders = sorted(path for path in (folder / "curricula").iterdir() if path.is_dir())
    courses = tuple(read_course(path) for path in folders)
    sources = read_sources(folder / "sources.toml")
    products = read_catalogue(
        folder / "catalogue.toml",
        products=read_products(folder / "products.toml"),
        taught={module.code: module.products for course in courses for module in course.modules},
        sources={source.code for source in sources},
    )
    return ContentFiles(
        courses=courses,
        terms=read_glossary(folder / "glossary.toml"),
        sources=sources,
        products=products,
        sites=read_sites(folder / "sites.toml"),
        holidays=read_holidays(folder / "holidays.toml"),
    )


def _load_terms(terms: Iterable[TermFile], pen: Pen) -> None:
    known = {row.key: row for row in list_all(GlossaryTerm)}
    for term in terms:
        values = {**term.names, "coexists": term.coexists}
        pen.write(GlossaryTerm, known.pop(term.key, None), {"key": term.key}, values)
    pen.remove(known.values())


def _load_sources(sources: Iterable[SourceFile], pen: Pen) -> None:
    known = {row.code: row for row in list_all(Source)}
    for source in sources:
        values = {"place": source.where, "says": source.says}
        pen.write(Source, known.pop(source.code, None), {"code": source.code}, values)
    pen.remove(known.values())


def _load_products(products: Iterable[CatalogueFile], pen: Pen) -> None:
    """By code. Nothing of anyone's work hangs on a product: one that left the file goes."""
    known = {row.code: row for row in list_all(Product)}
    for position, product in enumerate(products, start=1):
        values = _product_values(product, position)
        pen.write(Product, known.pop(product.code, None), {"code": product.code}, values)
    pen.remove(known.values())


def _product_values(product: CatalogueFile, position: int) -> dict[str, Any]:
    family = product.family
    return {
        "names": dict(product.names),
        "family": family.code,
        "family_names": dict(family.names),
        "country": product.country,
        "sign": product.sign,
        "sign_note": product.sign_note,
        "area": product.area,
        "sources": list(product.sources),
        "modules": list(family.modules),
        "to_check": product.to_check,
        "position": position,
        "search_text": search_text(
            product.names, family.names, product.country, product.sign, product.area
        ),
    }


def _load_sites(sites: Iterable[SiteFile], pen: Pen) -> None:
    """Sites the school does not have yet, each with its room; those it has are the school's own."""
    known = {row.code for row in list_all(Site)}
    for site in sites:
        if site.code in known:
            continue
        new = Site(
            code=site.code,
            names=dict(site.names),
            country=site.country,
            zone=site.zone,
            rooms=[Room(name=site.room, capacity=site.capacity)],
        )
        pen.add(new)


def _load_holidays(holidays: Sequence[HolidayFile], pen: Pen) -> None:
    """One row per country and day; two holidays on one day share it."""
    known = {(row.held_on, row.country): row for row in list_all(Holiday)}
    for (day, country), group in groupby(holidays, key=lambda each: (each.date, each.country)):
        same_day = list(group)
        names = {
            tag: " / ".join(holiday.names[tag] for holiday in same_day) for tag in same_day[0].names
        }
        values = {"names": names, "is_confirmed": all(each.confirmed for each in same_day)}
        key = {"held_on": day, "country": country}
        pen.write(Holiday, known.pop((day, country), None), key, values)
    pen.remove(known.values())


def _load_courses(courses: Iterable[CurriculumFile], pen: Pen) -> None:
    """Level by level, so that each level is written at once and knows the ids above it."""
    curricula = _load_curricula(courses, pen)
    modules = _load_modules(curricula, pen)
    lessons = _load_lessons(modules, pen)
    _load_criteria(lessons, pen)
    _load_questions(lessons, pen)


def _load_curricula(
    courses: Iterable[CurriculumFile], pen: Pen
) -> list[tuple[Curriculum, CurriculumFile]]:
    known = {row.code: row for row in list_all(Curriculum)}
    files = {course.code: course for course in courses}
    for code, course in files.items():
        pen.write(Curriculum, known.pop(code, None), {"code": code}, _curriculum_values(course))
    pen.report.left_over += known
    pen.lift()
    return [(row, files[row.code]) for row in list_all(Curriculum) if row.code in files]


def _curriculum_values(course: CurriculumFile) -> dict[str, Any]:
    asked = course.thresholds
    return {
        "track": Track(course.track),
        "version": course.version,
        "titles": dict(course.titles),
        "objectives": {tag: list(items) for tag, items in course.objectives.items()},
        "planned_half_days": _whole(course.planned_half_days),
        "planned_minutes": course.planned_minutes,
        "quiz_pass_share": Decimal(asked.quiz_pass_share),
        "quiz_attempts": asked.quiz_attempts,
        "module_attendance_share": Decimal(asked.module_attendance),
        "course_attendance_share": Decimal(asked.course_attendance),
        "hours_share": Decimal(asked.hours_done_share),
        "second_try_level": asked.second_try_level_cap,
    }


def _load_modules(
    curricula: Iterable[tuple[Curriculum, CurriculumFile]], pen: Pen
) -> list[tuple[Module, ModuleFile]]:
    known = {(row.curriculum_id, row.code): row for row in list_all(Module)}
    files = {}
    for curriculum, course in curricula:
        for position, module in enumerate(course.modules, start=1):
            place = (curriculum.id, module.code)
            files[place] = module
            key = {"curriculum_id": curriculum.id, "code": module.code}
            pen.write(Module, known.pop(place, None), key, _module_values(module, position))
    pen.report.left_over += [code for _, code in known]
    pen.lift()
    rows = {(row.curriculum_id, row.code): row for row in list_all(Module)}
    return [(rows[place], module) for place, module in files.items()]


def _module_values(module: ModuleFile, position: int) -> dict[str, Any]:
    competence = module.competence
    return {
        "position": position,
        "titles": dict(module.titles),
        "planned_half_days": _whole(module.half_days),
        "competence_code": competence.code if competence else "",
        "competence_titles": dict(competence.titles) if competence else {},
        "icon": module.icon,
        "prerequisites": list(module.prerequisites),
    }


def _load_lessons(
    modules: Iterable[tuple[Module, ModuleFile]], pen: Pen
) -> list[tuple[Lesson, LessonFile]]:
    known = {(row.module_id, row.code): row for row in list_all(Lesson)}
    files = {}
    for module, file in modules:
        for position, lesson in enumerate(file.lessons, start=1):
            place = (module.id, lesson.code)
            files[place] = lesson
            key = {"module_id": module.id, "code": lesson.code}
            pen.write(Lesson, known.pop(place, None), key, _lesson_values(lesson, position))
    pen.report.left_over += [code for _, code in known]
    pen.lift()
    rows = {(row.module_id, row.code): row for row in list_all(Lesson)}
    return [(rows[place], lesson) for place, lesson in files.items()]


def _lesson_values(lesson: LessonFile, position: int) -> dict[str, Any]:
    facts = [
        {
            "text": fact.text,
            "sources": list(fact.sources),
            "to_check": fact.to_check,
            "check_note": fact.check_note,
        }
        for fact in lesson.facts
    ]
    return {
        "position": position,
        "titles": dict(lesson.titles),
        "half_days": lesson.half_days,
        "objectives": [_sentence(one) for one in lesson.objectives],
        "facts": facts,
        "terms": list(lesson.terms),
        "exercise": _sentence(lesson.exercise),
        "quiz_is_marked": lesson.quiz_is_marked,
    }


def _sentence(text: str) -> str:
    """With a capital: in the files, objectives and exercises follow a heading and a colon."""
    return text[:1].upper() + text[1:]


def _load_criteria(lessons: Sequence[tuple[Lesson, LessonFile]], pen: Pen) -> None:
    """By position. A criterion that left the file goes, unless work was graded by it."""
    known = {(row.lesson_id, row.position): row for row in list_all(RubricCriterion)}
    for lesson, file in lessons:
        for position, criterion in enumerate(file.rubric, start=1):
            pen.write(
                RubricCriterion,
                known.pop((lesson.id, position), None),
                {"lesson_id": lesson.id, "position": position},
                {"name": criterion.name, "levels": list(criterion.levels)},
            )
    loaded = {lesson.id for lesson, _ in lessons}
    scored = scored_criterion_ids() if known else frozenset()
    surplus = [row for row in known.values() if row.lesson_id in loaded and row.id not in scored]
    pen.remove(surplus)


def _load_questions(lessons: Sequence[tuple[Lesson, LessonFile]], pen: Pen) -> None:
    """By number. One that somebody answered is kept as it was, and no longer asked."""
    current: dict[tuple[int, int], Question] = {}
    latest: dict[tuple[int, int], int] = {}
    for known in list_all(Question):
        place = (known.lesson_id, known.number)
        latest[place] = max(known.version, latest.get(place, 0))
        if known.is_current:
            current[place] = known
    answered = answered_question_ids()
    for lesson, file in lessons:
        for question in file.questions:
            place = (lesson.id, question.number)
            values = _question_values(question)
            row: Question | None = current.pop(place, None)
            if row is not None and row.id in answered and differs(row, values):
                pen.write(Question, row, {}, {"is_current": False})
                row = None
            key: dict[str, object] = {"lesson_id": lesson.id, "number": question.number}
            if row is None:
                key["version"] = latest.get(place, 0) + 1
            pen.write(Question, row, key, values)
    loaded = {lesson.id for lesson, _ in lessons}
    for dropped in current.values():
        if dropped.lesson_id not in loaded:
            continue
        if dropped.id in answered:
            pen.write(Question, dropped, {}, {"is_current": False})
        else:
            pen.remove([dropped])


def _question_values(question: QuestionFile) -> dict[str, Any]:
    return {
        "kind": QuestionKind(question.kind.value),
        "text": question.text,
        "options": [{"text": each.text, "right": each.is_right} for each in question.options],
        "value": question.value,
        "tolerance": question.tolerance,
        "explanation": question.explanation,
        "to_check": question.to_check,
    }


def _whole(half_days: Decimal) -> int:
    """Modules and courses last whole half-days; their lessons need not."""
    if half_days != half_days.to_integral_value():
        raise ValueError(f"{half_days} is not a whole number of half-days")
    return int(half_days)
