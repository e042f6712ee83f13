"""Printing: the PDF of a credential, made by the worker and kept by its hash."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, cast

import structlog
from flask import current_app
from flask.sansio.app import App
from sqlalchemy import update

from ecopter.audit import services as audit
from ecopter.authorization.policy import Actor
from ecopter.certificates.models import Credential, Paper
from ecopter.certificates.queries.bundles import failed_of_cohort
from ecopter.certificates.queries.papers import (
    JOB_KEY,
    CredentialSheet,
    find_job,
    find_paper,
    find_words,
    get_credential,
)
from ecopter.certificates.rules.words import CertificateWords
from ecopter.certificates.services.issuing import PAPER_JOB, job_of
from ecopter.db import db, reading
from ecopter.platform.adapters import adapters
from ecopter.platform.jobs import Job, JobState
from ecopter.platform.pdf import Document, PdfRenderer
from ecopter.shared.errors import Unavailable
from ecopter.shared.text import N_

EXTENSION = "certificate_document"
RENDERER = "pdf_renderer"

DAMAGED = N_(
    "The stored file of this paper is damaged and is not given out. The school's office can have "
    "it printed again."
)

DocumentOf = Callable[[CertificateWords], Document]


def init_app(app: App, *, document_of: DocumentOf) -> None:
    """How words become a page is the business of a room above this one."""
    app.extensions[EXTENSION] = document_of


def make_paper(arguments: Mapping[str, Any], now: datetime) -> None:
    """Print one credential. Run twice, it leaves one file and one row, and the same bytes."""
    credential_id = int(arguments["credential_id"])
    with reading():  # printing is slow: nobody waits for us to let the database go
        credential = get_credential(credential_id)
        paper = find_paper(credential_id)
    if paper is not None and stored(paper) is not None:
        return
    document_of = cast("DocumentOf", current_app.extensions[EXTENSION])
    renderer = cast("PdfRenderer", current_app.extensions[RENDERER])
    content = renderer.render(document_of(_whole(credential)))
    digest = adapters().files.put(content)
    paper = find_paper(credential_id) or Paper(credential_id=credential_id)
    if paper.digest not in (None, digest):
        structlog.get_logger("ecopter").warning("paper printed otherwise", paper=credential_id)
    paper.digest, paper.size, paper.rendered_at = digest, len(content), now
    db.session.add(paper)
    db.session.flush()


def _whole(credential: Credential) -> CertificateWords:
    words = find_words(credential)
    if words is None:
        raise ValueError(f"the words of credential {credential.id} do not match their fingerprint")
    return words


def stored(paper: Paper) -> bytes | None:
    """The file of a paper, byte for byte as it was made; None when it is lost or was changed."""
    try:
        content = adapters().files.get(paper.digest)
    except FileNotFoundError:
        return None
    return content if hashlib.sha256(content).hexdigest() == paper.digest else None


def open_paper(paper: Paper) -> bytes:
    """The same for a reader. Raises Unavailable."""
    content = stored(paper)
    if content is None:
        structlog.get_logger("ecopter").error("paper damaged", paper=paper.id)
        raise Unavailable(DAMAGED)
    return content


def print_again(sheet: CredentialSheet, *, actor: Actor, now: datetime) -> None:
    """Ask for a paper once more, after a failure or the loss of its file."""
    credential_id = sheet.credential.id
    job = find_job(credential_id)
    if job is None:
        job = Job(**job_of(credential_id, now))
        db.session.add(job)
    job.state, job.attempts, job.run_after, job.error = JobState.WAITING, 0, now, ""
    audit.record(
        "certificate.print_again", actor=actor, now=now, about=("credential", credential_id)
    )
    db.session.flush()


def print_failed(cohort_id: int, *, actor: Actor, now: datetime) -> int:
    """Ask once more for every paper of a cohort that could not be made; how many they are."""
    failed = failed_of_cohort(cohort_id)
    if not failed:
        return 0
    db.session.execute(
        update(Job)
        .where(Job.key.in_([f"{JOB_KEY}{one}" for one in failed]))
        .values(state=JobState.WAITING, attempts=0, run_after=now, error="")
        .execution_options(synchronize_session=False)
    )
    audit.record(
        "certificate.print_again",
        actor=actor,
        now=now,
        about=("cohort", cohort_id),
        credentials=list(failed),
    )
    db.session.flush()
    return len(failed)


__all__ = [
    "PAPER_JOB",
    "init_app",
    "make_paper",
    "open_paper",
    "print_again",
    "print_failed",
    "stored",
]
