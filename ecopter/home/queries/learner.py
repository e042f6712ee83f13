"""The first page of someone who learns: go on, where to be next, how far the certificate is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import islice

from ecopter.attendance.queries import OwnHalfDay
from ecopter.attendance.rules import AttendanceSummary
from ecopter.authorization.policy import Actor
from ecopter.certificates.queries.outlook import Outlook, PaperOutlook, outlook_of
from ecopter.certificates.rules.eligibility import earned_kind
from ecopter.gradebook.queries import PublishedWork, works_of_place
from ecopter.home.rules import LATEST_MARKS, NEXT_HALF_DAYS, ZONE_OF_COUNTRY
from ecopter.learning.queries import Path, get_path


@dataclass(frozen=True)
class NextHalfDay:
    """Where to be next: what is taught, and the names of the place."""

    held: OwnHalfDay
    titles: Mapping[str, str]


@dataclass(frozen=True)
class LatestMark:
    """A mark on 0-20 published lately; None: excused from the exercise."""

    titles: Mapping[str, str]
    mark: Decimal | None
    published_at: datetime


@dataclass(frozen=True)
class Learner:
    """One place someone holds: the path, the hours, the next half-days, the certificate.

    `zone` is the reader's own by their country, "" when it is not known.
    """

    path: Path
    hours: AttendanceSummary
    half_days: Sequence[NextHalfDay]
    marks: Sequence[LatestMark]
    outlook: Outlook
    zone: str
    is_active: bool

    @property
    def goal(self) -> PaperOutlook | None:
        """The paper the person came for, unless it is held already."""
        wanted = earned_kind(self.path.curriculum.track)
        return next((one for one in self.outlook.waited_for if one.kind is wanted), None)

    @property
    def papers(self) -> int:
        """Papers held that still stand."""
        return sum(paper.is_live for paper in self.outlook.papers)


def get_learner(enrolment_id: int, actor: Actor, now: datetime) -> Learner:
    """Six queries at most, rows of this person's and of their cohort's half-days only."""
    path = get_path(enrolment_id, now)
    is_active = enrolment_id in actor.active_enrolments
    works = works_of_place(enrolment_id)
    return Learner(
        path=path,
        hours=path.hours.total,
        half_days=list_next(path, now) if is_active else (),
        marks=list_marks(path, works),
        outlook=outlook_of(path.enrolment, path.half_days, path.hours.total, works, now),
        zone=ZONE_OF_COUNTRY.get(path.enrolment.trainee.country, ""),
        is_active=is_active,
    )


def list_next(path: Path, now: datetime) -> Sequence[NextHalfDay]:
    """The next half-days of a path; no query."""
    modules = {step.progress.module_id: step.module for step in path.steps}
    to_come = (one for one in path.half_days if not one.is_cancelled and one.ends_at > now)
    return [
        NextHalfDay(one, modules[one.module_id].titles) for one in islice(to_come, NEXT_HALF_DAYS)
    ]


def list_marks(path: Path, works: Iterable[PublishedWork]) -> Sequence[LatestMark]:
    """The marks published last, the latest first, of all works of a path; no query."""
    lessons = {one.progress.lesson_id: one.lesson for step in path.steps for one in step.lessons}
    return [
        LatestMark(lessons[work.lesson_id].titles, work.mark, work.published_at)
        for work in islice(works, LATEST_MARKS)
    ]
