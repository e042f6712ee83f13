"""Marks of a cohort, marks of one person, and competences."""

from ecopter.gradebook.queries.book import (
    PAGE_SIZE,
    BookWish,
    Gradebook,
    Line,
    get_gradebook,
)
from ecopter.gradebook.queries.competences import (
    CompetenceLine,
    PublishedWork,
    competences,
    competences_of_cohorts,
    competences_of_place,
    module_marks,
    works_of_place,
)
from ecopter.gradebook.queries.marks import (
    CriterionLevel,
    LessonMarks,
    Marks,
    ModuleMarks,
    get_marks,
)
from ecopter.gradebook.queries.results import Cell, QuizCell

__all__ = [
    "PAGE_SIZE",
    "BookWish",
    "Cell",
    "CompetenceLine",
    "CriterionLevel",
    "Gradebook",
    "LessonMarks",
    "Line",
    "Marks",
    "ModuleMarks",
    "PublishedWork",
    "QuizCell",
    "competences",
    "competences_of_cohorts",
    "competences_of_place",
    "get_gradebook",
    "get_marks",
    "module_marks",
    "works_of_place",
]
