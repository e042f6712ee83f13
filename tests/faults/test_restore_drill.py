"""The drill: an archive of the school at work becomes a school again, on the clock."""

import shutil
import sqlite3
import time
from pathlib import Path

import pytest

from ecopter.backup import services
from ecopter.backup.queries import faults_of, trail_of
from ecopter.db import db
from ecopter.tables import METADATA
from tests.faults.school import PASSWORD, acts, application, hidden
from tests.faults.test_killed import Told, at_work
from tests.journeys.serving import School

pytestmark = [pytest.mark.xdist_group("faults"), pytest.mark.timeout(900)]

DRILL_SECONDS = 600
ROWS = 500


def archived(school: School, target: Path):
    """The contents of an archive made while the school is used, and the seconds it took."""
    app, began = application(school.data), time.monotonic()
    with app.app_context():
        manifest = services.make_backup(target, now=now_of(app), progress=lambda *_: None)
        db.session.remove()
        db.engine.dispose()
    return manifest, time.monotonic() - began


def now_of(app):
    return app.extensions["adapters"].clock()


def restored(archive: Path, folder: Path):
    """The application of an empty folder into which an archive went, and the seconds it took."""
    app, began = application(folder), time.monotonic()
    with app.app_context():
        METADATA.create_all(db.engine)
        services.restore(archive, now=now_of(app), progress=lambda *_: None)
        db.session.commit()
        db.session.remove()
    return app, time.monotonic() - began


def test_a_school_at_work_comes_back_out_of_its_archive(ground, tmp_path, proof):
    school, built = ground
    told = Told()
    with at_work(school, built, told, [built.enrolments[0]]):
        while not (told.saves and told.papers):
            time.sleep(0.05)
        before = set(told.saves)
        manifest, making = archived(school, tmp_path / "school.zip")

    app, coming_back = restored(tmp_path / "school.zip", tmp_path / "again")

    again = School(school.address, tmp_path / "again", school.server)
    client = app.test_client()
    form = hidden(client.get("/sign-in").text)
    entry = form | {"sign_in_name": built.teachers[0], "password": PASSWORD}
    signed_in = client.post("/sign-in", data=entry)
    number, code = again.rows("SELECT number, code FROM credentials ORDER BY id DESC LIMIT 1")[0]
    shown = client.get(f"/verify/{code}")
    seal = again.value("SELECT seal FROM audit_events WHERE sequence = ?", manifest.events)
    _events, _head, broken = trail_of(again.data / "ecopter.sqlite3")
    with app.app_context():
        db.session.remove()
        db.engine.dispose()

    assert not told.problems
    assert before <= acts(again) <= acts(school)
    assert signed_in.status_code == 303
    assert shown.status_code == 200
    assert number in shown.text
    assert seal == manifest.head
    assert broken is None
    assert not faults_of(again.data / "ecopter.sqlite3")
    assert making + coming_back < DRILL_SECONDS
    size = (tmp_path / "school.zip").stat().st_size
    rows = sum(manifest.rows.values())
    proof(
        "faults",
        "An archive made while the school is at work brings all of it back",
        bar="signing in works, the last certificate verifies, the trail ends in the same seal",
        figure=f"{rows} rows and {len(manifest.files)} files, {size / 1e6:.1f} MB: archived and "
        f"read again in {making:.1f} s, restored in {coming_back:.1f} s; {len(before)} of "
        f"{len(before)} saves acknowledged before are in it",
    )


def test_a_copy_of_the_file_alone_would_be_caught(tmp_path):
    """The planted fault: in WAL, what was committed last is not in the main file yet."""
    live = sqlite3.connect(tmp_path / "live.sqlite3", isolation_level=None)
    live.execute("PRAGMA journal_mode=WAL")
    live.execute("CREATE TABLE saves (id INTEGER PRIMARY KEY)")
    for number in range(ROWS):
        live.execute("INSERT INTO saves VALUES (?)", (number,))
    shutil.copy(tmp_path / "live.sqlite3", tmp_path / "careless.sqlite3")
    live.execute("VACUUM INTO ?", (str(tmp_path / "careful.sqlite3"),))
    live.close()

    assert count(tmp_path / "careful.sqlite3") == ROWS
    assert count(tmp_path / "careless.sqlite3") < ROWS


def count(file: Path) -> int:
    connection = sqlite3.connect(file)
    try:
        return connection.execute("SELECT COUNT(*) FROM saves").fetchone()[0]
    except sqlite3.DatabaseError:
        return 0
    finally:
        connection.close()
