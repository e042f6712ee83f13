"""Every door of the school is tried by everyone: with what is theirs, others', and nothing.

The doors come from the application itself; a new argument of an address fails here until
`tests/factories/world.py` has a thing for it. In short, everyone tries their own side's doors and
some roles the rest; with `--long`, everyone tries everything.
"""

import re
from dataclasses import dataclass, field

import pytest
from flask import Blueprint, Flask
from werkzeug.test import TestResponse

from ecopter.authorization.guard import public
from ecopter.db import db
from ecopter.people.models import User
from tests.access.private import SECRETS, columns_of_text, declared, plant
from tests.browser import Browser
from tests.databases import Store, database_of, noting_writes, snapshot
from tests.doors import (
    ELSEWHERE,
    KIND,
    OUTSIDE,
    SHARED,
    Door,
    doors,
    expected,
    is_public,
    knock,
    words_of,
)
from tests.factories.world import World, make_world

# One walk through all pages serves every test of this file.
pytestmark = [pytest.mark.xdist_group("doors"), pytest.mark.timeout(1800)]

# The trail of refused doors, and mistakes at the door, are kept whatever the answer.
KEPT_ANYWAY = {"audit_events", "failed_sign_ins"}
KEPT_BY = tuple(f"INSERT INTO {table} " for table in KEPT_ANYWAY)
# The page whose purpose is to show a name to whoever holds the paper.
SHOWS_NAMES = "certificates.verification."


@dataclass
class Walk:
    """What everyone got on every page, and the tables before and after."""

    seen: list[tuple[str, Door, TestResponse]] = field(default_factory=list)
    before: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="module")
def whole(request) -> bool:
    return bool(request.config.getoption("long"))


@pytest.fixture(scope="module")
def walk(app: Flask, empty_database: Store, whole) -> Walk:
    """Everyone opens every page, and takes away every list, in a school of its own."""
    with app.app_context():
        empty_database.empty()
        world = make_world()
        plant(world)
        readers = {role: Browser(app).as_(user) for role, user in world.people.items()}
        walk = Walk(before=snapshot())
        for role, reader in readers.items():
            for door in doors(app, world, "GET", role, whole=whole):
                answer = knock(reader, door)
                walk.seen.append((role, door, answer))
                walk.seen += [(role, file, knock(reader, file)) for file in files(door, answer)]
        walk.after = snapshot()
        return walk


def files(door: Door, answer: TestResponse) -> list[Door]:
    """The lists that a page offers to take away."""
    if answer.mimetype != "text/html" or answer.status_code != 200:
        return []
    found = re.findall(r'href="([^"]*[?&](?:amp;)?format=csv[^"]*)"', answer.get_data(as_text=True))
    return [Door(door.rule, "GET", door.whose, one.replace("&amp;", "&")) for one in set(found)]


@pytest.fixture
def world(browser: Browser) -> World:
    return make_world()


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {name for name in after if after[name] != before[name]}


def test_every_argument_of_an_address_has_a_thing_to_try_it_with(app, world):
    asked = {name for rule in app.url_map.iter_rules() for name in rule.arguments}

    assert asked == set(world.ours.address)


def unexpected(app: Flask, seen: list[tuple[str, Door, TestResponse]]) -> list[str]:
    return [
        f"{role}: {door.rule.rule} ({door.whose}) → {answer.status_code}"
        for role, door, answer in seen
        if answer.status_code not in expected(app, role, door)
    ]


def test_every_page_answers_everyone_as_it_should(app, walk, proof):
    assert unexpected(app, walk.seen) == []
    people = len({role for role, _, _ in walk.seen})
    rules = len({door.rule.rule for _, door, _ in walk.seen})
    proof(
        "access",
        f"Every page answers everyone as it should ({database_of(app)})",
        bar="0 unexpected answers, every rule",
        figure=f"{len(walk.seen)} requests: {people} kinds of visitor, {rules} rules; 0 unexpected",
    )


def told(answer: TestResponse, door: Door) -> str:
    """A page without what is in every page of its kind: tokens, and the address itself."""
    text = re.sub(r'name="?csrf_token"? [^>]*', "", answer.get_data(as_text=True))
    return text.replace(door.address, "")


def test_what_is_anothers_answers_like_what_does_not_exist(walk, proof):
    """Neither the status nor a word tells that there is something behind the door."""
    absent = {
        (role, door.rule.rule): told(answer, door)
        for role, door, answer in walk.seen
        if door.whose in {"absent", "zero"} and answer.status_code == 404
    }
    compared = [
        (role, door, told(answer, door) == absent[role, door.rule.rule])
        for role, door, answer in walk.seen
        if door.whose == "theirs"
        and answer.status_code == 404
        and role in OUTSIDE["theirs"]
        and (role, door.rule.rule) in absent
    ]

    assert [f"{role}: {door.address}" for role, door, same in compared if not same] == []
    assert len(compared) > 60
    proof(
        "access",
        "Another's private thing answers like one that does not exist",
        bar="0 differences in status or words",
        figure=f"{len(compared)} pairs compared, 0 different",
    )


def test_no_page_changes_anything(walk):
    assert changed(walk.before, walk.after) <= {"audit_events"}


def test_asking_for_the_head_of_a_page_changes_nothing_either(app, browser, world):
    reader = browser.as_(world.people["trainee"])
    before = snapshot()

    for door in doors(app, world, "HEAD", "whoever", whole=False):
        assert knock(reader, door).status_code in KIND, door.address

    assert changed(before, snapshot()) <= {"audit_events"}


def test_other_methods_are_refused_at_every_address(app, browser, world):
    reader = browser.as_(world.people["administrator"])
    rules = {rule.rule: rule for rule in app.url_map.iter_rules()}
    for method in ("PUT", "PATCH", "DELETE", "TRACE"):
        for door in doors(app, world, "GET", "whoever", whole=False):
            other = Door(rules[door.rule.rule], method, "ours", door.address)
            assert knock(reader, other).status_code == 405, f"{method} {door.address}"


def test_no_private_page_is_kept_and_no_public_one_carries_a_session(app, walk):
    wrong = [
        f"{role}: {door.rule.rule}"
        for role, door, answer in walk.seen
        for kept in [answer.headers["Cache-Control"]]
        if ("public" in kept and (not is_public(app, door) or "Set-Cookie" in answer.headers))
        or ("public" not in kept and "no-store" not in kept and "no-cache" not in kept)
    ]

    assert wrong == []


def test_every_column_of_text_is_private_or_open():
    assert columns_of_text() - declared() == set(), "name them in tests/access/private.py"
    assert declared() - columns_of_text() == set()


def leaks(seen: list[tuple[str, Door, TestResponse]]) -> tuple[list[str], set[str]]:
    """Private words where they may not be, and the columns whose word somebody read."""
    found, read = [], set()
    for role, door, answer in seen:
        endpoint = door.rule.endpoint
        if endpoint.startswith(SHOWS_NAMES):
            continue
        text = words_of(answer)
        for column, secret in SECRETS.items():
            if secret.word in text:
                read.add(column)
                if role not in secret.readers or (secret.pages and endpoint not in secret.pages):
                    found.append(f"{column}: {role} at {endpoint} {door.address} ({door.whose})")
    return found, read


def test_private_words_are_on_no_page_list_or_paper_of_anyone_else(walk, proof):
    found, read = leaks(walk.seen)

    assert found == []
    assert {column for column, secret in SECRETS.items() if secret.is_shown} - read == set()
    proof(
        "access",
        "Private words stand on no page, list or paper of anyone else",
        bar="0 outside their readers",
        figure=f"{len(SECRETS)} columns planted, {len(walk.seen)} answers read, 0 outside",
    )


def test_every_form_answers_everyone_as_it_should(app, browser, world, whole, proof):
    """Empty forms: a refusal changes nothing, and what is changed is in the audit trail."""
    found, tried = [], 0
    readers = {role: browser.as_(user) for role, user in world.people.items()}
    before = snapshot()
    for role, reader in readers.items():
        token = reader.token()
        for door in doors(app, world, "POST", role, whole=whole):
            with noting_writes() as statements:
                status = knock(reader, door, token).status_code
            tried += 1
            what = f"{role}: {door.rule.rule} ({door.whose}) → {status}"
            if status not in expected(app, role, door):
                found.append(what)
            if all(statement.startswith(KEPT_BY) for statement in statements):
                continue
            after = snapshot()
            written, before = changed(before, after), after
            if status >= 400 and written - KEPT_ANYWAY:
                found.append(f"{what} left {sorted(written)}")
            if status < 400 and written - KEPT_ANYWAY and "audit_events" not in written:
                found.append(f"{what} changed {sorted(written)} without a trace")

    assert found == []
    proof(
        "access",
        f"Every form answers everyone as it should ({database_of(app)})",
        bar="0 unexpected answers, nothing left by a refusal",
        figure=f"{tried} requests, {len(readers)} kinds of visitor; 0 unexpected",
    )


class TestTheWalkItself:
    """Doors that are broken on purpose are found."""

    @pytest.fixture
    def careless(self, app, world, monkeypatch):
        """A view with a door for everybody, which shows a private thing and writes on GET."""
        plant(world)
        rule = next(r for r in app.url_map.iter_rules() if r.endpoint == "people.person.show")

        @public
        def show(**_address):
            trainee = db.session.get_one(User, world.ours.trainee.id)
            return f"<h1>{trainee.email}</h1>"

        monkeypatch.setitem(app.view_functions, rule.endpoint, show)
        show.permission = "person:view"
        return rule

    def test_a_door_that_lets_everybody_in_is_reported(self, app, browser, world, careless):
        seen = self.seen_by(app, browser, world, "other trainee", careless)

        assert unexpected(app, seen) == ["other trainee: /people/<int:user_id> (ours) → 200"]

    def test_a_private_word_on_a_page_is_reported(self, app, browser, world, careless):
        seen = self.seen_by(app, browser, world, "other trainee", careless)

        found, _ = leaks(seen)
        assert len(found) == 1
        assert found[0].startswith("users.email: other trainee at people.person.show")

    def test_a_view_without_a_policy_is_reported(self):
        app = Flask(__name__)
        hall = Blueprint("hall", __name__)
        hall.get("/")(lambda: "everybody in")
        app.register_blueprint(hall)

        silent = [
            rule.endpoint
            for rule in app.url_map.iter_rules()
            if not hasattr(app.view_functions[rule.endpoint], "permission")
        ]

        assert "hall.<lambda>" in silent

    def seen_by(self, app, browser, world, role, rule):
        reader = browser.as_(world.people[role])
        return [
            (role, door, knock(reader, door))
            for door in doors(app, world, "GET", role, whole=False)
            if door.rule is rule and door.whose == "ours"
        ]


def test_the_short_walk_leaves_out_no_way_of_asking(app, world):
    """What only a long walk tries as everyone, somebody tries in the short one."""
    tried = {
        door.whose
        for role in world.people
        for door in doors(app, world, "GET", role, whole=False)
        if not door.rule.arguments <= SHARED
    }

    assert tried == {"ours", "theirs", *ELSEWHERE}
