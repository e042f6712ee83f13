"""Issuing papers: one act for everyone chosen, each exactly once, numbers without a gap."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import insert
from sqlalchemy.dialects import postgresql, sqlite

from ecopter.audit import services as audit
from ecopter.authorization.policy import Actor
from ecopter.certificates.models import Credential, NumberSeries
from ecopter.certificates.queries.facts import facts_for
from ecopter.certificates.queries.issuing import Candidate, IssueSheet, hold_series
from ecopter.certificates.queries.papers import JOB_KEY, issued_among
from ecopter.certificates.rules.codes import draw_code
from ecopter.certificates.rules.numbering import number_in, series_of
from ecopter.certificates.rules.words import CertificateWords, CredentialKind
from ecopter.certificates.services.wording import Mark, words_of
from ecopter.cohorts.models import Enrolment
from ecopter.db import db
from ecopter.notices.rules import NoticeEvent
from ecopter.notices.services.telling import tell
from ecopter.platform.jobs import Job, JobState
from ecopter.shared.errors import Conflict
from ecopter.shared.text import N_

PAPER_JOB = "paper"

NO_SUCH_KIND = N_("This cohort gives no such paper.")
NOT_OF_COHORT = N_("Someone chosen is not in this cohort. Open the page again.")
SCHOOL_INCOMPLETE = N_(
    "Facts about the school that every paper carries are missing; the page of the certificates "
    "names them."
)
NO_PUBLIC_ADDRESS = N_(
    "Papers outside the demonstration carry the address where anyone can check them. Whoever looks "
    "after this installation must first set its public https address (ECOPTER_BASE_URL)."
)
NOT_READY = N_(
    "Nothing was issued: for %(count)s of those chosen something is missing. The page shows what."
)


@dataclass(frozen=True)
class Issued:
    """How many papers were made, and how many of those chosen had theirs already."""

    credential_ids: tuple[int, ...]
    already: int

    @property
    def count(self) -> int:
        return len(self.credential_ids)


@dataclass(frozen=True)
class Place:
    """Where papers are issued: the address they are checked at, without a slash at its end."""

    base_url: str
    is_https: bool


def blocks(sheet: IssueSheet, place: Place) -> str:
    """The sentence that says why nothing can be issued here at all; empty when it can."""
    if sheet.school_lacks:
        return SCHOOL_INCOMPLETE
    if not sheet.cohort.is_demo and not place.is_https:
        return NO_PUBLIC_ADDRESS
    return ""


def issue(
    sheet: IssueSheet,
    kind: CredentialKind,
    chosen: Collection[int],
    *,
    place: Place,
    actor: Actor,
    now: datetime,
) -> Issued:
    """Issue one kind of paper to the chosen enrolments, all or none; dated the school's today.

    Whoever has one already is skipped and counted, so that a double click or a colleague at the
    same moment does no harm. Raises Conflict when anything is missing for anybody else.
    """
    if kind not in sheet.kinds:
        raise Conflict(NO_SUCH_KIND)
    if blocked := blocks(sheet, place):
        raise Conflict(blocked)
    by_id = {candidate.enrolment.id: candidate for candidate in sheet.candidates}
    if not by_id.keys() >= set(chosen):
        raise Conflict(NOT_OF_COHORT)
    series = take_turn(kind, sheet)
    # Read after the turn is ours: whoever was before us has left their papers here.
    already = issued_among(chosen, kind)
    people = [
        by_id[enrolment_id] for enrolment_id in by_id if enrolment_id in set(chosen) - already
    ]
    lacking = sum(1 for person in people if person.obstacles(kind, sheet.required))
    if lacking:
        raise Conflict(NOT_READY, count=lacking)
    if not people:
        return Issued((), len(already))
    marks = [
        Mark(number, draw_code(), sheet.today, sheet.today)
        for number in take_numbers(series, len(people))
    ]
    facts = facts_for(sheet, kind, now)
    words = [
        words_of(sheet, person, kind, mark, base_url=place.base_url, facts=facts)
        for person, mark in zip(people, marks, strict=True)
    ]
    credential_ids = write(list(zip(people, words, strict=True)), actor=actor, now=now)
    audit.record(
        "certificate.issue",
        actor=actor,
        now=now,
        about=("cohort", sheet.cohort.id),
        kind=kind.value,
        count=len(credential_ids),
        first=marks[0].number,
        last=marks[-1].number,
        credentials=credential_ids,
    )
    for person, mark in zip(people, marks, strict=True):
        tell_issued(person.enrolment, mark.number, now=now)
    return Issued(tuple(credential_ids), len(already))


def tell_issued(enrolment: Enrolment, number: str, *, now: datetime) -> None:
    """The holder learns of their paper; each has a number of their own."""
    tell(
        [enrolment.trainee_id],
        NoticeEvent.PAPER_ISSUED,
        now=now,
        number=number,
        enrolment_id=enrolment.id,
    )


def take_turn(kind: CredentialKind, sheet: IssueSheet) -> NumberSeries:
    """The series of today's papers, ours alone until the end of the transaction."""
    name = series_of(kind, sheet.today, is_demo=sheet.cohort.is_demo)
    series = hold_series(name)
    if series is not None:
        return series
    # Two first papers of a year at once: one makes the series, the other waits and finds it.
    dialect = db.session.get_bind().dialect.name
    fresh = (postgresql if dialect == "postgresql" else sqlite).insert(NumberSeries)
    db.session.execute(fresh.values(name=name, next_number=1).on_conflict_do_nothing())
    return cast("NumberSeries", hold_series(name))


def take_numbers(series: NumberSeries, count: int) -> list[str]:
    """The next numbers of a series that is held; undone with the transaction, so never a gap."""
    first = series.next_number
    series.next_number = first + count
    return [number_in(series.name, place) for place in range(first, first + count)]


def write(
    papers: Sequence[tuple[Candidate, CertificateWords]],
    *,
    actor: Actor,
    now: datetime,
    supersedes_id: int | None = None,
) -> list[int]:
    """Write credentials and the jobs that print them; three statements for any number of papers.

    Returns the ids in the order of `papers`.
    """
    db.session.flush()
    rows: list[Mapping[str, Any]] = [
        {
            "enrolment_id": person.enrolment.id,
            "kind": words.kind,
            "number": words.number,
            "code": words.code,
            "words": words.to_dict(),
            "fingerprint": words.fingerprint(),
            "issued_on": words.issued_on,
            "first_issued_on": words.first_issued_on,
            "issued_by_id": actor.user_id,
            "issued_at": now,
            "is_live": True,
            "supersedes_id": supersedes_id,
        }
        for person, words in papers
    ]
    # Asked for in order, SQLite would write row by row: the numbers tell whose id is whose.
    statement = insert(Credential).returning(Credential.number, Credential.id)
    id_of = {row.number: row.id for row in db.session.execute(statement, rows)}
    credential_ids = [id_of[words.number] for _, words in papers]
    db.session.execute(
        insert(Job), [job_of(credential_id, now) for credential_id in credential_ids]
    )
    db.session.flush()
    return credential_ids


def job_of(credential_id: int, now: datetime) -> dict[str, Any]:
    """The row of the job that prints a paper; its key makes asking twice asking once."""
    return {
        "kind": PAPER_JOB,
        "key": f"{JOB_KEY}{credential_id}",
        "arguments": {"credential_id": credential_id},
        "state": JobState.WAITING,
        "attempts": 0,
        "run_after": now,
        "error": "",
    }
