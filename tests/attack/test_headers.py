"""Headers of every answer, scored: pages, files, refusals and faults, for three kinds of reader."""

import re
from collections.abc import Iterator

import pytest
from flask import Blueprint, Response
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.test import TestResponse

from ecopter.authorization.guard import public
from tests.attack.headers import score
from tests.attack.stand import BASE, Stand, put_up

pytestmark = [pytest.mark.xdist_group("attack"), pytest.mark.timeout(900)]

BAR = 120
READERS = ("stranger", "trainee", "administrator")


def low(name: str, answer: TestResponse, *, is_private: bool) -> list[str]:
    """What an answer lacks to reach the bar."""
    is_page = answer.mimetype == "text/html"
    found = score(answer, is_page=is_page, is_private=is_private)
    return [f"{name}: {found.points} {found.faults}"] if found.points < BAR else []


def is_private(stand: Stand, endpoint: str) -> bool:
    return stand.app.view_functions[endpoint].permission is not None


def pages(stand: Stand) -> Iterator[tuple[str, TestResponse, bool]]:
    for role, rule, answer in stand.pages(READERS):
        yield f"{role} {rule.rule}", answer, is_private(stand, rule.endpoint)


def refusals(stand: Stand) -> Iterator[tuple[str, TestResponse, bool]]:
    """One answer of every kind that says no."""
    token = {"csrf_token": stand.token(stand.client("trainee"))}
    yield "400", stand.client("trainee").post("/language", base_url=BASE), True
    yield "a forged host", stand.client("stranger").get("/", base_url="https://evil.example"), True
    yield "403", stand.get("trainee", "/people"), True
    yield "404", stand.get("trainee", "/nothing"), True
    yield "405", stand.get("trainee", "/language"), True
    yield "413", stand.post("trainee", "/language", {"locale": "x" * 2_000_000}), True
    yield "422", stand.post("stranger", "/sign-in", token), True
    broken = stand.app.view_functions["people.account.show"]
    for status, problem in (("413 raised", RequestEntityTooLarge()), ("500", ZeroDivisionError())):
        stand.app.view_functions["people.account.show"] = raising(problem)
        yield status, stand.get("trainee", "/account"), True
    stand.app.view_functions["people.account.show"] = broken


def raising(problem: Exception):
    def view(**_address: object) -> str:
        raise problem

    view.permission = None
    return view


def files(stand: Stand) -> Iterator[tuple[str, TestResponse, bool]]:
    """What the page itself asks for."""
    page = stand.get("stranger", "/sign-in").text
    for address in sorted(set(re.findall(r'(?:src|href)="(/(?:assets|static)/[^"]+)"', page))):
        yield address, stand.get("stranger", address.replace("&amp;", "&")), False


def test_every_answer_has_all_its_headers(stand, performed, proof):
    seen, found = 0, []
    for walk in (pages, refusals, files):
        for name, answer, private in walk(stand):
            seen += 1
            found += low(name, answer, is_private=private)
    for done in performed.done.values():
        seen += 1
        found += low(f"POST {done.endpoint}", done.answer, is_private=True)

    assert found == []
    proof(
        "attack",
        "Every answer has the strict policy and all protecting headers",
        bar=f"{BAR} points, of 135",
        figure=f"{seen} answers (pages, files, acts, refusals, faults), 0 below {BAR}",
    )


def test_each_refusal_has_the_status_it_is_named_after(stand):
    for name, answer, _private in refusals(stand):
        if name[:3].isdigit():
            assert answer.status_code == int(name[:3]), name


def test_a_handed_in_file_is_given_and_never_shown(stand):
    answer = stand.get("instructor", stand.url("assessment.file.show"))

    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "script-src" not in answer.headers["Content-Security-Policy"]


def test_the_session_belongs_to_this_host_alone(stand):
    client = stand.client("stranger")
    answer = client.get("/sign-in", base_url=BASE)

    [line] = answer.headers.getlist("Set-Cookie")
    assert line.startswith("__Host-ecopter=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(line.split("; "))
    assert "Domain" not in line


# Planted faults.

FAULTS = {
    "no policy": ({"Content-Security-Policy": None}, "no content security policy"),
    "a looser policy": (
        {"Content-Security-Policy": "default-src 'self' 'unsafe-inline'"},
        "another policy than the strict one",
    ),
    "sniffing": ({"X-Content-Type-Options": None}, "no nosniff"),
    "referrer": ({"Referrer-Policy": "unsafe-url"}, "the address is told to others"),
    "transport": ({"Strict-Transport-Security": "max-age=60"}, "no HSTS"),
    "embedding": ({"Cross-Origin-Resource-Policy": "cross-origin"}, "other sites may embed it"),
    "opener": ({"Cross-Origin-Opener-Policy": None}, "other sites may hold its window"),
    "permissions": ({"Permissions-Policy": None}, "no permissions policy"),
    "cache": ({"Cache-Control": "max-age=600"}, "a private answer is kept"),
    "public cookie": (
        {"Cache-Control": "public, no-store", "Set-Cookie": "a=b; Secure; HttpOnly; SameSite=Lax"},
        "a public answer carries a cookie",
    ),
    "loose cookie": ({"Set-Cookie": "a=b"}, "cookie a is not Secure"),
    "readable": ({"Access-Control-Allow-Origin": "*"}, "other sites may read it"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_missing_protection_is_found(stand, fault):
    changes, words = FAULTS[fault]
    answer = stand.get("trainee", "/account")
    for name, value in changes.items():
        if value is None:
            del answer.headers[name]
        else:
            answer.headers[name] = value

    assert words in "".join(low("/account", answer, is_private=True))


def test_a_view_that_opens_the_policy_is_found(tmp_path_factory):
    bp = Blueprint("careless", __name__)

    @bp.get("/careless")
    @public
    def show() -> Response:
        return Response("<p>", headers={"Content-Security-Policy": "default-src *"})

    stand = put_up(tmp_path_factory.mktemp("careless"))
    stand.app.register_blueprint(bp)

    [fault] = low("/careless", stand.get("trainee", "/careless"), is_private=False)
    assert "another policy than the strict one" in fault
