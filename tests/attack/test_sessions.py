"""A cookie that was kept opens nothing once its session is over, and signing in makes a new one."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from ecopter.authorization.policy import Actor
from ecopter.db import db
from ecopter.people.labels import REASON
from ecopter.people.models import SignIn, User, UserRole
from ecopter.people.services import codes, passwords
from ecopter.people.services.presence import FRESH, HOLDER
from tests.attack.stand import BASE, Stand
from tests.clock import NOW, TODAY
from tests.people.test_signing_in import PASSWORD

pytestmark = [pytest.mark.xdist_group("attack"), pytest.mark.timeout(900)]

LEFT = next(iter(REASON)).value
NEW = "trois figuiers et un puits"


def sign_out(stand: Stand, who: str) -> None:
    assert stand.post(who, "/sign-out").status_code == 303


def deactivate(stand: Stand, who: str) -> None:
    address = f"/people/{stand.users[who]}/deactivation"
    assert stand.post("administrator", address, {"reason": LEFT}).status_code == 303


def change_password(stand: Stand, who: str) -> None:
    """With a code, on another phone."""
    with stand.app.app_context():
        user = db.session.get_one(User, stand.users[who])
        code = codes.issue_code(user, actor=Actor(), now=NOW).code
        name = user.sign_in_name
        db.session.commit()
    sent = {"sign_in_name": name, "code": code, "password": NEW}
    assert stand.post("stranger", "/password", sent).status_code == 303


def end_everywhere(stand: Stand, who: str) -> None:
    address = f"/people/{stand.users[who]}/sessions/end"
    assert stand.post("administrator", address).status_code == 303


def end_by_time(stand: Stand, _who: str) -> None:
    with stand.app.app_context():
        db.session.execute(update(SignIn).values(expires_at=NOW - timedelta(seconds=1)))
        db.session.commit()


ENDS: dict[str, Callable[[Stand, str], None]] = {
    "signing out": sign_out,
    "deactivation": deactivate,
    "a new password": change_password,
    "the office": end_everywhere,
    "time": end_by_time,
}


def opened(stand: Stand, who: str) -> list[str]:
    """Pages of one's own that the cookie kept from before still opens."""
    asked = [rule for rule in stand.rules("GET") if not rule.arguments]
    return [
        rule.rule
        for rule in asked
        if stand.app.view_functions[rule.endpoint].permission is not None
        and stand.get(who, rule.rule).status_code == 200
    ]


def test_a_kept_cookie_opens_nothing(stand, proof):
    replays = 0
    for end, act in ENDS.items():
        stand.put_back()
        before = opened(stand, "trainee")
        assert before, "it opened something"
        act(stand, "trainee")
        replays += len(before)

        assert opened(stand, "trainee") == [], end
        assert stand.post("trainee", "/language", {"locale": "ar"}).status_code == 303
        assert language_of(stand, "trainee") != "ar", end

    proof(
        "attack",
        "A cookie kept from before a session ended opens nothing",
        bar="0 pages",
        figure=f"{len(ENDS)} ways to end a session ({', '.join(ENDS)}), {replays} replays, "
        "0 opened",
    )


def language_of(stand: Stand, who: str) -> str:
    with stand.app.app_context():
        return str(db.session.scalar(select(User.language).where(User.id == stand.users[who])))


def test_a_role_that_ends_is_over_with_the_next_request(stand):
    assert stand.get("administrator", "/people").status_code == 200
    with stand.app.app_context():
        db.session.execute(
            update(UserRole)
            .where(UserRole.user_id == stand.users["administrator"])
            .values(from_on=TODAY - timedelta(days=9), until_on=TODAY - timedelta(days=1))
        )
        db.session.commit()

    assert stand.get("administrator", "/people").status_code == 403


def test_a_session_that_nobody_ended_is_found(stand):
    """The planted fault: the row stays open, so the cookie still opens pages."""
    assert "/account" in opened(stand, "trainee")


def signed_in(stand: Stand, client: FlaskClient) -> str:
    """Who the cookie names after signing in on that browser."""
    with stand.app.app_context():
        name = db.session.get_one(User, stand.users["trainee"]).sign_in_name
    sent = {"sign_in_name": name, "password": PASSWORD, "csrf_token": stand.token(client)}
    answer = client.post(
        "/sign-in", data=sent, base_url=BASE, headers={"Referer": f"{BASE}/sign-in"}
    )
    assert answer.status_code == 303
    with client.session_transaction(base_url=BASE) as session:
        return str(session[HOLDER])


def test_the_session_is_another_after_signing_in(stand):
    """Whoever planted a cookie before knows nothing afterwards."""
    client = stand.client("stranger")
    planted = "planted-by-someone"
    with client.session_transaction(base_url=BASE) as session:
        session[HOLDER] = planted
        session["csrf_token"] = "1" * 40

    first = signed_in(stand, client)
    second = signed_in(stand, client)

    assert len({planted, first, second}) == 3
    with stand.app.app_context():
        row = select(SignIn).where(SignIn.token_hash == passwords.digest(first))
        assert db.session.scalars(row).one().ended_at is not None, "the one before is over"
    with client.session_transaction(base_url=BASE) as session:
        assert session.get("csrf_token") != "1" * 40


def test_a_changed_cookie_is_no_cookie(stand):
    client = stand.client("trainee")
    kept = stand.cookies["trainee"]
    for changed in (kept[:-1] + "A", kept[:10], "", "null", kept.upper(), kept + ".x"):
        client.set_cookie(stand.cookie_name, changed, domain="school.example", secure=True)

        assert client.get("/account", base_url=BASE).status_code == 303, changed


def test_the_password_given_again_opens_a_grave_page(stand):
    """Whoever finds an open phone can read, and do nothing that cannot be undone."""
    client = stand.client("administrator")
    with client.session_transaction(base_url=BASE) as session:
        session[FRESH] = (NOW - timedelta(hours=3)).timestamp()

    def give(password: str) -> int:
        sent = {"password": password, "csrf_token": stand.token(client)}
        headers = {"Referer": f"{BASE}/confirmation"}
        return client.post("/confirmation", data=sent, base_url=BASE, headers=headers).status_code

    assert client.get("/people/export", base_url=BASE).location.startswith("/confirmation")
    assert give("not the password at all") == 422
    assert client.get("/people/export", base_url=BASE).status_code == 303
    assert give(PASSWORD) == 303
    assert client.get("/people/export", base_url=BASE).status_code == 200
