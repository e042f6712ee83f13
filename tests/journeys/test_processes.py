"""The school as a service: it stops whole, and comes back with everything."""

import subprocess
import time
from pathlib import Path

import pytest

from ecopter.tables import METADATA
from tests.journeys.serving import STOP_SECONDS, School, start

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("processes"), pytest.mark.timeout(600)]

# Printing goes on where it stopped; signing in and cleaning are nobody's data.
MOVING = {"jobs", "papers"}


def running() -> dict[int, tuple[int, str]]:
    """Every process alive, its parent, its name and command; one that has ended is left out."""
    columns = "pid=,ppid=,stat=,comm=,command="
    listed = subprocess.run(
        ["ps", "-A", "-o", columns], capture_output=True, check=True, text=True
    ).stdout
    found = {}
    for line in listed.splitlines():
        pid, parent, state, *command = line.split(None, 3)
        if not state.startswith("Z"):
            found[int(pid)] = (int(parent), command[0] if command else "")
    return found


def family(of: int) -> dict[int, str]:
    """A process and all that descend from it."""
    alive = running()
    members = {of}
    while more := {pid for pid, (parent, _) in alive.items() if parent in members} - members:
        members |= more
    return {pid: alive[pid][1] for pid in members if pid in alive}


def rows(school: School) -> dict[str, int]:
    return {name: school.value(f'SELECT count(*) FROM "{name}"') for name in METADATA.tables}


def wait_for_renderer(school: School) -> dict[int, str]:
    """The family once the worker has a paper in hand: web, worker and a renderer below it."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        members = family(school.server.pid)
        if school.value("SELECT count(*) FROM papers"):
            return members
        time.sleep(0.3)
    raise AssertionError(f"no paper was printed: {school.log}")


@pytest.mark.pdf
def test_a_service_stops_whole_and_starts_again_with_everything(
    tmp_path: Path, own_place: str | None
) -> None:
    school = start(tmp_path, database=own_place)
    members = wait_for_renderer(school)
    assert len(members) >= 4, members
    asked = time.monotonic()
    school.stop()
    took = time.monotonic() - asked
    left = {pid: words for pid, (_, words) in running().items() if pid in members}
    assert not left
    assert took <= STOP_SECONDS
    before = rows(school)

    began = time.monotonic()
    again = start(tmp_path, database=own_place)
    print(f"stopped in {took:.1f} s, started again in {time.monotonic() - began:.1f} s")
    try:
        after = rows(again)
        assert {name: after[name] for name in before if name not in MOVING} == {
            name: count for name, count in before.items() if name not in MOVING
        }
        assert after["papers"] >= before["papers"]
    finally:
        again.stop()
