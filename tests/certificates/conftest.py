"""A printer that needs no library, and a check page that has not been asked too often."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from flask import Flask

from ecopter.certificates.services import pace
from ecopter.certificates.services.papers import RENDERER
from ecopter.platform.pdf import Document


@dataclass
class Press:
    """Prints the same bytes for the same page, and counts."""

    printed: list[Document] = field(default_factory=list)

    def render(self, document: Document) -> bytes:
        self.printed.append(document)
        return b"%PDF-1.7 " + document.html.encode()


@pytest.fixture
def press(app: Flask) -> Iterator[Press]:
    before = app.extensions.get(RENDERER)
    app.extensions[RENDERER] = found = Press()
    yield found
    app.extensions[RENDERER] = before


@pytest.fixture(autouse=True)
def _rested(app: Flask) -> None:
    app.extensions.pop(pace.EXTENSION, None)
