"""The database goes away: between requests, in the middle of them, and at their very end."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, event, func, select, text
from sqlalchemy.exc import OperationalError
from werkzeug.serving import WSGIRequestHandler, make_server

from ecopter.attendance.models import Register
from ecopter.audit.queries import chain
from ecopter.audit.rules import first_break
from ecopter.db import db
from tests.attendance.test_views import Room
from tests.faults.cluster import Cluster, own_cluster
from tests.faults.school import (
    Answer,
    Built,
    NoAnswer,
    Person,
    application,
    build,
    open_sheet,
    wait_for,
)
from tests.journeys.serving import free_port

pytestmark = [pytest.mark.xdist_group("faults"), pytest.mark.timeout(600)]

WRITERS = 4
BACK_WITHIN_SECONDS = 5
SAVE = "attendance.register.update"


@dataclass
class House:
    """A school on a PostgreSQL of its own, answering on a port."""

    app: Flask
    built: Built
    cluster: Cluster
    address: str


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    data = tmp_path_factory.mktemp("away")
    with own_cluster() as cluster:
        built = build(data, days=WRITERS, finished=0, database_url=cluster.address)
        with answering(data, cluster) as (app, address):
            yield House(app, built, cluster, address)


@contextmanager
def answering(data: Path, cluster: Cluster) -> Iterator[tuple[Flask, str]]:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    app = application(data, database_url=cluster.address, base_url=address)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield app, address
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        with app.app_context():
            db.engine.dispose()


class Silent(WSGIRequestHandler):
    def log(self, *_what: object) -> None:
        pass


@pytest.mark.postgres
def test_a_restart_between_requests_is_not_noticed(house, amount, proof):
    times = amount(short=8, long=50)
    teacher = Person(house.address).signed_in(house.built.teachers[0])
    sheet_id = house.built.sheets[0]

    answers = []
    for number in range(times):
        sheet = open_sheet(teacher, sheet_id)
        house.cluster.restart()
        answers.append(teacher.post(sheet.path, sheet.filled(("present", "absent")[number % 2])))

    assert Counter(one.status for one in answers) == {303: times}
    proof(
        "faults",
        "A restart of PostgreSQL between two requests is noticed by nobody",
        bar="0 of 50 requests fail",
        figure=f"{times} restarts, each before a save: 0 of {times} failed",
    )


@pytest.mark.postgres
def test_without_the_first_question_a_restart_would_be_noticed(house):
    """The planted fault: a pool that hands out connections without asking whether they live."""
    engine = create_engine(house.cluster.address.replace("postgresql", "postgresql+psycopg"))
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    house.cluster.restart()

    with pytest.raises(OperationalError), engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    engine.dispose()


@dataclass
class Load:
    """What writers were told while the database crashed and came back."""

    saved: set[tuple[int, int]] = field(default_factory=set)
    answers: list[Answer] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    last_saved: float = 0.0


@contextmanager
def writing(house: House, load: Load) -> Iterator[None]:
    stop = threading.Event()
    teacher = Person(house.address).signed_in(house.built.teachers[0])

    def write(sheet_id: int) -> None:
        person = teacher.also()
        while not stop.wait(0.02):
            page = person.get(f"/sessions/{sheet_id}/register")
            load.answers.append(page)
            if page.status != 200:
                continue
            sheet = open_sheet_of(page, sheet_id)
            status = "absent" if sheet.version % 2 else "present"
            answer = person.post(sheet.path, sheet.filled(status))
            load.answers.append(answer)
            if answer.status == 303:
                load.saved.add((sheet_id, sheet.version + 1))
                load.last_saved = time.monotonic()

    def guarded(sheet_id: int) -> None:
        try:
            write(sheet_id)
        except (NoAnswer, AssertionError, KeyError) as problem:
            load.problems.append(f"{type(problem).__name__}: {problem}"[:300])

    sheets = house.built.sheets[1 : WRITERS + 1]
    threads = [threading.Thread(target=guarded, args=(one,)) for one in sheets]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def kept(house: House) -> set[tuple[int, int]]:
    """(half-day, version) of every save that the trail has; the chain holds."""
    with house.app.app_context():
        assert first_break(chain()) is None
        rows = db.session.execute(
            text(
                "SELECT object_id, CAST(details->>'version' AS INTEGER) FROM audit_events "
                "WHERE action = 'register.saved'"
            )
        )
        return {(sheet_id, version) for sheet_id, version in rows}


@pytest.mark.postgres
def test_a_crash_of_postgresql_loses_nothing_that_was_said(house, amount, proof):
    crashes, load, back = amount(short=2, long=10), Load(), []

    with writing(house, load):
        for _ in range(crashes):
            before = len(load.saved)
            wait_for(lambda before=before: len(load.saved) > before + 3)
            house.cluster.crash()
            time.sleep(0.5)
            house.cluster.start()
            up = time.monotonic()
            wait_for(lambda up=up: load.last_saved > up)
            back.append(load.last_saved - up)

    refused = [one for one in load.answers if one.status not in (200, 303)]
    lost = load.saved - kept(house)
    assert not load.problems
    assert refused
    assert {one.status for one in refused} == {503}
    assert all(one.headers.get("Retry-After") for one in refused)
    assert all("The school's service is busy for a moment" in plain(one) for one in refused)
    assert not lost
    assert max(back) <= BACK_WITHIN_SECONDS
    proof(
        "faults",
        "A crash of PostgreSQL under load loses nothing that was acknowledged",
        bar="0 lost, only 503 with Retry-After meanwhile, saving again within 5 s",
        figure=f"{crashes} crashes: {len(load.saved)} saves acknowledged, {len(lost)} lost, "
        f"{len(refused)} requests answered 503, saving again after {max(back):.1f} s at most",
    )


def open_sheet_of(page: Answer, sheet_id: int):
    class Shown(Person):
        def get(self, path: str) -> Answer:
            return page

    return open_sheet(Shown(""), sheet_id)


def plain(answer: Answer) -> str:
    return answer.text.replace("&#39;", "'")


@contextmanager
def failing_commit(act) -> Iterator[None]:
    """`act(connection)` happens just before the next commit that writes."""

    def first(session) -> None:
        if session.info.get("wrote"):
            act(session.connection())

    event.listen(db.session, "before_commit", first)
    try:
        yield
    finally:
        event.remove(db.session, "before_commit", first)


def gone(_connection) -> None:
    raise OperationalError("COMMIT", {}, Exception("the server went away"))


def test_a_commit_that_fails_says_so_and_asks_for_patience(browser, proof):
    room = Room(trainees=2)
    teacher = browser.as_(room.teacher).in_("en")
    teacher.app.config["PROPAGATE_EXCEPTIONS"] = False

    with failing_commit(gone):
        answer = teacher.post(SAVE, room.filled("present", "present"), **room.where)
    teacher.app.config["PROPAGATE_EXCEPTIONS"] = None
    after = teacher.get("attendance.register.edit", **room.where)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert db.session.scalar(select(func.count(Register.id))) == 0
    assert "The register is closed" not in after.text
    proof(
        "faults",
        "A save whose commit fails is never said to be saved",
        bar="503 with Retry-After, nothing kept, no message of success",
        figure="SQLite and PostgreSQL: the last statement of the request fails, both refused",
    )


@pytest.mark.postgres
def test_a_connection_that_breaks_at_the_commit_is_answered_503(house):
    teacher = Person(house.address).signed_in(house.built.teachers[0])
    sheet = open_sheet(teacher, house.built.sheets[-1])
    office = create_engine(house.cluster.address.replace("postgresql", "postgresql+psycopg"))

    def end(connection) -> None:
        mine = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with office.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": mine})

    with house.app.app_context(), failing_commit(end):
        answer = teacher.post(sheet.path, sheet.filled("present", "close"))
    office.dispose()

    assert answer.status == 503
    assert answer.headers["Retry-After"]
    assert (sheet.id, sheet.version + 1) not in kept(house)
    assert "The register is closed" not in teacher.get(sheet.path).text


@pytest.mark.postgres
def test_a_database_that_answers_before_it_has_written_is_caught(house):
    """The planted fault: commits that are acknowledged and written later."""
    engine = create_engine(house.cluster.address.replace("postgresql", "postgresql+psycopg"))
    told: list[int] = []

    def commit_until_it_ends() -> None:
        """What is written is what was said some moments ago: the crash comes in between."""
        with engine.connect() as connection, suppress(OperationalError):
            connection.execute(text("SET synchronous_commit = off"))
            for number in count():
                connection.execute(text("INSERT INTO saves VALUES (:id)"), {"id": number})
                connection.commit()
                told.append(number)

    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE saves (id INTEGER PRIMARY KEY)"))
    writer = threading.Thread(target=commit_until_it_ends)
    writer.start()
    while len(told) < 50 and writer.is_alive():
        time.sleep(0.01)
    house.cluster.crash()
    writer.join()
    engine.dispose()
    house.cluster.start()

    with engine.connect() as connection:
        kept = set(connection.scalars(text("SELECT id FROM saves")))
    engine.dispose()
    assert set(told) - kept
