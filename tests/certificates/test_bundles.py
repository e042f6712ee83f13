"""All papers of a cohort together: for the printer, and untouched in an archive with their list."""

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

import pikepdf
import pypdf
import pytest
from flask import Flask
from sqlalchemy import select, update

from ecopter.audit.models import AuditEvent
from ecopter.certificates.models import Bundle, Paper
from ecopter.certificates.rules.words import CredentialKind
from ecopter.certificates.services import bundles, papers
from ecopter.db import db
from ecopter.people.models import User
from ecopter.platform import jobs
from ecopter.platform.adapters import adapters
from ecopter.platform.jobs import Job, JobState
from ecopter.platform.pdf import Document
from ecopter.shared.errors import Conflict
from tests.clock import NOW
from tests.factories.certificates import make_finished_cohort
from tests.factories.people import make_head_of_studies

ASK, SHOW = "certificates.bundle.create", "certificates.bundle.show"


@dataclass
class SheetPress:
    """Prints one real, empty page that carries the number of its paper as title."""

    printed: list[Document] = field(default_factory=list)

    def render(self, document: Document) -> bytes:
        self.printed.append(document)
        sheet = pikepdf.new()
        sheet.add_blank_page(page_size=(595, 842))
        sheet.docinfo["/Title"] = document.html.split("<title>")[1].split("</title>")[0]
        out = io.BytesIO()
        sheet.save(out, deterministic_id=True)
        return out.getvalue()


@pytest.fixture
def sheets(app: Flask) -> Iterator[SheetPress]:
    before = app.extensions.get(papers.RENDERER)
    app.extensions[papers.RENDERER] = found = SheetPress()
    yield found
    app.extensions[papers.RENDERER] = before


def work() -> None:
    db.session.commit()
    while jobs.run_next(lambda: NOW):
        pass


def asked(finished, kind=CredentialKind.ATTESTATION) -> Bundle:
    bundle_id = bundles.ask(finished.cohort.id, kind, actor=finished.actor, now=NOW)
    return db.session.get_one(Bundle, bundle_id)


def archive(bundle: Bundle) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(adapters().files.get(bundle.zip_digest)))


def manifest(bundle: Bundle) -> list[list[str]]:
    text = archive(bundle).read("manifest.csv").decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def test_the_printer_gets_every_paper_in_the_order_of_the_list(database, sheets):
    finished = make_finished_cohort(4)
    finished.issue()
    bundle = asked(finished)

    work()

    db.session.refresh(bundle)
    whole = pypdf.PdfReader(io.BytesIO(adapters().files.get(bundle.pdf_digest)))
    assert len(whole.pages) == 4
    numbers = [row[0] for row in manifest(bundle)[1:]]
    assert numbers == [f"DEMO-ATT-2026-{place:04d}" for place in range(1, 5)]
    assert bundle.made_at == NOW


def test_the_archive_holds_the_papers_byte_for_byte(database, sheets):
    finished = make_finished_cohort(2)
    finished.issue()
    bundle = asked(finished)

    work()

    db.session.refresh(bundle)
    rows = manifest(bundle)[1:]
    for row, paper in zip(
        rows, db.session.scalars(select(Paper).order_by(Paper.credential_id)), strict=True
    ):
        content = archive(bundle).read(row[7])
        assert content == adapters().files.get(paper.digest)
        assert row[6] == hashlib.sha256(content).hexdigest() == paper.digest
    assert rows[0][:5] == [
        "DEMO-ATT-2026-0001",
        "Ijja Tazart 000",
        "إجا تازارت",
        "Attestation de fin de formation",
        "2026-11-23",
    ]
    assert rows[0][5].startswith("http://127.0.0.1:5000/verify/")
    assert rows[0][7] == "DEMO-ATT-2026-0001-ijja-tazart-000.pdf"


def test_the_list_is_in_the_language_of_whoever_asked(database, sheets):
    finished = make_finished_cohort(1)
    db.session.execute(
        update(User).where(User.id == finished.administrator.id).values(language="en")
    )
    finished.issue()
    bundle = asked(finished)

    work()

    db.session.refresh(bundle)
    assert manifest(bundle)[0][:2] == ["Number", "Name (Latin letters)"]


def test_a_name_is_never_a_formula(database, sheets):
    finished = make_finished_cohort(1)
    db.session.execute(update(User).values(given_name_lat="=HYPERLINK", family_name_lat="(1)"))
    finished.issue()
    bundle = asked(finished)

    work()

    db.session.refresh(bundle)
    assert manifest(bundle)[1][1] == "'=HYPERLINK (1)"


def test_made_twice_it_is_the_same_two_files(database, sheets):
    finished = make_finished_cohort(2)
    finished.issue()
    bundle = asked(finished)
    work()
    db.session.refresh(bundle)
    first = bundle.pdf_digest, bundle.zip_digest

    bundles.make_bundle({"bundle_id": bundle.id}, NOW)

    db.session.refresh(bundle)
    assert (bundle.pdf_digest, bundle.zip_digest) == first


def test_revoked_papers_are_not_handed_out(database, sheets):
    finished = make_finished_cohort(2)
    finished.issue()
    first, second = finished.credentials()
    first.is_live = False

    assert asked(finished).credential_ids == [second.id]


def test_without_a_paper_there_is_nothing_to_put_together(database):
    finished = make_finished_cohort(1)

    with pytest.raises(Conflict):
        asked(finished)


def test_a_page_counts_while_the_worker_prints(browser, sheets):
    finished = make_finished_cohort(3)
    finished.issue()
    office = browser.as_(finished.administrator).in_("en")
    where = {"cohort_id": finished.cohort.id}

    answer = office.post(ASK, cohort_id=finished.cohort.id, kind="attestation")
    first = finished.credentials()[0].id
    db.session.commit()
    papers.make_paper({"credential_id": first}, NOW)
    waiting = office.fetch(answer.location)
    work()
    ready = office.fetch(answer.location)
    bundle_id = db.session.scalars(select(Bundle.id)).one()
    pdf = office.get("certificates.bundle_pdf.show", bundle_id=bundle_id, **where)
    whole = office.get("certificates.bundle_zip.show", bundle_id=bundle_id, **where)

    assert (answer.status_code, waiting.status_code, ready.status_code) == (303, 202, 200)
    assert "1 of 3 papers printed" in waiting.get_data(as_text=True)
    assert 'data-wait="4"' in waiting.get_data(as_text=True)
    assert "data-wait" not in ready.get_data(as_text=True)
    assert pdf.data.startswith(b"%PDF")
    assert pdf.headers["Cache-Control"] == "private, no-cache"
    assert whole.data.startswith(b"PK")
    assert "attestation.zip" in whole.headers["Content-Disposition"]


def test_a_failure_can_be_tried_again(browser, sheets):
    finished = make_finished_cohort(1)
    finished.issue()
    bundle = asked(finished)
    db.session.execute(update(Job).values(state=JobState.FAILED, attempts=5, error="full disk"))
    office = browser.as_(finished.administrator).in_("en")
    where = {"cohort_id": finished.cohort.id, "bundle_id": bundle.id}

    page = office.get(SHOW, **where)
    answer = office.post("certificates.bundle.update", **where)
    work()
    after = office.get(SHOW, **where)

    assert "could not be put together" in page.get_data(as_text=True)
    assert "data-wait" not in page.get_data(as_text=True)
    assert (answer.status_code, after.status_code) == (303, 200)


def test_a_bundle_of_another_cohort_does_not_exist(browser, sheets):
    ours, theirs = make_finished_cohort(1), make_finished_cohort(1, school=False)
    theirs.issue()
    bundle = asked(theirs)
    office = browser.as_(ours.administrator)

    for endpoint in (SHOW, "certificates.bundle_pdf.show", "certificates.bundle_zip.show"):
        answer = office.get(endpoint, cohort_id=ours.cohort.id, bundle_id=bundle.id)
        assert answer.status_code == 404


def test_only_the_office_takes_papers_away(browser):
    finished = make_finished_cohort(1)
    finished.issue()
    bundle = asked(finished)
    where = {"cohort_id": finished.cohort.id, "bundle_id": bundle.id}
    readers = [(finished.instructor, 403), (make_head_of_studies(), 403)]

    for user, expected in readers:
        assert browser.as_(user).get(SHOW, **where).status_code == expected
        answer = browser.as_(user).post(ASK, cohort_id=finished.cohort.id)
        assert answer.status_code == expected
    holder = db.session.get(User, finished.enrolments[0].trainee_id)
    assert browser.as_(holder).get(SHOW, **where).status_code == 404


def test_a_file_that_was_changed_is_not_given(browser, sheets):
    finished = make_finished_cohort(1)
    finished.issue()
    bundle = asked(finished)
    work()
    db.session.refresh(bundle)
    adapters().files.path(bundle.zip_digest).write_bytes(b"PK forged")

    answer = browser.as_(finished.administrator).get(
        "certificates.bundle_zip.show", cohort_id=finished.cohort.id, bundle_id=bundle.id
    )

    assert answer.status_code == 503


def test_one_event_tells_that_papers_were_taken_together(database):
    finished = make_finished_cohort(2)
    finished.issue()
    asked(finished)

    events = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "bundle.ask"))

    assert [event.details["count"] for event in events] == [2]


@pytest.mark.parametrize("trainees", [2, 40])
def test_the_page_of_a_bundle_is_cheap(browser, count_queries, trainees):
    finished = make_finished_cohort(trainees)
    finished.issue()
    bundle = asked(finished)
    office = browser.as_(finished.administrator)

    with count_queries() as statements:
        office.get(SHOW, cohort_id=finished.cohort.id, bundle_id=bundle.id)

    assert len(statements) == 4
