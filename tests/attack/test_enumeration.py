"""The doors for everybody tell nothing of who has an account, and do not tire of classrooms."""

import re

import pytest

from ecopter.authorization.policy import Actor
from ecopter.db import db
from ecopter.people.models import User
from ecopter.people.services import codes, passwords
from ecopter.shared.text import sign_in_key
from tests.attack.stand import Stand
from tests.clock import NOW
from tests.factories.people import make_user
from tests.people.test_signing_in import PASSWORD

pytestmark = [pytest.mark.xdist_group("attack"), pytest.mark.timeout(900)]

# A page differs in these, whoever asks.
CHANGES = re.compile(
    r'(name="csrf_token" value=|name="suggestion"[^>]* value=|content=")"?[^"]*"?'
    r"|<bdi[^>]*>[^<]*</bdi>"
)
DOORS = {
    "/sign-in": {"password": "not the password at all"},
    "/code": {},
    "/password": {"code": "2345 6789", "password": "trois figuiers et un puits"},
}


def name_of(stand: Stand, who: str) -> str:
    with stand.app.app_context():
        return db.session.get_one(User, stand.users[who]).sign_in_name


def told(stand: Stand, address: str, name: str, monkeypatch) -> tuple:
    """Everything an outsider learns from one answer, and how many hashes it cost."""
    hashed = []
    real = passwords.verify
    with monkeypatch.context() as patch:
        patch.setattr(passwords, "verify", lambda *given: hashed.append(1) or real(*given))
        answer = stand.post("stranger", address, {"sign_in_name": name, **DOORS[address]})
    words = CHANGES.sub("", answer.text.replace(name, "…"))
    suggestion = re.search(r'name="suggestion"[^>]*value="([^"]*)"', answer.text)
    words = words.replace(suggestion[1], "") if suggestion else words
    headers = sorted(name for name, _v in answer.headers if name != "Content-Length")
    return answer.status_code, answer.headers.get("Location"), headers, words, len(hashed)


def differences(stand: Stand, monkeypatch) -> list[str]:
    """Doors that answer one kind of name in another way than the others."""
    kinds = {
        "known": name_of(stand, "trainee"),
        "unknown": "nobody.at.all",
        "deactivated": name_of(stand, "deactivated"),
    }
    found = []
    for address in DOORS:
        got = {}
        for kind, name in kinds.items():
            stand.put_back()
            got[kind] = told(stand, address, name, monkeypatch)
        found += [
            f"{address}: {kind}, part {part}"
            for kind, answer in got.items()
            for part, value in enumerate(answer)
            if value != got["unknown"][part]
        ]
    return found


def test_known_unknown_and_closed_accounts_are_answered_alike(stand, monkeypatch, proof):
    assert differences(stand, monkeypatch) == []
    proof(
        "attack",
        "The doors tell nothing of who has an account",
        bar="0 differences in status, address, headers, words and hashes",
        figure=f"{len(DOORS)} doors × known, unknown and deactivated names, 0 differences",
    )


def test_a_door_that_knows_names_is_found(stand, monkeypatch):
    """The planted fault: a hash less for an unknown name."""
    real = stand.app.view_functions["people.sign_in.create"]

    def hasty(**address):
        from flask import request

        if request.form["sign_in_name"] == "nobody.at.all":
            return "", 422
        return real(**address)

    monkeypatch.setitem(stand.app.view_functions, "people.sign_in.create", hasty)

    assert "/sign-in: known, part 4" in differences(stand, monkeypatch)


def sign_in(stand: Stand, name: str, password: str) -> int:
    return stand.post(
        "stranger", "/sign-in", {"sign_in_name": name, "password": password}
    ).status_code


# The same name, and names that only look like it.
def spellings(name: str) -> list[str]:
    arabic = name.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in name)
    return [name.upper(), f"  {name} ", arabic, wide, f"{name}\u00a0", name.title()]


def test_ten_mistakes_close_an_account_however_its_name_is_written(stand, proof):
    name = name_of(stand, "trainee")
    written = spellings(name)
    for number in range(10):
        assert sign_in(stand, written[number % len(written)], "wrong") == 422

    assert {sign_in(stand, one, PASSWORD) for one in [name, *written]} == {429}
    assert sign_in(stand, name_of(stand, "instructor"), PASSWORD) == 303, "others are not"
    proof(
        "attack",
        "Ten mistakes close an account for a while, however its name is written",
        bar="0 ways around",
        figure=f"10 mistakes in {len(written)} spellings, 0 of {len(written) + 1} open afterwards",
    )


def test_thirty_people_with_one_mistake_each_are_never_shut_out(stand):
    with stand.app.app_context():
        kept = passwords.hash_password(PASSWORD)
        names = [make_user(password_hash=kept).sign_in_name for _ in range(30)]
        db.session.commit()

    assert {sign_in(stand, name, "wrong") for name in names} == {422}
    assert {sign_in(stand, name, PASSWORD) for name in names} == {303}


def test_a_name_that_looks_like_anothers_is_the_same_name_or_another_person(stand):
    """No spelling opens a second account beside the first, nor the first with a new password."""
    name = name_of(stand, "trainee")
    for spelling in spellings(name):
        assert sign_in_key(spelling) == sign_in_key(name), spelling
        answer = stand.post(
            "administrator",
            "/people",
            {
                "sign_in_name": spelling,
                "given_name_lat": "Autre",
                "family_name_lat": "Personne",
                "civility": "neutral",
            },
        )
        assert answer.status_code == 422, spelling
    for other in ("аmina", "am\u0131na", "amina\u200b"):
        assert sign_in_key(other) != sign_in_key("amina"), "letters that are others stay others"


def test_mistakes_under_one_name_forgive_nothing_under_another(stand):
    name = name_of(stand, "trainee")
    for _ in range(10):
        sign_in(stand, name, "wrong")
    with stand.app.app_context():
        other = db.session.get_one(User, stand.users["classmate"])
        codes.issue_code(other, actor=Actor(), now=NOW)
        db.session.commit()

    assert sign_in(stand, name, PASSWORD) == 429
