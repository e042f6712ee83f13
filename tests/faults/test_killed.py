"""Processes of the school are killed at any moment, while everybody goes on working."""

import contextlib
import hashlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ecopter.app import create_app, outside_world, with_clock
from ecopter.db import db
from ecopter.platform import worker
from ecopter.platform.clock import system_clock
from ecopter.platform.files import LocalFileStore
from ecopter.platform.jobs import LEASE
from ecopter.platform.pdf import RendererPool
from ecopter.settings import Settings
from tests.faults.school import (
    SECRET,
    Built,
    NoAnswer,
    Person,
    acts,
    hands,
    hidden,
    kill,
    save_until_told,
    unsound,
    wait_for,
    web_workers,
)
from tests.journeys.serving import School

pytestmark = [pytest.mark.xdist_group("faults"), pytest.mark.timeout(900)]

WRITERS = 4
WEB_WORKERS = 2
PAUSE_SECONDS = 0.04
SAVES_BETWEEN = 6


@dataclass
class Told:
    """What the school said it had done, and how often a connection broke before it said so."""

    saves: set[tuple[int, int]] = field(default_factory=set)
    papers: set[int] = field(default_factory=set)
    broken: int = 0
    problems: list[str] = field(default_factory=list)


@contextmanager
def at_work(school: School, built: Built, told: Told, places: list[int]):
    """Teachers save registers and the office issues papers until the block ends."""
    stop = threading.Event()
    teacher = Person(school.address).signed_in(built.teachers[0])
    office = Person(school.address).signed_in(built.administrator)

    def again_and_again(act: Callable[[], object]) -> None:
        while not stop.wait(PAUSE_SECONDS):
            try:
                act()
            except NoAnswer:
                told.broken += 1
            except StopIteration:
                return
            except Exception as problem:  # noqa: BLE001 (told to the test)
                told.problems.append(f"{type(problem).__name__}: {problem}"[:300])

    def save(number: int) -> Callable[[], object]:
        mine = teacher.also()
        return lambda: save_until_told(mine, built.sheets[-1 - number], told.saves)

    waiting = iter(places)
    acts_of = [save(number) for number in range(WRITERS)]
    acts_of.append(lambda: issue(office, built, next(waiting), told))
    threads = [threading.Thread(target=again_and_again, args=(act,)) for act in acts_of]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def issue(office: Person, built: Built, place: int, told: Told) -> None:
    """Give one person their paper; asked again until the school has answered."""
    path = f"/cohorts/{built.finished_cohort}/certificates?kind=attestation"
    while True:
        try:
            form = hidden(office.get(path).text) | {"people": [place]}
            answer = office.post(path, form)
        except NoAnswer:
            told.broken += 1
            continue
        assert answer.status == 303, answer.text
        told.papers.add(place)
        return


def issued(school: School) -> list[tuple[int, str]]:
    return school.rows("SELECT enrolment_id, number FROM credentials ORDER BY id")


def gaps(numbers: list[str]) -> list[str]:
    """Numbers that are missing or doubled in a series that begins with 1."""
    found = sorted(int(number.rpartition("-")[2]) for number in numbers)
    wanted = list(range(1, len(numbers) + 1))
    return [
        f"{one} instead of {other}"
        for one, other in zip(found, wanted, strict=True)
        if one != other
    ]


def test_killed_web_workers_lose_nothing_that_was_said(ground, amount, proof):
    school, built = ground
    kills, chance, told = amount(short=5, long=50), random.Random(5), Told()
    half = len(built.enrolments) // 2

    with at_work(school, built, told, built.enrolments[:half]):
        for _ in range(kills):
            enough = len(told.saves) + SAVES_BETWEEN
            wait_for(lambda enough=enough: len(told.saves) >= enough or told.problems)
            time.sleep(chance.uniform(0, 0.3))
            kill(chance.choice(web_workers(school)))
            wait_for(lambda: len(web_workers(school)) == WEB_WORKERS)
        time.sleep(1)

    lost = told.saves - acts(school)
    papers = issued(school)
    assert not told.problems
    assert told.saves
    assert not lost
    assert told.papers <= {place for place, _number in papers}
    assert len({place for place, _number in papers}) == len(papers)
    assert not gaps([number for _place, number in papers])
    assert not unsound(school, built)
    proof(
        "faults",
        "Web workers that are killed lose nothing that was acknowledged, and come back",
        bar="0 lost, every register with its event, numbers without a gap, one paper each",
        figure=f"{kills} kills; {len(told.saves)} saves and {len(told.papers)} papers "
        f"acknowledged, {told.broken} connections broken, {len(lost)} lost",
    )


@pytest.mark.pdf
def test_every_paper_has_its_file_whoever_was_killed_while_printing(ground, amount, proof):
    school, built = ground
    kills, chance, told = amount(short=2, long=12), random.Random(7), Told()
    places = built.enrolments[-amount(short=6, long=60) :]
    office = Person(school.address).signed_in(built.administrator)
    before = school.value("SELECT COUNT(*) FROM papers")

    for number, place in enumerate(places):
        issue(office, built, place, told)
        if number % (len(places) // kills) == 0:
            wait_for(lambda: hands(school))
            time.sleep(chance.uniform(0.2, 1))
            kill(chance.choice(hands(school)))
    wait_for(lambda: school.value("SELECT COUNT(*) FROM papers") > before)
    with held_still(school):
        print_what_waits(school)

    credentials = school.value("SELECT COUNT(*) FROM credentials")
    papers = school.rows("SELECT credential_id, digest FROM papers")
    files = LocalFileStore(school.data / "files")
    whole = [one for one, digest in papers if is_whole(files, digest)]
    assert len(whole) == len(set(whole)) == len(papers) == credentials
    assert not school.rows("SELECT key FROM jobs WHERE state <> 'done' AND kind = 'paper'")
    assert not gaps([number for _place, number in issued(school)])
    assert not unsound(school, built)
    proof(
        "faults",
        "Every certificate gets exactly one file, whoever is killed while it is printed",
        bar="1 whole file for each certificate after the restart",
        figure=f"{kills} kills of the worker and its renderers: {credentials} certificates, "
        f"{len(whole)} whole files",
    )


def is_whole(files: LocalFileStore, digest: str) -> bool:
    return hashlib.sha256(files.get(digest)).hexdigest() == digest


@contextmanager
def held_still(school: School) -> Iterator[None]:
    """The worker of the served school neither works nor dies; it holds no lock meanwhile."""
    while True:
        still = hands(school)
        for pid in still:
            os.kill(pid, signal.SIGSTOP)
        if still and may_write(school):
            break
        wake(still)
        time.sleep(0.05)
    try:
        yield
    finally:
        wake(still)


def wake(pids: list[int]) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


def may_write(school: School) -> bool:
    file = school.data / "ecopter.sqlite3"
    with contextlib.closing(sqlite3.connect(file, timeout=0.5, isolation_level=None)) as line:
        try:
            line.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        line.execute("ROLLBACK")
        return True


def print_what_waits(school: School) -> None:
    """A worker that starts when the leases of those before it have run out."""
    settings = Settings(data=school.data, testing=True, secret_key=SECRET, base_url=school.address)
    outside = with_clock(outside_world(settings), lambda: system_clock() + LEASE * 2)
    app = create_app(settings, outside)
    with RendererPool(size=1) as renderer:
        app.extensions["pdf_renderer"] = renderer
        worker.run_until_idle(app)
    with app.app_context():
        db.engine.dispose()


CARELESS = """
import sqlite3, sys, time
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("CREATE TABLE IF NOT EXISTS saves (id INTEGER PRIMARY KEY)")
for number in range(1000):
    db.execute("BEGIN IMMEDIATE")
    db.execute("INSERT INTO saves VALUES (?)", (number,))
    if sys.argv[2] == "careful":
        db.execute("COMMIT")
    print(number, flush=True)
    time.sleep(0.02)
    if sys.argv[2] == "careless":
        db.execute("COMMIT")
"""


@pytest.mark.parametrize(("kind", "lost"), [("careful", 0), ("careless", 1)])
def test_a_save_that_is_told_before_it_is_committed_is_caught(kind, lost, tmp_path: Path):
    """The planted fault: a writer that says so first and commits after."""
    file = tmp_path / "saves.sqlite3"
    writer = subprocess.Popen([sys.executable, "-c", CARELESS, file, kind], stdout=subprocess.PIPE)
    told = {int(writer.stdout.readline()) for _ in range(10)}
    kill(writer.pid)
    writer.communicate()

    connection = sqlite3.connect(file)
    kept = {one for (one,) in connection.execute("SELECT id FROM saves")}
    connection.close()
    assert len(told - kept) == lost


def test_a_gap_in_the_numbers_would_be_seen():
    assert gaps(["A-1", "A-3"]) == ["3 instead of 2"]
    assert gaps(["A-1", "A-1"]) == ["1 instead of 2"]
