"""Papers already issued: of a cohort, of a person, one by its id, one by its code."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, String, bindparam, cast, literal, select
from sqlalchemy.orm import aliased, joinedload

from ecopter.authorization.policy import Scope
from ecopter.certificates.models import Credential, Paper, Revocation
from ecopter.certificates.rules.words import CertificateWords, CredentialKind, fingerprint_of
from ecopter.cohorts.models import Enrolment
from ecopter.cohorts.queries import scope_of
from ecopter.db import db, plain_rows
from ecopter.platform.jobs import Job, JobState
from ecopter.shared.errors import NotFound

# The key of the job that makes a paper is this and the id of its credential.
JOB_KEY = "paper:"

_Newer = aliased(Credential)


class PaperState(StrEnum):
    """How far the PDF of a credential is."""

    MAKING = "making"
    READY = "ready"
    FAILED = "failed"


class CredentialState(StrEnum):
    """What a paper is worth today."""

    LIVE = "live"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    # The stored words no longer match their fingerprint: nobody may rely on them.
    DAMAGED = "damaged"


@dataclass(frozen=True)
class IssuedPaper:
    """A credential as lists show it."""

    credential_id: int
    enrolment_id: int
    kind: CredentialKind
    number: str
    code: str
    issued_on: date
    state: CredentialState
    paper_state: PaperState
    revoked_at: datetime | None
    reason: str
    # The number of the paper that replaces this one; empty when there is none.
    newer_number: str

    @property
    def is_live(self) -> bool:
        return self.state is CredentialState.LIVE


def list_of_cohort(cohort_id: int) -> list[IssuedPaper]:
    """Every paper of a cohort, oldest first, those that no longer stand too; one query."""
    enrolments = select(Enrolment.id).where(Enrolment.cohort_id == cohort_id)
    return _list(Credential.enrolment_id.in_(enrolments))


def list_of_enrolment(enrolment_id: int) -> list[IssuedPaper]:
    return _papers(plain_rows(_of_enrolment(), {"enrolment_id": enrolment_id}))


def _list(condition: ColumnElement[bool]) -> list[IssuedPaper]:
    return _papers(db.session.execute(_choice(condition)))


@cache
def _of_enrolment() -> Select[*tuple[Any, ...]]:
    """Built once: it is asked on every home page."""
    return _choice(Credential.enrolment_id == bindparam("enrolment_id"))


def _choice(condition: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Credential.id,
            Credential.enrolment_id,
            Credential.kind,
            Credential.number,
            Credential.code,
            Credential.issued_on,
            Credential.is_live,
            _Newer.number,
            Paper.id,
            Job.state,
            Revocation.revoked_at,
            Revocation.reason,
        )
        .outerjoin(_Newer, _Newer.supersedes_id == Credential.id)
        .outerjoin(Revocation, Revocation.credential_id == Credential.id)
        .outerjoin(Paper, Paper.credential_id == Credential.id)
        .outerjoin(Job, Job.key == literal(JOB_KEY) + cast(Credential.id, String))
        .where(condition)
        .order_by(Credential.id)
    )


def _papers(rows: Iterable[Row[*tuple[Any, ...]]]) -> list[IssuedPaper]:
    return [
        IssuedPaper(
            credential_id,
            enrolment_id,
            kind,
            number,
            code,
            issued_on,
            state_of(is_live=is_live, newer_number=newer),
            _paper_state(paper_id, job),
            revoked_at,
            reason or "",
            newer or "",
        )
        for (
            credential_id,
            enrolment_id,
            kind,
            number,
            code,
            issued_on,
            is_live,
            newer,
            paper_id,
            job,
            revoked_at,
            reason,
        ) in rows
    ]


def state_of(*, is_live: bool, newer_number: str | None) -> CredentialState:
    if is_live:
        return CredentialState.LIVE
    return CredentialState.SUPERSEDED if newer_number else CredentialState.REVOKED


def _paper_state(paper_id: int | None, job: JobState | None) -> PaperState:
    if paper_id is not None:
        return PaperState.READY
    return PaperState.FAILED if job is JobState.FAILED else PaperState.MAKING


@dataclass(frozen=True)
class CredentialSheet:
    """One credential with its PDF, if it is made, and the job that makes it."""

    credential: Credential
    paper: Paper | None
    paper_state: PaperState
    newer_number: str

    @property
    def scope(self) -> Scope:
        return scope_of(self.credential.enrolment)

    @property
    def state(self) -> CredentialState:
        return state_of(is_live=self.credential.is_live, newer_number=self.newer_number)

    @property
    def words(self) -> CertificateWords:
        return CertificateWords.from_dict(self.credential.words)


def get_credential_sheet(credential_id: int) -> CredentialSheet:
    """One query. Raises NotFound."""
    row = db.session.execute(
        select(Credential, Paper, Job.state, _Newer.number)
        .outerjoin(Paper, Paper.credential_id == Credential.id)
        .outerjoin(Job, Job.key == literal(JOB_KEY) + cast(Credential.id, String))
        .outerjoin(_Newer, _Newer.supersedes_id == Credential.id)
        .options(joinedload(Credential.enrolment))
        .where(Credential.id == credential_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    credential, paper, job, newer = row
    return CredentialSheet(
        credential, paper, _paper_state(paper.id if paper else None, job), newer or ""
    )


@dataclass(frozen=True)
class Verification:
    """What the verification page says of a code: the words the paper prints, and their worth."""

    state: CredentialState
    words: CertificateWords | None
    revoked_at: datetime | None
    reason: str
    newer_number: str
    newer_issued_on: date | None


def find_by_code(code: str) -> Verification | None:
    """One query by the unique code; None when no paper carries it."""
    row = db.session.execute(_of_code(), {"code": code}).one_or_none()
    if row is None:
        return None
    credential, revocation, newer, newer_on = row
    words = find_words(credential)
    state = state_of(is_live=credential.is_live, newer_number=newer)
    return Verification(
        state=state if words else CredentialState.DAMAGED,
        words=words,
        revoked_at=revocation.revoked_at if revocation else None,
        reason=revocation.reason if revocation else "",
        newer_number=newer or "",
        newer_issued_on=newer_on,
    )


@cache
def _of_code() -> Select[*tuple[Any, ...]]:
    """Built once: strangers ask it more often than anything else."""
    return (
        select(Credential, Revocation, _Newer.number, _Newer.issued_on)
        .outerjoin(Revocation, Revocation.credential_id == Credential.id)
        .outerjoin(_Newer, _Newer.supersedes_id == Credential.id)
        .where(Credential.code == bindparam("code"))
    )


def find_words(credential: Credential) -> CertificateWords | None:
    """The frozen words; None when they are no longer those that were sealed at issue."""
    try:
        words = CertificateWords.from_dict(credential.words)
    except ValueError:
        return None
    sealed = (credential.code, credential.number, credential.kind)
    # Sealed as they were stored: a word that exists since then was not among them.
    is_whole = fingerprint_of(credential.words) == credential.fingerprint
    return words if is_whole and (words.code, words.number, words.kind) == sealed else None


def get_credential(credential_id: int) -> Credential:
    """Raises NotFound."""
    credential = db.session.get(Credential, credential_id)
    if credential is None:
        raise NotFound
    return credential


def hold_credential(credential_id: int) -> Credential:
    """The same for whoever is about to end it: others queue, and read what we have left."""
    db.session.execute(
        select(Credential.id).where(Credential.id == credential_id).with_for_update()
    )
    credential = get_credential(credential_id)
    db.session.refresh(credential, ["is_live"])
    return credential


def find_paper(credential_id: int) -> Paper | None:
    return db.session.scalar(select(Paper).where(Paper.credential_id == credential_id))


def find_job(credential_id: int) -> Job | None:
    return db.session.scalar(select(Job).where(Job.key == f"{JOB_KEY}{credential_id}"))


def live_of_enrolment(enrolment_id: int) -> list[Credential]:
    """The papers of one place that stand, oldest first; one query."""
    return list(
        db.session.scalars(
            select(Credential)
            .where(Credential.enrolment_id == enrolment_id, Credential.is_live)
            .order_by(Credential.id)
        )
    )


def issued_among(enrolment_ids: Collection[int], kind: CredentialKind) -> frozenset[int]:
    """Places that hold a live paper of a kind already; one query."""
    return frozenset(
        db.session.scalars(
            select(Credential.enrolment_id).where(
                Credential.enrolment_id.in_(enrolment_ids),
                Credential.kind == kind,
                Credential.is_live,
            )
        )
    )
