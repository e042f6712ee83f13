"""What some papers say besides: marks by module, and the organisation a person belongs to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select

from ecopter.associations.models import Association, Mandate
from ecopter.attendance.rules import summarise
from ecopter.certificates.queries.hours import lines_of
from ecopter.certificates.queries.issuing import Candidate, IssueSheet
from ecopter.certificates.rules.words import CredentialKind
from ecopter.curricula.models import Curriculum, Module
from ecopter.db import db
from ecopter.gradebook.queries import module_marks
from ecopter.shared.dates import DateSpan


@dataclass(frozen=True)
class TaughtModule:
    """A module for one person. Minutes are whole; `mark` on 20, None where nothing was marked."""

    module_id: int
    code: str
    titles: Mapping[str, str]
    minutes_done: int
    minutes_planned: int
    mark: Decimal | None


@dataclass(frozen=True)
class Facts:
    """By enrolment id: organisations, and the modules of a paper that prints them."""

    organisations: Mapping[int, str] = field(default_factory=dict)
    modules: Mapping[int, Sequence[TaughtModule]] = field(default_factory=dict)


def facts_for(sheet: IssueSheet, kind: CredentialKind, now: datetime) -> Facts:
    """What papers of a kind say beyond the issue sheet; four queries at most, for any number.

    A leader's paper names the association whose mandate ran on the last day of training, the
    first of them by date; the certificat de réalisation the employer who sent the person.
    """
    if kind is CredentialKind.TRANSCRIPT:
        return Facts(modules=_modules(sheet, now))
    employers = {one.enrolment.id: one.enrolment.organisation for one in sheet.candidates}
    if kind is CredentialKind.LEADERSHIP:
        return Facts(employers | _associations(sheet.candidates))
    return Facts(employers if kind is CredentialKind.COMPLETION else {})


def _associations(candidates: Sequence[Candidate]) -> dict[int, str]:
    mandates: dict[int, list[tuple[DateSpan, str]]] = {}
    for user_id, first, last, name in db.session.execute(
        select(Mandate.user_id, Mandate.from_on, Mandate.until_on, Association.name)
        .join(Association, Association.id == Mandate.association_id)
        .where(Mandate.user_id.in_([one.enrolment.trainee_id for one in candidates]))
        .order_by(Mandate.from_on, Mandate.id)
    ):
        mandates.setdefault(user_id, []).append((DateSpan(first, last), name))
    return {
        one.enrolment.id: held[0]
        for one in candidates
        if (
            held := [
                name
                for span, name in mandates.get(one.enrolment.trainee_id, ())
                if one.standing.ends_on in span
            ]
        )
    }


def _modules(sheet: IssueSheet, now: datetime) -> dict[int, list[TaughtModule]]:
    cohort = sheet.cohort
    modules = db.session.scalars(
        select(Module).where(Module.curriculum_id == cohort.curriculum_id).order_by(Module.position)
    ).all()
    enrolments = [one.enrolment for one in sheet.candidates]
    hours = lines_of([cohort.id], enrolments, now=now)
    marks = module_marks(cohort.id)
    return {
        place.id: [
            TaughtModule(
                module.id,
                module.code,
                module.titles,
                summarise(
                    each.line for each in hours[place.id] if each.module_id == module.id
                ).attended_minutes,
                planned_of(module, cohort.curriculum),
                marks.get((place.id, module.id)),
            )
            for module in modules
        ]
        for place in enrolments
    }


def planned_of(module: Module, curriculum: Curriculum) -> int:
    """Minutes a module is planned for: its share of the half-days of the whole course."""
    if not curriculum.planned_half_days:
        return 0
    return curriculum.planned_minutes * module.planned_half_days // curriculum.planned_half_days
