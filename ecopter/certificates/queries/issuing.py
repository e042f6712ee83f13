"""The issue sheet of a cohort: everyone, what each has to show, and what was issued already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property

from flask import current_app
from sqlalchemy import select

from ecopter.attendance.models import Register
from ecopter.attendance.queries import summaries
from ecopter.attendance.rules import AttendanceSummary
from ecopter.authorization.policy import Scope
from ecopter.certificates.models import NumberSeries
from ecopter.certificates.queries.papers import (
    CredentialSheet,
    IssuedPaper,
    get_credential_sheet,
    list_of_cohort,
)
from ecopter.certificates.rules.eligibility import (
    Competence,
    HalfDayOn,
    Obstacle,
    Requirements,
    Standing,
    kinds_for,
    obstacles,
    planned_minutes,
    stays,
)
from ecopter.certificates.rules.words import CredentialKind
from ecopter.cohorts.models import Cohort, Enrolment
from ecopter.cohorts.queries import get_cohort, list_enrolments
from ecopter.cohorts.rules import is_expected
from ecopter.curricula.models import Module
from ecopter.db import db
from ecopter.gradebook.queries import CompetenceLine
from ecopter.gradebook.queries import competences as competences_of
from ecopter.school.models import School
from ecopter.school.queries import find_school
from ecopter.shared.dates import DateSpan, HalfDay, local, minutes_between
from ecopter.timetable.models import TrainingSession

# The module of the final project, in every version of the terroir course.
CAPSTONE = "PF"


class SchoolFact(StrEnum):
    """What a paper must say of the school."""

    LEGAL_NAME = "legal_name"
    ADDRESS = "address"
    DECLARATION_NUMBER = "declaration_number"
    SIGNATORY_NAME = "signatory_name"
    SIGNATORY_TITLE = "signatory_title"
    PLACE = "place"


@dataclass(frozen=True)
class HeldHalfDay:
    """A half-day of the cohort, and whether its register is closed."""

    training_session_id: int
    held_on: date
    half_day: HalfDay
    starts_at: datetime
    ends_at: datetime
    is_cancelled: bool
    is_make_up: bool
    is_closed: bool

    @property
    def minutes(self) -> int:
        return minutes_between(self.starts_at, self.ends_at)


@dataclass(frozen=True)
class Candidate:
    """One person of the cohort with everything a paper may say of them."""

    enrolment: Enrolment
    standing: Standing
    competences: Sequence[CompetenceLine]
    # The paper that counts of each kind: the live one, else the latest.
    papers: Mapping[CredentialKind, IssuedPaper]

    def obstacles(self, kind: CredentialKind, required: Requirements) -> tuple[Obstacle, ...]:
        return obstacles(kind, self.standing, required)


@dataclass(frozen=True)
class Line:
    """A candidate as the page of one kind of paper shows them."""

    candidate: Candidate
    obstacles: tuple[Obstacle, ...]
    paper: IssuedPaper | None

    @property
    def is_issued(self) -> bool:
        return self.paper is not None and self.paper.is_live

    @property
    def is_ready(self) -> bool:
        return not self.is_issued and not self.obstacles

    @property
    def is_suggested(self) -> bool:
        """Ticked beforehand: ready, and nobody has ever taken such a paper back from them."""
        return self.is_ready and self.paper is None


@dataclass(frozen=True)
class IssueSheet:
    """Everything needed to issue the papers of a cohort. `today` is the school's calendar day."""

    cohort: Cohort
    school: School | None
    required: Requirements
    candidates: Sequence[Candidate]
    unregistered: Sequence[HeldHalfDay]
    today: date

    @property
    def scope(self) -> Scope:
        return Scope(cohort_id=self.cohort.id)

    @property
    def kinds(self) -> tuple[CredentialKind, ...]:
        return kinds_for(self.cohort.curriculum.track, self.cohort.ends_on)

    @property
    def school_lacks(self) -> tuple[SchoolFact, ...]:
        return tuple(fact for fact in SchoolFact if not getattr(self.school, fact.value, ""))

    def kind_named(self, name: str | None) -> CredentialKind:
        """The kind an address asks for, else the first of this cohort."""
        return next((kind for kind in self.kinds if kind.value == name), self.kinds[0])

    def lines(self, kind: CredentialKind) -> list[Line]:
        return [
            Line(candidate, candidate.obstacles(kind, self.required), candidate.papers.get(kind))
            for candidate in self.candidates
        ]


@dataclass(frozen=True)
class _Course:
    """What is the same for everyone of a cohort."""

    cohort: Cohort
    half_days: Sequence[HeldHalfDay]
    capstone_id: int | None
    now: datetime
    today: date

    @cached_property
    def unregistered(self) -> list[HeldHalfDay]:
        """Half-days that are over, not cancelled, and whose register is not closed."""
        return [
            half_day
            for half_day in self.half_days
            if not (half_day.is_cancelled or half_day.is_closed) and half_day.ends_at <= self.now
        ]

    @property
    def required(self) -> Requirements:
        thresholds = self.cohort.curriculum.thresholds
        cancelled = [one.minutes for one in self.half_days if one.is_cancelled]
        made_up = [one.minutes for one in self.half_days if one.is_make_up and not one.is_cancelled]
        return Requirements(
            attendance_share=thresholds.course_attendance_share,
            hours_share=thresholds.hours_share,
            planned_minutes=planned_minutes(
                self.cohort.curriculum.planned_minutes, sum(cancelled), sum(made_up)
            ),
        )

    def standing(
        self,
        spans: Sequence[DateSpan],
        attendance: AttendanceSummary,
        competences: Sequence[CompetenceLine],
    ) -> Standing:
        periods = stays(spans, self.cohort.starts_on, self.cohort.ends_on)
        ends_on = periods[-1].last if periods else self.cohort.ends_on
        expected = [
            half_day
            for half_day in self.half_days
            if not half_day.is_cancelled and is_expected(half_day.held_on, spans)
        ]
        unregistered = tuple(
            HalfDayOn(half_day.held_on, half_day.half_day)
            for half_day in self.unregistered
            if is_expected(half_day.held_on, spans)
        )
        is_over = self.today >= ends_on and all(
            half_day.ends_at <= self.now or half_day.is_closed for half_day in expected
        )
        return Standing(
            ends_on=max([ends_on, *(half_day.held_on for half_day in expected)]),
            is_over=is_over,
            attended_minutes=attendance.attended_minutes,
            expected_minutes=attendance.expected_minutes,
            unregistered=unregistered,
            unwritten=max(0, attendance.half_days_unwritten - len(unregistered)),
            competences=tuple(
                Competence(
                    line.code,
                    line.outcome,
                    is_capstone=line.module_id == self.capstone_id,
                )
                for line in competences
            ),
            periods=periods,
        )


def get_issue_sheet(cohort_id: int, now: datetime) -> IssueSheet:
    """Twelve queries, whatever the size of the cohort. Raises NotFound."""
    cohort = get_cohort(cohort_id)
    course = _Course(
        cohort,
        list_half_days(cohort_id),
        find_capstone(cohort.curriculum_id),
        now,
        local(now, current_app.config["SCHOOL_ZONE"]).date(),
    )
    enrolments = list_enrolments(cohort_id)
    attendance = summaries(cohort_id, enrolments, now=now)
    competences = competences_of(cohort_id)
    papers = _by_enrolment(list_of_cohort(cohort_id))
    candidates = [
        Candidate(
            enrolment,
            course.standing(
                enrolment.spans,
                attendance[enrolment.id],
                competences.get(enrolment.id, ()),
            ),
            competences.get(enrolment.id, ()),
            papers.get(enrolment.id, {}),
        )
        for enrolment in enrolments
    ]
    return IssueSheet(
        cohort, find_school(), course.required, candidates, course.unregistered, course.today
    )


def _by_enrolment(
    papers: Sequence[IssuedPaper],
) -> dict[int, dict[CredentialKind, IssuedPaper]]:
    found: dict[int, dict[CredentialKind, IssuedPaper]] = {}
    for paper in papers:
        of_person = found.setdefault(paper.enrolment_id, {})
        before = of_person.get(paper.kind)
        if before is None or paper.is_live or not before.is_live:
            of_person[paper.kind] = paper
    return found


def list_half_days(cohort_id: int) -> list[HeldHalfDay]:
    """Every half-day of a cohort in order, cancelled ones too; one query of plain rows."""
    rows = db.session.execute(
        select(
            TrainingSession.id,
            TrainingSession.held_on,
            TrainingSession.half_day,
            TrainingSession.starts_at,
            TrainingSession.ends_at,
            TrainingSession.cancelled_at.is_not(None),
            TrainingSession.is_make_up,
            Register.closed_at.is_not(None),
        )
        .outerjoin(Register, Register.training_session_id == TrainingSession.id)
        .where(TrainingSession.cohort_id == cohort_id)
        .order_by(TrainingSession.starts_at)
    )
    return [HeldHalfDay(*row) for row in rows]


def find_capstone(curriculum_id: int) -> int | None:
    """The module of the final project; None in a course without one."""
    return db.session.scalar(
        select(Module.id).where(Module.curriculum_id == curriculum_id, Module.code == CAPSTONE)
    )


def hold_series(name: str) -> NumberSeries | None:
    """A series, locked until the end of the transaction: others wait for their numbers."""
    return db.session.scalar(
        select(NumberSeries)
        .where(NumberSeries.name == name)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


@dataclass(frozen=True)
class ReissueSheet:
    """A paper to print anew from today's data, beside the words it carries now."""

    before: CredentialSheet
    sheet: IssueSheet
    line: Line

    @property
    def scope(self) -> Scope:
        return self.before.scope


def get_reissue_sheet(credential_id: int, now: datetime) -> ReissueSheet:
    """The queries of the issue sheet and one more. Raises NotFound."""
    before = get_credential_sheet(credential_id)
    sheet = get_issue_sheet(before.credential.enrolment.cohort_id, now)
    line = next(
        line
        for line in sheet.lines(before.credential.kind)
        if line.candidate.enrolment.id == before.credential.enrolment_id
    )
    return ReissueSheet(before, sheet, line)
