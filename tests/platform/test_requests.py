"""What every answer has in common: its headers, its transaction, its manners when refused."""

import gzip

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from ecopter.audit.models import AuditEvent
from ecopter.db import (
    db,
    journal_mode,
    let_go,
    own_transaction,
    prepare_engine,
    reading,
    set_reading,
)
from ecopter.people.models import FailedSignIn, User
from ecopter.shared.errors import Conflict
from tests.clock import NOW
from tests.factories.cohorts import make_cohort
from tests.factories.people import make_administrator, make_user


def test_a_page_carries_the_whole_policy(browser):
    headers = browser.get("people.sign_in.new").headers

    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert "Cookie" in headers["Vary"]


def test_the_session_cookie_is_kept_from_scripts(browser):
    make_user(sign_in_name="amina")
    cookie = browser.get("people.sign_in.new").headers.get("Set-Cookie", "")

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "evil.example:80@127.0.0.1"]
)
def test_a_forged_host_is_refused(app, database, host):
    assert app.test_client().get("/sign-in", headers={"Host": host}).status_code == 400


def test_a_page_is_compressed_when_the_browser_can(app, database):
    answer = app.test_client().get("/sign-in", headers={"Accept-Encoding": "gzip"})

    assert answer.headers["Content-Encoding"] == "gzip"
    assert b"<h1" in gzip.decompress(answer.data)


def test_reading_cannot_write(database):
    """The database itself refuses: a GET that changes something is a bug, not a habit."""
    user = make_user()
    db.session.commit()
    set_reading(True)
    try:
        db.session.add(FailedSignIn(account_key="a", address="b", at=NOW))
        with pytest.raises(DBAPIError, match=r"read-?only"):
            db.session.flush()
    finally:
        db.session.rollback()
        set_reading(False)
    assert db.session.get(User, user.id)


def test_slow_work_is_refused_inside_a_write(database):
    make_user()

    with pytest.raises(RuntimeError, match="slow work"):
        let_go()


def test_after_reading_nothing_is_open(database):
    make_user()
    db.session.commit()

    with reading():
        assert db.session.scalars(select(User)).all()

    assert not db.session().in_transaction()


def test_an_own_transaction_survives_the_requests_rollback(database):
    with own_transaction() as session:
        session.add(FailedSignIn(account_key="a", address="b", at=NOW))
    db.session.rollback()

    assert db.session.scalars(select(FailedSignIn.account_key)).one() == "a"


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ((3, 40, 1), ("TRUNCATE", "EXTRA")),
        ((3, 51, 2), ("TRUNCATE", "EXTRA")),
        ((3, 51, 3), ("WAL", "FULL")),
        ((3, 53, 0), ("WAL", "FULL")),
    ],
)
def test_the_journal_follows_the_version_of_sqlite(version, expected):
    assert journal_mode(version) == expected


def test_every_connection_has_the_recipe(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / 'recipe.sqlite3'}")
    prepare_engine(engine)
    with engine.connect() as connection:
        values = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("foreign_keys", "busy_timeout", "trusted_schema", "synchronous")
        }
    engine.dispose()

    assert values["foreign_keys"] == 1
    assert values["busy_timeout"] == 10_000
    assert values["trusted_schema"] == 0
    assert values["synchronous"] >= 2


def test_a_refused_door_is_in_the_trail_though_the_request_failed(browser):
    cohort = make_cohort()

    response = browser.as_(make_user()).get("cohorts.cohort.show", cohort_id=cohort.id)

    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "door.refused")).one()
    assert response.status_code == 404
    assert event.details == {"permission": "cohort:view", "endpoint": "cohorts.cohort.show"}


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_an_absent_page_is_a_kind_one(browser, language):
    response = browser.as_(make_administrator()).in_(language).fetch("/nothing/here")

    assert response.status_code == 404


def test_an_unexpected_fault_shows_a_reference_and_no_trace(app, browser, monkeypatch):
    def broken(*_args, **_kwargs):
        raise ZeroDivisionError("secret detail")

    monkeypatch.setitem(app.view_functions, "people.sign_in.new", broken)
    response = browser.get("people.sign_in.new")

    assert response.status_code == 500
    assert "secret detail" not in response.text


def test_a_domain_refusal_is_said_in_the_readers_language(app, browser, monkeypatch):
    def refused(*_args, **_kwargs):
        raise Conflict("Someone already signs in with this name.")

    monkeypatch.setitem(app.view_functions, "people.sign_in.new", refused)
    response = browser.get("people.sign_in.new")

    assert response.status_code == 409
    assert "utilise déjà cet identifiant" in response.text


def test_the_sign_of_life_needs_no_account(browser):
    assert browser.client.get("/healthz").json == {"status": "ok"}


def test_a_public_answer_never_carries_the_session(browser):
    """A cache may keep it for everyone: whoever is signed in on their own phone stays out of it."""
    reader = browser.as_(make_user())
    with reader.client.session_transaction() as session:
        session.permanent = True

    answer = reader.get("certificates.verification.index")

    assert "public" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers


def test_what_a_statement_was_given_is_in_no_error(database):
    make_user(sign_in_name="amina")
    with pytest.raises(IntegrityError) as caught:
        make_user(sign_in_name="amina", telephone="+212 600 00 00 00")

    assert "+212" not in str(caught.value)


@pytest.mark.parametrize(
    "address",
    [
        f"/cohorts/{2**31}",
        "/cohorts/99999999999999999999",
        "/grading?cohort=99999999999999999999",
    ],
)
def test_a_number_that_no_row_can_have_is_nothing_and_no_fault(browser, address):
    assert browser.as_(make_administrator()).fetch(address).status_code in {200, 404}


@pytest.mark.parametrize("address", ["/cohorts", "/registers?list=closed", "/people", "/sites"])
def test_a_page_far_behind_the_last_is_empty_and_no_fault(browser, address):
    far = f"{address}{'&' if '?' in address else '?'}page=99999999999999999999"

    assert browser.as_(make_administrator()).fetch(far).status_code == 200


def test_an_invisible_character_is_dropped_not_kept(browser):
    user = make_user()
    browser.as_(user).post(
        "people.account.update",
        {"civility": "neutral", "given_name_lat": "Ij\x00ja ", "family_name_lat": "Tazart"},
    )

    assert db.session.get(User, user.id).given_name_lat == "Ijja"
