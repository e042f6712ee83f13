"""Whatever breaks inside an act, the reader gets a plain page with a reference, and nothing stays.

Faults are injected into acts that otherwise succeed: at a statement drawn by chance, at the
commit, in the store of files, in the queue of slow work.
"""

import random
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Blueprint
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from ecopter.authorization.guard import public
from ecopter.db import db
from ecopter.people.models import User
from ecopter.platform import files, jobs
from tests.attack.acts import Acts, Done
from tests.attack.forms import Form
from tests.attack.stand import Stand, differences, put_up
from tests.attack.test_generated import TELLING

pytestmark = [pytest.mark.xdist_group("attack"), pytest.mark.timeout(3600)]

SEED = 11
# Mistakes at the door are counted whatever becomes of the request.
KEPT_ANYWAY = {"failed_sign_ins"}
REFERENCE = re.compile(r'<bdi dir="ltr">[0-9A-F]{8}</bdi>')
SECRET = "wording-of-the-fault-Q7"

Fault = Callable[[Stand, random.Random, list[str]], Any]


def problem(draw: random.Random) -> Exception:
    """One of the ways in which a statement fails, with words that nobody should read."""
    return draw.choice(
        [
            OperationalError("UPDATE users", {}, sqlite3.OperationalError(SECRET)),
            RuntimeError(SECRET),
            MemoryError(SECRET),
        ]
    )


@contextmanager
def at_a_statement(stand: Stand, draw: random.Random, fired: list[str]) -> Iterator[None]:
    """The database fails at one of the first statements."""
    countdown = draw.randint(0, 8)

    def fail(_connection, _cursor, statement: str, *_rest: object) -> None:
        nonlocal countdown
        if statement.startswith(("BEGIN", "PRAGMA")):
            return  # the house tries a BEGIN again, and rightly
        if countdown == 0 and not fired:
            fired.append("a statement")
            raise problem(draw)
        countdown -= 1

    with listening(stand, "before_cursor_execute", fail):
        yield


@contextmanager
def at_the_commit(stand: Stand, draw: random.Random, fired: list[str]) -> Iterator[None]:
    """The database fails when a transaction that wrote is to be kept."""
    wrote = False

    def note(_connection, _cursor, statement: str, *_rest: object) -> None:
        nonlocal wrote
        wrote |= statement.startswith(("INSERT", "UPDATE", "DELETE"))

    with stand.app.app_context():
        dialect = db.engine.dialect
    real = dialect.do_commit

    def fail(connection: Any) -> None:
        if wrote and not fired:
            fired.append("the commit")
            raise draw.choice([sqlite3.OperationalError(SECRET), RuntimeError(SECRET)])
        real(connection)

    dialect.do_commit = fail
    try:
        with listening(stand, "before_cursor_execute", note):
            yield
    finally:
        dialect.do_commit = real


@contextmanager
def listening(stand: Stand, name: str, act: Callable[..., None]) -> Iterator[None]:
    with stand.app.app_context():
        engine = db.engine
    event.listen(engine, name, act)
    try:
        yield
    finally:
        event.remove(engine, name, act)


@contextmanager
def replaced(place: object, name: str, fired: list[str], words: str) -> Iterator[None]:
    def fail(*_given: object, **_named: object) -> None:
        fired.append(words)
        raise OSError(28, SECRET)

    real = getattr(place, name)
    setattr(place, name, fail)
    try:
        yield
    finally:
        setattr(place, name, real)


def on_the_disk(_stand: Stand, _draw: random.Random, fired: list[str]) -> Any:
    return replaced(files.LocalFileStore, "put", fired, "the disk")


def in_the_queue(_stand: Stand, _draw: random.Random, fired: list[str]) -> Any:
    return replaced(jobs, "enqueue", fired, "the queue")


FAULTS: dict[str, Fault] = {
    "a statement": at_a_statement,
    "the commit": at_the_commit,
    "the disk": on_the_disk,
    "the queue": in_the_queue,
}


def broken(acts: Acts, done: Done, fault: Fault, draw: random.Random) -> tuple[list[str], str]:
    """Do an act with a fault in it; what went wrong beyond that, and what failed."""
    stand, fired = acts.stand, []
    acts.prepare(done.endpoint)
    before = stand.rows()
    with fault(stand, draw, fired):
        answer = stand.post(done.role, done.address, done.sent, page=done.page)
    if not fired:
        return [], ""
    what = f"{done.endpoint}, {fired[0]}"
    left = differences(before, stand.rows(), but=KEPT_ANYWAY)
    found = [f"{what} left {sorted(left)}"] if left else []
    if answer.status_code not in {500, 503}:
        found.append(f"{what}: {answer.status_code}")
    if any(word in answer.text for word in (*TELLING, SECRET)):
        found.append(f"{what} tells what broke")
    if answer.status_code == 500 and not REFERENCE.search(answer.text):
        found.append(f"{what}: a page without a reference")
    if stand.get("stranger", "/sign-in").status_code != 200:
        found.append(f"{what}: the school is gone")
    return found, fired[0]


def test_whatever_breaks_nothing_is_half_done(stand, performed, amount, faults_are_noted, proof):
    stand.app.config["PROPAGATE_EXCEPTIONS"] = False
    draw, found, counted = random.Random(SEED), [], Counter()
    wanted = amount(short=60, long=1000)
    acts = [performed.done[name] for name in sorted(performed.done)]
    touching = {
        "the disk": [one for one in acts if any("file" in n or "logo" in n for n in one.fields)],
        "the queue": [one for one in acts if "jobs" in one.changed],
    }
    while counted.total() - counted["nothing"] < wanted:
        name = draw.choice(sorted(FAULTS))
        done = draw.choice(touching.get(name, acts))
        wrong, fired = broken(performed.acts, done, FAULTS[name], draw)
        found += wrong
        counted[fired or "nothing"] += 1

    assert found == []
    assert set(FAULTS) <= set(counted), counted
    failed = counted.total() - counted["nothing"]
    noted = [one for one in faults_are_noted if one["log_level"] == "error"]
    assert len(noted) == failed, "each is in the log, once"
    shown = ", ".join(f"{counted[name]} × {name}" for name in FAULTS)
    proof(
        "attack",
        "Whatever breaks inside an act, nothing is half done and nothing is told",
        bar="0 rows left, 0 traces, a page with a reference",
        figure=f"{failed} faults injected ({shown}), 0 rows left, 0 traces",
    )


# Planted faults.


@pytest.fixture(scope="module")
def careless(tmp_path_factory) -> Stand:
    """A school with one view more: it commits half-way, and shows what broke."""
    bp = Blueprint("careless", __name__)

    @bp.post("/careless")
    @public
    def create() -> tuple[str, int]:
        user = db.session.scalars(db.select(User).order_by(User.id)).first()
        user.town += "!"
        db.session.commit()
        try:
            db.session.execute(db.select(User.id)).all()
            jobs.enqueue("none", "none", {}, now=user.created_at)
        except Exception as fault:  # noqa: BLE001 (the planted fault swallows everything)
            return f"sqlite3 said {fault}", 200
        return "", 200

    stand = put_up(tmp_path_factory.mktemp("careless"))
    stand.app.register_blueprint(bp)
    return stand


def test_a_view_that_keeps_half_and_tells_is_found(careless):
    acts = Acts(careless, {"careless.create": [("administrator", Form("/", "/careless"))]})
    done = Done("careless.create", "administrator", "/", "/careless", [], set(), None, {})

    found, fired = broken(acts, done, in_the_queue, random.Random(1))

    assert fired == "the queue"
    assert found == [
        "careless.create, the queue left ['users']",
        "careless.create, the queue: 200",
        "careless.create, the queue tells what broke",
    ]
