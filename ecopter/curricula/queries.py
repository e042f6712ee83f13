"""Reading what is taught, without its learners."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import CompoundSelect, bindparam, false, literal, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from ecopter.curricula.models import Curriculum, GlossaryTerm, Lesson, Module, Source
from ecopter.db import db
from ecopter.shared.errors import NotFound

T = TypeVar("T")


@dataclass(frozen=True)
class Reference:
    """Where facts come from: `code` is the mark in the text, `place` says where to look."""

    code: str
    place: str
    says: str


@dataclass(frozen=True)
class Word:
    """A word of the trade; `coexists`: other words are in use beside the Arabic one."""

    key: str
    fr: str
    ar: str
    en: str
    coexists: bool


@dataclass(frozen=True)
class ReadingAids:
    """What stands beside the text of a lesson, in the order in which the lesson names it."""

    references: tuple[Reference, ...]
    words: tuple[Word, ...]


def find_curriculum(code: str) -> Curriculum | None:
    return db.session.scalar(select(Curriculum).where(Curriculum.code == code))


def get_curriculum(curriculum_id: int) -> Curriculum:
    """Raises NotFound."""
    curriculum = db.session.get(Curriculum, curriculum_id)
    if curriculum is None:
        raise NotFound
    return curriculum


# Outlines by curriculum and its mark; what is in here belongs to no session and is never changed.
_outlines: dict[tuple[int, str], Sequence[Module]] = {}
MOST_OUTLINES = 50


def outline(curriculum: Curriculum) -> Sequence[Module]:
    """Modules in teaching order, each with its lessons in order; one query at most.

    Lessons come without their text, facts and exercise: only what a list of them shows. A course
    that has its mark is read once by each process, until the content files change it.
    """
    key = curriculum.id, curriculum.mark
    if not curriculum.mark:
        return _read_outline(curriculum.id)
    if key not in _outlines:
        if len(_outlines) >= MOST_OUTLINES:
            _outlines.clear()
        _outlines[key] = _read_outline(curriculum.id)
    return _outlines[key]


MODULE = (
    *(Module.id, Module.curriculum_id, Module.code, Module.position, Module.titles),
    *(Module.planned_half_days, Module.competence_code, Module.competence_titles, Module.icon),
    Module.prerequisites,
)
LESSON = (
    *(Lesson.id, Lesson.module_id, Lesson.code, Lesson.position, Lesson.titles),
    *(Lesson.half_days, Lesson.quiz_is_marked),
)


def _read_outline(curriculum_id: int) -> Sequence[Module]:
    """Made of plain rows: no session keeps these objects, so any thread may read them."""
    rows = db.session.execute(
        select(*MODULE, *LESSON)
        .outerjoin(Lesson, Lesson.module_id == Module.id)
        .where(Module.curriculum_id == curriculum_id)
        .order_by(Module.position, Lesson.position)
    ).all()
    modules: dict[int, Module] = {}
    for row in rows:
        if row[0] not in modules:
            modules[row[0]] = Module(**_named(MODULE, row), lessons=[])
        of_lesson = row[len(MODULE) :]
        if of_lesson[0] is not None:
            modules[row[0]].lessons.append(Lesson(**_named(LESSON, of_lesson)))
    return tuple(modules.values())


def _named(columns: Sequence[InstrumentedAttribute[Any]], values: Sequence[Any]) -> dict[str, Any]:
    return {column.key: value for column, value in zip(columns, values, strict=False)}


def get_lesson(lesson_id: int) -> Lesson:
    """The whole lesson with its module, curriculum and rubric; one query. Raises NotFound."""
    lesson = db.session.scalar(
        select(Lesson)
        .where(Lesson.id == lesson_id)
        .options(
            joinedload(Lesson.module).joinedload(Module.curriculum), joinedload(Lesson.criteria)
        )
        .execution_options(populate_existing=True)
    )
    if lesson is None:
        raise NotFound
    return lesson


def reading_aids(source_codes: Sequence[str], term_keys: Sequence[str]) -> ReadingAids:
    """The sources and words a lesson names, in the order given; one query for both.

    A code or key that is not known is left out.
    """
    asked = {"codes": list(source_codes), "keys": list(term_keys)}
    references: dict[str, Reference] = {}
    words: dict[str, Word] = {}
    for kind, key, first, second, third, flag in db.session.execute(_aids(), asked):
        if kind == "source":
            references[key] = Reference(key, first, second)
        else:
            words[key] = Word(key, first, second, third, bool(flag))
    return ReadingAids(
        references=tuple(_in_order(source_codes, references)),
        words=tuple(_in_order(term_keys, words)),
    )


@cache
def _aids() -> CompoundSelect[str, str, str, str, str, bool]:
    sources = select(
        literal("source").label("kind"),
        Source.code.label("key"),
        Source.place.label("first"),
        Source.says.label("second"),
        literal("").label("third"),
        false().label("flag"),
    ).where(Source.code.in_(bindparam("codes", expanding=True)))
    terms = select(
        literal("term"),
        GlossaryTerm.key,
        GlossaryTerm.fr,
        GlossaryTerm.ar,
        GlossaryTerm.en,
        GlossaryTerm.coexists,
    ).where(GlossaryTerm.key.in_(bindparam("keys", expanding=True)))
    return union_all(sources, terms)


def _in_order(keys: Collection[str], found: dict[str, T]) -> list[T]:
    return [found[key] for key in dict.fromkeys(keys) if key in found]
