"""Thousands of requests that nobody would make by hand: no fault, no trace, nothing damaged."""

import random
import sqlite3
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
from flask import Blueprint
from werkzeug.routing import Rule

from ecopter.audit.queries import chain
from ecopter.audit.rules import first_break
from ecopter.authorization.guard import public
from ecopter.db import db
from tests.attack.stand import BASE, ROLES, Stand, put_up

pytestmark = [pytest.mark.xdist_group("attack"), pytest.mark.timeout(3600)]

SEED = 20_261_123
# After so many the school is looked over and put back.
BLOCK = 250
METHODS = ("GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE")
ODD = (
    "",
    "0",
    "-1",
    "1.5",
    "1e9",
    "NaN",
    "٣",
    "2147483648",
    "9" * 40,
    "true",
    "null",
    "[]",
    "{}",
    "\x00",
    "a\x00b",
    "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    "\u202eabc",
    "é" * 300,
    "ا" * 5000,
    "x" * 20_000,
    "😀",
    "' OR 1=1 --",
    "%s%n{0}{{7*7}}",
    "../../etc/passwd",
    "<b>",
    "\r\nSet-Cookie: a=b",
    "2026-02-30",
    "0001-01-01",
    "9999-12-31",
    "25:61",
    "00:00",
    "=1+1",
)
HEADERS = (
    {},
    {"Accept-Language": "xx-YY;q=9, ar;q=x, *"},
    {"Accept-Encoding": "gzip;q=0, br;q=nan"},
    {"Cookie": "__Host-ecopter=broken; language=\x7f"},
    {"Cookie": "language=xx; language=ar; =; ;"},
    {"If-None-Match": '"x", W/"y", z'},
    {"If-Modified-Since": "not a day"},
    {"Range": "bytes=9-1,-5,x"},
    {"Content-Type": "multipart/form-data; boundary="},
    {"Content-Type": "application/json; charset=nonsense"},
    {"Content-Type": "text/plain"},
    {"X-Forwarded-For": "1, ::1, evil", "Forwarded": "for=_x"},
    {"Referer": "https://school.example/\x80"},
    {"Referer": "https://["},
    {"Origin": "https://[", "Sec-Fetch-Site": "x"},
    {"Authorization": "Basic !!!"},
    {"Expect": "100-continue"},
)
TELLING = ("Traceback", "sqlalchemy", "sqlite3", "INSERT INTO", "SELECT ", 'File "', "psycopg")


@dataclass(frozen=True)
class Request:
    """One generated request, with enough to make it again."""

    role: str
    method: str
    address: str
    body: Any
    headers: dict[str, str]
    number: int


class Generator:
    """Requests drawn with a seed from the map of addresses and the fields of all forms."""

    def __init__(self, stand: Stand, fields: list[str], seed: int) -> None:
        self.stand = stand
        self.draw = random.Random(seed)
        self.rules = stand.rules("GET") + stand.rules("POST")
        self.fields = [*fields, "page", "q", "sort", "kind", "next", "cohort", "list", "[]", ""]
        self.number = 0

    def next(self) -> Request:
        self.number += 1
        rule = self.draw.choice(self.rules)
        own = "POST" if "POST" in (rule.methods or ()) else "GET"
        method = own if self.draw.random() < 0.8 else self.draw.choice(METHODS)
        headers = self.draw.choice(HEADERS) if self.draw.random() < 0.4 else {}
        body = self.body() if method in {"POST", "PUT", "PATCH", "DELETE"} else None
        address = self.path(rule) + self.query()
        return Request(self.draw.choice(ROLES), method, address, body, headers, self.number)

    def path(self, rule: Rule) -> str:
        """Mostly our own things; now and then something that is none."""
        path = rule.rule
        for name in rule.arguments:
            own = str(self.stand.address[name])
            value = own if self.draw.random() < 0.8 else quote(self.draw.choice(ODD), safe="")
            path = path.replace(f"<int:{name}>", value).replace(f"<{name}>", value)
        return path

    def query(self) -> str:
        if self.draw.random() < 0.6:
            return ""
        return "?" + "&".join(
            f"{quote(name)}={quote(value)}" for name, value in self.pairs(self.draw.randint(1, 4))
        )

    def pairs(self, count: int) -> list[tuple[str, str]]:
        """Some names twice, as no form would send them."""
        found = []
        for _ in range(count):
            name = self.draw.choice(self.fields)
            times = self.draw.choice((1, 1, 2))
            found += [(name, self.draw.choice(ODD)) for _ in range(times)]
        return found

    def body(self) -> Any:
        kind = self.draw.random()
        if kind < 0.05:
            return b"\xff\xfe\x00 broken"
        if kind < 0.08:
            return b'{"a": [1, {"b": null}]}'
        return self.pairs(self.draw.randint(0, 12))


def send(stand: Stand, one: Request) -> Any:
    client = stand.client(one.role)
    body, headers = one.body, {"Referer": f"{BASE}/", **one.headers}
    if isinstance(body, list):
        token = stand.token(client)
        body = "&".join(f"{quote(n)}={quote(v)}" for n, v in [*body, ("csrf_token", token)])
        headers = {"Content-Type": "application/x-www-form-urlencoded", **headers}
    if "Cookie" in headers:
        client = stand.app.test_client(use_cookies=False)
    return client.open(one.address, base_url=BASE, method=one.method, data=body, headers=headers)


def wrong(one: Request, answer: Any) -> str | None:
    """What an answer should never be."""
    said = f"request {one.number}: {one.role} {one.method} {one.address[:200]}"
    if answer.status_code >= 500:
        return f"{said} → {answer.status_code}"
    if answer.mimetype.startswith("text/") and any(word in answer.text for word in TELLING):
        return f"{said} tells how it is built"
    if "Set-Cookie: a=b" in str(answer.headers) or answer.headers.get("a"):
        return f"{said} lets a header in"
    return None


def damage(stand: Stand) -> list[str]:
    """What the database and the audit trail find wrong with themselves."""
    with sqlite3.connect(stand.database) as connection:
        found = [row[0] for row in connection.execute("PRAGMA integrity_check")]
        strays = [str(row) for row in connection.execute("PRAGMA foreign_key_check")]
    connection.close()
    with stand.app.app_context():
        broken = first_break(chain())
        db.session.remove()
    return (
        [one for one in found if one != "ok"]
        + strays
        + ([f"audit event {broken}"] if broken else [])
    )


def bombard(stand: Stand, fields: list[str], count: int) -> tuple[list[str], Counter]:
    """Send so many; what was wrong, and how many answers of each status."""
    generator, found, statuses = Generator(stand, fields, SEED), [], Counter()
    for number in range(count):
        if number % BLOCK == 0:
            found += damage(stand)
            stand.put_back()
        one = generator.next()
        answer = send(stand, one)
        statuses[answer.status_code] += 1
        if said := wrong(one, answer):
            found.append(said)
    return found + damage(stand), statuses


def fields_of(performed) -> list[str]:
    return sorted({name for done in performed.done.values() for name in done.fields})


def test_no_request_breaks_anything(stand, performed, amount: Callable[..., int], proof):
    stand.app.config["PROPAGATE_EXCEPTIONS"] = False
    count = amount(short=1500, long=10_000)

    found, statuses = bombard(stand, fields_of(performed), count)

    assert found == []
    assert len(statuses) > 6, "answers of many kinds"
    shown = ", ".join(f"{n} × {status}" for status, n in sorted(statuses.items()))
    proof(
        "attack",
        "No request breaks anything, however odd",
        bar="0 faults of the server, 0 traces, database and audit trail whole",
        figure=f"{count} generated requests (seed {SEED}): {shown}; 0 faults",
    )


# Planted faults.


@pytest.fixture(scope="module")
def careless(tmp_path_factory) -> Stand:
    """A school with three views more: one breaks, one shows its statement, one deletes a parent."""
    bp = Blueprint("careless", __name__)

    @bp.get("/careless/break")
    @public
    def index() -> str:
        raise ZeroDivisionError

    @bp.get("/careless/tell")
    @public
    def show() -> str:
        return "near SELECT name FROM users"

    @bp.post("/careless/stray")
    @public
    def create() -> str:
        with sqlite3.connect(stand.database) as connection:
            connection.execute("PRAGMA foreign_keys=OFF")
            connection.execute("DELETE FROM curricula")
        connection.close()
        return ""

    stand = put_up(tmp_path_factory.mktemp("careless"))
    stand.app.register_blueprint(bp)
    stand.app.config["PROPAGATE_EXCEPTIONS"] = False
    return stand


def test_a_view_that_breaks_or_tells_is_found(careless):
    for number, (address, words) in enumerate(
        [("/careless/break", "→ 500"), ("/careless/tell", "tells how it is built")]
    ):
        one = Request("stranger", "GET", address, None, {}, number)

        assert words in str(wrong(one, send(careless, one)))


def test_a_stray_row_is_found(careless):
    send(careless, Request("stranger", "POST", "/careless/stray", [], {}, 1))

    assert any("cohorts" in one for one in damage(careless))
    careless.put_back()
    assert damage(careless) == []
