"""Migrations run on the application's own engine, so a failed one leaves nothing behind."""

from datetime import UTC, datetime
from typing import Any

from alembic import context
from alembic.autogenerate.api import AutogenContext
from flask import current_app
from sqlalchemy import Connection, Enum

from ecopter.db import UtcDateTime, db
from ecopter.platform.database import keep_copy

METADATA = current_app.extensions["metadata"]


def render_item(kind: str, item: Any, _context: AutogenContext) -> str | bool:
    """Migrations never import the application: its column types are written as plain ones."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Enum):
        return f"sa.String(length={item.length})"
    return False


def run() -> None:
    head = str(context.script.get_current_head())
    known = {script.revision for script in context.script.walk_revisions()}
    keep_copy(db.engine, head, older=known - {head})
    with db.engine.connect() as connection:
        _mind_foreign_keys(connection, False)
        context.configure(
            connection=connection,
            target_metadata=METADATA,
            render_as_batch=True,
            render_item=render_item,
            compare_type=True,
            process_revision_directives=_name_by_day,
        )
        with context.begin_transaction():
            context.run_migrations()
            _refuse_orphans(connection)
        connection.commit()
        _mind_foreign_keys(connection, True)


def _name_by_day(_context: Any, _revision: Any, directives: list[Any]) -> None:
    """A migration is called after the minute it was written in: the folder lists them in order."""
    for script in directives:
        script.rev_id = f"{datetime.now(UTC):%Y%m%d_%H%M}"


def _mind_foreign_keys(connection: Connection, mind: bool) -> None:
    """SQLite changes a table by building it anew: the old one goes while others point at it.

    The pragma does nothing inside a transaction, so it is given to the driver before one begins.
    """
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection.driver_connection
        driver.execute(f"PRAGMA foreign_keys={'ON' if mind else 'OFF'}")


def _refuse_orphans(connection: Connection) -> None:
    """What was not minded on the way must hold at the end; raising undoes everything."""
    if connection.dialect.name != "sqlite":
        return
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if orphans:
        raise RuntimeError(f"rows would point at nothing: {orphans[:5]}")


run()
