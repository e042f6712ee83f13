"""Bringing the database to the newest shape: for commands, never for web workers."""

from flask import Flask
from flask_migrate import Migrate, upgrade

from ecopter.db import db
from ecopter.platform.paths import MIGRATIONS


def init_app(app: Flask) -> None:
    """Let this application migrate. Web workers do without: Alembic is a fifth of their start."""
    Migrate(app, db, directory=str(MIGRATIONS), compare_type=True)


def bring_up_to_date() -> None:
    """Run the missing migrations, each in one transaction: a failed one leaves nothing."""
    upgrade()
    db.session.remove()


def dispose() -> None:
    """Close every connection: before forking, and at the end of a command."""
    db.session.remove()
    db.engine.dispose()
