"""What one place has left behind: every act of the path with its moment, in one query."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

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


def traces_of(enrolment: Enrolment, now: datetime) -> Traces:
    """Everything of a path that is a row with a moment, whatever its table; one query."""
    completions: dict[int, datetime] = {}
    attempts: dict[int, list[QuizResult]] = {}
    handed_in: dict[int, datetime] = {}
    judged: dict[int, tuple[datetime, bool]] = {}
    waivers: dict[int, str] = {}
    days: dict[int, list[int]] = {}
    cancelled: Counter[int] = Counter()
    acts: list[tuple[datetime, int]] = []
    today: dict[str, date] = {}
    asked = {"enrolment_id": enrolment.id, "cohort_id": enrolment.cohort_id}
    for kind, about, at, words, right, counted in plain_rows(_moments(), asked):
        if kind == "waiver":
            waivers[about] = words
        elif kind == "half-day":
            here = today.get(words) or today.setdefault(words, local(now, words).date())
            days.setdefault(about, []).append((local(at, words).date() - here).days)
        elif kind == "cancelled":
            cancelled[about] += 1
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
    return Traces(
        completions=completions,
        quizzes={lesson_id: found for lesson_id, made in attempts.items() if (found := best(made))},
        works={
            lesson_id: Work(handed_in.get(lesson_id), *judged.get(lesson_id, (None, False)))
            for lesson_id in handed_in.keys() | judged.keys()
        },
        waivers=waivers,
        days={module_id: tuple(sorted(away)) for module_id, away in days.items()},
        cancelled=cancelled,
        latest_lesson_id=max(acts)[1] if acts else None,
    )


@cache
def _moments() -> CompoundSelect[str, int, datetime, str, int, int]:
    """(kind, lesson or module id, when, words, right answers, answers that count).

    The words of a half-day are its site's zone. Built once: building it costs more than asking it.
    """
    nothing = literal(0)
    enrolment_id: BindParameter[int] = bindparam("enrolment_id")
    cohort_id: BindParameter[int] = bindparam("cohort_id")
    return union_all(
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
        select(
            case((TrainingSession.cancelled_at.is_(None), "half-day"), else_="cancelled"),
            TrainingSession.module_id,
            TrainingSession.starts_at,
            Site.zone,
            nothing,
            nothing,
        )
        .join(Site, Site.id == TrainingSession.site_id)
        .where(TrainingSession.cohort_id == cohort_id),
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
