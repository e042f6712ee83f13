"""The issue sheet of a cohort: everyone, what each has to show, and what was issued already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from flask import current_app
from sqlalchemy import select

from ecopter.attendance.queries import summaries
from ecopter.authorization.policy import Scope
from ecopter.certificates.models import NumberSeries
from ecopter.certificates.queries.course import (
    Course,
    HeldHalfDay,
    find_capstones,
    list_half_days,
)
from ecopter.certificates.queries.papers import (
    CredentialSheet,
    IssuedPaper,
    PaperState,
    get_credential_sheet,
    list_of_cohort,
    live_of_enrolment,
)
from ecopter.certificates.rules.eligibility import (
    Obstacle,
    Requirements,
    Standing,
    earned_kind,
    kinds_for,
    obstacles,
)
from ecopter.certificates.rules.words import CertificateWords, CredentialKind
from ecopter.cohorts.models import Cohort, Enrolment
from ecopter.cohorts.queries import get_cohort, list_enrolments
from ecopter.db import db
from ecopter.gradebook.queries import CompetenceLine
from ecopter.gradebook.queries import competences as competences_of
from ecopter.school.models import School
from ecopter.school.queries import find_school
from ecopter.school.rules import PaperFact, lacking_facts
from ecopter.shared.dates import local


class ReadinessState(StrEnum):
    """Where one person stands before one kind of paper."""

    READY = "ready"
    MISSING = "missing"
    ISSUED = "issued"


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
    def state(self) -> ReadinessState:
        if self.is_issued:
            return ReadinessState.ISSUED
        return ReadinessState.MISSING if self.obstacles else ReadinessState.READY

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
    def school_lacks(self) -> tuple[PaperFact, ...]:
        return lacking_facts(self.school)

    @property
    def earned_kind(self) -> CredentialKind:
        """The paper that the course is followed for."""
        return earned_kind(self.cohort.curriculum.track)

    def kind_named(self, name: str | None) -> CredentialKind:
        """The kind an address asks for, else the first of this cohort."""
        return next((kind for kind in self.kinds if kind.value == name), self.kinds[0])

    @property
    def failed(self) -> int:
        """Papers that stand and whose PDF could not be made."""
        return self._papers_in(PaperState.FAILED)

    @property
    def in_the_making(self) -> int:
        """Papers that stand and whose PDF is not there yet."""
        return self._papers_in(PaperState.MAKING)

    def _papers_in(self, state: PaperState) -> int:
        return sum(
            1
            for candidate in self.candidates
            for paper in candidate.papers.values()
            if paper.is_live and paper.paper_state is state
        )

    def lines(self, kind: CredentialKind) -> list[Line]:
        return [
            Line(candidate, candidate.obstacles(kind, self.required), candidate.papers.get(kind))
            for candidate in self.candidates
        ]


def get_issue_sheet(cohort_id: int, now: datetime) -> IssueSheet:
    """Twelve queries, whatever the size of the cohort. Raises NotFound."""
    cohort = get_cohort(cohort_id)
    course = Course(
        cohort,
        list_half_days([cohort_id]).get(cohort_id, []),
        find_capstones([cohort.curriculum_id]).get(cohort.curriculum_id),
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


@dataclass(frozen=True)
class StandingPaper:
    """A paper that stands, with the words it carries."""

    credential_id: int
    number: str
    kind: CredentialKind
    words: CertificateWords


@dataclass(frozen=True)
class NameSheet:
    """A paper whose name is wrong, and every other of the same place that stands."""

    before: CredentialSheet
    sheet: IssueSheet
    candidate: Candidate
    standing_papers: Sequence[StandingPaper]

    @property
    def scope(self) -> Scope:
        return self.before.scope


def get_name_sheet(credential_id: int, now: datetime) -> NameSheet:
    """The queries of the issue sheet and two more. Raises NotFound."""
    before = get_credential_sheet(credential_id)
    enrolment_id = before.credential.enrolment_id
    sheet = get_issue_sheet(before.credential.enrolment.cohort_id, now)
    return NameSheet(
        before,
        sheet,
        next(one for one in sheet.candidates if one.enrolment.id == enrolment_id),
        [
            StandingPaper(one.id, one.number, one.kind, CertificateWords.from_dict(one.words))
            for one in live_of_enrolment(enrolment_id)
        ],
    )
