"""Bringing the database to the newest shape: for commands, never for web workers."""

import contextlib
import sqlite3
from collections.abc import Collection
from pathlib import Path

from flask import Flask, current_app
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from ecopter.db import db
from ecopter.platform.paths import MIGRATIONS

LENGTH_OF_REVISION = len("20261123_1600")


def init_app(app: Flask) -> None:
    """Let this application migrate. Who serves or works does without: it is half of a start."""
    from flask_migrate import Migrate  # noqa: PLC0415 (as above)

    Migrate(app, db, directory=str(MIGRATIONS), compare_type=True)


def bring_up_to_date() -> None:
    """Run the missing migrations, each in one transaction: a failed one leaves nothing."""
    if _is_up_to_date():
        return
    from flask_migrate import upgrade  # noqa: PLC0415 (most starts find nothing to do)

    if "migrate" not in current_app.extensions:
        init_app(current_app)
    upgrade()
    db.session.remove()


def newest() -> str:
    """The newest migration: their files are called after their order."""
    return max(path.stem[:LENGTH_OF_REVISION] for path in (MIGRATIONS / "versions").glob("*.py"))


def _is_up_to_date() -> bool:
    try:
        with db.engine.connect() as connection:
            rows = connection.exec_driver_sql("SELECT version_num FROM alembic_version").all()
    except DBAPIError:
        return False
    return [str(row[0]) for row in rows] == [newest()]


def keep_copy(engine: Engine, head: str, older: Collection[str]) -> Path | None:
    """Before a SQLite file is changed, put a copy beside it: `before-<migration>.sqlite3`.

    Where it went; None when there is nothing to change yet or any more. Older copies go: a school
    has one, from before its newest migration. `older` are the migrations this program can start
    from: a program gone back to an earlier version leaves the copy, which may be needed now.
    PostgreSQL keeps none: there `ecopter backup` does.
    """
    if engine.dialect.name != "sqlite":
        return None
    live = Path(str(engine.url.database))
    if not live.exists() or _revision(live) not in older:
        return None
    copy = live.with_name(f"before-{head}.sqlite3")
    for former in live.parent.glob("before-*.sqlite3"):
        former.unlink()
    copy.touch(mode=0o600)
    with contextlib.closing(sqlite3.connect(live, timeout=10)) as reader:
        reader.execute("VACUUM INTO ?", (str(copy),))
    return copy


def _revision(file: Path) -> str:
    """The migration a file is at; empty for a new one."""
    with contextlib.closing(sqlite3.connect(file, timeout=10)) as reader:
        try:
            row = reader.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.OperationalError:
            return ""
    return str(row[0]) if row else ""


def dispose() -> None:
    """Close every connection: before forking, and at the end of a command."""
    db.session.remove()
    db.engine.dispose()
