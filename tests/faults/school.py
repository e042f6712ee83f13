"""A school on disk, served by its real processes, and people who use it as browsers do."""

import http.client
import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import text

from ecopter.app import create_app
from ecopter.backup.queries import faults_of, trail_of
from ecopter.db import db
from ecopter.people.services.passwords import hash_password
from ecopter.platform.paths import MIGRATIONS
from ecopter.platform.server import WEB, WORKER
from ecopter.settings import Settings
from ecopter.shared.dates import HalfDay
from ecopter.tables import METADATA
from tests.factories.certificates import make_finished_cohort
from tests.factories.cohorts import instructor_of, make_cohort
from tests.factories.curricula import make_curriculum
from tests.factories.sites import make_site
from tests.factories.timetable import make_training_session
from tests.journeys.serving import School, free_port, start_own
from tests.journeys.test_processes import family, running

PASSWORD = "a long sentence nobody else says"
SECRET = "for tests only, never anywhere else"
TEACHERS = 8
TRAINEES = 6
ANSWER_SECONDS = 90
BACK_SECONDS = 60
# The course that `ecopter serve` would load when it is missing.
COURSE = "terroir"
KEPT = """
    SELECT s.id, r.version, COUNT(a.id), COALESCE(SUM(a.revision), 0)
    FROM training_sessions s JOIN registers r ON r.training_session_id = s.id
    LEFT JOIN attendance_records a ON a.training_session_id = s.id GROUP BY s.id, r.version
"""


@dataclass(frozen=True)
class Built:
    """The ids that a test needs of a school that was just built."""

    sheets: list[int]
    finished_cohort: int
    enrolments: list[int]
    teachers: list[str]
    administrator: str


def application(data: Path, **settings: object) -> Flask:
    """The school's own application on a folder, with the real clock."""
    return create_app(Settings(data=data, testing=True, secret_key=SECRET, **settings))


def build(data: Path, *, days: int, finished: int, **settings: object) -> Built:
    """Half-days of the past without a register, and people about to get their paper."""
    app = application(data, **settings)
    with app.app_context():
        METADATA.create_all(db.engine)
        _stamp()
        built = _people(days, finished)
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return built


def _stamp() -> None:
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    db.session.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
    db.session.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": head})


def _people(days: int, finished: int) -> Built:
    today = datetime.now(UTC).date()
    known = hash_password(PASSWORD)
    cohort = make_cohort(
        trainees=TRAINEES,
        curriculum=make_curriculum(code=COURSE),
        starts_on=today - timedelta(days=days + 30),
        ends_on=today + timedelta(days=200),
    )
    teachers = [instructor_of(cohort, password_hash=known) for _ in range(TEACHERS)]
    names = [one.sign_in_name for one in teachers]
    site = make_site()
    sheets = [
        make_training_session(
            cohort, today - timedelta(days=back), half_day, site=site, instructors=(teachers[0],)
        ).id
        for back in range(1, days + 1)
        for half_day in HalfDay
    ]
    over = make_finished_cohort(finished, last_day=today - timedelta(days=3))
    office = db.session.merge(over.administrator)
    office.password_hash = known
    places = [one.id for one in over.enrolments]
    return Built(sheets, over.cohort.id, places, names, office.sign_in_name)


@contextmanager
def served(data: Path) -> Iterator[School]:
    """`ecopter serve` on a free port of this machine."""
    port = free_port()
    school = start_own(data, port, f"http://127.0.0.1:{port}")
    try:
        yield school
    finally:
        school.stop()


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    location: str
    seconds: float
    headers: dict[str, str]


class NoAnswer(Exception):
    """The connection broke: whether the act was done is for the reader to look up."""


@dataclass
class Person:
    """Someone at a browser: cookies, forms with their hidden fields, nothing else."""

    address: str
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Answer:
        return self._send("GET", path)

    def post(self, path: str, form: dict[str, object]) -> Answer:
        return self._send("POST", path, urlencode(form, doseq=True))

    def signed_in(self, name: str, password: str = PASSWORD) -> "Person":
        form = hidden(self.get("/sign-in").text)
        answer = self.post("/sign-in", form | {"sign_in_name": name, "password": password})
        assert answer.status == 303, answer.text
        return self

    def also(self) -> "Person":
        """The same browser, one tab more."""
        return Person(self.address, dict(self.cookies))

    def _send(self, method: str, path: str, body: str | None = None) -> Answer:
        place = urlsplit(self.address)
        headers = {"Accept-Language": "en", "Connection": "close"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{key}={value}" for key, value in self.cookies.items())
        began = time.perf_counter()
        line = http.client.HTTPConnection(place.hostname, place.port, timeout=ANSWER_SECONDS)
        try:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            content = answer.read().decode()
        except (OSError, http.client.HTTPException) as problem:
            raise NoAnswer(type(problem).__name__) from problem
        finally:
            line.close()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            key, _, rest = cookie.partition("=")
            self.cookies[key] = rest.partition(";")[0]
        seconds = time.perf_counter() - began
        where = answer.headers.get("Location", "")
        return Answer(answer.status, content, where, seconds, dict(answer.headers))


def hidden(html: str) -> dict[str, object]:
    """The hidden fields of a page's forms, the token among them."""
    found = [one for one in Inputs(html).found if one.get("type") == "hidden"]
    return {str(one["name"]): one.get("value") or "" for one in found}


class Inputs(HTMLParser):
    """Every input of a page, as its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "input":
            self.found.append(dict(attrs))


@dataclass
class Sheet:
    """A register as somebody has it on their screen."""

    id: int
    form: dict[str, object]
    places: list[str]

    @property
    def version(self) -> int:
        return int(str(self.form["version"]))

    @property
    def path(self) -> str:
        return f"/sessions/{self.id}/register"

    def filled(self, status: str, do: str = "draft") -> dict[str, object]:
        return self.form | dict.fromkeys(self.places, status) | {"do": do}


def open_sheet(person: Person, sheet_id: int) -> Sheet:
    answer = person.get(f"/sessions/{sheet_id}/register")
    assert answer.status == 200, answer.text
    controls = Inputs(answer.text).found
    radios = {str(one["name"]) for one in controls if one.get("type") == "radio"}
    times = {one["name"]: one.get("value") or "" for one in controls if one.get("type") == "time"}
    return Sheet(sheet_id, hidden(answer.text) | times, sorted(radios))


def save_until_told(person: Person, sheet_id: int, told: set[tuple[int, int]]) -> None:
    """Save a draft and note its version once the school has said that it is saved."""
    sheet = open_sheet(person, sheet_id)
    status = "absent" if sheet.version % 2 else "present"
    if person.post(sheet.path, sheet.filled(status)).status == 303:
        told.add((sheet_id, sheet.version + 1))


def acts(school: School) -> set[tuple[int, int]]:
    """(half-day, version) of every register that the trail says was saved."""
    rows = school.rows(
        "SELECT object_id, json_extract(details, '$.version') FROM audit_events "
        "WHERE action IN ('register.saved', 'register.closed')"
    )
    return set(rows)


def unsound(school: School, built: Built) -> list[str]:
    """Everything that is wrong with a database after a fault; empty when it is whole."""
    file = school.data / "ecopter.sqlite3"
    found = faults_of(file)
    _events, _head, broken = trail_of(file)
    if broken is not None:
        found.append(f"the trail is broken at {broken}")
    noted = acts(school)
    for sheet_id, version, lines, revisions in school.rows(KEPT):
        if sheet_id not in built.sheets:
            continue  # of a cohort that is over, written without acts
        if {one for one in noted if one[0] == sheet_id} != {
            (sheet_id, number) for number in range(1, version + 1)
        }:
            found.append(f"register {sheet_id} and its events do not agree")
        written = school.value(
            "SELECT COUNT(*) FROM attendance_revisions WHERE training_session_id = ?", sheet_id
        )
        if written != revisions or lines not in (0, TRAINEES):
            found.append(f"register {sheet_id} is torn")
    return found


def web_workers(school: School) -> list[int]:
    """The processes that answer requests: children of the web server, not the server itself."""
    members = family(school.server.pid)
    alive = running()
    masters = [
        pid
        for pid, words in members.items()
        if WEB in words and pid in alive and alive[pid][0] == school.server.pid
    ]
    return [pid for pid in members if pid in alive and alive[pid][0] in masters]


def hands(school: School) -> list[int]:
    """The worker and its renderers."""
    members = family(school.server.pid)
    return [pid for pid, words in members.items() if WORKER in words or "pdf" in words]


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def wait_for(what: object, seconds: float = BACK_SECONDS) -> float:
    """Seconds until `what()` is true."""
    began = time.monotonic()
    while not what():
        if time.monotonic() - began > seconds:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.05)
    return time.monotonic() - began


def refuses(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
