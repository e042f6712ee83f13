"""One-time codes: who is helped by them, and who cannot use them against anybody."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from ecopter.authorization.policy import Actor
from ecopter.db import db
from ecopter.people.models import OneTimeCode
from ecopter.people.services import codes, passwords, signing_in
from ecopter.platform.mail import Mail
from ecopter.platform.worker import run_until_idle
from ecopter.shared.errors import Invalid, TooMany
from tests.clock import NOW
from tests.factories.people import make_user

PASSWORD = "four words of mine"
OFFICE = Actor(user_id=None)


class Box:
    """A mail server that keeps what it gets, and looks whether anyone has to wait for it."""

    is_set_up = True

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.held = False

    def send(self, mail: Mail) -> None:
        self.held |= db.session().in_transaction()
        self.mails.append(mail)


@pytest.fixture
def box(app, database):
    box = Box()
    before = app.extensions["adapters"]
    app.extensions["adapters"] = replace(before, mail=box)
    yield box
    app.extensions["adapters"] = before


def redeem(code, name="amina"):
    return codes.redeem_code(name, code, PASSWORD, own_phone=False, address="::1", now=NOW)


def ask(name="amina", address="10.0.0.1"):
    codes.request_code(name, address=address, now=NOW)
    db.session.commit()


@pytest.mark.parametrize(
    ("language", "words"), [("fr", "Votre code"), ("ar", "رمزكم"), ("en", "Your code")]
)
def test_a_mailed_code_opens_the_account_in_the_readers_language(app, box, language, words):
    make_user(sign_in_name="amina", email="amina@exemple.invalid", language=language)
    db.session.commit()
    ask()

    run_until_idle(app)

    [mail] = box.mails
    code = re.search(r"[2-9A-Z]{4} [2-9A-Z]{4}", mail.text)
    assert mail.recipient == "amina@exemple.invalid"
    assert words in mail.subject, mail.subject
    assert redeem(code[0]).token


def test_nobody_waits_for_the_mail_server(app, box):
    make_user(sign_in_name="amina", email="amina@exemple.invalid")
    db.session.commit()
    ask()

    run_until_idle(app)

    assert box.mails
    assert not box.held, "a slow mail server would hold up every save of the school"


def test_a_stranger_cannot_make_the_offices_code_worthless(app, box):
    user = make_user(sign_in_name="amina", email="amina@exemple.invalid")
    given = codes.issue_code(user, actor=Actor(user_id=user.id), now=NOW)
    db.session.commit()
    ask()

    run_until_idle(app)

    assert redeem(given.code).token


@pytest.mark.parametrize("name", ["amina", "nobody"])
def test_a_letter_box_is_not_filled_with_codes(app, box, name):
    make_user(sign_in_name="amina", email="amina@exemple.invalid")
    db.session.commit()
    for _ in range(3):
        ask(name)

    with pytest.raises(TooMany):
        ask(name)


def test_asking_for_codes_does_not_shut_the_owner_out(box):
    make_user(sign_in_name="amina", password_hash=passwords.hash_password(PASSWORD))
    db.session.commit()
    for _ in range(3):
        ask()

    opened = signing_in.sign_in("amina", PASSWORD, own_phone=False, address="::1", now=NOW)

    assert opened.token


def test_whoever_is_blocked_gets_in_with_a_code_from_the_instructor(database):
    user = make_user(sign_in_name="amina")
    db.session.commit()
    for _ in range(10):
        with pytest.raises(Invalid):
            redeem("WRONG")
    with pytest.raises(TooMany):
        redeem("WRONG")

    issued = codes.issue_code(user, actor=OFFICE, now=NOW)
    db.session.commit()

    assert redeem(issued.code).token


def test_a_code_may_be_typed_with_the_digits_of_any_keyboard(database):
    user = make_user(sign_in_name="amina")
    issued = codes.issue_code(user, actor=OFFICE, now=NOW)
    db.session.execute(
        OneTimeCode.__table__.update().values(code_hash=passwords.digest("2345ABCD"))
    )
    db.session.commit()

    assert issued.code
    assert redeem("٢٣٤٥ abcd").token


@pytest.mark.parametrize(
    ("chosen", "typed"),
    [
        ("quatre mots à moi", "quatre mots à moi "),
        ("quatre mots à moi ", "quatre mots à moi"),
        ("quatre mots a\u0300 moi", "quatre mots à moi"),
    ],
    ids=["a space after the last word", "chosen with one", "an accent as two letters"],
)
def test_a_password_is_the_same_from_every_keyboard(chosen, typed):
    kept = passwords.hash_password(chosen)

    assert passwords.verify(kept, typed)
    assert not passwords.verify(kept, typed.replace(" ", ""))


def test_only_hashes_of_mailed_codes_are_kept(app, box):
    make_user(sign_in_name="amina", email="amina@exemple.invalid")
    db.session.commit()
    ask()

    run_until_idle(app)

    kept = db.session.scalars(select(OneTimeCode.code_hash)).one()
    assert kept not in box.mails[0].text
