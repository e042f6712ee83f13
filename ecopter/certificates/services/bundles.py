"""All papers of a cohort for the printer and for the archive, made by the worker."""

import csv
import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import force_locale

from ecopter.audit import services as audit
from ecopter.authorization.policy import Actor
from ecopter.certificates.models import Bundle
from ecopter.certificates.queries.bundles import (
    BUNDLE_KEY,
    BundleSheet,
    find_bundle,
    find_bundle_job,
    language_of,
    list_bound,
    live_in_list_order,
)
from ecopter.certificates.queries.papers import find_words
from ecopter.certificates.rules.naming import file_name
from ecopter.certificates.rules.words import CertificateWords, CredentialKind
from ecopter.certificates.services.papers import make_paper, stored
from ecopter.db import db, reading
from ecopter.platform import jobs
from ecopter.platform.adapters import adapters
from ecopter.platform.i18n import say
from ecopter.platform.jobs import JobState
from ecopter.shared.errors import Conflict, Unavailable
from ecopter.shared.languages import DEFAULT, LANGUAGES
from ecopter.shared.text import N_
from ecopter.ui.lists import harmless

BUNDLE_JOB = "bundle"
MANIFEST = "manifest.csv"
# The same papers give the same archive, whenever it is made.
ZIP_DATE = (1980, 1, 1, 0, 0, 0)

NO_PAPERS = N_("No paper of this kind stands in this cohort: there is nothing to put together.")
LOST = N_("This file is lost or damaged. Put the papers together once more.")

HEADINGS = (
    N_("Number"),
    N_("Name (Latin letters)"),
    N_("Name (Arabic letters)"),
    N_("Paper"),
    N_("Issued on"),
    N_("Check page"),
    N_("SHA-256 of the file"),
    N_("File"),
)
KINDS = {
    CredentialKind.COMPLETION: N_("Certificate of completion"),
    CredentialKind.ATTESTATION: N_("End-of-training certificate"),
    CredentialKind.LEADERSHIP: N_("Certificate of training for association leaders"),
    CredentialKind.TRANSCRIPT: N_("Transcript of marks"),
}


@dataclass(frozen=True)
class Leaf:
    """One paper of a bundle: what it says, and the untouched bytes of its PDF."""

    words: CertificateWords
    content: bytes

    @property
    def name(self) -> str:
        return file_name(self.words.number, self.words.person.latin)


def ask(cohort_id: int, kind: CredentialKind, *, actor: Actor, now: datetime) -> int:
    """Have the papers of a kind that stand put together; the id of the bundle.

    Raises Conflict when there are none.
    """
    credential_ids = live_in_list_order(cohort_id, kind)
    if not credential_ids:
        raise Conflict(NO_PAPERS)
    bundle = Bundle(
        cohort_id=cohort_id,
        kind=kind,
        credential_ids=list(credential_ids),
        asked_by_id=actor.user_id,
        asked_at=now,
    )
    db.session.add(bundle)
    db.session.flush()
    jobs.enqueue(BUNDLE_JOB, f"{BUNDLE_KEY}{bundle.id}", {"bundle_id": bundle.id}, now=now)
    audit.record(
        "bundle.ask",
        actor=actor,
        now=now,
        about=("bundle", bundle.id),
        cohort=cohort_id,
        kind=kind.value,
        count=len(credential_ids),
    )
    db.session.flush()
    return bundle.id


def ask_again(sheet: BundleSheet, *, actor: Actor, now: datetime) -> None:
    """Try once more what could not be put together."""
    job = find_bundle_job(sheet.bundle.id)
    if job is not None:
        job.state, job.attempts, job.run_after, job.error = JobState.WAITING, 0, now, ""
    audit.record("bundle.ask_again", actor=actor, now=now, about=("bundle", sheet.bundle.id))
    db.session.flush()


def make_bundle(arguments: Mapping[str, Any], now: datetime) -> None:
    """The worker's part: print what is not printed, then put all of it together.

    Each paper is kept as soon as it is printed, so that the page can count them. Run twice, it
    leaves the same two files.
    """
    bundle_id = int(arguments["bundle_id"])
    with reading():
        bundle = find_bundle(bundle_id)
        bound = list_bound(bundle.credential_ids) if bundle else []
    if bundle is None:
        return
    for one in bound:
        make_paper({"credential_id": one.credential.id}, now)
        db.session.commit()
    with reading():
        leaves = [_leaf(bound) for bound in list_bound(bundle.credential_ids)]
        language = LANGUAGES[language_of(bundle.asked_by_id) or DEFAULT]
    with force_locale(language.formats):
        listed = manifest(leaves)
    files = adapters().files
    pdf, archive = files.put(merged(leaves)), files.put(zipped(leaves, listed))
    bundle = find_bundle(bundle_id)
    if bundle is not None:
        bundle.pdf_digest, bundle.zip_digest, bundle.made_at = pdf, archive, now
    db.session.flush()


def _leaf(bound: Any) -> Leaf:
    words = find_words(bound.credential)
    content = stored(bound.paper) if bound.paper else None
    if words is None or content is None:
        raise ValueError(f"paper {bound.credential.id} cannot be put into a bundle")
    return Leaf(words, content)


def merged(leaves: Sequence[Leaf]) -> bytes:
    """Every page of every paper, in order, as one file for the printer."""
    # Only the worker puts papers together: the web processes are spared the library.
    import pikepdf  # noqa: PLC0415

    whole = pikepdf.new()
    for leaf in leaves:
        with pikepdf.open(io.BytesIO(leaf.content)) as paper:
            whole.pages.extend(paper.pages)
    for page in whole.pages:
        # The tags of a paper stay with the paper: here nothing would answer to them.
        if "/StructParents" in page.obj:
            del page.obj["/StructParents"]
    out = io.BytesIO()
    whole.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def manifest(leaves: Sequence[Leaf]) -> bytes:
    """The list of an archive, in the language of the moment: UTF-8 with a mark, semicolons."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([harmless(say(heading)) for heading in HEADINGS])
    for leaf in leaves:
        words = leaf.words
        row = (
            words.number,
            words.person.latin,
            words.person.arabic,
            say(KINDS[words.kind]),
            words.issued_on.isoformat(),
            words.verify_url,
            hashlib.sha256(leaf.content).hexdigest(),
            leaf.name,
        )
        writer.writerow([harmless(value) for value in row])
    return text.getvalue().encode("utf-8-sig")


def zipped(leaves: Sequence[Leaf], listed: bytes) -> bytes:
    """The untouched papers and their list; nothing is compressed, since a PDF already is."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo(MANIFEST, ZIP_DATE), listed)
        for leaf in leaves:
            archive.writestr(zipfile.ZipInfo(leaf.name, ZIP_DATE), leaf.content)
    return out.getvalue()


def open_file(digest: str) -> bytes:
    """One of the two files. Raises Unavailable when it is lost or was changed."""
    try:
        content = adapters().files.get(digest)
    except FileNotFoundError as reason:
        raise Unavailable(LOST) from reason
    if hashlib.sha256(content).hexdigest() != digest:
        raise Unavailable(LOST)
    return content
