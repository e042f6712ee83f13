"""A migration that fails half way leaves everything as it was."""

import hashlib
import shutil
import sqlite3
import stat
from contextlib import closing, nullcontext
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import Migrate, upgrade
from sqlalchemy import create_engine, inspect, text

from ecopter.db import db
from ecopter.platform import database
from ecopter.platform.paths import MIGRATIONS
from tests.faults.school import application
from tests.postgres import own_database

HEAD = str(ScriptDirectory(str(MIGRATIONS)).get_current_head())
STEPS = (
    "CREATE TABLE half_way (id INTEGER PRIMARY KEY)",
    "INSERT INTO half_way VALUES (1)",
    "ALTER TABLE schools ADD COLUMN half_way INTEGER",
)
BROKEN = f'''"""Planted: fails after it has changed much."""

from alembic import op

revision = "planted"
down_revision = "{HEAD}"
branch_labels = depends_on = None


def upgrade():
    for step in {STEPS!r}:
        op.execute(step)
    raise RuntimeError("planted: half way")


def downgrade():
    pass
'''
KINDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


def school_of(kind: str, folder: Path, address: str | None) -> Flask:
    app = application(folder / "data", database_url=address)
    database.init_app(app)
    with app.app_context():
        upgrade()
        db.session.remove()
    return app


def plant(app: Flask, folder: Path) -> None:
    """The school's migrations and one more that fails."""
    shutil.copytree(MIGRATIONS, folder / "migrations", ignore=shutil.ignore_patterns("*.pyc"))
    (folder / "migrations" / "versions" / "planted.py").write_text(BROKEN, "utf-8")
    Migrate(app, db, directory=str(folder / "migrations"), compare_type=True)


def shape_of(engine) -> str:
    """A hash of all tables, columns and indexes, and of the revision."""
    with engine.connect() as connection:
        seen = inspect(connection)
        facts = [
            (
                table,
                [(column["name"], str(column["type"])) for column in seen.get_columns(table)],
                sorted(str(index["name"]) for index in seen.get_indexes(table)),
            )
            for table in sorted(seen.get_table_names())
        ]
        revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return hashlib.sha256(repr((facts, revision)).encode()).hexdigest()


@pytest.mark.parametrize("kind", KINDS)
def test_a_migration_that_fails_half_way_changes_nothing(kind, tmp_path, proof, caplog):
    with own_database() if kind == "postgresql" else nullcontext() as address:
        app = school_of(kind, tmp_path, address)
        plant(app, tmp_path)
        with app.app_context():
            before, errors = shape_of(db.engine), []
            for _time in range(2):
                caplog.clear()
                with pytest.raises(SystemExit):
                    upgrade()
                errors.append(caplog.records[-1].getMessage())
                assert shape_of(db.engine) == before
            db.session.remove()
        with app.app_context():
            served = app.test_client().get("/sign-in").status_code
            db.session.remove()
            db.engine.dispose()

    assert errors == ["Error: planted: half way"] * 2
    assert served == 200
    proof(
        "faults",
        {
            "sqlite": "A migration that fails half way changes nothing on SQLite",
            "postgresql": "A migration that fails half way changes nothing on PostgreSQL",
        }[kind],
        bar="same shape, pages served, the same error when it is run again",
        figure=f"{len(STEPS)} changes made before the failure, run twice: same hash of all tables, "
        "pages served",
    )


def test_changes_outside_one_transaction_would_be_seen(tmp_path):
    """The planted fault: a driver that commits each change of a table by itself."""
    app = school_of("sqlite", tmp_path, None)
    with app.app_context():
        before = shape_of(db.engine)
        careless = create_engine(db.engine.url, isolation_level="AUTOCOMMIT")
        with careless.connect() as connection:
            for step in STEPS:
                connection.execute(text(step))
        careless.dispose()

        assert shape_of(db.engine) != before
        db.session.remove()
        db.engine.dispose()


def test_a_copy_of_the_database_is_kept_before_it_is_changed(tmp_path):
    app = school_of("sqlite", tmp_path, None)
    data = tmp_path / "data"
    assert not list(data.glob("before-*")), "a new school has nothing to keep"
    (data / "before-long_ago.sqlite3").touch()
    plant(app, tmp_path)

    with app.app_context():
        with pytest.raises(SystemExit):
            upgrade()
        db.session.remove()
        db.engine.dispose()

    [copy] = data.glob("before-*")
    with closing(sqlite3.connect(copy)) as connection:
        kept = connection.execute("SELECT version_num FROM alembic_version").fetchall()
        whole = connection.execute("PRAGMA integrity_check").fetchall()
    assert copy.name == "before-planted.sqlite3"
    assert kept == [(HEAD,)]
    assert whole == [("ok",)]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_nothing_is_copied_when_nothing_changes(tmp_path):
    app = school_of("sqlite", tmp_path, None)
    with app.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()

    assert not list((tmp_path / "data").glob("before-*"))
