"""Reading a whole database that is a file: its rows, its faults, and the files it names."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import create_engine, event
from sqlalchemy.orm import Session

from ecopter.audit.queries import chain, find_last
from ecopter.audit.rules import first_break

DIGEST = "digest"
VERSION = "alembic_version"


@contextlib.contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The file as it is, read only."""
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    try:
        yield connection
    finally:
        connection.close()


def tables(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    return sorted(name for (name,) in rows)


def count_rows(path: Path) -> dict[str, int]:
    """How many rows each table has."""
    with opened(path) as connection:
        return {
            name: connection.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0]  # noqa: S608
            for name in tables(connection)
        }


def revision_of(path: Path) -> str:
    """The migration the tables are at; empty when there is none."""
    with opened(path) as connection:
        if VERSION not in tables(connection):
            return ""
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return row[0] if row else ""


def named_files(path: Path) -> tuple[str, ...]:
    """Every file the rows name: the columns called `digest`, or whose name ends so."""
    found: set[str] = set()
    with opened(path) as connection:
        for table in tables(connection):
            columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
            for column in columns:
                if column == DIGEST or column.endswith(f"_{DIGEST}"):
                    rows = connection.execute(f'SELECT "{column}" FROM "{table}"')  # noqa: S608
                    found |= {value for (value,) in rows if value}
    return tuple(sorted(found))


def faults_of(path: Path) -> list[str]:
    """What SQLite itself finds wrong with a file: damaged pages, rows that point at nothing."""
    with opened(path) as connection:
        damage = [row[0] for row in connection.execute("PRAGMA integrity_check")]
        orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
    found = [] if damage == ["ok"] else damage[:5]
    return found + [f"{table}: row {row} points at nothing" for table, row, *_ in orphans[:5]]


def trail_of(path: Path) -> tuple[int, str, int | None]:
    """(number of the last event, its seal, where the chain breaks or None) of a database file."""
    engine = create_engine(f"sqlite:///{path}")
    event.listen(engine, "connect", lambda driver, _record: driver.execute("PRAGMA query_only=ON"))
    try:
        with Session(engine) as session:
            last = find_last(session)
            broken = first_break(chain(session))
            return (last.sequence, last.seal, broken) if last else (0, "", broken)
    finally:
        engine.dispose()
