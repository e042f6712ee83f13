"""Asking a server and refusing every answer that is not the expected one."""

import http.client
import re
import time
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any, Protocol
from urllib.parse import urlencode

from flask import Flask

from benchmarks.seed import PASSWORD, Facts

SIGN_IN = "/sign-in"
TIMEOUT_SECONDS = 60
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
HIDDEN = re.compile(r"<input\b[^>]*>")
ATTRIBUTE = re.compile(r'\b(name|value|type)="?([^"\s>]*)"?')


class WrongAnswer(Exception):
    """An answer that nobody may count: another status, or without its marker."""


@dataclass(frozen=True)
class Ask:
    """One request and how its right answer is known: its status, and a string in it.

    The string is looked for in the page, or in the address of a redirect.
    """

    path: str
    marker: str
    status: int = 200
    form: Mapping[str, str] | None = None

    @property
    def method(self) -> str:
        return "GET" if self.form is None else "POST"

    @property
    def body(self) -> bytes | None:
        return None if self.form is None else urlencode(self.form).encode()


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def cookie(self) -> str:
        """The name and value this answer sets; empty without one."""
        return self.headers.get("Set-Cookie", "").partition(";")[0]


def check(ask: Ask, answer: Answer) -> None:
    """Raise WrongAnswer unless this is what was asked for: an error page is fast, too."""
    if answer.status != ask.status:
        raise WrongAnswer(f"{ask.method} {ask.path}: {answer.status} instead of {ask.status}")
    place = answer.headers.get("Location", "").encode() if answer.status == 303 else answer.body
    if ask.marker.encode() not in place:
        raise WrongAnswer(f"{ask.method} {ask.path}: without “{ask.marker}”")


class Line(Protocol):
    """A way to a server."""

    def send(self, ask: Ask, headers: Mapping[str, str]) -> Answer: ...


class Wire:
    """A kept-alive connection to a server on this machine."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)

    def open(self) -> None:
        """A new connection: the server has closed one that was idle for some seconds."""
        self.connection.close()
        self.connection.connect()

    def send(self, ask: Ask, headers: Mapping[str, str]) -> Answer:
        self.connection.request(ask.method, ask.path, ask.body, dict(headers))
        answer = self.connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())

    def close(self) -> None:
        self.connection.close()


class Inside:
    """The application of this process, without a server: what counting needs."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client(use_cookies=False)

    def send(self, ask: Ask, headers: Mapping[str, str]) -> Answer:
        answer: Any = self.client.open(
            ask.path, method=ask.method, data=ask.body, headers=dict(headers)
        )
        with answer:
            return Answer(answer.status_code, answer.headers, answer.data)


@dataclass
class Visit:
    """A reader at a browser: a line, a cookie, the facts, and what journeys note for themselves."""

    line: Line
    facts: Facts
    cookie: str = ""
    memory: dict[str, Any] = field(default_factory=dict)
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def headers(self) -> dict[str, str]:
        own = {"Accept-Language": "fr", **self.extra}
        return own | ({"Cookie": self.cookie} if self.cookie else {})

    def ask(self, ask: Ask) -> Answer:
        """Ask as a browser does, which keeps the cookie it is given."""
        answer = self._send(ask)
        check(ask, answer)
        self.cookie = answer.cookie or self.cookie
        return answer

    def _send(self, ask: Ask) -> Answer:
        return self.line.send(ask, self.headers | (FORM if ask.form is not None else {}))

    def walk(self, asks: Generator[Ask, Answer, None]) -> float:
        """Ask everything a journey asks, checking each; the seconds the server took.

        The cookie a page sets is kept, as in a browser; that of a form sent is not, so that the
        same can be sent again.
        """
        seconds, answer = 0.0, None
        while True:
            try:
                ask = asks.send(answer) if answer else next(asks)
            except StopIteration:
                return seconds
            started = time.perf_counter()
            answer = self._send(ask)
            seconds += time.perf_counter() - started
            check(ask, answer)
            if ask.form is None:
                self.cookie = answer.cookie or self.cookie


def fields_of(page: bytes) -> dict[str, str]:
    """The hidden fields of the forms on a page, the last form winning."""
    found = {}
    for tag in HIDDEN.findall(page.decode()):
        facts = dict(ATTRIBUTE.findall(tag))
        if facts.get("type") == "hidden":
            found[facts["name"]] = unescape(facts.get("value", ""))
    return found


def sign_in_form(visit: Visit, name: str) -> Ask:
    """What the door wants of `name`; the visit keeps the cookie its token belongs to."""
    page = visit.ask(Ask(SIGN_IN, 'name="password"'))
    token = {"csrf_token": fields_of(page.body)["csrf_token"]}
    form = token | {"sign_in_name": name, "password": PASSWORD}
    return Ask(SIGN_IN, "/", status=303, form=form)


def signed_in(line: Line, facts: Facts, name: str | None) -> Visit:
    """A visit of somebody who has just signed in; of a stranger without a name."""
    visit = Visit(line, facts)
    if name:
        visit.ask(sign_in_form(visit, name))
    return visit
