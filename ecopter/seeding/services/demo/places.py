"""What the parts of a loading hand to each other."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from ecopter.curricula.models import Curriculum, Lesson, Module
from ecopter.questions.models import Question
from ecopter.school.models import Site
from ecopter.seeding.rules.demo_days import Dated
from ecopter.seeding.rules.demo_draw import Draw
from ecopter.seeding.rules.demo_files import DemoFiles
from ecopter.shared.dates import local


@dataclass(frozen=True)
class Shipped:
    """The shipped course and sites that the demonstration builds on."""

    curricula: Mapping[str, Curriculum]
    questions: Mapping[int, list[Question]]
    sites: Mapping[str, Site]


@dataclass(frozen=True)
class HeldHalfDay:
    """A half-day in the database; `is_done` when its register can be written."""

    id: int
    module: str
    is_morning: bool
    starts_at: datetime
    ends_at: datetime
    teacher_id: int
    is_done: bool


@dataclass(frozen=True)
class LoadedCohort:
    """A cohort in the database; `enrolments` by the person's code."""

    id: int
    dated: Dated
    curriculum: Curriculum
    enrolments: Mapping[str, int]
    half_days: tuple[HeldHalfDay, ...]

    def share_of_work(self, person: str) -> int:
        """How many of a hundred lessons and quizzes someone does; all, once a course is over."""
        habit = self.dated.file.habits.get(person)
        if self.dated.file.quizzes is None:
            return 100
        return habit.share_of_work if habit else 95

    def leaves(self, person: str) -> tuple[str, ...]:
        habit = self.dated.file.habits.get(person)
        return habit.leaves if habit else ()


@dataclass(frozen=True)
class TaughtLesson:
    """A lesson that was taught to its end, and when."""

    lesson: Lesson
    module: Module
    is_last: bool
    at: datetime
    teacher_id: int


@dataclass
class Loading:
    """One loading: the files, the moment, and the ids made so far."""

    files: DemoFiles
    shipped: Shipped
    draw: Draw
    now: datetime
    zone: str
    dated: tuple[Dated, ...]
    users: dict[str, int] = field(default_factory=dict)
    cohorts: dict[str, LoadedCohort] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The loading day at the school."""
        return self.today_at(self.zone)

    def today_at(self, zone: str) -> date:
        return local(self.now, zone).date()
