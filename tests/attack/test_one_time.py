"""What works once works once, though fifty press at the same moment."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from ecopter.authorization.policy import Actor
from ecopter.db import db
from ecopter.people.models import OneTimeCode, SignIn
from ecopter.people.services import codes
from ecopter.shared.errors import Invalid
from tests.clock import NOW
from tests.factories.people import make_user
from tests.postgres import own_school

AT_ONCE = 50
PASSWORD = "trois figuiers et un puits"


def at_once(app: Flask, act: Callable[[], object]) -> list[str]:
    """What fifty threads got, each with a connection of its own."""
    start, got, lock = threading.Barrier(AT_ONCE), [], threading.Lock()

    def press() -> None:
        with app.app_context():
            start.wait()
            try:
                act()
                db.session.commit()
                said = "done"
            except Invalid:
                db.session.rollback()
                said = "refused"
            except Exception as problem:  # noqa: BLE001 (whatever else it is, the test says it)
                db.session.rollback()
                said = type(problem).__name__
            finally:
                db.session.remove()
            with lock:
                got.append(said)

    threads = [threading.Thread(target=press) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return got


def redeem(code: str) -> Callable[[], object]:
    def act() -> object:
        return codes.redeem_code(
            "amina", code, PASSWORD, own_phone=False, address="10.0.0.1", now=NOW
        )

    return act


def given_code() -> str:
    user = make_user(sign_in_name="amina")
    code = codes.issue_code(user, actor=Actor(), now=NOW).code
    db.session.commit()
    return code


def check(app: Flask) -> str:
    got = at_once(app, redeem(given_code()))

    assert got.count("done") == 1, got
    # Whoever comes late may also find the ten mistakes of the account used up.
    assert set(got) <= {"done", "refused", "TooMany"}, got
    assert len(got) == AT_ONCE
    assert len(db.session.scalars(select(SignIn)).all()) == 1
    return f"{AT_ONCE} at once, 1 accepted"


def test_a_code_is_redeemed_once_of_fifty(app, database, proof):
    figure = check(app)
    proof("attack", "A one-time code works once (SQLite)", bar="1 of 50", figure=figure)


@pytest.mark.postgres
def test_a_code_is_redeemed_once_of_fifty_on_postgresql(tmp_path: Path, proof):
    with own_school(tmp_path) as app:
        figure = check(app)
    proof("attack", "A one-time code works once (PostgreSQL)", bar="1 of 50", figure=figure)


def test_a_check_before_the_act_is_found(app, database):
    """The planted fault: look first, write afterwards, with every thread in between."""
    given_code()
    everyone_looked = threading.Barrier(AT_ONCE)

    def act() -> None:
        row = db.session.scalars(select(OneTimeCode.id).where(OneTimeCode.used_at.is_(None))).one()
        db.session.rollback()
        everyone_looked.wait()
        db.session.execute(update(OneTimeCode).where(OneTimeCode.id == row).values(used_at=NOW))

    assert at_once(app, act).count("done") > 1
