"""`python -m benchmarks`: measure everything, print one table, fail on what got worse."""

import argparse
import json
import os
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import browser, measure, papers, servers, verdicts
from benchmarks.journeys import JOURNEYS
from benchmarks.load import loader
from benchmarks.processes import PROC
from benchmarks.seed import SMALL, WHOLE, Plan
from benchmarks.store import POSTGRESQL, Store, cache_folder, own_school
from benchmarks.weights import count_bars
from ecopter.app import create_app
from ecopter.db import db
from ecopter.platform import translations
from tests.proof import Proof, keep

REFERENCE = Path(__file__).with_name("reference.json")
SQLITE = "sqlite"


@dataclass(frozen=True)
class Effort:
    """How much is done: rounds, seconds of each stretch of eight readers, papers."""

    rounds: int
    seconds: float
    papers: int
    batch: bool


QUICK = Effort(rounds=7, seconds=0.4, papers=10, batch=False)
FULL = Effort(rounds=15, seconds=1.0, papers=40, batch=True)

_begun = time.monotonic()


def report(what: str) -> None:
    """A line of progress, beside the table and not in it."""
    print(f"{time.monotonic() - _begun:5.0f} s  {what}", file=sys.stderr, flush=True)


def main() -> int:
    options = _options()
    if not (PROC / "self" / "smaps_rollup").exists():
        sys.exit("Benchmarks read the processor time and memory of processes from Linux.")
    if options.db == POSTGRESQL and not os.environ.get("TEST_POSTGRES_URL"):
        sys.exit("Set TEST_POSTGRES_URL to the server to measure on: postgresql://…")
    translations.compile_all(only_stale=True)
    found: dict[str, Any] = {"bars": count_all(options.db)}
    try:
        if not options.bars:
            run(FULL if options.full else QUICK, options.db, found)
    finally:
        # What was measured before an interruption is kept, too.
        if options.json:
            _write(options.json, found)
    report("done")
    kept = json.loads(REFERENCE.read_text(encoding="utf-8")) if REFERENCE.exists() else {}
    rows = verdicts.judge(found, kept.get(options.db, {}))
    print(verdicts.table(rows))
    if options.proof:
        keep_proofs(options.proof, rows, options)
    if options.write_reference:
        _write(REFERENCE, kept | {options.db: kept.get(options.db, {}) | found})
        return 0
    return 1 if verdicts.is_worse(rows) else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    effort = parser.add_mutually_exclusive_group()
    effort.add_argument("--quick", action="store_true", help="a minute and a half (the default)")
    effort.add_argument(
        "--full", action="store_true", help="six minutes, then a thousand certificates"
    )
    effort.add_argument(
        "--bars", action="store_true", help="only queries, bytes and requests: no clock, no server"
    )
    parser.add_argument("--db", choices=(SQLITE, POSTGRESQL), default=SQLITE)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures to FILE")
    parser.add_argument(
        "--write-reference", action="store_true", help="make these figures the reference"
    )
    parser.add_argument(
        "--proof", type=Path, metavar="FOLDER", help="put the figures that have a goal aside there"
    )
    return parser.parse_args()


def keep_proofs(folder: Path, rows: list[verdicts.Row], options: argparse.Namespace) -> None:
    """Rows of docs/proof.md: goals of speed are told, reached or missed; only bars fail a run."""
    effort = "--full" if options.full else "--quick"
    for row in rows:
        if row.goal:
            figure = f"{row.now}: {row.verdict}"
            promise = f"{row.section[:1].upper()}{row.section[1:]}: {row.name}"
            repeat = f"./dev bench {effort} --db {options.db}"
            keep(folder, Proof("speed", promise, row.goal, figure, repeat))


def _write(path: Path, figures: dict[str, Any]) -> None:
    text = json.dumps(figures, indent=1, sort_keys=True, ensure_ascii=False)
    path.write_text(f"{text}\n", encoding="utf-8")


def run(effort: Effort, database: str, found: dict[str, Any]) -> None:
    """Add all figures that a clock or a server has a part in, by kind."""
    name, load = loader()
    about = {"database": database, "client": name, "rounds": effort.rounds}
    found["about"] = about | {"on": f"{datetime.now(UTC):%Y-%m-%d}"}
    with own_school(WHOLE, database) as store:
        report("starting the school and the bare application")
        with (
            servers.school(store.folder, store.environment) as school,
            servers.bare(store.folder) as bare,
            closing(measure.Pair(school, bare, store.facts)) as pair,
        ):
            idle = round(school.memory)
            found["one"] = measure.one_reader(pair, JOURNEYS, effort.rounds, report)
            found["eight"] = measure.eight_readers(
                pair, JOURNEYS, effort.rounds, effort.seconds, load=load, report=report
            )
            found["memory"] = {"idle": idle, "after the run": round(school.memory)}
            report("first paint in Chromium")
            found["browser"] = browser.paint(pair, JOURNEYS)
            report("certificates")
            found["papers"] = papers.measure_papers(effort.papers)
            if effort.batch:
                found["batch"] = papers.measure_batch(pair, report)
    report("starting on an empty folder, and again")
    found["start"] = _starts()


def count_all(database: str) -> dict[str, Any]:
    """Queries, bytes and requests on both plans; tests look at the small one."""
    report("the data set: counting queries and bytes on it")
    return {plan.name: _bars(plan, database) for plan in (SMALL, WHOLE)}


def _bars(plan: Plan, database: str) -> dict[str, dict[str, int]]:
    with own_school(plan, database) as store:
        app = create_app(_settings(store))
        bars = count_bars(app, store.facts, JOURNEYS)
        with app.app_context():
            db.engine.dispose()
    return bars


def _settings(store: Store) -> Any:
    """As a server on this machine has them; nothing is logged meanwhile."""
    return store.settings().model_copy(update={"testing": True})


def _starts() -> dict[str, float]:
    with tempfile.TemporaryDirectory(dir=cache_folder()) as folder:
        ready = {}
        for name in ("on an empty folder", "warm"):
            with servers.school(Path(folder), {"ECOPTER_DATA": folder}) as server:
                ready[name] = round(server.ready, 2)
    return ready


if __name__ == "__main__":
    sys.exit(main())
