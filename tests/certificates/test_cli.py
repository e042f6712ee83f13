"""`ecopter certificates render`: papers printed in the foreground."""

import pytest
from sqlalchemy import select

from ecopter.certificates.cli import certificates
from ecopter.certificates.models import Paper
from ecopter.certificates.services.papers import RENDERER
from ecopter.db import db
from ecopter.platform.adapters import adapters
from ecopter.platform.pdf import Document, RenderFailed
from tests.factories.certificates import make_finished_cohort


def run(app, *arguments):
    db.session.commit()
    return app.test_cli_runner().invoke(certificates, ["render", *arguments])


def test_what_waits_is_printed(app, database, press):
    make_finished_cohort(3).issue()

    done = run(app)

    assert done.exit_code == 0
    assert "Printed 3 of 3 papers." in done.output
    assert db.session.query(Paper).count() == 3


def test_a_second_run_finds_nothing_to_do(app, database, press):
    make_finished_cohort(1).issue()
    run(app)

    done = run(app)

    assert (done.exit_code, len(press.printed)) == (0, 1)
    assert "No paper waits to be printed." in done.output


def test_a_cohort_s_lost_files_are_made_again(app, database, press):
    finished = make_finished_cohort(2)
    finished.issue()
    run(app)
    digest = db.session.scalars(select(Paper.digest)).first()
    db.session.commit()
    adapters().files.path(digest).unlink()

    done = run(app, "--cohort", finished.cohort.code)

    assert done.exit_code == 0
    assert adapters().files.get(digest)
    assert len(press.printed) == 3


def test_only_one_kind_when_asked(app, database, press):
    finished = make_finished_cohort(1)
    finished.issue()

    done = run(app, "--kind", "completion")

    assert "No paper waits" in done.output
    assert db.session.query(Paper).count() == 0


def test_the_files_are_written_into_a_folder(app, database, press, tmp_path):
    make_finished_cohort(1).issue()

    run(app, "--output", str(tmp_path / "papers"))

    (written,) = (tmp_path / "papers").iterdir()
    assert written.name == "DEMO-ATT-2026-0001-ijja-tazart-000.pdf"
    assert written.read_bytes().startswith(b"%PDF")


def test_an_unknown_cohort_is_said(app, database, press):
    done = run(app, "--cohort", "NONE")

    assert done.exit_code == 1
    assert "There is no cohort NONE." in done.output


class _Jammed:
    def render(self, document: Document) -> bytes:
        if "0001" in document.html:
            raise RenderFailed("jammed")
        return b"%PDF-1.7 fine"


@pytest.fixture
def jammed(app):
    before = app.extensions.get(RENDERER)
    app.extensions[RENDERER] = _Jammed()
    yield
    app.extensions[RENDERER] = before


def test_one_failure_stops_nobody_else_and_is_told(app, database, jammed):
    make_finished_cohort(2).issue()

    done = run(app)

    assert done.exit_code == 1
    assert "Printed 1 of 2 papers." in done.output
    assert "DEMO-ATT-2026-0001" in done.output
