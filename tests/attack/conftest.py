"""One stand for all attacks of a process; what an attack changes is put back."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from structlog.testing import capture_logs

from ecopter.db import db
from tests.attack.acts import Acts, Done, do_all
from tests.attack.stand import Stand, put_up


@pytest.fixture(scope="session")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    stand = put_up(tmp_path_factory.mktemp("stand"))
    yield stand
    with stand.app.app_context():
        db.engine.dispose()


@pytest.fixture(autouse=True)
def faults_are_noted() -> Iterator[list[Any]]:
    """What the log would say: drawing every trace for a terminal takes longer than the attack."""
    with capture_logs() as said:
        yield said


@pytest.fixture
def stand(standing: Stand) -> Iterator[Stand]:
    standing.put_back()
    yield standing
    standing.put_back()


@dataclass(frozen=True)
class Performed:
    """Every act of the school that could be done, and the ways to do it again."""

    acts: Acts
    done: dict[str, Done]


@pytest.fixture(scope="session")
def performed(standing: Stand) -> Performed:
    standing.put_back()
    return Performed(*do_all(standing))
