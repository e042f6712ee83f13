"""One small school for all tests of the benchmark."""

from collections.abc import Iterator

import pytest
from flask import Flask

from benchmarks.seed import SMALL
from benchmarks.store import Store, own_school
from ecopter.app import create_app
from ecopter.db import db


@pytest.fixture(scope="package")
def small_school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ECOPTER_DATA", str(tmp_path_factory.mktemp("benchmarks")))
        patch.delenv("ECOPTER_DATABASE_URL", raising=False)
        with own_school(SMALL) as store:
            yield store


@pytest.fixture
def school_inside(small_school: Store) -> Iterator[Flask]:
    """The application on that school, in this process; new for each test, which may spoil it."""
    app = create_app(small_school.settings().model_copy(update={"testing": True}))
    yield app
    with app.app_context():
        db.engine.dispose()
