"""Where the tests' rows live: SQLite by default, PostgreSQL with `--database=postgresql`."""

import hashlib
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from flask import Flask
from sqlalchemy import event, text

from ecopter.db import db
from ecopter.tables import METADATA
from tests.postgres import own_database

FILE = "ecopter.sqlite3"


class Store(Protocol):
    """One database for all tests of a process, emptied before each of them.

    `address` is what the settings get: None is SQLite in the folder of the data.
    """

    address: str | None

    def create(self) -> None:
        """Make all tables; inside the application's context."""

    def empty(self) -> None:
        """Back to all tables and no row."""

    def keep(self, name: str) -> None:
        """Put a copy of all rows aside."""

    def put_back(self, name: str) -> None:
        """Back to the rows that were put aside."""

    def sound(self) -> list[str]:
        """What the database itself finds wrong with its content."""


def _do_not_wait(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")


@dataclass
class SqliteStore:
    """A file, put back from a copy made when it was empty."""

    folder: Path
    address: str | None = None

    def create(self) -> None:
        """Nothing here has to survive a power cut: no test waits for the disk."""
        event.listen(db.engine, "connect", _do_not_wait)
        METADATA.create_all(db.engine)
        self.keep("empty")

    def empty(self) -> None:
        self.put_back("empty")

    def keep(self, name: str) -> None:
        self._let_go()
        shutil.copy(self.folder / FILE, self._copy(name))

    def put_back(self, name: str) -> None:
        self._let_go()
        for rest in self.folder.glob(f"{FILE}-*"):
            rest.unlink()
        shutil.copy(self._copy(name), self.folder / FILE)

    def _copy(self, name: str) -> Path:
        return self.folder / f"kept-{name}.sqlite3"

    def _let_go(self) -> None:
        db.session.remove()
        db.engine.dispose()

    def sound(self) -> list[str]:
        db.session.remove()
        with db.engine.connect() as connection:
            found = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
            strays = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        return [word for word in found if word != "ok"] + [str(row) for row in strays]


# Rows of the audit trail may not be deleted: for these, the triggers and the keys look away.
# Numbers begin at 1 again, as in a new file of SQLite, or after the last that was put back.
FOR_ALL_TABLES = """
DO $$
DECLARE
    one record;
    found boolean;
BEGIN
    SET LOCAL synchronous_commit = off;
    SET LOCAL session_replication_role = replica;
    FOR one IN SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' LOOP
        {each}
    END LOOP;
    {last}
END $$
"""
EMPTY = FOR_ALL_TABLES.format(
    each="""
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', one.name) INTO found;
        IF found THEN
            EXECUTE format('DELETE FROM %I', one.name);
        END IF;""",
    last="""
    PERFORM setval(format('%I', sequencename), 1, false)
    FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL;""",
)
KEEP = FOR_ALL_TABLES.format(
    each="EXECUTE format('CREATE TABLE %I.%I AS TABLE public.%I', '{name}', one.name, one.name);",
    last="",
)
PUT_BACK = FOR_ALL_TABLES.format(
    each="EXECUTE format('INSERT INTO public.%I TABLE %I.%I', one.name, '{name}', one.name);",
    last="""
    FOR one IN
        SELECT t.relname AS name, s.relname AS numbers
        FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.deptype = 'a'
        JOIN pg_class t ON t.oid = d.refobjid
        JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = 'public'
        WHERE s.relkind = 'S'
    LOOP
        EXECUTE format(
            'SELECT setval(%L, coalesce(max(id), 0) + 1, false) FROM %I', one.numbers, one.name
        );
    END LOOP;""",
)


@dataclass
class PostgresStore:
    """A database of the process's own on the server of TEST_POSTGRES_URL."""

    address: str | None

    def create(self) -> None:
        METADATA.create_all(db.engine)

    def empty(self) -> None:
        self._run(EMPTY)

    def keep(self, name: str) -> None:
        self._run(f'CREATE SCHEMA "{name}"', KEEP.replace("{name}", name))

    def put_back(self, name: str) -> None:
        self._run(EMPTY, PUT_BACK.replace("{name}", name))

    def sound(self) -> list[str]:
        """PostgreSQL refuses a stray key when it is written: nothing is left to look for."""
        return []

    def _run(self, *statements: str) -> None:
        db.session.remove()
        with db.engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))


@contextmanager
def open_store(kind: str, folder: Path) -> Iterator[Store]:
    """The store of a kind: "sqlite" or "postgresql"."""
    if kind == "sqlite":
        yield SqliteStore(folder)
        return
    with own_database() as address:
        yield PostgresStore(address)


@contextmanager
def noting_writes() -> Iterator[list[str]]:
    """Every statement of the block that could change a row, committed or not."""
    written: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE", "WITH")):
            written.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield written
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def snapshot() -> dict[str, str]:
    """A hash of the rows of each table, on either database."""
    db.session.remove()
    with db.engine.connect() as connection:
        return {
            table.name: hashlib.sha256(
                repr(sorted(map(repr, connection.execute(table.select()).all()))).encode()
            ).hexdigest()
            for table in METADATA.sorted_tables
        }


def database_of(app: Flask) -> str:
    """ "sqlite" or "postgresql"."""
    with app.app_context():
        return db.engine.dialect.name
