"""Every door of the school is tried by everyone: with what is theirs, others', and nothing.

The doors come from the application itself; a new argument of an address fails here until
`tests/factories/world.py` has a thing for it.
"""

import hashlib
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from ecopter.db import db
from tests.browser import Browser
from tests.conftest import put_back
from tests.factories import world as planted
from tests.factories.world import World, make_world

# One walk through all pages serves every test of this file.
pytestmark = [pytest.mark.xdist_group("doors"), pytest.mark.timeout(900)]

ABSENT = 2_000_000_000
KIND = {200, 202, 303, 403, 404, 409, 422}
# The trail of refused doors, and mistakes at the door, are kept whatever the answer.
KEPT_ANYWAY = {"audit_events", "failed_sign_ins"}
LAST = "people.sign_in.delete"

# Whoever has nothing to do with a side gets, for everything of it, what an absent thing gives.
OUTSIDE = {
    "ours": {"other trainee", "leader", "other instructor", "former instructor"},
    "theirs": {"trainee", "instructor"},
}
# Those who learn in a cohort may read its course, and nothing of each other.
FELLOWS = {"classmate", "leaver"}
COURSE = {"curriculum_id", "lesson_id"}
COURSE_PAGES = {"timetable.cohort_agenda.show"}
# What belongs to no cohort: whoever works here, or for products whoever signs in, may look.
SHARED = {"site_id", "room_id", "product_id", "holiday_id"}
# Any instructor of the school may take over any half-day.
TAKING_OVER = {"timetable.takeover.new", "timetable.takeover.create"}
TEACHING = {"instructor", "other instructor"}
OFFICE = {"administrator", "head of studies"}
# Sets of things that do not exist, or do not belong together.
ELSEWHERE = {"absent", "mixed", "mixed too"}
# With which things a role tries each door; the others try those of our side.
TRIES = {
    "trainee": ("ours", "theirs", "mixed", "mixed too"),
    "administrator": ("ours", "absent", "mixed", "mixed too"),
    "instructor": ("ours", "theirs"),
}


@dataclass(frozen=True)
class Door:
    """One rule with one method and one set of things named in its address."""

    rule: Rule
    method: str
    whose: str
    address: str


@dataclass
class Walk:
    """What everyone got on every page, and the tables before and after."""

    seen: list[tuple[str, Door, TestResponse]] = field(default_factory=list)
    before: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="module")
def walk(app: Flask, empty_database: Path, data: Path) -> Walk:
    """Everyone opens every page, in a school of its own."""
    with app.app_context():
        put_back(empty_database, data)
        world = make_world()
        readers = {role: Browser(app).as_(user) for role, user in world.people.items()}
        walk = Walk(before=snapshot(data))
        for role, reader in readers.items():
            for door in doors(app, world, "GET", role):
                walk.seen.append((role, door, knock(reader, door)))
        walk.after = snapshot(data)
        return walk


@pytest.fixture
def world(browser: Browser) -> World:
    return make_world()


def doors(app: Flask, world: World, method: str, role: str) -> Iterator[Door]:
    """Own, another's, an absent thing, and one argument from another side than the rest."""
    rules = [rule for rule in app.url_map.iter_rules() if method in rule.methods]
    for rule in sorted(rules, key=lambda rule: (rule.endpoint == LAST, rule.rule)):
        for whose, values in ways(world, sorted(rule.arguments)).items():
            if whose in TRIES.get(role, ("ours",)):
                yield Door(rule, method, whose, filled(rule.rule, values))


def ways(world: World, arguments: list[str]) -> dict[str, dict[str, int | str]]:
    ours, theirs = world.ours.address, world.theirs.address
    if not arguments:
        return {"ours": {}}
    found = {
        "ours": ours,
        "theirs": theirs,
        "absent": {name: ABSENT if isinstance(ours[name], int) else "x" for name in ours},
    }
    first, *rest = arguments
    if rest:
        found["mixed"] = ours | {first: theirs[first]}
        found["mixed too"] = theirs | {first: ours[first]}
    return found


def filled(pattern: str, values: dict[str, int | str]) -> str:
    """The very address of the rule: one endpoint can have two."""
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda match: str(values[match[1]]), pattern)


def knock(reader: Browser, door: Door, token: str = "") -> TestResponse:
    """One request as a browser would send it; forms are empty."""
    db.session.remove()
    sent = {"csrf_token": token} if door.method == "POST" else None
    with reader.app.app_context():
        return reader.client.open(door.address, method=door.method, data=sent)


def is_public(app: Flask, door: Door) -> bool:
    return app.view_functions[door.rule.endpoint].permission is None


def expected(app: Flask, role: str, door: Door) -> set[int]:
    """What a door may answer; the narrower, the more it protects."""
    if is_public(app, door):
        return {200, 303, 404, 422}
    if role in {"stranger", "deactivated"}:
        return {303}
    if not door.rule.arguments:
        return KIND - {404} if role in OFFICE else KIND
    return {404} if door.whose in ELSEWHERE else expected_of_things(role, door)


def expected_of_things(role: str, door: Door) -> set[int]:
    """The same for a door to something that exists."""
    arguments = door.rule.arguments
    if arguments <= SHARED or (door.rule.endpoint in TAKING_OVER and role in TEACHING):
        return KIND
    if role in OUTSIDE[door.whose]:
        return {404}
    if role in FELLOWS:
        reads = arguments <= COURSE or door.rule.endpoint in COURSE_PAGES
        return {200} if reads else {403, 404}
    return KIND - {404} if role in OFFICE else KIND


def snapshot(data: Path) -> dict[str, str]:
    """A hash of the rows of each table."""
    db.session.remove()
    connection = sqlite3.connect(data / "ecopter.sqlite3")
    try:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {
            name: hashlib.sha256(
                repr(connection.execute(f'SELECT * FROM "{name}"').fetchall()).encode()
            ).hexdigest()
            for (name,) in tables.fetchall()
        }
    finally:
        connection.close()


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {name for name in after if after[name] != before[name]}


def test_every_argument_of_an_address_has_a_thing_to_try_it_with(app, world):
    asked = {name for rule in app.url_map.iter_rules() for name in rule.arguments}

    assert asked == set(world.ours.address)


def test_every_page_answers_everyone_as_it_should(app, walk):
    wrong = [
        f"{role}: {door.rule.rule} ({door.whose}) → {answer.status_code}"
        for role, door, answer in walk.seen
        if answer.status_code not in expected(app, role, door)
    ]

    assert wrong == []


def test_no_page_changes_anything(walk):
    assert changed(walk.before, walk.after) <= {"audit_events"}


def test_asking_for_the_head_of_a_page_changes_nothing_either(app, browser, world, data):
    reader = browser.as_(world.people["trainee"])
    before = snapshot(data)

    for door in doors(app, world, "HEAD", "whoever"):
        assert knock(reader, door).status_code in KIND, door.address

    assert changed(before, snapshot(data)) <= {"audit_events"}


def test_no_private_page_is_kept_and_no_public_one_carries_a_session(app, walk):
    wrong = [
        f"{role}: {door.rule.rule}"
        for role, door, answer in walk.seen
        for kept in [answer.headers["Cache-Control"]]
        if ("public" in kept and (not is_public(app, door) or "Set-Cookie" in answer.headers))
        or ("public" not in kept and "no-store" not in kept and "no-cache" not in kept)
    ]

    assert wrong == []


# Word -> who may read it, and on which pages.
GRADING = {"assessment.grading.edit", "assessment.observation.edit"}
GRADERS = {"instructor", "head of studies"}
ACCOUNT = {"people.account.show", "people.account.edit"}
PERSON = {"people.person.show", "people.person.edit"}
SECRETS = {
    planted.NOTE: (
        {"instructor", *OFFICE},
        {"attendance.correction.new", "attendance.register.edit"},
    ),
    planted.COMMENT: (GRADERS, GRADING),
    planted.EXCUSE: (GRADERS, GRADING),
    planted.ABSENCE: (
        {"trainee", "instructor", *OFFICE},
        {"attendance.absence.new", "attendance.absence.show"},
    ),
    planted.EMAIL: ({"trainee", *OFFICE}, ACCOUNT | PERSON),
    planted.TELEPHONE: ({"trainee", *OFFICE}, ACCOUNT | PERSON),
}
# The trainee's own and their school's business, on whichever page.
PERSONAL = (planted.NAME, planted.WORK, planted.FILE)
CLOSE = {"trainee", "instructor", *OFFICE}


def test_private_words_are_on_no_page_of_anyone_else(walk):
    found, read = [], set()
    for role, door, answer in walk.seen:
        text, endpoint = answer.get_data(as_text=True), door.rule.endpoint
        if endpoint.startswith("certificates.verification."):
            continue  # the page whose purpose is to show a name
        there = {word for word in (*SECRETS, *PERSONAL) if word in text}
        read |= there
        for word in there:
            may, where = SECRETS.get(word, (CLOSE, {endpoint}))
            if role not in may or endpoint not in where:
                found.append(f"{word}: {role} at {door.address}")

    assert found == []
    assert read == {*SECRETS, *PERSONAL}, "each is there to be found, by those who may"


def test_every_form_answers_everyone_as_it_should(app, browser, world, data):
    """Empty forms: a refusal changes nothing, and what is changed is in the audit trail."""
    found = []
    readers = {role: browser.as_(user) for role, user in world.people.items()}
    before = snapshot(data)
    for role, reader in readers.items():
        token = reader.token()
        for door in doors(app, world, "POST", role):
            status = knock(reader, door, token).status_code
            after = snapshot(data)
            written, before = changed(before, after), after
            what = f"{role}: {door.rule.rule} ({door.whose}) → {status}"
            if status not in expected(app, role, door):
                found.append(what)
            if status >= 400 and written - KEPT_ANYWAY:
                found.append(f"{what} left {sorted(written)}")
            if status < 400 and written - KEPT_ANYWAY and "audit_events" not in written:
                found.append(f"{what} changed {sorted(written)} without a trace")

    assert found == []
