"""Bringing the database to the newest shape."""

from flask_migrate import upgrade

from ecopter.db import db


def bring_up_to_date() -> None:
    """Run the missing migrations, each in one transaction: a failed one leaves nothing."""
    upgrade()
    db.session.remove()


def dispose() -> None:
    """Close every connection: before forking, and at the end of a command."""
    db.session.remove()
    db.engine.dispose()
