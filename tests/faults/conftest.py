"""One served school for the tests that lean on a real server."""

from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from tests.faults.school import Built, build, served
from tests.journeys.serving import School

Ground = tuple[School, Built]


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory, amount) -> Iterator[Ground]:
    """Room for the saves of all tests: half-days of the past, and people about to get a paper."""
    data = tmp_path_factory.mktemp("faults")
    built = build(data, days=amount(short=110, long=125), finished=amount(short=40, long=240))
    with served(data) as school:
        yield school, built


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Faults are logged with their whole trace: drawing it would take longer than the tests."""
    with capture_logs():
        yield
