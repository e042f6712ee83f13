"""An archive of the running school, and the school that comes back out of it."""

import json
import os
import sqlite3
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pytest

from ecopter.backup.rules import BadArchive
from ecopter.backup.services import check_archive
from tests.postgres import own_database
from tests.test_command import ROOT, command

# One school and one archive serve every test of this file.
pytestmark = pytest.mark.xdist_group("backup")


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration school, with a file that one of its rows names."""
    data = tmp_path_factory.mktemp("school") / "data"
    assert command(data, "db", "upgrade").returncode == 0
    assert command(data, "demo", "load", ECOPTER_DEMO="1").returncode == 0
    return data


@pytest.fixture(scope="module")
def archive(school: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("archive") / "school.zip"
    made = command(school, "backup", str(target))
    assert made.returncode == 0, made.stderr
    return target


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another school, without anything in it."""
    return empty_school(tmp_path_factory.mktemp("elsewhere") / "data")


def empty_school(folder: Path, **environment: str) -> Path:
    assert command(folder, "db", "upgrade", **environment).returncode == 0
    return folder


def everything(data: Path) -> dict[str, list[tuple]]:
    connection = sqlite3.connect(data / "ecopter.sqlite3")
    try:
        names = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        return {
            name: sorted(connection.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr)
            for name in names
        }
    finally:
        connection.close()


def files_of(data: Path) -> set[str]:
    return {path.parent.name + path.name for path in (data / "files").rglob("*") if path.is_file()}


def test_a_restored_school_has_every_row_and_every_file(school, archive, tmp_path):
    before = everything(school)

    back = command(empty_school(tmp_path / "data"), "restore", "--yes", str(archive))

    after = everything(tmp_path / "data")
    [restored] = set(after["audit_events"]) - set(before["audit_events"])
    after["audit_events"].remove(restored)
    assert back.returncode == 0, back.stderr
    assert "school.restored" in restored
    assert {name: rows for name, rows in after.items() if name != "jobs"} == {
        name: rows for name, rows in before.items() if name != "jobs"
    }
    assert files_of(tmp_path / "data") == files_of(school)
    assert "Audit chain: holds" in command(tmp_path / "data", "doctor").stdout


def test_an_archive_is_read_by_its_owner_alone_and_holds_no_key(archive):
    assert archive.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(archive) as opened:
        assert not [name for name in opened.namelist() if "key" in name]


def test_an_archive_never_takes_the_place_of_another(school, archive):
    again = command(school, "backup", str(archive))

    assert again.returncode == 1
    assert "is there already" in again.stderr


def test_a_backup_while_the_school_is_written_to_is_of_one_instant(school, tmp_path):
    """Two rows are always written together: a copy with one of them would be torn."""
    connection = sqlite3.connect(
        school / "ecopter.sqlite3", timeout=30, isolation_level=None, check_same_thread=False
    )
    connection.execute("CREATE TABLE pairs (id INTEGER PRIMARY KEY, twin INTEGER)")
    stop, written = threading.Event(), []

    def write() -> None:
        while not stop.is_set():
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO pairs (twin) VALUES (1)")
            connection.execute("INSERT INTO pairs (twin) VALUES (2)")
            connection.execute("COMMIT")
            written.append(2)
            stop.wait(0.002)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = command(school, "backup", str(tmp_path / "busy.zip"))
    finally:
        stop.set()
        writer.join()
        connection.execute("DROP TABLE pairs")
        connection.close()

    with zipfile.ZipFile(tmp_path / "busy.zip") as opened:
        rows = json.loads(opened.read("contents.json"))["rows"]["pairs"]
    assert made.returncode == 0, made.stderr
    assert 0 < rows < sum(written)
    assert rows % 2 == 0


@pytest.mark.parametrize("part", ["ecopter.sqlite3", "files/", "contents.json", "the end"])
def test_no_damage_to_an_archive_goes_unnoticed(archive, tmp_path, part):
    damaged = damage(archive, tmp_path / "damaged.zip", part)

    with pytest.raises(BadArchive):
        check_archive(damaged, tmp_path / "unpacked", lambda *_: None)


def test_a_damaged_archive_changes_nothing(archive, elsewhere, tmp_path):
    before = everything(elsewhere)
    damaged = damage(archive, tmp_path / "damaged.zip", "ecopter.sqlite3")

    answer = command(elsewhere, "restore", "--yes", str(damaged))

    assert answer.returncode == 1
    assert "Nothing was changed" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert everything(elsewhere) == before


def damage(archive: Path, damaged: Path, part: str) -> Path:
    """The archive with one bit of a part of it turned, or cut short."""
    with zipfile.ZipFile(archive) as good, zipfile.ZipFile(damaged, "w") as bad:
        for item in good.infolist():
            content = bytearray(good.read(item))
            if item.filename.startswith(part):
                content[len(content) // 2] ^= 1
            bad.writestr(item, bytes(content))
    if part == "the end":
        damaged.write_bytes(damaged.read_bytes()[:-1000])
    return damaged


def test_mail_that_waited_is_not_sent_again(school, tmp_path):
    connection = sqlite3.connect(school / "ecopter.sqlite3", timeout=30)
    connection.execute(
        "INSERT INTO jobs (kind, key, arguments, state, attempts, run_after, error) VALUES "
        "('mail_code', 'code:1:x', '{}', 'waiting', 0, '2026-01-01 00:00:00.000000', '')"
    )
    connection.commit()
    command(school, "backup", str(tmp_path / "mail.zip"))
    connection.execute("DELETE FROM jobs WHERE key = 'code:1:x'")
    connection.commit()
    connection.close()

    command(empty_school(tmp_path / "data"), "restore", "--yes", str(tmp_path / "mail.zip"))

    jobs = everything(tmp_path / "data")["jobs"]
    assert [row for row in jobs if "mail_code" in row and "waiting" in row] == []
    assert [row for row in jobs if "mail_code" in row and "failed" in row]


def test_everybody_signs_in_again(school, tmp_path):
    """Whoever signed out of a lost phone since then would be in on it again."""
    connection = sqlite3.connect(school / "ecopter.sqlite3", timeout=30)
    connection.execute(
        "INSERT INTO sign_ins (user_id, token_hash, own_phone, started_at, expires_at) SELECT "
        "min(id), 'x', 1, '2026-01-01 00:00:00.000000', '2099-01-01 00:00:00.000000' FROM users"
    )
    connection.commit()
    command(school, "backup", str(tmp_path / "open.zip"))
    connection.execute("DELETE FROM sign_ins WHERE token_hash = 'x'")
    connection.commit()
    connection.close()

    command(empty_school(tmp_path / "data"), "restore", "--yes", str(tmp_path / "open.zip"))

    back = sqlite3.connect(tmp_path / "data" / "ecopter.sqlite3")
    rows = back.execute("SELECT ended_at IS NOT NULL FROM sign_ins WHERE token_hash = 'x'")
    assert rows.fetchall() == [(1,)]
    back.close()


def test_whoever_does_not_say_yes_keeps_their_school(archive, elsewhere):
    before = everything(elsewhere)

    answer = subprocess.run(
        [sys.executable, "-m", "ecopter", "restore", str(archive)],
        cwd=ROOT,
        env=os.environ | {"ECOPTER_DATA": str(elsewhere)},
        input="n\n",
        capture_output=True,
        text=True,
        check=False,
    )

    assert answer.returncode == 1
    assert everything(elsewhere) == before


@pytest.mark.postgres
def test_a_school_moves_to_postgresql_and_back(school, archive, tmp_path):
    with own_database() as address:
        there = {"ECOPTER_DATABASE_URL": address}
        empty_school(tmp_path / "there", **there)
        moved = command(tmp_path / "there", "restore", "--yes", str(archive), **there)
        saved = command(tmp_path / "there", "backup", str(tmp_path / "back.zip"), **there)

    home = command(empty_school(tmp_path / "here"), "restore", "--yes", str(tmp_path / "back.zip"))

    assert [moved.returncode, saved.returncode, home.returncode] == [0, 0, 0], saved.stderr
    rows, were = everything(tmp_path / "here"), everything(school)
    assert rows["attendance_revisions"] == were["attendance_revisions"]
    assert rows["credentials"] == were["credentials"]
    assert rows["users"] == were["users"]
