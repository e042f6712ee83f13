"""Which papers a course gives, who has earned one, and all that is missing for the others."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from math import ceil
from typing import Final

from ecopter.certificates.rules.words import (
    CredentialKind,
    Period,
)
from ecopter.curricula.rules import Track
from ecopter.gradebook.rules import CompetenceOutcome
from ecopter.shared.dates import DateSpan, HalfDay

# The certificat de réalisation replaced earlier French certificates on 1 June 2020.
COMPLETION_EXISTS_FROM: Final = date(2020, 6, 1)

ENOUGH: Final = frozenset({CompetenceOutcome.ACQUIRED, CompetenceOutcome.IN_PROGRESS})


class ObstacleKind(StrEnum):
    NOT_ENDED = "not_ended"
    REGISTER_MISSING = "register_missing"
    LINE_MISSING = "line_missing"
    NO_ATTENDANCE = "no_attendance"
    RATE_TOO_LOW = "rate_too_low"
    HOURS_TOO_FEW = "hours_too_few"
    NOTHING_ASSESSED = "nothing_assessed"
    COMPETENCE_NOT_ASSESSED = "competence_not_assessed"
    COMPETENCE_NOT_ACQUIRED = "competence_not_acquired"
    CAPSTONE_NOT_DEFENDED = "capstone_not_defended"


class Ask(StrEnum):
    """Who can take an obstacle away."""

    NOBODY = "nobody"
    INSTRUCTORS = "instructors"
    OFFICE = "office"


@dataclass(frozen=True)
class HalfDayOn:
    day: date
    half_day: HalfDay


@dataclass(frozen=True)
class Competence:
    """How one competence stands; `is_capstone` marks the one of the final project."""

    code: str
    result: CompetenceOutcome
    is_capstone: bool = False


@dataclass(frozen=True)
class Standing:
    """What one person has to show. Half-days are those the person is expected at.

    `ends_on` is the last day of the place: the end of the course, or the day the person left.
    `unregistered` are half-days that are over and whose register is not closed; `unwritten` counts
    lines of this person that closed registers do not have.
    """

    ends_on: date
    is_over: bool
    attended_minutes: int
    expected_minutes: int
    unregistered: tuple[HalfDayOn, ...] = ()
    unwritten: int = 0
    competences: tuple[Competence, ...] = ()
    periods: tuple[Period, ...] = ()


@dataclass(frozen=True)
class Requirements:
    """What the curriculum asks for; shares are in per cent.

    `planned_minutes` are those of the course less what was cancelled and not made up.
    """

    attendance_share: Decimal
    hours_share: Decimal
    planned_minutes: int


@dataclass(frozen=True)
class Obstacle:
    """One thing that is missing, with its amount, and who can help.

    `minutes` are missing minutes; `reached` and `asked` shares in per cent; `on` a day to wait for.
    """

    kind: ObstacleKind
    ask: Ask
    minutes: int = 0
    reached: Decimal | None = None
    asked: Decimal | None = None
    on: date | None = None
    half_days: tuple[HalfDayOn, ...] = ()
    count: int = 0
    competence: str = ""


def kinds_for(track: Track, ends_on: date) -> tuple[CredentialKind, ...]:
    """The papers of a course that ends on a day, the most asked for first.

    A course that ended before June 2020 has no certificat de réalisation: it did not exist.
    """
    earned = earned_kind(track)
    if ends_on < COMPLETION_EXISTS_FROM:
        return (earned, CredentialKind.TRANSCRIPT)
    if track is Track.LEADERSHIP:
        return (earned, CredentialKind.COMPLETION, CredentialKind.TRANSCRIPT)
    return (CredentialKind.COMPLETION, earned, CredentialKind.TRANSCRIPT)


def earned_kind(track: Track) -> CredentialKind:
    """The paper a course is followed for: the one that says what was learnt."""
    return CredentialKind.LEADERSHIP if track is Track.LEADERSHIP else CredentialKind.ATTESTATION


def obstacles(
    kind: CredentialKind, standing: Standing, required: Requirements
) -> tuple[Obstacle, ...]:
    """Everything that stands in the way of a paper, not only the first thing; empty: earned.

    A certificat de réalisation states hours done between two dates (Ministry of Labour model): it
    is refused for no mark and no rate. A relevé de notes states marks, low ones too: it only waits
    for the end, and for something to state. The two others follow the course's scale (Annexe 1):
    every competence acquired or in progress, the product file defended (terroir), presence, and
    hours over the whole course, so that half a course at 100 % is not enough.
    """
    found = [*_facts_missing(standing)]
    if kind is CredentialKind.COMPLETION:
        if standing.attended_minutes <= 0:
            found.append(Obstacle(ObstacleKind.NO_ATTENDANCE, Ask.INSTRUCTORS))
        return tuple(found)
    if kind is CredentialKind.TRANSCRIPT:
        if standing.attended_minutes <= 0 and not _is_assessed(standing.competences):
            found.append(Obstacle(ObstacleKind.NO_ATTENDANCE, Ask.INSTRUCTORS))
        return tuple(found)
    found += _hours_missing(standing, required)
    found += _competences_missing(standing.competences)
    if kind is CredentialKind.ATTESTATION and not _is_defended(standing.competences):
        found.append(Obstacle(ObstacleKind.CAPSTONE_NOT_DEFENDED, Ask.INSTRUCTORS))
    return tuple(found)


def planned_minutes(course: int, cancelled: int, made_up: int) -> int:
    """Minutes a course gives when some half-days were cancelled and others added for them."""
    return max(0, course - max(0, cancelled - made_up))


def stays(spans: Iterable[DateSpan], starts_on: date, ends_on: date) -> tuple[Period, ...]:
    """The periods of a place as a paper prints them: inside the course, in order, with ends."""
    clipped = ((max(span.first, starts_on), min(span.last or ends_on, ends_on)) for span in spans)
    return tuple(Period(first, last) for first, last in sorted(clipped) if first <= last)


def _facts_missing(standing: Standing) -> Iterator[Obstacle]:
    if not standing.is_over:
        yield Obstacle(ObstacleKind.NOT_ENDED, Ask.NOBODY, on=standing.ends_on)
    if standing.unregistered:
        yield Obstacle(
            ObstacleKind.REGISTER_MISSING,
            Ask.INSTRUCTORS,
            half_days=standing.unregistered,
            count=len(standing.unregistered),
        )
    if standing.unwritten:
        yield Obstacle(ObstacleKind.LINE_MISSING, Ask.INSTRUCTORS, count=standing.unwritten)


def _hours_missing(standing: Standing, required: Requirements) -> Iterator[Obstacle]:
    shares = (
        (ObstacleKind.RATE_TOO_LOW, required.attendance_share, standing.expected_minutes),
        (ObstacleKind.HOURS_TOO_FEW, required.hours_share, required.planned_minutes),
    )
    for kind, asked, whole in shares:
        # Compared before any rounding: 84.96 % is shown as 85.0 % and is not 85 %.
        missing = ceil(asked * whole / 100) - standing.attended_minutes
        if missing > 0:
            reached = Decimal(standing.attended_minutes) * 100 / Decimal(whole)
            yield Obstacle(kind, Ask.OFFICE, minutes=missing, reached=reached, asked=asked)


def _competences_missing(competences: tuple[Competence, ...]) -> Iterator[Obstacle]:
    if not competences:
        yield Obstacle(ObstacleKind.NOTHING_ASSESSED, Ask.INSTRUCTORS)
    for competence in competences:
        if competence.result is CompetenceOutcome.NOT_ASSESSED:
            if not competence.is_capstone:
                yield Obstacle(
                    ObstacleKind.COMPETENCE_NOT_ASSESSED,
                    Ask.INSTRUCTORS,
                    competence=competence.code,
                )
        elif competence.result not in ENOUGH:
            yield Obstacle(
                ObstacleKind.COMPETENCE_NOT_ACQUIRED, Ask.INSTRUCTORS, competence=competence.code
            )


def _is_assessed(competences: tuple[Competence, ...]) -> bool:
    return any(one.result is not CompetenceOutcome.NOT_ASSESSED for one in competences)


def _is_defended(competences: tuple[Competence, ...]) -> bool:
    return any(
        competence.is_capstone and competence.result is not CompetenceOutcome.NOT_ASSESSED
        for competence in competences
    )


@dataclass(frozen=True)
class Shared:
    """One thing that is missing for many, to be said once; `people` are their enrolment ids."""

    obstacle: Obstacle
    people: frozenset[int]


def shared_by_many(lacking: Mapping[int, Sequence[Obstacle]]) -> tuple[Shared, ...]:
    """What is missing, word for word the same, for at least half of those who lack something.

    `lacking` holds obstacles by enrolment id. One person shares with nobody.
    """
    people: dict[Obstacle, set[int]] = {}
    incomplete = {enrolment_id for enrolment_id, found in lacking.items() if found}
    for enrolment_id in incomplete:
        for obstacle in lacking[enrolment_id]:
            people.setdefault(obstacle, set()).add(enrolment_id)
    return tuple(
        Shared(obstacle, frozenset(who))
        for obstacle, who in sorted(people.items(), key=lambda each: _order(each[0]))
        if len(who) > 1 and 2 * len(who) >= len(incomplete)
    )


def said_above(shared: Sequence[Shared]) -> dict[int, frozenset[Obstacle]]:
    """By enrolment id, what need not be said again beside the person."""
    people = {enrolment_id for one in shared for enrolment_id in one.people}
    return {
        enrolment_id: frozenset(one.obstacle for one in shared if enrolment_id in one.people)
        for enrolment_id in people
    }


def _order(obstacle: Obstacle) -> tuple[int, int, str]:
    """As `obstacles` gives them, competences by their number: C2 before C10."""
    kinds = tuple(ObstacleKind)
    return kinds.index(obstacle.kind), len(obstacle.competence), obstacle.competence
