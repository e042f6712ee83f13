"""Competences of whole cohorts and of one person, and the marks of modules."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Select, bindparam, func, select

from ecopter.assessment.models import CriterionScore, Grade
from ecopter.assessment.queries.work import latest_published
from ecopter.cohorts.models import Cohort, Enrolment
from ecopter.curricula.models import Lesson, Module
from ecopter.curricula.queries import outline
from ecopter.db import db, plain_rows
from ecopter.gradebook.rules import CompetenceOutcome, mark_of_works, outcome_of_worst


@dataclass(frozen=True)
class CompetenceLine:
    """The competence of one module for one person."""

    module_id: int
    code: str
    titles: Mapping[str, str]
    outcome: CompetenceOutcome


def competences(cohort_id: int) -> dict[int, tuple[CompetenceLine, ...]]:
    """By enrolment id, one line per module with a competence, in teaching order; three queries.

    The worst criterion of the latest published work of each lesson decides; no published work
    at all is "not assessed".
    """
    return competences_of_cohorts([cohort_id])


def competences_of_cohorts(
    cohort_ids: Collection[int],
) -> dict[int, tuple[CompetenceLine, ...]]:
    """The same for everyone of several cohorts; three queries, however many."""
    modules: dict[int, list[CompetenceLine]] = {}
    for cohort_id, module_id, code, titles in db.session.execute(
        select(Cohort.id, Module.id, Module.competence_code, Module.competence_titles)
        .join(Module, Module.curriculum_id == Cohort.curriculum_id)
        .where(Cohort.id.in_(cohort_ids), Module.competence_code != "")
        .order_by(Module.position)
    ):
        line = CompetenceLine(module_id, code, titles, CompetenceOutcome.NOT_ASSESSED)
        modules.setdefault(cohort_id, []).append(line)
    people = select(Enrolment.id).where(Enrolment.cohort_id.in_(cohort_ids))
    worst = worst_levels(people)
    places = db.session.execute(people.add_columns(Enrolment.cohort_id)).all()
    # One line for each module and level that occurs, shared by everyone who has it.
    lines: dict[tuple[int, int | None], CompetenceLine] = {}
    return {
        enrolment_id: tuple(
            _judged(module, worst.get((enrolment_id, module.module_id)), lines)
            for module in modules.get(cohort_id, ())
        )
        for enrolment_id, cohort_id in places
    }


class PublishedWork(NamedTuple):
    """The newest published judgement of one exercise: its mark on 0-20, None for an excuse.

    `worst_level` is the lowest level among its criteria, None without one.
    """

    grade_id: int
    lesson_id: int
    module_id: int
    mark: Decimal | None
    published_at: datetime
    worst_level: int | None


def works_of_place(enrolment_id: int) -> Sequence[PublishedWork]:
    """What one person has been told of their exercises, the latest first; one query."""
    found = plain_rows(_published(), {"enrolment_ids": [enrolment_id]})
    return [PublishedWork._make(row) for row in found]


@cache
def _published() -> Select[int, int, int, Decimal | None, datetime | None, int]:
    """Built once: it is asked on every home page."""
    people: BindParameter[int] = bindparam("enrolment_ids", expanding=True)
    return (
        select(
            Grade.id,
            Grade.lesson_id,
            Lesson.module_id,
            Grade.mark,
            Grade.published_at,
            func.min(CriterionScore.level),
        )
        .join(Lesson, Lesson.id == Grade.lesson_id)
        .outerjoin(CriterionScore, CriterionScore.grade_id == Grade.id)
        .where(Grade.id.in_(latest_published(people)))
        .group_by(Grade.id, Grade.lesson_id, Lesson.module_id, Grade.mark, Grade.published_at)
        .order_by(Grade.published_at.desc(), Grade.id.desc())
    )


def competences_of_place(
    enrolment: Enrolment, works: Iterable[PublishedWork]
) -> tuple[CompetenceLine, ...]:
    """The same for one place whose cohort and curriculum are loaded; the outline's query at most.

    `works` are all of that place.
    """
    worst: dict[int, int] = {}
    for work in works:
        if work.worst_level is not None:
            known = worst.get(work.module_id, work.worst_level)
            worst[work.module_id] = min(known, work.worst_level)
    return tuple(
        CompetenceLine(
            module.id,
            module.competence_code,
            module.competence_titles,
            outcome_of_worst(worst.get(module.id)),
        )
        for module in outline(enrolment.cohort.curriculum)
        if module.competence_code
    )


def _judged(
    module: CompetenceLine,
    level: int | None,
    lines: dict[tuple[int, int | None], CompetenceLine],
) -> CompetenceLine:
    key = module.module_id, level
    if key not in lines:
        lines[key] = replace(module, outcome=outcome_of_worst(level))
    return lines[key]


def module_marks(cohort_id: int) -> dict[tuple[int, int], Decimal]:
    """Marks on 20 by (enrolment id, module id), of published works alone; one query.

    The mean of the marks of the module's exercises before any of them is rounded, rounded half up
    to a tenth, once. Modules without a marked work are left out.
    """
    people = select(Enrolment.id).where(Enrolment.cohort_id == cohort_id)
    latest = (
        latest_published(people)
        .with_only_columns(Grade.enrolment_id, Grade.lesson_id, func.max(Grade.id).label("id"))
        .subquery()
    )
    rows = db.session.execute(
        select(
            latest.c.enrolment_id,
            Lesson.module_id,
            func.sum(CriterionScore.level),
            func.count(CriterionScore.level),
        )
        .join(Lesson, Lesson.id == latest.c.lesson_id)
        .join(CriterionScore, CriterionScore.grade_id == latest.c.id)
        .group_by(latest.c.enrolment_id, Lesson.module_id, Lesson.id)
    )
    works: dict[tuple[int, int], list[Fraction]] = {}
    for enrolment_id, module_id, levels, criteria in rows:
        works.setdefault((enrolment_id, module_id), []).append(Fraction(int(levels), criteria))
    return {key: mark_of_works(means) for key, means in works.items()}


def worst_levels(people: Collection[int] | Select[Any]) -> dict[tuple[int, int], int]:
    """The lowest published level by (enrolment id, module id); one query."""
    rows = plain_rows(_worst(people))
    return {(enrolment_id, module_id): level for enrolment_id, module_id, level in rows}


def _worst(people: Collection[int] | Select[Any]) -> Select[int, int, int]:
    latest = (
        latest_published(people)
        .with_only_columns(Grade.enrolment_id, Grade.lesson_id, func.max(Grade.id).label("id"))
        .subquery()
    )
    return (
        select(latest.c.enrolment_id, Lesson.module_id, func.min(CriterionScore.level))
        .join(Lesson, Lesson.id == latest.c.lesson_id)
        .join(CriterionScore, CriterionScore.grade_id == latest.c.id)
        .group_by(latest.c.enrolment_id, Lesson.module_id)
    )
