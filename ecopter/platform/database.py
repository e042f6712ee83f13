"""Bringing the database to the newest shape: for commands, never for web workers."""

import contextlib
import sqlite3
from pathlib import Path

from flask import Flask
from flask_migrate import Migrate, upgrade
from sqlalchemy import Engine

from ecopter.db import db
from ecopter.platform.paths import MIGRATIONS


def init_app(app: Flask) -> None:
    """Let this application migrate. Web workers do without: Alembic is a fifth of their start."""
    Migrate(app, db, directory=str(MIGRATIONS), compare_type=True)


def bring_up_to_date() -> None:
    """Run the missing migrations, each in one transaction: a failed one leaves nothing."""
    upgrade()
    db.session.remove()


def keep_copy(engine: Engine, head: str) -> Path | None:
    """Before a SQLite file is changed, put a copy beside it: `before-<migration>.sqlite3`.

    Where it went; None when there is nothing to change yet or any more. Older copies go: a school
    has one, from before its newest migration. PostgreSQL keeps none: there `ecopter backup` does.
    """
    if engine.dialect.name != "sqlite":
        return None
    live = Path(str(engine.url.database))
    if not live.exists() or _revision(live) in {"", head}:
        return None
    copy = live.with_name(f"before-{head}.sqlite3")
    for older in live.parent.glob("before-*.sqlite3"):
        older.unlink()
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
