"""What one place has left behind: every act of the path with its moment, in one query."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import NamedTuple, Protocol

from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    Select,
    bindparam,
    case,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import contains_eager, joinedload

from ecopter.assessment.models import Grade, QuizAttempt, Submission
from ecopter.assessment.rules.quiz import QuizResult, best
from ecopter.cohorts.models import Cohort, Enrolment
from ecopter.curricula.models import Lesson, Module
from ecopter.db import plain_rows
from ecopter.learning.models import LessonCompletion, PrerequisiteWaiver
from ecopter.learning.rules import Missing, Work
from ecopter.school.models import Site
from ecopter.shared.dates import local
from ecopter.timetable.models import TrainingSession

# Rows with a moment: kind, lesson or module id, when, words, right answers, answers that count.
Moments = Select[str, int, datetime, str, int, int]


@dataclass(frozen=True)
class Traces:
    """What one enrolment has left behind, and the half-days of its cohort.

    By lesson id: `completions`, `quizzes` (the best result) and `works`. By module id: `waivers`
    (their reasons), `days` (how many days away its half-days are) and `cancelled` (how many).
    `latest_lesson_id`: where the latest act was.
    """

    completions: Mapping[int, datetime]
    quizzes: Mapping[int, QuizResult]
    works: Mapping[int, Work]
    waivers: Mapping[int, str]
    days: Mapping[int, tuple[int, ...]]
    cancelled: Mapping[int, int]
    latest_lesson_id: int | None


@dataclass(frozen=True)
class MissingFirst:
    """A module that comes first, and what is not yet said done in it."""

    module: Module
    lessons: tuple[Lesson, ...]


def places() -> Select[Enrolment]:
    """Places with cohort, curriculum and trainee, in one statement."""
    return (
        select(Enrolment)
        .join(Enrolment.cohort)
        .options(
            contains_eager(Enrolment.cohort).joinedload(Cohort.curriculum),
            joinedload(Enrolment.trainee),
        )
    )


class DayHeld(Protocol):
    """What a path must know of a half-day: `held_on` is a date of its site's `zone`."""

    @property
    def module_id(self) -> int: ...

    @property
    def held_on(self) -> date: ...

    @property
    def zone(self) -> str: ...

    @property
    def is_cancelled(self) -> bool: ...


class PlannedDay(NamedTuple):
    """A half-day that nothing else was read of."""

    module_id: int
    held_on: date
    zone: str
    is_cancelled: bool


def traces_of(
    enrolment: Enrolment, now: datetime, half_days: Iterable[DayHeld] | None = None
) -> Traces:
    """Everything of a path that is a row with a moment, whatever its table; one query.

    It brings the half-days of the cohort as well, unless they were read before.
    """
    completions: dict[int, datetime] = {}
    attempts: dict[int, list[QuizResult]] = {}
    handed_in: dict[int, datetime] = {}
    judged: dict[int, tuple[datetime, bool]] = {}
    waivers: dict[int, str] = {}
    planned: list[DayHeld] = []
    acts: list[tuple[datetime, int]] = []
    asked = {"enrolment_id": enrolment.id}
    if half_days is None:
        asked["cohort_id"] = enrolment.cohort_id
    for kind, about, at, words, right, counted in plain_rows(_moments(half_days is None), asked):
        if kind == "waiver":
            waivers[about] = words
        elif kind in {"half-day", "cancelled"}:
            held_on = local(at, words).date()
            planned.append(PlannedDay(about, held_on, words, kind == "cancelled"))
        elif kind == "grade":
            judged[about] = (at, words == "published")
        else:
            acts.append((at, about))
            if kind == "completion":
                completions[about] = at
            elif kind == "quiz":
                result = QuizResult(right, counted, words == "passed")
                attempts.setdefault(about, []).append(result)
            elif kind == "submission":
                handed_in[about] = at
    days, cancelled = _days_away(planned if half_days is None else half_days, now)
    return Traces(
        completions=completions,
        quizzes={lesson_id: found for lesson_id, made in attempts.items() if (found := best(made))},
        works={
            lesson_id: Work(handed_in.get(lesson_id), *judged.get(lesson_id, (None, False)))
            for lesson_id in handed_in.keys() | judged.keys()
        },
        waivers=waivers,
        days=days,
        cancelled=cancelled,
        latest_lesson_id=max(acts)[1] if acts else None,
    )


def _days_away(
    half_days: Iterable[DayHeld], now: datetime
) -> tuple[Mapping[int, tuple[int, ...]], Mapping[int, int]]:
    """By module id: how many days away its half-days are, and how many are cancelled."""
    today: dict[str, date] = {}
    days: dict[int, list[int]] = {}
    cancelled: Counter[int] = Counter()
    for one in half_days:
        if one.is_cancelled:
            cancelled[one.module_id] += 1
            continue
        here = today.get(one.zone) or today.setdefault(one.zone, local(now, one.zone).date())
        days.setdefault(one.module_id, []).append((one.held_on - here).days)
    return {module_id: tuple(sorted(away)) for module_id, away in days.items()}, cancelled


@cache
def _moments(with_half_days: bool) -> CompoundSelect[str, int, datetime, str, int, int]:
    """(kind, lesson or module id, when, words, right answers, answers that count).

    The words of a half-day are its site's zone. Built once: building it costs more than asking it.
    """
    half_days = (_half_days(),) if with_half_days else ()
    return union_all(*_acts(), *half_days)


def _half_days() -> Moments:
    return (
        select(
            case((TrainingSession.cancelled_at.is_(None), "half-day"), else_="cancelled"),
            TrainingSession.module_id,
            TrainingSession.starts_at,
            Site.zone,
            literal(0),
            literal(0),
        )
        .join(Site, Site.id == TrainingSession.site_id)
        .where(TrainingSession.cohort_id == bindparam("cohort_id"))
    )


def _acts() -> tuple[Moments, ...]:
    nothing = literal(0)
    enrolment_id: BindParameter[int] = bindparam("enrolment_id")
    return (
        select(
            literal("completion").label("kind"),
            LessonCompletion.lesson_id.label("about"),
            LessonCompletion.done_at.label("at"),
            literal("").label("words"),
            nothing.label("right"),
            nothing.label("counted"),
        ).where(LessonCompletion.enrolment_id == enrolment_id),
        select(
            literal("quiz"),
            QuizAttempt.lesson_id,
            QuizAttempt.submitted_at,
            case((QuizAttempt.passed, "passed"), else_="failed"),
            QuizAttempt.right_count,
            QuizAttempt.counted,
        ).where(QuizAttempt.enrolment_id == enrolment_id),
        select(
            literal("submission"),
            Submission.lesson_id,
            func.max(Submission.submitted_at),
            literal(""),
            nothing,
            nothing,
        )
        .where(Submission.enrolment_id == enrolment_id)
        .group_by(Submission.lesson_id),
        select(
            literal("grade"),
            Grade.lesson_id,
            Grade.graded_at,
            case((Grade.published_at.is_(None), "waiting"), else_="published"),
            nothing,
            nothing,
        ).where(Grade.enrolment_id == enrolment_id, Grade.is_current),
        select(
            literal("waiver"),
            PrerequisiteWaiver.module_id,
            PrerequisiteWaiver.given_at,
            PrerequisiteWaiver.reason,
            nothing,
            nothing,
        ).where(PrerequisiteWaiver.enrolment_id == enrolment_id),
    )


def missing_first(missing: Sequence[Missing], course: Sequence[Module]) -> tuple[MissingFirst, ...]:
    modules = {module.id: module for module in course}
    return tuple(
        MissingFirst(
            modules[each.module_id],
            tuple(x for x in modules[each.module_id].lessons if x.id in each.lesson_ids),
        )
        for each in missing
    )
