"""No other site can make a reader's browser act: every form is tried in four foreign ways."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Blueprint

from ecopter.authorization.guard import public
from ecopter.db import db
from ecopter.people.models import User
from tests.attack.acts import Done, read_all
from tests.attack.forms import Upload
from tests.attack.stand import BASE, ROLES, Stand, differences, put_up

pytestmark = [pytest.mark.xdist_group("attack"), pytest.mark.timeout(900)]

# What a foreign request gets before its view is asked; no view answers so.
REFUSED = 400
OWN = {"Referer": f"{BASE}/", "Origin": BASE, "Sec-Fetch-Site": "same-origin"}
FOREIGN = {
    "no token": ({}, OWN),
    "the token of another session": ({"csrf_token": "another"}, OWN),
    "a body of plain text": ({"csrf_token": "own"}, OWN | {"Content-Type": "text/plain"}),
    "a page of another site": ({"csrf_token": "own"}, OWN | {"Sec-Fetch-Site": "cross-site"}),
    "a sister site": ({"csrf_token": "own"}, OWN | {"Sec-Fetch-Site": "same-site"}),
    "another origin": (
        {"csrf_token": "own"},
        {"Referer": f"{BASE}/", "Origin": "https://evil.example"},
    ),
}


def foreign_sendings(
    stand: Stand, done: Done
) -> Iterator[tuple[str, list[tuple[str, Any]], Mapping[str, str]]]:
    """The very form that succeeded, as another site could have it sent."""
    client = stand.client(done.role)
    tokens = {"own": stand.token(client), "another": stand.token(stand.client("classmate"))}
    for variant, (token, headers) in FOREIGN.items():
        rest = [
            (name, value)
            for name, value in done.sent
            if name != "csrf_token" and not isinstance(value, Upload)
        ]
        extra = [(name, tokens[which]) for name, which in token.items()]
        yield variant, rest + extra, headers


def accepted(stand: Stand, done: Done) -> tuple[list[str], int]:
    """Which foreign sendings were not refused, or changed anything; and how many were tried."""
    found, tried = [], 0
    before = stand.rows()
    for variant, sent, headers in foreign_sendings(stand, done):
        tried += 1
        answer = stand.client(done.role).post(
            done.address, data=urlencode(sent), base_url=BASE, headers=form_headers(headers)
        )
        if answer.status_code != REFUSED:
            found.append(f"{done.endpoint}, {variant}: {answer.status_code}")
    if changed := differences(before, stand.rows()):
        found.append(f"{done.endpoint} changed {sorted(changed)}")
        stand.put_back()
    return found, tried


def form_headers(headers: Mapping[str, str]) -> dict[str, str]:
    return {"Content-Type": "application/x-www-form-urlencoded", **headers}


def test_every_form_refuses_what_another_site_sends(stand, performed, proof):
    found, tried = [], 0
    for done in performed.done.values():
        wrong, count = accepted(stand, done)
        found += wrong
        tried += count

    assert found == []
    proof(
        "attack",
        "Every form refuses what another site makes a browser send",
        bar="0 accepted, 0 rows changed",
        figure=f"{len(performed.done)} forms × {len(FOREIGN)} ways = {tried} requests, 0 accepted",
    )


def test_views_whose_form_was_not_found_refuse_too(stand, performed):
    for rule in stand.rules("POST"):
        if rule.endpoint not in performed.done:
            address = stand.fill(rule)
            done = Done(rule.endpoint, "administrator", "/", address, [], set(), None, {})
            assert accepted(stand, done)[0] == []


def test_reading_changes_no_row(performed, proof):
    """Every page was read by six kinds of reader to find the forms on it."""
    acts = performed.acts

    assert acts.written_by_reading == []
    proof(
        "attack",
        "Reading changes nothing",
        bar="0 rows changed",
        figure=f"{acts.read} pages read by {len(ROLES)} kinds of reader, 0 rows changed",
    )


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Referer": f"{BASE}/account?page=2"},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": BASE},
        {"Origin": BASE.upper().replace("HTTPS", "https")},
    ],
    ids=["nothing said", "referrer only", "same origin", "by hand", "origin only", "capitals"],
)
def test_ones_own_forms_go_on_working(stand, headers):
    client = stand.client("trainee")
    sent = {"locale": "ar", "next": "/account", "csrf_token": stand.token(client)}

    answer = client.post("/language", data=sent, base_url=BASE, headers=headers)

    assert answer.status_code == 303


@pytest.mark.parametrize(
    "origin", ["null", "https://school.example.evil.example", "http://x", "x", "https://["]
)
def test_an_origin_that_is_not_ours_is_refused_though_the_token_is_good(stand, origin):
    answer = stand.post("trainee", "/language", {"locale": "ar"}, headers={"Sec-Fetch-Site": ""})
    assert answer.status_code == 303, "an empty word says nothing"

    client = stand.client("trainee")
    sent = {"locale": "ar", "csrf_token": stand.token(client)}

    for name in ("Origin", "Referer"):
        answer = client.post("/language", data=sent, base_url=BASE, headers={name: origin})
        assert answer.status_code == 400, name


# Planted faults.


@pytest.fixture(scope="module")
def careless(tmp_path_factory) -> Stand:
    """A school with two views more: one asks for no token, one writes when it is read."""
    bp = Blueprint("careless", __name__)

    def write() -> str:
        user = db.session.scalars(db.select(User).order_by(User.id)).first()
        user.town += "!"
        return ""

    @bp.post("/careless")
    @public
    def create() -> str:
        return write()

    @bp.get("/careless")
    @public
    def show() -> str:
        # The house's own guard (a read-only transaction) has to be taken away first.
        from ecopter.db import set_reading

        db.session.remove()
        set_reading(False)
        return write()

    stand = put_up(tmp_path_factory.mktemp("careless"))
    stand.app.register_blueprint(bp)
    stand.app.extensions["csrf"].exempt(bp)
    return stand


def test_a_form_without_a_token_is_found(careless):
    done = Done("careless.create", "trainee", "/", "/careless", [], set(), None, {})

    found, _tried = accepted(careless, done)

    assert "careless.create, no token: 200" in found
    assert "careless.create changed ['users']" in found


def test_a_page_that_writes_is_found(careless):
    careless.put_back()

    assert read_all(careless, roles=["stranger"]).written_by_reading == ["users"]
