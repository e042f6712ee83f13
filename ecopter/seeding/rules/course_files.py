"""A whole course as the school writes it: its curriculum, its modules and their lessons."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from ecopter.seeding.rules.errors import CourseFileError
from ecopter.seeding.rules.files import shown, text_of
from ecopter.seeding.rules.lesson_files import LessonFile, parse_lesson
from ecopter.seeding.rules.tables import TAGS, Table, read_table
from ecopter.shared.languages import Titles

TRACKS = ("terroir", "leadership")
CURRICULUM_FILE = "curriculum.toml"
MODULE_FILE = "module.toml"


@dataclass(frozen=True)
class CompetenceFile:
    """What a module makes one able to do."""

    code: str
    titles: Titles


@dataclass(frozen=True, kw_only=True)
class ModuleFile:
    """One module; `products` lists what it is about, the main one first.

    `half_days` is what the curriculum plans for it, which in a curriculum based on another may be
    less than the sum of its lessons.
    """

    code: str
    titles: Titles
    half_days: Decimal
    competence: CompetenceFile | None
    prerequisites: tuple[str, ...]
    products: tuple[str, ...]
    icon: str
    lessons: tuple[LessonFile, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ThresholdsFile:
    """What a course asks for: shares in per cent, levels from 1 to 4."""

    quiz_pass_share: int
    quiz_attempts: int
    module_attendance: int
    course_attendance: int
    hours_done_share: int
    second_try_level_cap: int
    acquired_level: int
    in_progress_level: int


@dataclass(frozen=True, kw_only=True)
class CurriculumFile:
    """A course, its modules in teaching order.

    `unreviewed` names the languages of its titles still to be read by a native; `based_on` the
    curriculum it takes its modules from, or is empty.
    """

    code: str
    track: str
    version: str
    based_on: str
    titles: Titles
    audience: Titles
    planned_half_days: Decimal
    planned_minutes: int
    objectives: Mapping[str, tuple[str, ...]]
    thresholds: ThresholdsFile
    unreviewed: tuple[str, ...]
    modules: tuple[ModuleFile, ...]


def read_course(folder: Path) -> CurriculumFile:
    """The course in `folder`, with its modules and lessons.

    A course `based_on` another is read from the folder of that name beside it.
    Raises CourseFileError, also when half-days do not add up or a prerequisite comes too late.
    """
    table = _curriculum_table(folder)
    if "based_on" not in table.values:
        return _curriculum(table, folder)
    base = folder.parent / table.text("based_on")
    if not (base / CURRICULUM_FILE).is_file():
        raise table.error("based_on", f"there is no curriculum {base.name!r}")
    base_table = _curriculum_table(base)
    if "based_on" in base_table.values:
        raise table.error("based_on", f"{base.name} is itself based on another curriculum")
    return _based(table, _curriculum(base_table, base))


def parse_module(text: str, file: str) -> ModuleFile:
    """The module written in `text`, without its lessons; `file` is its name in errors.

    Raises CourseFileError.
    """
    table = read_table(text, file)
    table.expect(
        ("code", "half_days", "prerequisites", "products", "icon", "title"), ("competence",)
    )
    return ModuleFile(
        code=table.text("code"),
        titles=table.names_of("title"),
        half_days=table.number("half_days"),
        competence=_competence(table),
        prerequisites=table.texts("prerequisites"),
        products=table.texts("products"),
        icon=table.text("icon"),
    )


def _curriculum_table(folder: Path) -> Table:
    path = folder / CURRICULUM_FILE
    return read_table(text_of(path), shown(path))


def _curriculum(table: Table, folder: Path) -> CurriculumFile:
    table.expect(
        (
            *("code", "track", "version", "title", "audience", "objectives", "thresholds"),
            *("planned_half_days", "planned_minutes", "modules"),
        ),
        ("unreviewed",),
    )
    if table.text("track") not in TRACKS:
        raise table.error("track", f"track must be {' or '.join(TRACKS)}")
    course = CurriculumFile(
        code=table.text("code"),
        track=table.text("track"),
        version=table.text("version"),
        based_on="",
        titles=table.names_of("title"),
        audience=table.names_of("audience"),
        planned_half_days=table.number("planned_half_days"),
        planned_minutes=table.whole("planned_minutes"),
        objectives=table.lists_of("objectives"),
        thresholds=_thresholds(table.table("thresholds")),
        unreviewed=table.languages("unreviewed"),
        modules=tuple(_read_module(folder / code) for code in table.texts("modules")),
    )
    _refuse_disorder(table, "modules", course)
    _refuse_stray_folders(folder, course)
    return course


def _based(table: Table, base: CurriculumFile) -> CurriculumFile:
    table.expect(
        ("code", "based_on", "version", "planned_half_days", "planned_minutes", "half_days")
    )
    half_days = table.table("half_days")
    known = {module.code: module for module in base.modules}
    modules = []
    for code in half_days.values:
        if code not in known:
            raise half_days.error(code, f"{base.code} has no module {code!r}")
        modules.append(replace(known[code], half_days=half_days.number(code)))
    course = replace(
        base,
        code=table.text("code"),
        version=table.text("version"),
        based_on=base.code,
        planned_half_days=table.number("planned_half_days"),
        planned_minutes=table.whole("planned_minutes"),
        modules=tuple(modules),
    )
    _refuse_disorder(table, "half_days", course)
    return course


def _refuse_disorder(table: Table, key: str, course: CurriculumFile) -> None:
    total = sum(module.half_days for module in course.modules)
    if total != course.planned_half_days:
        raise table.error(
            "planned_half_days",
            f"the modules add up to {total} half-days, not {course.planned_half_days}",
        )
    taught: set[str] = set()
    for module in course.modules:
        for prerequisite in module.prerequisites:
            if prerequisite not in taught:
                raise table.error(key, f"{module.code} comes before {prerequisite}, which it needs")
        taught.add(module.code)


def _read_module(folder: Path) -> ModuleFile:
    path = folder / MODULE_FILE
    module = parse_module(text_of(path), shown(path))
    if module.code != folder.name:
        raise CourseFileError(shown(path), None, f"the code {module.code} is not the folder's name")
    paths = sorted(folder.glob("*.md"), key=_lesson_number)
    lessons = tuple(_read_lesson(path, number) for number, path in enumerate(paths, start=1))
    total = sum(lesson.half_days for lesson in lessons)
    if lessons and total != module.half_days:
        raise CourseFileError(
            shown(path), None, f"the lessons add up to {total} half-days, not {module.half_days}"
        )
    return replace(module, lessons=lessons)


def _lesson_number(path: Path) -> tuple[int, str]:
    # L10 comes after L9.
    number = re.search(r"-L(\d+)$", path.stem)
    return (int(number[1]) if number else 0, path.stem)


def _read_lesson(path: Path, number: int) -> LessonFile:
    lesson = parse_lesson(text_of(path), shown(path))
    expected = f"{path.parent.name}-L{number}"
    if lesson.code != expected or path.stem != expected:
        raise CourseFileError(
            shown(path), None, f"the code {lesson.code} and the file's name must be {expected}"
        )
    return lesson


def _refuse_stray_folders(folder: Path, course: CurriculumFile) -> None:
    listed = {module.code for module in course.modules}
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.name not in listed:
            raise CourseFileError(shown(path), None, "no curriculum lists this module")


def _competence(module: Table) -> CompetenceFile | None:
    if "competence" not in module.values:
        return None
    table = module.table("competence")
    table.expect(("code", *TAGS))
    return CompetenceFile(table.text("code"), table.names())


def _thresholds(table: Table) -> ThresholdsFile:
    shares = ("quiz_pass_share", "module_attendance", "course_attendance", "hours_done_share")
    levels = ("second_try_level_cap", "acquired_level", "in_progress_level")
    table.expect((*shares, *levels, "quiz_attempts"))
    read = {key: table.whole(key, 0, 100) for key in shares}
    read |= {key: table.whole(key, 1, 4) for key in levels}
    if read["in_progress_level"] >= read["acquired_level"]:
        raise table.error("in_progress_level", "in_progress_level must be below acquired_level")
    return ThresholdsFile(quiz_attempts=table.whole("quiz_attempts"), **read)
