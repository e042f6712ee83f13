"""Where the data set is kept between runs, and the copy each run writes in."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.schema import CreateIndex, CreateTable

from benchmarks import seed, words
from benchmarks.seed import Facts, Plan
from ecopter.app import create_app
from ecopter.db import db
from ecopter.platform import database
from ecopter.platform.paths import CONTENT
from ecopter.settings import Settings
from ecopter.tables import METADATA

ROOT = Path(__file__).resolve().parents[1]
DATABASE = "ecopter.sqlite3"
FACTS = "facts.json"
POSTGRESQL = "postgresql"


@dataclass(frozen=True)
class Store:
    """One run's own school: its folder, its database (None: SQLite in the folder), its facts."""

    folder: Path
    database_url: str | None
    facts: Facts

    @property
    def environment(self) -> dict[str, str]:
        """What a server has to be told."""
        own = {"ECOPTER_DATA": str(self.folder)}
        return own | ({"ECOPTER_DATABASE_URL": self.database_url} if self.database_url else {})

    def settings(self) -> Settings:
        return Settings(data=self.folder, database_url=self.database_url)


def cache_folder() -> Path:
    return Path(os.environ.get("ECOPTER_DATA") or ROOT / ".dev").resolve() / "benchmarks"


def key_of(plan: Plan, day: str) -> str:
    """Another schema, course, data set or day: another key. Half-days lie around the day."""
    mark = hashlib.sha256(f"{plan}{day}".encode())
    for table in METADATA.sorted_tables:
        mark.update(str(CreateTable(table)).encode())
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            mark.update(str(CreateIndex(index)).encode())
    for path in (Path(seed.__file__), Path(words.__file__)):
        mark.update(path.read_bytes())
    for path in sorted(path for path in CONTENT.rglob("*") if path.is_file()):
        mark.update(path.read_bytes())
    return f"{plan.name}-{mark.hexdigest()[:16]}"


@contextmanager
def own_school(plan: Plan, kind: str = "sqlite") -> Iterator[Store]:
    """A copy of the data set that may be written in; it goes when the run ends."""
    cache = cache_folder()
    cache.mkdir(parents=True, exist_ok=True)
    key = key_of(plan, f"{datetime.now(UTC):%Y-%m-%d}")
    opened = _on_postgresql if kind == POSTGRESQL else _on_sqlite
    with (
        tempfile.TemporaryDirectory(prefix="run-", dir=cache) as folder,
        opened(cache, key, plan, Path(folder)) as store,
    ):
        yield store


@contextmanager
def _on_sqlite(cache: Path, key: str, plan: Plan, folder: Path) -> Iterator[Store]:
    kept = cache / key
    if not (kept / FACTS).exists():
        _forget_older(cache, plan)
        _make(kept, plan, None)
    shutil.copy(kept / DATABASE, folder)
    yield Store(folder, None, _facts(kept))


@contextmanager
def _on_postgresql(cache: Path, key: str, plan: Plan, folder: Path) -> Iterator[Store]:
    """Kept as a database of the server of TEST_POSTGRES_URL, copied as a template."""
    server = make_url(os.environ["TEST_POSTGRES_URL"])
    template = f"ecopter_bench_{key.replace('-', '_')}"
    own = f"ecopter_bench_run_{os.getpid()}"
    office = create_engine(server, isolation_level="AUTOCOMMIT")
    kept = cache / f"{key}-{POSTGRESQL}"

    def say(statement: str) -> None:
        with office.connect() as connection:
            connection.execute(text(statement))

    if not (kept / FACTS).exists():
        say(f'DROP DATABASE IF EXISTS "{template}" WITH (FORCE)')
        say(f'CREATE DATABASE "{template}"')
        _make(kept, plan, server.set(database=template).render_as_string(hide_password=False))
    say(f'CREATE DATABASE "{own}" TEMPLATE "{template}"')
    try:
        address = server.set(database=own).render_as_string(hide_password=False)
        yield Store(folder, address, _facts(kept))
    finally:
        say(f'DROP DATABASE "{own}" WITH (FORCE)')
        office.dispose()


def _make(kept: Path, plan: Plan, database_url: str | None) -> None:
    """Facts are written last: a seed that was interrupted is made again."""
    shutil.rmtree(kept, ignore_errors=True)
    app = create_app(Settings(data=kept, database_url=database_url))
    database.init_app(app)
    with app.app_context():
        database.bring_up_to_date()
        facts = seed.fill(plan, datetime.now(UTC))
        db.session.commit()
        if database_url:
            db.session.execute(text("ANALYZE"))
            db.session.commit()
        database.dispose()
    (kept / FACTS).write_text(json.dumps(facts.to_dict()), encoding="utf-8")


def _facts(kept: Path) -> Facts:
    return Facts.from_dict(json.loads((kept / FACTS).read_text(encoding="utf-8")))


def _forget_older(cache: Path, plan: Plan) -> None:
    for folder in cache.glob(f"{plan.name}-*"):
        if not folder.name.endswith(POSTGRESQL):
            shutil.rmtree(folder)
