"""Migrations build exactly the tables of the models, both ways, on both databases."""

from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import downgrade, upgrade
from sqlalchemy import Column, MetaData, inspect, text

from ecopter.app import create_app
from ecopter.db import db
from ecopter.platform import database as migrations
from ecopter.platform.paths import MIGRATIONS
from ecopter.settings import Settings
from ecopter.tables import METADATA
from tests.postgres import own_database

# Every state that a school in use can be in, but for the newest.
REVISIONS = [
    script.revision
    for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()
    if not script.is_head
]


def test_the_last_file_of_the_folder_is_the_newest_migration():
    """A start trusts this: it asks Alembic only when the database is not at that one."""
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()

    assert migrations.newest() == head


def differences() -> list[object]:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return [one for one in compare_metadata(context, METADATA) if one[0] != "remove_table"]


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_up_down_and_up_again(kind, tmp_path):
    # Without an address: the SQLite file of the data folder.
    with own_database() if kind == "postgresql" else nullcontext() as address:
        app = create_app(
            Settings(data=tmp_path, database_url=address, testing=True, secret_key="x" * 40)
        )
        migrations.init_app(app)
        with app.app_context():
            upgrade()
            assert differences() == []
            with db.engine.connect() as connection:
                tables = set(inspect(connection).get_table_names())
            downgrade(revision="base")
            with db.engine.connect() as connection:
                left = set(inspect(connection).get_table_names())
            upgrade()
            assert differences() == []
            db.session.remove()
            db.engine.dispose()

    assert set(METADATA.tables) <= tables
    assert left == {"alembic_version"}


def one_row_in_every_table() -> None:
    """A school with something everywhere: a new column has to do with rows that are there."""
    metadata = MetaData()
    metadata.reflect(db.engine)
    with db.engine.begin() as connection:
        for table in metadata.sorted_tables:
            if table.name != "alembic_version":
                values = {column.name: some(column) for column in table.columns}
                connection.execute(table.insert().values(values))


def some(column: Column) -> object:
    """Nothing where nothing may be, row 1 where a row is named, else a plain value of its kind."""
    if column.nullable:
        return None
    kind = column.type.python_type
    ends = column.name.startswith(("ends", "actual_ends", "last"))
    later = timedelta(hours=1) if ends else timedelta()
    plain = {
        int: 1,
        bool: False,
        # A grade has a mark or says why not.
        str: "ill" if column.name == "excused_reason" else "",
        date: date(2026, 11, 23),
        datetime: datetime(2026, 11, 23, 9, tzinfo=UTC) + later,
        Decimal: Decimal(1),
    }
    return plain.get(kind, {})


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_school_with_rows_in_every_table_is_brought_up(tmp_path, revision):
    app = create_app(Settings(data=tmp_path, testing=True, secret_key="x" * 40))
    migrations.init_app(app)
    with app.app_context():
        upgrade(revision=revision)
        one_row_in_every_table()

        upgrade()

        counted = db.session.execute(text("SELECT COUNT(*) FROM users")).scalar()
        db.session.remove()
        db.engine.dispose()
    assert counted == 1


def test_migrations_never_import_the_application():
    for path in (MIGRATIONS / "versions").glob("*.py"):
        assert "ecopter" not in path.read_text(encoding="utf-8"), path.name
