"""Plain rows: instants with their zone, and what was added a moment before."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, func, literal_column, select
from sqlalchemy.exc import OperationalError

from ecopter.db import UtcDateTime, db, plain_rows, reading
from ecopter.people.models import User
from tests.factories.people import make_user

MOMENTS = [
    datetime(2026, 11, 24, 8, 0, tzinfo=UTC),
    datetime(2026, 11, 24, 8, 0, 5, 123_456, tzinfo=UTC),
]


@pytest.mark.parametrize("moment", MOMENTS)
def test_an_instant_comes_back_as_it_was_in_universal_time(database, moment):
    user = make_user()
    user.created_at, user.deactivated_at = moment, None
    asked = select(User.created_at, User.deactivated_at, func.max(User.created_at))

    rows = plain_rows(asked.where(User.id == user.id).group_by(User.id))

    assert rows == [(moment, None, moment)]
    assert {value.tzinfo for value in rows[0] if value} == {UTC}


def test_what_was_added_just_now_is_seen(database):
    user = make_user()
    user.town = "Taliouine"

    assert plain_rows(select(User.town).where(User.id == user.id)) == [("Taliouine",)]


def test_reading_sends_nothing_to_the_database(database, count_queries):
    make_user()
    db.session.commit()
    with reading(), count_queries() as statements:
        plain_rows(select(User.id))

    assert len(statements) == 1


def test_an_instant_without_fractions_of_a_second_is_read_too(database):
    text = literal_column("'2026-11-24 08:00:00'", type_=UtcDateTime())
    if db.engine.dialect.name == "postgresql":
        text = literal_column("timestamptz '2026-11-24 08:00:00+00'", type_=UtcDateTime())

    assert plain_rows(select(text)) == [(datetime(2026, 11, 24, 8, tzinfo=UTC),)]


@pytest.fixture
def orders(database):
    """What SQLite is told besides questions, by the connection that asks next."""
    driver = db.session.connection().connection.driver_connection
    db.session.rollback()
    told = []
    driver.set_trace_callback(lambda said: told.append(said) if "query_only" in said else None)
    yield told
    driver.set_trace_callback(None)


@pytest.mark.sqlite
def test_a_connection_is_told_to_read_only_once(orders):
    for _ in range(3):
        with reading():
            plain_rows(select(User.id))

    assert orders == ["PRAGMA query_only=ON"]


@pytest.mark.sqlite
def test_a_connection_that_wrote_reads_again_and_nothing_more(orders):
    for _ in range(2):
        make_user()
        db.session.commit()
        with reading(), pytest.raises(OperationalError, match="readonly"):
            db.session.execute(delete(User))
        db.session.rollback()

    assert orders == ["PRAGMA query_only=ON", "PRAGMA query_only=OFF", "PRAGMA query_only=ON"]
