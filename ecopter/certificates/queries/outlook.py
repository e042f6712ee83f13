"""What separates one person from each paper of their course."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from ecopter.attendance.queries import OwnHalfDay, hours_among, list_own_half_days
from ecopter.attendance.rules import AttendanceSummary
from ecopter.authorization.policy import Scope
from ecopter.certificates.queries.course import Course, capstone_of, held_half_day
from ecopter.certificates.queries.papers import IssuedPaper, list_of_enrolment
from ecopter.certificates.rules.eligibility import Obstacle, kinds_for, obstacles
from ecopter.certificates.rules.words import CredentialKind
from ecopter.cohorts.models import Enrolment
from ecopter.cohorts.queries import get_enrolment, scope_of
from ecopter.gradebook.queries import PublishedWork, competences_of_place, works_of_place
from ecopter.platform.clock import school_day


@dataclass(frozen=True)
class PaperOutlook:
    """One kind of paper for one person: held already, or what is missing; empty: only issuing."""

    kind: CredentialKind
    paper: IssuedPaper | None
    obstacles: tuple[Obstacle, ...]

    @property
    def is_earned(self) -> bool:
        return self.paper is None and not self.obstacles


@dataclass(frozen=True)
class Outlook:
    """The papers of a place, in the order of the course, and every paper ever issued for it."""

    enrolment: Enrolment
    kinds: tuple[PaperOutlook, ...]
    # Newest first, those that no longer stand too.
    papers: Sequence[IssuedPaper]

    @property
    def scope(self) -> Scope:
        return scope_of(self.enrolment)

    @property
    def waited_for(self) -> tuple[PaperOutlook, ...]:
        """The kinds that the person does not hold."""
        return tuple(one for one in self.kinds if one.paper is None)


def get_outlook(enrolment_id: int, now: datetime) -> Outlook:
    """Five queries, whatever the size of the cohort. Raises NotFound."""
    enrolment = get_enrolment(enrolment_id)
    half_days = list_own_half_days(enrolment)
    hours = hours_among(half_days, enrolment.spans, now=now).total
    return outlook_of(enrolment, half_days, hours, works_of_place(enrolment_id), now)


def outlook_of(
    enrolment: Enrolment,
    half_days: Iterable[OwnHalfDay],
    hours: AttendanceSummary,
    works: Iterable[PublishedWork],
    now: datetime,
) -> Outlook:
    """The same for a place with cohort, curriculum and periods, of what was read already.

    `labels.sentences(one.obstacles)` says what is missing, with its amounts. One query and, for a
    course that has no mark, its outline.
    """
    cohort = enrolment.cohort
    course = Course(
        cohort,
        [held_half_day(one, cohort.id) for one in half_days],
        capstone_of(cohort.curriculum),
        now,
        school_day(now),
    )
    standing = course.standing(enrolment.spans, hours, competences_of_place(enrolment, works))
    papers = list_of_enrolment(enrolment.id)[::-1]
    held = {one.kind: one for one in papers if one.is_live}
    return Outlook(
        enrolment,
        tuple(
            PaperOutlook(kind, held.get(kind), obstacles(kind, standing, course.required))
            for kind in kinds_for(cohort.curriculum.track, cohort.ends_on)
        ),
        papers,
    )
