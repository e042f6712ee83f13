"""The current goes at any moment: what was acknowledged is there, and the file is whole."""

import contextlib
import random
import sqlite3
from dataclasses import dataclass
from pathlib import Path

import apsw
import pytest

from ecopter.db import WAL_IS_SAFE_FROM, pragmas
from tests.faults.disk import Disk, PowerCut, opened

BRANCHES = {"TRUNCATE": (3, 40, 1), "WAL": WAL_IS_SAFE_FROM}
TABLES = (
    "CREATE TABLE records (id INTEGER PRIMARY KEY, status TEXT)",
    "CREATE TABLE events (id INTEGER PRIMARY KEY, details TEXT)",
)
# Fewer pages than SQLite's own thousand: so that cuts fall into checkpoints as well.
CHECKPOINT = "wal_autocheckpoint=12"
MOST_OPERATIONS = 900


@dataclass(frozen=True)
class AfterCut:
    is_whole: bool
    saved: int
    lost: int


def cut_once(folder: Path, told_to: tuple[str, ...], seed: int) -> AfterCut:
    """Save until the current goes at a moment of chance, then look with the stock SQLite."""
    chance = random.Random(seed)
    disk, saved = Disk(), 0
    with contextlib.suppress(PowerCut, apsw.Error), opened(disk, (*told_to, CHECKPOINT)) as school:
        for table in TABLES:
            school.execute(table)
        disk.cut_after = chance.randrange(MOST_OPERATIONS)
        while True:
            save(school, saved + 1, chance)
            saved += 1
    folder.mkdir()
    disk.leave(folder, chance)
    return look(folder / "school.sqlite3", saved)


def save(school: apsw.Connection, number: int, chance: random.Random) -> None:
    """A record, its event, and the record before it corrected: one transaction, as in the app."""
    school.execute("BEGIN IMMEDIATE")
    school.execute("INSERT INTO records VALUES (?, 'present')", (number,))
    school.execute("UPDATE records SET status = 'late' WHERE id = ?", (number - 1,))
    long = "x" * chance.randrange(3000)
    school.execute("INSERT INTO events VALUES (?, ?)", (number, long))
    school.execute("COMMIT")


def look(file: Path, saved: int) -> AfterCut:
    connection = sqlite3.connect(file)
    try:
        whole = connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        records = {one for (one,) in connection.execute("SELECT id FROM records")}
        events = {one for (one,) in connection.execute("SELECT id FROM events")}
    except sqlite3.DatabaseError:
        return AfterCut(is_whole=False, saved=saved, lost=saved)
    finally:
        connection.close()
    # The save in hand may have got through or not, but never half of it.
    whole = whole and records == events and len(records) <= saved + 1
    return AfterCut(whole, saved, len(set(range(1, saved + 1)) - records))


def cut_often(folder: Path, told_to: tuple[str, ...], times: int) -> list[AfterCut]:
    return [cut_once(folder / f"{seed}", told_to, seed) for seed in range(times)]


@pytest.mark.parametrize("journal", BRANCHES)
def test_no_cut_of_the_current_loses_a_save(journal, tmp_path, amount, proof):
    told_to = pragmas(BRANCHES[journal])
    assert told_to[0] == f"journal_mode={journal}"

    found = cut_often(tmp_path, told_to, amount(short=20, long=200))

    damaged = sum(not one.is_whole for one in found)
    lost, saved = sum(one.lost for one in found), sum(one.saved for one in found)
    assert saved
    assert (damaged, lost) == (0, 0)
    promise = {
        "TRUNCATE": "A power cut loses nothing that was saved (SQLite below 3.51.3: TRUNCATE)",
        "WAL": "A power cut loses nothing that was saved (SQLite from 3.51.3 on: WAL)",
    }
    proof(
        "faults",
        promise[journal],
        bar="0 saves lost, 0 files damaged",
        figure=f"{len(found)} cuts with {told_to[1]} during {saved} saves: {lost} saves lost, "
        f"{damaged} files damaged",
    )


@pytest.mark.parametrize(
    ("journal", "synchronous"), [("TRUNCATE", "OFF"), ("TRUNCATE", "NORMAL"), ("WAL", "NORMAL")]
)
def test_a_writer_that_does_not_wait_for_the_disk_is_caught(journal, synchronous, tmp_path):
    """The planted fault: settings that are quicker and lose what was acknowledged."""
    careless = (f"journal_mode={journal}", f"synchronous={synchronous}")

    found = cut_often(tmp_path, careless, 12)

    assert any(one.lost or not one.is_whole for one in found)


def test_a_writer_without_a_sync_leaves_a_damaged_file(tmp_path):
    """The planted fault: WAL without any sync breaks the file itself."""
    found = cut_often(tmp_path, ("journal_mode=WAL", "synchronous=OFF"), 12)

    assert not all(one.is_whole for one in found)
