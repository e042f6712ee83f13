"""Points for the headers of an answer, counted as the Observatory of HTTP headers does.

An answer begins with 100 points and loses some for each protection that is missing. What goes
beyond is added only to an answer that lost nothing. The most an answer can have is 135.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from http.cookies import SimpleCookie

from werkzeug.test import TestResponse

START = 100
# A year, as long as preload lists ask for.
LONGEST = 31_536_000
STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'"
)
# A file is no page: it may do nothing at all.
FILE = ({"default-src": "'none'", "sandbox": ""},)
PRIVATE_REFERRER = {
    "same-origin",
    "no-referrer",
    "strict-origin",
    "strict-origin-when-cross-origin",
}
LANGUAGE_COOKIES = {"language"}


@dataclass
class Score:
    """Points, and why some are missing."""

    points: int = START
    faults: list[str] = field(default_factory=list)

    def lose(self, points: int, fault: str) -> None:
        self.points -= points
        self.faults.append(fault)


def score(answer: TestResponse, *, is_page: bool, is_private: bool) -> Score:
    """Judge one answer, given under an https address."""
    found = Score()
    policy = directives(answer.headers.get("Content-Security-Policy", ""))
    _policy(found, policy, is_page=is_page)
    _transport(found, answer)
    _cookies(found, answer)
    _cache(found, answer, is_private=is_private)
    if not found.faults:
        found.points += _bonus(answer, policy)
    return found


def directives(policy: str) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in policy.split(";") if part.strip())
    return {name: value.strip() for name, _space, value in parts}


def _policy(found: Score, policy: dict[str, str], *, is_page: bool) -> None:
    if not policy:
        found.lose(25, "no content security policy")
    elif is_page and policy != directives(STRICT):
        found.lose(20, f"another policy than the strict one: {policy}")
    elif not is_page and policy not in (*FILE, directives(STRICT)):
        found.lose(20, f"a file without a sandbox: {policy}")


def _transport(found: Score, answer: TestResponse) -> None:
    headers = answer.headers
    age = re.search(r"max-age=(\d+)", headers.get("Strict-Transport-Security", ""))
    if not age or int(age[1]) < LONGEST or "includeSubDomains" not in age.string:
        found.lose(20, "no HSTS of a year with subdomains")
    if headers.get("X-Content-Type-Options") != "nosniff":
        found.lose(5, "no nosniff")
    if headers.get("Referrer-Policy") not in PRIVATE_REFERRER:
        found.lose(5, "the address is told to others")
    if headers.get("Cross-Origin-Resource-Policy") != "same-origin":
        found.lose(10, "other sites may embed it")
    if headers.get("Cross-Origin-Opener-Policy") != "same-origin":
        found.lose(5, "other sites may hold its window")
    if "geolocation=()" not in headers.get("Permissions-Policy", ""):
        found.lose(5, "no permissions policy")
    if headers.get("Access-Control-Allow-Origin"):
        found.lose(50, "other sites may read it")


def _cookies(found: Score, answer: TestResponse) -> None:
    for line in answer.headers.getlist("Set-Cookie"):
        for name, cookie in SimpleCookie(line).items():
            if not cookie["secure"]:
                found.lose(20, f"cookie {name} is not Secure")
            if not cookie["httponly"]:
                found.lose(20, f"cookie {name} is not HttpOnly")
            if cookie["samesite"] not in {"Lax", "Strict"}:
                found.lose(20, f"cookie {name} has no SameSite")
            if not name.startswith("__Host-") and cookie["domain"]:
                found.lose(20, f"cookie {name} goes to other hosts")


def _cache(found: Score, answer: TestResponse, *, is_private: bool) -> None:
    kept = answer.headers.get("Cache-Control", "")
    # A PDF is asked for again each time; kept it may be, given without asking it is not.
    if is_private and "no-store" not in kept and kept != "private, no-cache":
        found.lose(20, f"a private answer is kept: {kept}")
    if "public" in kept and "Set-Cookie" in answer.headers:
        found.lose(20, "a public answer carries a cookie")


def _bonus(answer: TestResponse, policy: dict[str, str]) -> int:
    """Nothing by default (10), no framing (5), no referrer abroad (5), no embedding (10), cookies
    with their host in the name or none (5).
    """
    names = [line.partition("=")[0] for line in answer.headers.getlist("Set-Cookie")]
    earned: Iterable[tuple[int, bool]] = (
        (10, policy.get("default-src") == "'none'"),
        (5, policy.get("frame-ancestors") == "'none'" or "sandbox" in policy),
        (5, answer.headers["Referrer-Policy"] in {"same-origin", "no-referrer"}),
        (10, answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"),
        (5, all(name.startswith("__Host-") or name in LANGUAGE_COOKIES for name in names)),
    )
    return sum(points for points, is_earned in earned if is_earned)
