"""Nobody is led away: neither by an address to come back to nor by a forged host."""

from collections.abc import Iterator
from urllib.parse import quote, urljoin, urlsplit

import pytest
from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import update

from ecopter.authorization.guard import public
from ecopter.db import db
from ecopter.people.models import User
from ecopter.platform import jobs
from tests.attack.forms import Form
from tests.attack.stand import BASE, Stand, put_up
from tests.clock import NOW

pytestmark = [pytest.mark.xdist_group("attack"), pytest.mark.timeout(900)]

HOSTILE = (
    "//evil.example",
    "///evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "https://evil.example/account",
    "http://school.example@evil.example/",
    "//school.example@evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    "\n//evil.example",
    "/\r\n/evil.example",
    " //evil.example",
    "/%0d%0aLocation:https://evil.example",
    "%2f%2fevil.example",
    "/%2e%2e//evil.example",
    "javascript:alert(1)",
    "data:text/html,evil",
    "//evil%E3%80%82example",
    "/\x00/evil.example",
    "https://school.example.evil.example/",
)
RETURN = {"next", "back", "return", "url", "to", "redirect", "continue", "target"}
# How a browser reads an address: it drops tabs and line breaks and takes \ for /.
DROPPED = str.maketrans("\\", "/", "\t\r\n\x00")


def leaves(location: str) -> bool:
    """Whether a browser that follows this from a page of ours ends elsewhere."""
    read = location.strip().translate(DROPPED)
    where = urlsplit(urljoin(f"{BASE}/sign-in", read))
    odd = read.startswith("//") or (":" in read.split("/")[0] and not read.startswith(BASE))
    return odd or f"{where.scheme}://{where.netloc}" != BASE


def places(found: dict[str, list[tuple[str, Form]]]) -> Iterator[tuple[str, str, Form, str]]:
    """Every field of a form that says where to go next."""
    for endpoint, forms in sorted(found.items()):
        for role, form in forms[:1]:
            for control in form.controls:
                if control.name in RETURN:
                    yield endpoint, role, form, control.name


def led_away(stand: Stand, performed, wanted: str) -> list[str]:
    found = []
    for endpoint, _role, _form, name in places(performed.acts.found):
        done = performed.done.get(endpoint)
        if done is None:
            continue
        performed.acts.prepare(endpoint)
        sent = [pair for pair in done.sent if pair[0] != name] + [(name, wanted)]
        answer = stand.post(done.role, done.address, sent, page=done.page)
        if leaves(answer.headers.get("Location", "/")):
            found.append(f"{endpoint}: {wanted!r} → {answer.headers['Location']!r}")
    return found


def led_away_by_link(stand: Stand, wanted: str) -> list[str]:
    """The same asked for in the address of a page."""
    found = []
    for role in ("stranger", "trainee"):
        for rule in stand.rules("GET"):
            if rule.arguments or stand.app.view_functions[rule.endpoint].permission is not None:
                continue
            answer = stand.get(role, f"{rule.rule}?next={quote(wanted, safe='')}")
            if leaves(answer.headers.get("Location", "/")):
                found.append(f"{rule.rule}: {wanted!r} → {answer.headers['Location']!r}")
    return found


def test_no_address_to_come_back_to_leads_away(stand, performed, proof):
    known = [endpoint for endpoint, *_rest in places(performed.acts.found)]
    assert {"people.language.update", "people.sign_in.create"} <= set(known)

    found = [one for wanted in HOSTILE for one in led_away(stand, performed, wanted)]
    found += [one for wanted in HOSTILE for one in led_away_by_link(stand, wanted)]

    assert found == []
    proof(
        "attack",
        "No address to come back to leads away from the school",
        bar="0 lead away",
        figure=f"{len(known)} forms and every open page × {len(HOSTILE)} hostile addresses, "
        "0 lead away",
    )


HOSTS = ("evil.example", "school.example.evil.example", "evil.example:443", "school.example:80@e")


def test_a_forged_host_is_refused(stand):
    for host in HOSTS:
        answer = stand.client("stranger").get("/sign-in", base_url=BASE, headers={"Host": host})

        assert answer.status_code == 400, host
        assert "evil" not in answer.text


@pytest.mark.parametrize("name", ["X-Forwarded-Host", "Forwarded", "X-Host", "X-Original-URL"])
def test_what_a_stranger_says_of_the_host_is_ignored(stand, name):
    value = "host=evil.example" if name == "Forwarded" else "evil.example"
    plain = stand.get("stranger", "/account")
    forged = stand.get("stranger", "/account", headers={name: value})

    assert (forged.status_code, forged.headers["Location"]) == (303, plain.headers["Location"])
    assert "evil" not in stand.get("stranger", "/sign-in", headers={name: value}).text


def test_a_mail_names_the_configured_address_whatever_the_host(stand):
    """An invitation to someone without a password, asked for by way of another host."""
    box = stand.app.extensions["adapters"].mail
    box.mails.clear()
    with stand.app.app_context():
        db.session.execute(update(User).values(password_hash=None))
        db.session.commit()
    address = stand.url("people.invitation.create")
    forged = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}

    assert stand.post("administrator", address, headers=forged).status_code == 303
    with stand.app.app_context():
        jobs.run_next(lambda: NOW)

    [mail] = box.mails
    assert f"{BASE}/password" in mail.text
    assert "evil" not in mail.text


# Planted faults.


def test_a_view_that_follows_whatever_it_is_told_is_found(careless):
    """Some hostile addresses are harmless to it: Werkzeug writes them as paths of ours."""
    found = {wanted for wanted in HOSTILE if led_away_by_link(careless, wanted)}

    assert {"//evil.example", "/\\evil.example", "/\t/evil.example", "javascript:alert(1)"} <= found
    assert len(found) > len(HOSTILE) / 2


@pytest.fixture(scope="module")
def careless(tmp_path_factory) -> Stand:
    bp = Blueprint("careless", __name__)

    @bp.get("/careless")
    @public
    def show() -> ResponseReturnValue:
        wanted = request.args.get("next", "/").translate(DROPPED)
        return redirect(wanted, code=303)

    stand = put_up(tmp_path_factory.mktemp("careless"))
    stand.app.register_blueprint(bp)
    return stand
