"""Every door of the school: one rule of the application, one method, one set of things named in it.

The doors come from the URL map itself. `tests/access` walks them as everyone there is.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from flask import Flask
from pypdf import PdfReader
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from ecopter.db import db
from tests.browser import Browser
from tests.factories.world import World

ABSENT = 2_000_000_000
# A session ends here, so this door is tried last.
LAST = "people.sign_in.delete"

# Whoever has nothing to do with a side gets, for everything of it, what an absent thing gives.
OUTSIDE = {
    "ours": {"other trainee", "leader", "other leader", "other instructor", "former instructor"},
    "theirs": {"trainee", "classmate", "leaver", "leader", "instructor", "former instructor"},
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
OFFICE = {"administrator", "other administrator", "head of studies", "other head of studies"}
NOBODY = {"stranger", "deactivated"}
# Sets of things that do not exist, or do not belong together.
ELSEWHERE = {"absent", "zero", "negative", "mixed", "mixed too"}
KIND = {200, 202, 303, 403, 404, 409, 422}
# What a short walk tries as whom; a long one tries everything as everyone.
SHORT = {
    "trainee": ("ours", "theirs", "mixed", "mixed too", "zero"),
    "classmate": ("ours", "theirs"),
    "other trainee": ("ours", "theirs", "absent"),
    "leader": ("ours", "theirs"),
    "other leader": ("theirs",),
    "instructor": ("ours", "theirs", "absent", "mixed"),
    "former instructor": ("ours", "theirs"),
    "administrator": ("ours", "absent", "zero", "negative", "mixed", "mixed too"),
    "other administrator": (),
    "other head of studies": (),
}


@dataclass(frozen=True)
class Door:
    """One rule with one method and one set of things named in its address."""

    rule: Rule
    method: str
    whose: str
    address: str


def doors(app: Flask, world: World, method: str, role: str, *, whole: bool) -> Iterator[Door]:
    """Own, another's, things that do not exist, and arguments that do not belong together."""
    rules = [rule for rule in app.url_map.iter_rules() if method in rule.methods]
    for rule in sorted(rules, key=lambda rule: (rule.endpoint == LAST, rule.rule)):
        for whose, values in ways(world, sorted(rule.arguments)).items():
            if whole or whose in SHORT.get(role, ("ours",)):
                yield Door(rule, method, whose, filled(rule.rule, values))


def ways(world: World, arguments: list[str]) -> dict[str, dict[str, int | str]]:
    """The sets of things an address with these arguments is tried with, by name."""
    ours, theirs = world.ours.address, world.theirs.address
    if not arguments:
        return {"ours": {}}
    found = {
        "ours": ours,
        "theirs": theirs,
        "absent": _all_of(ours, ABSENT),
        "zero": _all_of(ours, 0),
        "negative": _all_of(ours, -1),
    }
    first, *rest = arguments
    if rest:
        found["mixed"] = ours | {first: theirs[first]}
        found["mixed too"] = theirs | {first: ours[first]}
    return found


def _all_of(address: dict[str, int | str], number: int) -> dict[str, int | str]:
    return {name: number if isinstance(one, int) else "x" for name, one in address.items()}


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
    if door.whose == "negative" and door.rule.arguments and "-1" in door.address:
        return {404}
    if is_public(app, door):
        return {200, 303, 404, 422}
    if role in NOBODY:
        return {303}
    if not door.rule.arguments:
        return KIND - {404} if role in OFFICE else KIND
    return {404} if door.whose in ELSEWHERE else _expected_of_things(role, door)


def _expected_of_things(role: str, door: Door) -> set[int]:
    """The same for a door to something that exists."""
    arguments = door.rule.arguments
    if arguments <= SHARED or (door.rule.endpoint in TAKING_OVER and role in TEACHING):
        return KIND
    if arguments <= {"association_id"} and role == "other leader" and door.whose == "theirs":
        return KIND - {404}
    if role in OUTSIDE[door.whose]:
        return {404}
    if role in FELLOWS:
        reads = arguments <= COURSE or door.rule.endpoint in COURSE_PAGES
        return {200} if reads else {403, 404}
    return KIND - {404} if role in OFFICE else KIND


def words_of(answer: TestResponse) -> str:
    """What somebody can read in an answer: a page, a list, a calendar, a paper, a bundle."""
    return _words(answer.get_data(), answer.mimetype)


def _words(content: bytes, kind: str) -> str:
    if kind == "application/pdf" and content.startswith(b"%PDF") and b"%%EOF" in content[-64:]:
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    if kind == "application/zip" and zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "\n".join(
                _words(archive.read(name), "application/pdf" if name.endswith(".pdf") else "")
                for name in archive.namelist()
            )
    text = content.decode("utf-8", "replace")
    return unescape(text) if kind == "text/html" else text
