"""The copy beside a SQLite file from before its newest migration."""

import contextlib
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine

from ecopter.platform.database import keep_copy


@pytest.fixture
def school(tmp_path):
    """A file at migration "two", with the copy that was made before it."""
    file = tmp_path / "ecopter.sqlite3"
    with contextlib.closing(sqlite3.connect(file)) as writer:
        writer.execute("CREATE TABLE alembic_version (version_num TEXT)")
        writer.execute("INSERT INTO alembic_version VALUES ('two')")
        writer.commit()
    (tmp_path / "before-two.sqlite3").write_bytes(b"the school of yesterday")
    return create_engine(f"sqlite:///{file}")


def copies(engine: Engine) -> list[str]:
    return sorted(path.name for path in Path(str(engine.url.database)).parent.glob("before-*"))


def test_a_newer_program_makes_its_copy_and_drops_the_older_one(school):
    keep_copy(school, "three", older={"one", "two"})

    assert copies(school) == ["before-three.sqlite3"]


def test_a_program_gone_back_leaves_the_copy_it_may_need(school):
    assert keep_copy(school, "one", older=set()) is None
    assert copies(school) == ["before-two.sqlite3"]


def test_a_file_that_is_up_to_date_keeps_its_copy(school):
    assert keep_copy(school, "two", older={"one"}) is None
    assert copies(school) == ["before-two.sqlite3"]
