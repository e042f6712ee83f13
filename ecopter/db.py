"""The database: declarative base, column types, and how transactions begin."""

import contextlib
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar, TypeVarTuple

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    Engine,
    Enum,
    MetaData,
    Row,
    TypeDecorator,
    event,
)
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    ORMExecuteState,
    Session,
    SessionTransaction,
    mapped_column,
    registry,
)
from sqlalchemy.sql.selectable import TypedReturnsRows

# WAL-reset corruption (3.7.0 to 3.51.2): two writers and a checkpoint can damage the file.
WAL_IS_SAFE_FROM = (3, 51, 3)
BEGIN_ATTEMPTS = 3
POSTGRESQL_DISK_FULL = "53100"
WROTE = "wrote"
# What a connection to SQLite was told last: only to read, or to write as well.
READS = "reads"

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

E_ = TypeVar("E_", bound=StrEnum)
Columns = TypeVarTuple("Columns")


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in, aware (UTC) out. SQLite forgets zones, so a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """On SQLite, whose rows are text, in one step: a page reads some hundred instants."""
        if dialect.name == "sqlite":
            return _instant
        return super().result_processor(dialect, coltype)


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(f"{text}+00:00")


def text_enum(kind: type[E_]) -> Enum:
    """A VARCHAR that stores the values of a vocabulary, checked by Python on the way in and out."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=False,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )


class Root(DeclarativeBase):
    """The base of all tables; `SQLAlchemy(model_class=Root)` shares its metadata."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={datetime: UtcDateTime(), dict[str, Any]: JSON, list[Any]: JSON},
    )


class Entity(Root):
    """A row with an identity of its own."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(primary_key=True)


db = SQLAlchemy(
    model_class=Root,
    disable_autonaming=True,
    session_options={"expire_on_commit": False},
)

# Reading is the request's choice (GET, HEAD); everything else begins as a writer.
_reading: ContextVar[bool] = ContextVar("reading", default=False)


def set_reading(reading: bool) -> None:
    """How the next transaction of this request begins."""
    _reading.set(reading)


@contextlib.contextmanager
def reading() -> Iterator[None]:
    """Read and let go: no transaction is open afterwards, so slow work may follow."""
    before = _reading.get()
    _reading.set(True)
    try:
        yield
    finally:
        db.session.commit()
        _reading.set(before)


@contextlib.contextmanager
def own_transaction() -> Iterator[Session]:
    """A writing session apart from the request's, committed on its own."""
    let_go()  # an open reader or writer of this request would block our commit
    before = _reading.get()
    _reading.set(False)
    try:
        with Session(db.engine, expire_on_commit=False) as session, session.begin():
            yield session
    finally:
        _reading.set(before)


def plain_rows(
    statement: TypedReturnsRows[*Columns], parameters: Mapping[str, Any] | None = None
) -> Sequence[Row[*Columns]]:
    """Plain rows of a statement of columns, past the layer that makes objects of rows.

    That layer costs more than the database does. Like any query, it sees what was added before.
    """
    if not _reading.get():
        db.session.flush()
    return db.session.connection().execute(statement, parameters).all()


def let_go() -> None:
    """End the request's transaction before slow work; refuse if something was written already."""
    session = db.session
    if session.new or session.dirty or session.deleted or session().info.get(WROTE):
        raise RuntimeError("slow work inside a write transaction")
    session.commit()


@event.listens_for(Session, "after_flush")
def _note_flush(session: Session, _context: object) -> None:
    session.info[WROTE] = True


@event.listens_for(Session, "do_orm_execute")
def _note_statement(state: ORMExecuteState) -> None:
    if state.is_insert or state.is_update or state.is_delete:
        state.session.info[WROTE] = True


@event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(WROTE, None)


def journal_mode(version: tuple[int, ...]) -> tuple[str, str]:
    """(journal, synchronous) for a SQLite version; an acknowledged save survives a power cut."""
    return ("WAL", "FULL") if version >= WAL_IS_SAFE_FROM else ("TRUNCATE", "EXTRA")


def pragmas(version: tuple[int, ...]) -> tuple[str, ...]:
    """What every connection to a SQLite of this version is told first."""
    journal, synchronous = journal_mode(version)
    return (
        f"journal_mode={journal}",
        f"synchronous={synchronous}",
        "foreign_keys=ON",
        "busy_timeout=10000",
        "trusted_schema=OFF",
    )


def is_disk_full(problem: DBAPIError) -> bool:
    """Has the database no room left? Nothing was written then, and reading goes on."""
    driver = problem.orig
    codes = getattr(driver, "sqlite_errorcode", None), getattr(driver, "sqlstate", None)
    return codes[0] == sqlite3.SQLITE_FULL or codes[1] == POSTGRESQL_DISK_FULL


def prepare_engine(engine: Engine) -> None:
    """Give an engine the school's transaction rules; the same for requests, jobs and migrations."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "begin", _begin_postgresql)


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in pragmas(sqlite3.sqlite_version_info):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """BEGIN IMMEDIATE for writers: a reader that becomes a writer would fail at once."""
    reads = _reading.get()
    # Past SQLAlchemy, whose way to a cursor costs more than these together.
    driver: Any = connection.connection.driver_connection
    # Said only when it changes: it makes SQLite prepare every statement it knows anew.
    if connection.info.get(READS) is not reads:
        driver.execute(f"PRAGMA query_only={'ON' if reads else 'OFF'}")
        connection.info[READS] = reads
    if reads:
        driver.execute("BEGIN DEFERRED")
        return
    for attempt in range(1, BEGIN_ATTEMPTS + 1):
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except OperationalError:
            if attempt == BEGIN_ATTEMPTS:
                raise
        else:
            return


def _begin_postgresql(connection: Connection) -> None:
    if _reading.get():
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
