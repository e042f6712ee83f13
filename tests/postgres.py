"""A PostgreSQL database of a test's own, made on the server of TEST_POSTGRES_URL and dropped."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from flask import Flask
from sqlalchemy import create_engine, make_url, text

from ecopter.app import create_app, outside_world, with_clock
from ecopter.db import db
from ecopter.settings import Settings
from ecopter.tables import METADATA
from tests.clock import NOW


@contextmanager
def own_database() -> Iterator[str]:
    """The address of an empty database."""
    server = make_url(os.environ["TEST_POSTGRES_URL"])
    name = f"ecopter_{uuid4().hex}"
    office = create_engine(server, isolation_level="AUTOCOMMIT")
    with office.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
        # Nothing here has to survive a power cut: no test waits for the disk.
        connection.execute(text(f'ALTER DATABASE "{name}" SET synchronous_commit = off'))
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        with office.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        office.dispose()


@contextmanager
def own_school(folder: Path) -> Iterator[Flask]:
    """The application on such a database, with all tables and no row, inside its context."""
    with own_database() as address:
        settings = Settings(
            data=folder,
            database_url=address,
            testing=True,
            secret_key="for tests only, never anywhere else",
            demo=False,
        )
        app = create_app(settings, with_clock(outside_world(settings), lambda: NOW))
        with app.app_context():
            METADATA.create_all(db.engine)
            yield app
            db.session.remove()
            db.engine.dispose()
