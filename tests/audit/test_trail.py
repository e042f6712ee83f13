"""The trail of acts: nothing is forgotten, and nothing can be changed unseen."""

import random
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from ecopter.audit import queries, services
from ecopter.audit.rules import START, Event, Link, first_break, seal
from ecopter.authorization.policy import Actor
from ecopter.db import db
from tests.clock import NOW

CLERK = Actor(user_id=7)


def chain_of(length: int) -> list[Link]:
    links, previous = [], START
    for number in range(1, length + 1):
        event = Event(number, NOW, 7, "register.closed", "register", number, {"lines": number})
        links.append(Link(event, previous, seal(event, previous)))
        previous = links[-1].seal
    return links


def test_an_honest_chain_holds():
    assert first_break(chain_of(200)) is None


def test_every_kind_of_tampering_is_found():
    """A hundred random edits, deletions, insertions and swaps in a chain of fifty."""
    dice = random.Random(2026)
    for _ in range(100):
        links = chain_of(50)
        place = dice.randrange(0, 48)
        kind = dice.choice(["edit", "delete", "insert", "swap", "reseal"])
        if kind == "edit":
            links[place] = replace(links[place], event=replace(links[place].event, actor_id=8))
        elif kind == "delete":
            del links[place]
        elif kind == "insert":
            links.insert(place, links[place + 1])
        elif kind == "swap":
            links[place], links[place + 1] = links[place + 1], links[place]
        else:
            event = replace(links[place].event, action="nothing.happened")
            links[place] = Link(event, links[place].previous, seal(event, links[place].previous))
        assert first_break(links) is not None, kind


def test_events_written_by_services_make_one_chain(database):
    for number in range(5):
        services.record("user.created", actor=CLERK, now=NOW, about=("user", number), part=number)
    db.session.commit()

    assert [link.event.sequence for link in queries.chain()] == [1, 2, 3, 4, 5]
    assert first_break(queries.chain()) is None


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_events SET actor_id = 8", "DELETE FROM audit_events"],
    ids=["changed", "removed"],
)
def test_the_database_refuses_to_change_the_trail(database, statement):
    services.record("user.created", actor=CLERK, now=NOW, about=("user", 1))
    db.session.commit()

    with pytest.raises(DBAPIError, match="append-only"):
        db.session.execute(text(statement))


def test_the_same_instant_in_another_zone_seals_the_same():
    event = chain_of(1)[0].event
    moved = replace(event, at=datetime.fromisoformat("2026-11-23T10:30:00+01:00"))

    assert seal(event, START) == seal(moved, START)
    assert event.at.tzinfo is UTC
