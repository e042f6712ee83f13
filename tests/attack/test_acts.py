"""Every act leaves its trace, and takes nothing that its form does not ask for."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint, request
from sqlalchemy import Boolean, Column, Date, DateTime, Integer

from ecopter.authorization.guard import public
from ecopter.db import db
from ecopter.people.models import User
from ecopter.platform.adapters import adapters
from ecopter.tables import METADATA
from tests.attack.acts import Acts, Done
from tests.attack.forms import Form, Sent
from tests.attack.stand import Stand, put_up
from tests.clock import NOW

pytestmark = [pytest.mark.xdist_group("attack"), pytest.mark.timeout(900)]

ROOT = Path(__file__).parents[2]
# Acts that only a phone or a former answer can do, with the test that does each of them.
SECOND = "tests/people/test_second_factor.py"
ELSEWHERE = {
    # It changes the reader's cookie only: the trail has nothing to tell.
    "people.confirmation.create": (
        "tests/attack/test_sessions.py",
        "test_the_password_given_again_opens_a_grave_page",
    ),
    "people.second_step.create": (
        SECOND,
        "test_the_password_leads_to_the_second_step_and_the_phone_in",
    ),
    "people.second_factor.create": (
        SECOND,
        "test_an_administrator_sets_it_up_and_prints_recovery_codes",
    ),
    "people.second_factor.delete": (
        SECOND,
        "test_who_turns_it_off_signs_in_with_the_password_alone",
    ),
    "people.recovery_codes.create": (
        SECOND,
        "test_new_recovery_codes_end_the_old_ones_and_ask_for_the_password",
    ),
    "people.lost_phone.delete": (
        SECOND,
        "test_an_administrator_helps_who_lost_the_phone_and_the_person_is_told",
    ),
}
# Fields of a form that its page shows only once there is a reason for them.
SHOWN_LATER = {("assessment.grading.update", "change_reason")}
KIND, ID = 4, 5
ACTOR = 2


def silent(acts: Iterable[Done]) -> list[str]:
    """Acts whose events do not say who did it, or to what."""
    return [
        f"{done.endpoint}: {event[3]}"
        for done in acts
        for event in done.events
        if event[ACTOR] is None or not event[KIND]
    ]


def undone(stand: Stand, done: Iterable[str]) -> list[str]:
    """Views that change something and that nobody could be seen doing."""
    every = {rule.endpoint for rule in stand.rules("POST")}
    return sorted(every - set(done) - ELSEWHERE.keys())


def test_every_act_succeeds_once_and_is_in_the_trail(standing, performed, proof):
    done = performed.done
    missing = undone(standing, done)

    assert {name: performed.acts.refusals[name] for name in missing} == {}
    assert silent(done.values()) == []
    assert not ELSEWHERE.keys() & done.keys(), "these can be done here now"
    proof(
        "attack",
        "Every act that succeeds leaves an event with who did it and to what",
        bar="100 % of the views that change something",
        figure=f"{len(done)} acts done through their forms, "
        f"{sum(len(one.events) for one in done.values())} events, 0 without; "
        f"{len(ELSEWHERE)} done by tests of their own",
    )


@pytest.mark.parametrize("endpoint", ELSEWHERE)
def test_what_is_done_elsewhere_is_done_there(standing, endpoint):
    path, name = ELSEWHERE[endpoint]
    text = (ROOT / path).read_text("utf-8")

    assert f"def {name}(" in text
    assert endpoint in {rule.endpoint for rule in standing.rules("POST")}


def extras(done: Done) -> Sent:
    """Every column of every table that is no field of the form, with a value that would tell."""
    return [
        (name, value)
        for name, value in sorted({name: telling(c) for name, c in columns()}.items())
        if name not in done.fields and (done.endpoint, name) not in SHOWN_LATER
    ]


def columns() -> Iterator[tuple[str, Column[Any]]]:
    for table in METADATA.sorted_tables:
        for column in table.columns:
            yield column.name, column


def telling(column: Column[Any]) -> str:
    """A value that the column would keep, and that no act writes by itself."""
    kind = column.type
    if isinstance(kind, Boolean):
        return "1"
    if isinstance(kind, Integer):
        return "7"
    if isinstance(kind, Date | DateTime):
        return "2031-01-02"
    return {"role": "administrator", "language": "ar"}.get(column.name, "intrus")


def taken(acts: Acts, done: Done) -> list[str]:
    """Tables that differ when the form comes with fields that nobody asked for.

    Done twice as it should be, to know what differs by chance (codes, tokens), and once with
    everything else besides.
    """
    first, second = acts.repeat(done), acts.repeat(done)
    hostile = acts.repeat(done, extras(done))
    if hostile.answer.status_code != first.answer.status_code:
        return [f"{done.endpoint}: {hostile.answer.status_code}"]
    tables = first.changed.keys() | hostile.changed.keys()
    return [
        f"{done.endpoint}: {table}"
        for table in sorted(tables - {"audit_events"})
        for way in ("gone", "new")
        if not same(*(rows(one, table, way) for one in (first, second, hostile)))
    ]


def rows(done: Done, table: str, way: str) -> list[tuple[Any, ...]]:
    return sorted(done.changed.get(table, {}).get(way, ()), key=repr)


def same(first: list, second: list, hostile: list) -> bool:
    """Whether a third run agrees wherever two runs agree with each other."""
    if not len(first) == len(second) == len(hostile):
        return False
    cells = zip(flat(first), flat(second), flat(hostile), strict=True)
    return all(a == c for a, b, c in cells if a == b)


def flat(found: list[tuple[Any, ...]]) -> list[Any]:
    return [value for row in found for value in row]


def test_no_form_takes_a_field_that_it_does_not_ask_for(performed, proof):
    found, tried = [], 0
    for done in performed.done.values():
        tried += len(extras(done))
        found += taken(performed.acts, done)

    assert found == []
    proof(
        "attack",
        "A form takes no field that it does not ask for",
        bar="0 values changed",
        figure=f"{len(performed.done)} forms, {tried} foreign fields (all columns of all tables), "
        "0 values changed",
    )


# Planted faults.


@pytest.fixture(scope="module")
def careless(tmp_path_factory) -> Stand:
    """A school with one view more, which writes whatever is sent and tells nobody."""
    bp = Blueprint("careless", __name__)

    @bp.post("/careless")
    @public
    def create() -> str:
        user = db.session.scalars(db.select(User).order_by(User.id)).first()
        user.town = "Taliouine"
        for name, value in request.form.items():
            if name in {"telephone", "country"}:
                setattr(user, name, value)
        adapters().files.put(b"kept")
        return ""

    stand = put_up(tmp_path_factory.mktemp("careless"))
    stand.app.register_blueprint(bp)
    return stand


def test_a_view_that_writes_without_a_trace_is_found(careless):
    acts = Acts(careless, {"careless.create": [("administrator", Form("/", "/careless"))]})

    assert acts.do("careless.create") is None
    assert "careless.create" in undone(careless, [])


def test_an_event_of_nobody_is_found(careless):
    event = (1, NOW, None, "code.requested", "user", 3)
    done = Done("x", "", "", "", [], set(), None, {"audit_events": {"new": {event}}})

    assert silent([done]) == ["x: code.requested"]


def test_a_view_that_takes_what_nobody_asked_for_is_found(careless):
    acts = Acts(careless, {"careless.create": [("administrator", Form("/", "/careless"))]})
    done = Done("careless.create", "administrator", "/", "/careless", [], set(), None, {})

    assert set(taken(acts, done)) == {"careless.create: users"}
