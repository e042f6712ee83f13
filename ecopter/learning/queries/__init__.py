"""Reading a trainee's path through the course; every page here costs a fixed number of queries."""

from ecopter.learning.queries.acts import find_completion, find_waiver
from ecopter.learning.queries.courses import (
    CurriculumPage,
    Preview,
    get_curriculum_page,
    get_preview,
    neighbours,
)
from ecopter.learning.queries.lessons import LessonPage, Place, get_lesson_page, get_place
from ecopter.learning.queries.paths import (
    Asked,
    LessonStep,
    ModulePage,
    Path,
    Step,
    get_module_page,
    get_path,
    list_own,
)
from ecopter.learning.queries.traces import MissingFirst, Traces

__all__ = [
    "Asked",
    "CurriculumPage",
    "LessonPage",
    "LessonStep",
    "MissingFirst",
    "ModulePage",
    "Path",
    "Place",
    "Preview",
    "Step",
    "Traces",
    "find_completion",
    "find_waiver",
    "get_curriculum_page",
    "get_lesson_page",
    "get_module_page",
    "get_path",
    "get_place",
    "get_preview",
    "list_own",
    "neighbours",
]
