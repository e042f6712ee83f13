"""The machinery on real servers: a slower page is reported, a wrong answer counts nowhere."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from benchmarks import servers
from benchmarks.client import Ask, WrongAnswer
from benchmarks.journeys import HELLO, JOURNEYS, YARDSTICKS, Goal, Journey, page
from benchmarks.load import by_threads, loader
from benchmarks.measure import Pair, eight_readers, one_reader
from benchmarks.seed import Facts, Group
from benchmarks.servers import Server
from benchmarks.store import Store
from benchmarks.verdicts import MISSES, OK, WORSE, is_worse, judge, judge_times, table

pytestmark = [
    pytest.mark.xdist_group("benchmarks"),
    pytest.mark.sqlite,
    pytest.mark.timeout(400),
]

HOME, VERIFICATION = JOURNEYS[0], JOURNEYS[4]
NOBODY = Group(0, "", [], [], 0, 0, 0, 0)
NOTHING = Facts("", NOBODY, NOBODY, NOBODY, [], [])
LOADERS = list({loader()[1], by_threads})


def silent(_what: str) -> None:
    pass


def reading(path: str) -> Journey:
    """A page of the planted application, under the name of a real journey."""
    return Journey(HOME.name, lambda _: None, page(lambda _: path, "done"), Goal(1 / 25), samples=5)


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with planted_server(tmp_path_factory.mktemp("planted")) as server:
        yield server


@contextmanager
def planted_server(folder: Path) -> Iterator[Server]:
    command = [*servers.GUNICORN, "tests.benchmarks.planted:app"]
    port = servers.free_port()
    environment = {"ECOPTER_BIND": f"127.0.0.1:{port}"}
    with servers.started(command, port, YARDSTICKS[HELLO], folder, environment) as server:
        yield server


def test_a_slowed_page_is_reported(planted: Server):
    with closing(Pair(planted, planted, NOTHING)) as pair:
        before = {"one": one_reader(pair, [reading("/quick")], 2, silent)}
        now = {"one": one_reader(pair, [reading("/slow")], 2, silent)}

    [row] = judge_times(now, before)
    assert row.verdict == WORSE
    [same] = judge_times(before, before)
    assert same.verdict != WORSE


@pytest.mark.parametrize("load", LOADERS)
def test_eight_readers_see_a_slowed_page(planted: Server, load):
    with closing(Pair(planted, planted, NOTHING)) as pair:
        before, now = (
            {"eight": eight_readers(pair, [reading(path)], 1, 0.3, load=load, report=silent)}
            for path in ("/quick", "/slow")
        )

    [row] = judge_times(now, before)
    assert row.verdict == WORSE


@pytest.mark.parametrize("load", LOADERS)
@pytest.mark.parametrize("ask", [Ask("/quick", "another word"), Ask("/nowhere", "found")])
def test_readers_refuse_a_wrong_answer(planted: Server, load, ask: Ask):
    with pytest.raises(WrongAnswer):
        load(planted.port, [ask], [], 0.2)


def test_the_real_school_is_measured_beside_the_bare_application(
    small_school: Store, tmp_path: Path
):
    with (
        servers.school(small_school.folder, small_school.environment) as school,
        servers.bare(tmp_path) as bare,
        closing(Pair(school, bare, small_school.facts)) as pair,
    ):
        found = {
            "one": one_reader(pair, [HOME, VERIFICATION], 2, silent),
            "eight": eight_readers(
                pair, [HOME, VERIFICATION], 2, 0.3, load=loader()[1], report=silent
            ),
            "memory": {"idle": school.memory},
        }

    rows = judge(found, found)
    assert not is_worse(rows)
    assert found["memory"]["idle"] > 30
    assert all(figures["cpu_ms"] > 0 for figures in found["one"].values())
    assert {row.verdict for row in rows} <= {OK, MISSES, ""}
    printed = table(rows)
    assert all(f"\n{name}" in printed for name in (HOME.name, VERIFICATION.name))


def test_a_certificate_grown_past_the_reference_is_reported():
    before = {"papers": {"bytes": 30_000, "cpu_ratio": 8.0}}
    heavier = {"papers": {"bytes": 31_000, "cpu_ratio": 8.0}}
    slower = {"papers": {"bytes": 30_000, "cpu_ratio": 13.0}}

    assert not is_worse(judge(before, before))
    assert is_worse(judge(heavier, before))
    assert is_worse(judge(slower, before))


def test_a_goal_that_is_missed_is_told_and_fails_nothing():
    rows = judge({"start": {"warm": 9.0}, "memory": {"idle": 100}}, {})

    assert [row.verdict for row in rows] == [OK, MISSES]
    assert not is_worse(rows)
