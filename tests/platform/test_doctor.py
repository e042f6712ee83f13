"""`ecopter doctor`: what it says of the versions and of the trail of events."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from ecopter.audit import services as audit
from ecopter.authorization.policy import Actor
from ecopter.cli import doctor
from ecopter.db import db
from ecopter.platform import versions
from tests.clock import NOW

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def trail(database):
    """Three events, and what the doctor says of the last of them."""
    for action in ("one", "two", "three"):
        audit.record(action, actor=Actor(), now=NOW, about=("thing", 1))
    db.session.commit()
    return db.session.scalars(text("SELECT seal FROM audit_events ORDER BY sequence")).all()


def said(app, *words):
    return app.test_cli_runner().invoke(doctor, words)


def test_the_end_of_the_trail_is_said_to_be_kept_elsewhere(app, trail):
    assert f"ok  Audit chain: holds from the first event to the last, ending in 3:{trail[2]}\n" in (
        said(app).output
    )


def test_a_seal_that_was_kept_is_found_again(app, trail):
    answer = said(app, "--seal", f"2:{trail[1]}")

    assert "ok  Seal kept elsewhere" in answer.output


@pytest.mark.parametrize("kept", ["4:{2}", "2:{2}", "{2}", "3:", "two:{1}", "²:{1}"])
def test_a_trail_without_the_event_that_was_kept_is_reported(app, trail, kept):
    answer = said(app, "--seal", kept.format(*trail))

    assert "!!  Seal kept elsewhere: is not in the trail" in answer.output
    assert answer.exit_code == 1


def test_a_version_with_a_known_weakness_is_reported(app, database, monkeypatch):
    monkeypatch.setattr(versions, "installed", lambda: versions.FLOORS | {"flask": "3.1.2"})

    answer = said(app)

    assert "!!  Versions: flask 3.1.2, at least 3.1.3\n" in answer.output
    assert answer.exit_code == 1


def test_a_broken_trail_is_reported_with_its_event(app, trail, monkeypatch):
    monkeypatch.setattr("ecopter.cli.first_break", lambda _chain: 2)

    assert "!!  Audit chain: broken at event 2" in said(app).output


@pytest.mark.parametrize(
    ("database", "words"),
    [
        ("", "no such table: audit_events (without tables: ecopter db upgrade)"),
        ("postgresql://nobody@127.0.0.1:9/none", "Connection refused"),
    ],
)
def test_a_database_that_is_empty_or_away_is_a_finding_and_no_traceback(tmp_path, database, words):
    answer = subprocess.run(
        [sys.executable, "-m", "ecopter", "doctor"],
        cwd=ROOT,
        env=os.environ
        | {"ECOPTER_DATA": str(tmp_path)}
        | ({"ECOPTER_DATABASE_URL": database} if database else {}),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert answer.returncode == 1
    assert words in answer.stdout.partition("!!  Database: ")[2]
    assert "Traceback" not in answer.stderr
