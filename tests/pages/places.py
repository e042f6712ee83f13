"""Which pages there are: read from the addresses of the application, for each role."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from ecopter.ui.errors import PAGES as ERRORS
from tests.pages.serving import HALF_WAY, OWN, House

# Whose page a page is first of all: the first of these who may read it.
ROLES = ("trainee", "instructor", "administrator", "leader", "head of studies", "stranger")
# Who else has a page of their own behind an address that others read too.
HOMES = {"/": ("instructor", "administrator", "leader"), "/more": ("instructor", "administrator")}
PAGE = {200, 202}
REFUSED = 422


@dataclass(frozen=True)
class Place:
    """A page as one role gets it; `POST` is what answers a form that was sent empty."""

    rule: str
    address: str
    role: str
    status: int
    method: str = "GET"

    def __str__(self) -> str:
        method = "" if self.method == "GET" else f"{self.method} "
        return f"{method}{self.address} ({self.role}, {self.status})"


def visit(house: House, role: str, method: str, address: str) -> TestResponse:
    """One request as the browser of that role would send it; forms are empty."""
    reader = house.readers[role]
    with house.app.app_context():
        return house.app.test_client(use_cookies=False).open(
            address,
            method=method,
            headers={"Cookie": f"ecopter={reader.cookie}", "Accept-Language": "fr"},
            data={"csrf_token": reader.token} if method == "POST" else None,
        )


def is_page(answer: TestResponse, statuses: Iterable[int]) -> bool:
    return answer.status_code in statuses and answer.mimetype == "text/html"


def filled(pattern: str, things: dict[str, int | str]) -> str:
    """The address of a rule: one endpoint can have two, so none is built from its name."""
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda match: str(things[match[1]]), pattern)


def rules_of(app: Flask, method: str) -> list[Rule]:
    rules = [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]
    return sorted((r for r in rules if not r.rule.startswith(OWN)), key=lambda rule: rule.rule)


def roles_for(app: Flask, rule: Rule) -> tuple[str, ...]:
    """Public pages are a stranger's first of all."""
    if app.view_functions[rule.endpoint].permission is None:  # type: ignore[attr-defined]
        return ("stranger", *ROLES[:-1], HALF_WAY)
    return ROLES


def pages_of(house: House, *, everyone: bool) -> list[Place]:
    """Each address that answers with a page, as its main role gets it, or as everyone does."""
    found = []
    for rule in rules_of(house.app, "GET"):
        address = filled(rule.rule, house.things)
        wanted = HOMES.get(rule.rule, ())
        is_found = False
        for role in roles_for(house.app, rule):
            if is_found and not everyone and role not in wanted:
                continue
            answer = visit(house, role, "GET", address)
            if is_page(answer, PAGE):
                found.append(Place(rule.rule, address, role, answer.status_code))
                is_found = True
    return found


def forms_of(house: House, *, everyone: bool) -> list[Place]:
    """Each form that, sent empty, is answered with a page: with its errors, or with its result."""
    found = []
    for rule in rules_of(house.app, "POST"):
        address = filled(rule.rule, house.things)
        for role in roles_for(house.app, rule):
            answer = visit(house, role, "POST", address)
            if answer.status_code < 400:
                house.put_back()
            if is_page(answer, {*PAGE, REFUSED}):
                found.append(Place(rule.rule, address, role, answer.status_code, "POST"))
                if not everyone:
                    break
    return found


def errors() -> list[Place]:
    """A page for each thing that can go wrong, and two as people really meet them."""
    planted = [
        Place("error", f"{OWN}errors/{status}", "trainee" if status == 403 else "stranger", status)
        for status in sorted(ERRORS)
    ]
    return [
        *planted,
        Place("error", "/nowhere", "trainee", 404),
        Place("error", "/people", "trainee", 403),
        Place("error", "/sign-in", "stranger", 422, "POST"),
    ]


def not_pages(house: House, places: list[Place]) -> set[str]:
    """Addresses to read that gave nobody a page."""
    return {rule.rule for rule in rules_of(house.app, "GET")} - {place.rule for place in places}
