"""Two hundred saves in one instant, and one save sent two hundred times."""

import shutil
import sqlite3
import statistics
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from tests.faults.school import (
    TRAINEES,
    Answer,
    Person,
    acts,
    open_sheet,
    unsound,
)
from tests.journeys.serving import School

pytestmark = [pytest.mark.xdist_group("faults"), pytest.mark.timeout(600)]

SAVES = 200
AT_ONCE = 50


def together(people: int, act: Callable[[int], Answer], times: int) -> list[Answer]:
    ready = Barrier(people)

    def one(number: int) -> Answer:
        if number < people:
            ready.wait()
        return act(number)

    with ThreadPoolExecutor(people) as pool:
        return list(pool.map(one, range(times)))


def test_two_hundred_registers_saved_at_once_are_all_kept(ground, proof):
    school, built = ground
    teachers = [Person(school.address).signed_in(name) for name in built.teachers]
    owner = [teachers[number % len(teachers)].also() for number in range(SAVES)]
    with ThreadPoolExecutor(8) as pool:
        sheets = list(pool.map(open_sheet, owner, built.sheets[:SAVES]))

    answers = together(
        SAVES,
        lambda number: owner[number].post(
            sheets[number].path, sheets[number].filled("present", "close")
        ),
        SAVES,
    )

    told = {(sheet.id, 1) for sheet, one in zip(sheets, answers, strict=True) if one.status == 303}
    lost = told - acts(school)
    waits = sorted(one.seconds for one in answers)
    p95 = statistics.quantiles(waits, n=20)[-1]
    assert Counter(one.status for one in answers) == {303: SAVES}
    assert not lost
    assert "locked" not in school.log
    assert not unsound(school, built)
    proof(
        "faults",
        "Two hundred registers saved in the same instant are all kept",
        bar="0 lost, 0 server errors, 0 “locked”",
        figure=f"{SAVES} saves by {SAVES} clients: {len(told)} acknowledged, {len(lost)} lost; "
        f"p95 {p95:.1f} s, slowest {waits[-1]:.1f} s",
    )


def test_one_save_sent_two_hundred_times_is_one_save(ground, proof):
    school, built = ground
    teacher = Person(school.address).signed_in(built.teachers[0])
    sheet = open_sheet(teacher, built.sheets[SAVES])
    form = sheet.filled("present", "close")

    answers = together(AT_ONCE, lambda _number: teacher.also().post(sheet.path, form), SAVES)

    where = (sheet.id,)
    revisions = school.value(
        "SELECT COUNT(*) FROM attendance_revisions WHERE training_session_id = ?", *where
    )
    versions = school.rows("SELECT version FROM registers WHERE training_session_id = ?", *where)
    events = [one for one in acts(school) if one[0] == sheet.id]
    assert Counter(one.status for one in answers) == {303: SAVES}
    assert versions == [(1,)]
    assert revisions == TRAINEES
    assert events == [(sheet.id, 1)]
    assert not unsound(school, built)
    proof(
        "faults",
        "A save that is sent again and again is done once",
        bar="1 register, 1 version, no revision or event twice",
        figure=f"{SAVES} times the same save, {AT_ONCE} at once: {len(versions)} register, "
        f"{revisions} revisions for {TRAINEES} trainees, {len(events)} event",
    )


def test_a_register_without_its_event_would_be_seen(ground, tmp_path: Path):
    """The planted fault: a row that was written outside the transaction of its event."""
    school, built = ground
    shutil.copy(school.data / "ecopter.sqlite3", tmp_path / "ecopter.sqlite3")
    copy = sqlite3.connect(tmp_path / "ecopter.sqlite3")
    copy.execute(
        "INSERT INTO registers (training_session_id, version, actual_starts_at, actual_ends_at) "
        "SELECT id, 1, starts_at, ends_at FROM training_sessions WHERE id = ?",
        (built.sheets[SAVES + 1],),
    )
    copy.commit()
    copy.close()
    torn = School(school.address, tmp_path, school.server)

    assert unsound(torn, built) == [
        f"register {built.sheets[SAVES + 1]} and its events do not agree"
    ]
