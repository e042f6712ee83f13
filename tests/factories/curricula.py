"""Curricula, modules and lessons."""

from decimal import Decimal
from itertools import count

from ecopter.curricula.models import Curriculum, Lesson, Module, RubricCriterion
from ecopter.curricula.rules import Track
from ecopter.db import db

_number = count(1)


def titles(fr: str, ar: str = "عنوان", en: str = "") -> dict[str, str]:
    return {"fr": fr, "ar": ar, "en": en or fr}


def make_curriculum(modules: int = 1, lessons: int = 1, **changes: object) -> Curriculum:
    """A curriculum with `modules` modules of `lessons` lessons each."""
    values = {
        "code": f"terroir-{next(_number)}",
        "track": Track.TERROIR,
        "version": "2",
        "titles": titles("Valorisation des produits de terroir", "تثمين المنتوجات المجالية"),
        "objectives": {
            "fr": ["Conduire la chaîne du safran"],
            "ar": ["تدبير سلسلة الزعفران"],
            "en": ["Run"],
        },
        "planned_half_days": 2,
        "planned_minutes": 420,
        "quiz_pass_share": Decimal(60),
        "quiz_attempts": 2,
        "module_attendance_share": Decimal(80),
        "course_attendance_share": Decimal(85),
        "hours_share": Decimal(80),
        "second_try_level": 3,
    } | changes
    curriculum = Curriculum(**values)
    db.session.add(curriculum)
    db.session.flush()
    for position in range(1, modules + 1):
        make_module(curriculum, lessons=lessons, code=f"M{position}", position=position)
    return curriculum


def make_module(curriculum: Curriculum, lessons: int = 1, **changes: object) -> Module:
    values = {
        "code": f"X{next(_number)}",
        "position": 1,
        "titles": titles("Le safran", "الزعفران", "Saffron"),
        "planned_half_days": 2,
        "competence_code": "C2",
        "competence_titles": titles("Conduire la chaîne du safran", "تدبير سلسلة الزعفران"),
        "prerequisites": [],
    } | changes
    module = Module(curriculum_id=curriculum.id, **values)
    db.session.add(module)
    db.session.flush()
    for position in range(1, lessons + 1):
        make_lesson(module, code=f"{module.code}-L{position}", position=position)
    return module


def make_lesson(module: Module, criteria: int = 3, **changes: object) -> Lesson:
    values = {
        "code": f"{module.code}-L{next(_number)}",
        "position": 1,
        "titles": titles("Récolte et séchage", "الجني والتجفيف", "Harvest and drying"),
        "half_days": Decimal(1),
        "objectives": ["cueillir au bon moment"],
        "facts": [
            {
                "text": "5 kg de stigmates frais donnent 1 kg sec.",
                "sources": ["S14"],
                "to_check": False,
            }
        ],
        "terms": [],
        "exercise": "Cueillir, émonder et sécher un lot.",
        "quiz_is_marked": True,
    } | changes
    lesson = Lesson(module_id=module.id, **values)
    db.session.add(lesson)
    db.session.flush()
    names = ["Geste", "Hygiène", "Fiche de lot", "Langue", "Chiffres"]
    for position in range(1, criteria + 1):
        db.session.add(
            RubricCriterion(
                lesson_id=lesson.id,
                position=position,
                name=names[position - 1],
                levels=["absent", "hésitant", "juste", "juste et commenté"],
            )
        )
    db.session.flush()
    return lesson


def ask_first(module: Module, codes: list[str]) -> None:
    """Make modules come before one that may be known from an outline only."""
    db.session.get_one(Module, module.id).prerequisites = codes
    db.session.flush()
