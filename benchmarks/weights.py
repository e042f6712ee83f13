"""What does not depend on any clock: queries, bytes and requests of each page."""

import gzip
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urljoin

from flask import Flask
from sqlalchemy import event

from benchmarks.client import Answer, Ask, Inside, Line, Visit, check, signed_in
from benchmarks.journeys import Journey
from benchmarks.seed import Facts
from ecopter.db import db

LINKED = re.compile(r'<(?:link|script|img|source)\b[^>]*?\b(?:href|src)="([^"#]+)"')
FONT = re.compile(r"@font-face\{[^}]*\}")
FONT_URL = re.compile(r'url\("?([^")]+)"?\)')
FONT_RANGE = re.compile(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", re.IGNORECASE)
PACKED = {"Accept-Encoding": "gzip"}
CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SAVEPOINT", "RELEASE", "SET TRANSACTION")


def count_bars(app: Flask, facts: Facts, journeys: Sequence[Journey]) -> dict[str, dict[str, int]]:
    """Each journey on a warm application: its statements, and for a page its whole first load."""
    return {one.name: _bars_of(app, facts, one) for one in journeys if not one.is_long}


def _bars_of(app: Flask, facts: Facts, journey: Journey) -> dict[str, int]:
    visit = signed_in(Inside(app), facts, journey.role(facts))
    visit.walk(journey.asks(visit))
    with app.app_context(), counted_queries() as queries:
        visit.walk(journey.asks(visit))
    bars = {"queries": len(queries)}
    return bars | (weigh(visit, next(journey.asks(visit))) if journey.is_page else {})


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    """Every statement sent to the database inside the block, transaction control aside."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(CONTROL):
            seen.append(statement)

    engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def weigh(visit: Visit, ask: Ask) -> dict[str, int]:
    """A first load without a cache: the page and the files it links, as they are sent.

    A font counts when the page has a letter of its range. What scripts ask for is not counted.
    """
    page, sent = _fetch(visit.line, ask, visit.headers)
    text = page.decode()
    files: dict[str, int] = {}
    for address in LINKED.findall(text):
        if not address.startswith("data:"):
            files[address] = 0
    for address in [*files]:
        body, files[address] = _fetch(visit.line, Ask(address, ""), {})
        if address.endswith(".css"):
            for font in _fonts(body.decode(), set(text)):
                whole = urljoin(address, font)
                files[whole] = _fetch(visit.line, Ask(whole, ""), {})[1]
    return {"bytes": sent + sum(files.values()), "requests": 1 + len(files)}


def _fetch(line: Line, ask: Ask, headers: dict[str, str]) -> tuple[bytes, int]:
    """What a file says, and how many bytes it is on the way."""
    answer = line.send(ask, headers | PACKED)
    is_packed = answer.headers.get("Content-Encoding") == "gzip"
    body = gzip.decompress(answer.body) if is_packed else answer.body
    check(ask, Answer(answer.status, answer.headers, body))
    return body, len(answer.body)


def _fonts(css: str, letters: set[str]) -> Iterator[str]:
    for face in FONT.findall(css):
        ranges = FONT_RANGE.findall(face)
        if not ranges or any(_holds(ranges, letter) for letter in letters):
            yield from FONT_URL.findall(face)[:1]


def _holds(ranges: Sequence[tuple[str, str]], letter: str) -> bool:
    code = ord(letter)
    return any(int(first, 16) <= code <= int(last or first, 16) for first, last in ranges)
