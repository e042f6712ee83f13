"""Getting in, staying in, and getting out for good."""

import threading
from datetime import timedelta

import pytest
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import func, select

from ecopter.audit.models import AuditEvent
from ecopter.authorization.policy import Actor
from ecopter.db import db
from ecopter.people import queries
from ecopter.people.models import FailedSignIn, OneTimeCode, SignIn
from ecopter.people.services import codes, passwords, signing_in
from ecopter.shared.errors import Invalid, TooMany
from tests.clock import NOW
from tests.factories.people import make_administrator, make_user

PASSWORD = "four words of mine"


def user_with_password(**changes):
    user = make_user(password_hash=passwords.hash_password(PASSWORD), **changes)
    db.session.commit()
    return user


def sign_in(name, password=PASSWORD, address="127.0.0.1", now=NOW):
    return signing_in.sign_in(name, password, own_phone=False, address=address, now=now)


@pytest.mark.parametrize(
    "typed", ["Amina.K", "  amina.k ", "AMINA.K"], ids=["as is", "spaces", "capitals"]
)
def test_the_sign_in_name_is_forgiving(browser, typed):
    user_with_password(sign_in_name="Amina.K")

    response = browser.post("people.sign_in.create", {"sign_in_name": typed, "password": PASSWORD})

    assert response.status_code == 303
    assert response.headers["Location"] == "/"


@pytest.mark.parametrize(
    ("name", "password"),
    [("amina", "not the password"), ("nobody", PASSWORD)],
    ids=["wrong password", "unknown name"],
)
def test_a_mistake_says_the_same_whether_the_name_exists_or_not(browser, name, password):
    user_with_password(sign_in_name="amina")

    response = browser.post("people.sign_in.create", {"sign_in_name": name, "password": password})

    assert response.status_code == 422
    assert "ne vont pas ensemble" in response.text
    assert name in response.text, "what was typed stays"
    assert password not in response.text


def test_the_hash_of_nobody_is_compared_like_any_other():
    """One that could not be read would be refused at once, and so tell unknown names."""
    assert not passwords.needs_rehash(passwords._NOBODY)
    with pytest.raises(VerifyMismatchError):
        passwords.hasher.verify(passwords._NOBODY, PASSWORD)


def test_the_hash_is_checked_once_on_both_branches(database, monkeypatch):
    user_with_password(sign_in_name="amina")
    checked = []
    real = passwords.verify
    monkeypatch.setattr(passwords, "verify", lambda *a: checked.append(1) or real(*a))

    for name in ("amina", "nobody"):
        with pytest.raises(Invalid):
            sign_in(name, "wrong")

    assert len(checked) == 2


def test_ten_mistakes_block_an_account_for_a_quarter_of_an_hour(database):
    user_with_password(sign_in_name="amina")
    for _ in range(10):
        with pytest.raises(Invalid):
            sign_in("amina", "wrong")

    with pytest.raises(TooMany):
        sign_in(" AMINA ")
    assert sign_in("amina", now=NOW + timedelta(minutes=16)).sign_in.id


def test_a_classroom_behind_one_address_is_never_blocked(database):
    for number in range(30):
        user_with_password(sign_in_name=f"trainee{number}")
        with pytest.raises(Invalid):
            sign_in(f"trainee{number}", "one mistake", address="10.0.0.1")

    assert sign_in("trainee3", address="10.0.0.1").sign_in.id


def test_mistakes_are_counted_though_the_request_is_refused(browser):
    browser.post("people.sign_in.create", {"sign_in_name": "amina", "password": "wrong"})

    assert db.session.scalar(select(func.count(FailedSignIn.id))) == 1


def test_a_cookie_kept_after_signing_out_is_worth_nothing(browser):
    reader = browser.as_(user_with_password())
    assert reader.get("people.account.show").status_code == 200
    kept = reader.client.get_cookie("ecopter").value

    answer = reader.post("people.sign_in.delete")
    reader.client.set_cookie("ecopter", kept)

    assert answer.status_code == 303
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert reader.get("people.account.show").status_code == 303


def test_private_pages_are_not_kept_by_the_browser(browser):
    response = browser.as_(user_with_password()).get("people.account.show")

    assert response.headers["Cache-Control"] == "no-store"


def test_a_deactivated_account_is_out_at_once(browser):
    user = user_with_password()
    reader = browser.as_(user)

    db.session.merge(user).deactivated_at = NOW
    db.session.commit()

    assert reader.get("people.account.show").status_code == 303


@pytest.mark.parametrize(
    ("wanted", "goes_to"),
    [
        ("/cohorts?page=2", "/cohorts?page=2"),
        ("//evil.example", "/"),
        ("https://evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("///evil.example", "/"),
        ("https:///evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/%0d%0aSet-Cookie:x", "/%0d%0aSet-Cookie:x"),
        ("/\r\nSet-Cookie: x=1", "/"),
    ],
)
def test_after_signing_in_only_our_own_pages_follow(browser, wanted, goes_to):
    user_with_password(sign_in_name="amina")

    response = browser.post(
        "people.sign_in.create",
        {"sign_in_name": "amina", "password": PASSWORD, "next": wanted},
    )

    assert response.headers["Location"] == goes_to


def test_a_code_sets_a_password_once(database):
    user = make_user(sign_in_name="amina")
    issued = codes.issue_code(user, actor=Actor(), now=NOW)
    db.session.commit()
    spoken = f" {issued.spaced.lower()} "

    opened = codes.redeem_code("amina", spoken, PASSWORD, own_phone=False, address="::1", now=NOW)
    db.session.commit()

    assert opened.token
    assert sign_in("amina").sign_in.id
    db.session.commit()
    with pytest.raises(Invalid):
        codes.redeem_code("amina", spoken, PASSWORD, own_phone=False, address="::1", now=NOW)


def test_a_code_is_dead_after_three_days(database):
    user = make_user(sign_in_name="amina")
    issued = codes.issue_code(user, actor=Actor(), now=NOW)
    db.session.commit()

    with pytest.raises(Invalid):
        codes.redeem_code(
            "amina",
            issued.code,
            PASSWORD,
            own_phone=False,
            address="::1",
            now=NOW + timedelta(hours=73),
        )


def test_a_new_code_ends_the_old_one_and_only_hashes_are_kept(database):
    user = make_user()
    first = codes.issue_code(user, actor=Actor(), now=NOW)
    second = codes.issue_code(user, actor=Actor(), now=NOW)

    usable = db.session.scalars(select(OneTimeCode).where(OneTimeCode.used_at.is_(None))).all()

    assert [one.code_hash for one in usable] == [passwords.digest(second.code)]
    assert first.code not in {one.code_hash for one in usable}


def test_fifty_people_with_one_code_get_one_password(app, database):
    user = make_user(sign_in_name="amina")
    issued = codes.issue_code(user, actor=Actor(), now=NOW)
    db.session.commit()
    outcomes = []

    def redeem(number):
        with app.app_context():
            try:
                codes.redeem_code(
                    "amina",
                    issued.code,
                    f"password number {number:05d}",
                    own_phone=False,
                    address=f"10.0.0.{number}",
                    now=NOW,
                )
                db.session.commit()
                outcomes.append("in")
            except (Invalid, TooMany):
                db.session.rollback()
                outcomes.append("refused")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=redeem, args=(n,)) for n in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes).count("in") == 1
    assert len(outcomes) == 50


def test_a_new_password_ends_every_older_session(browser):
    user = user_with_password(sign_in_name="amina")
    stolen = browser.as_(user)
    issued = codes.issue_code(user, actor=Actor(), now=NOW)

    browser.post(
        "people.password.create",
        {"sign_in_name": "amina", "code": issued.code, "password": "another four words"},
    )

    assert stolen.get("people.account.show").status_code == 303


@pytest.mark.parametrize(
    ("password", "word"),
    [("short", "15"), ("aaaaaaaaaaaaaaaaaaaa", "premiers"), ("amina.k amina.k!", "nom")],
    ids=["too short", "too simple", "contains the name"],
)
def test_a_weak_password_is_refused_beside_its_field(browser, password, word):
    user = make_user(sign_in_name="amina.k")
    issued = codes.issue_code(user, actor=Actor(), now=NOW)

    response = browser.post(
        "people.password.create",
        {"sign_in_name": "amina.k", "code": issued.code, "password": password},
    )

    assert response.status_code == 422
    assert word in response.text
    assert issued.code in response.text, "the code need not be typed again"


def test_asking_for_a_code_tells_nothing(browser):
    user_with_password(sign_in_name="amina", email="amina@exemple.invalid")

    answers = {
        browser.post("people.code.create", {"sign_in_name": name}).headers["Location"]
        for name in ("amina", "nobody")
    }

    assert answers == {"/password"}


def test_a_session_on_a_shared_phone_ends_after_two_idle_hours(browser):
    user = user_with_password()
    reader = browser.as_(user)
    db.session.execute(SignIn.__table__.update().values(own_phone=False))
    db.session.commit()
    with reader.client.session_transaction() as session:
        session["seen"] = (NOW - timedelta(hours=2, minutes=1)).timestamp()

    assert reader.get("people.account.show").status_code == 303


def test_every_sign_in_is_in_the_audit_trail(database):
    user = user_with_password()

    sign_in(user.sign_in_name)
    db.session.commit()

    event = db.session.scalars(select(AuditEvent)).one()
    assert (event.action, event.actor_id) == ("session.opened", user.id)


def test_the_school_roles_of_a_person_are_one_query(database, count_queries):
    administrator = make_administrator()
    db.session.commit()

    with count_queries() as statements:
        standing = queries.roles_of(administrator.id, now=NOW)

    assert standing.roles == {"administrator"}
    assert len(statements) == 1


def test_ones_own_details_are_saved_and_a_changed_name_is_confirmed_again(browser):
    user = user_with_password(name_confirmed_at=NOW)
    reader = browser.as_(user)
    details = {
        "civility": "madame",
        "given_name_lat": "Ijja",
        "family_name_lat": "Tazart-Amalou",
        "given_name_ar": "إجا",
        "family_name_ar": "تازارت",
        "email": "ijja@exemple.invalid",
        "telephone": "+212 6 00 00 00 00",
        "town": "Taliouine",
        "country": "MA",
        "current_password": PASSWORD,
    }

    response = reader.post("people.account.update", details)

    kept = queries.get_user(user.id)
    assert response.status_code == 303
    assert (kept.email, kept.family_name_lat) == ("ijja@exemple.invalid", "Tazart-Amalou")
    assert (kept.town, kept.country) == ("Taliouine", "MA")
    assert kept.name_confirmed_at is None


@pytest.mark.parametrize("password", ["", "not the password at all"])
def test_an_open_phone_is_not_enough_to_change_where_codes_are_sent(browser, password):
    user = user_with_password(email="ijja@exemple.invalid")
    details = {
        "civility": "madame",
        "given_name_lat": "Ijja",
        "family_name_lat": "Amalou",
        "email": "thief@exemple.invalid",
        "current_password": password,
    }

    response = browser.as_(user).post("people.account.update", details)

    kept = queries.get_user(user.id)
    assert response.status_code == 422
    assert 'id="current_password-error"' in response.text
    assert "thief@exemple.invalid" in response.text, "what was typed stays"
    assert (kept.email, kept.family_name_lat) == ("ijja@exemple.invalid", "Tazart")


def test_other_details_need_no_password(browser):
    user = user_with_password(email="ijja@exemple.invalid")
    details = {
        "civility": "madame",
        "given_name_lat": "Ijja",
        "family_name_lat": "Amalou",
        "email": "ijja@exemple.invalid",
    }

    assert browser.as_(user).post("people.account.update", details).status_code == 303


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "ijja@exemple"),
        ("given_name_ar", "Ijja"),
        ("given_name_lat", "إجا"),
        ("telephone", "call me"),
    ],
)
def test_a_slip_in_ones_details_is_told_beside_its_field(browser, field, value):
    details = {
        "civility": "neutral",
        "given_name_lat": "Ijja",
        "family_name_lat": "Tazart",
        field: value,
    }

    response = browser.as_(user_with_password()).post("people.account.update", details)

    assert response.status_code == 422
    assert value in response.text
    assert f'id="{field}-error"' in response.text
