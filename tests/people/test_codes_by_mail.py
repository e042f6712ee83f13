"""A code by mail: asked for on a page, made and sent by the worker, in the reader's language."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email import message_from_string
from email.policy import default

import pytest
from sqlalchemy import func, select

from ecopter.db import db
from ecopter.people.models import OneTimeCode
from ecopter.platform import jobs
from ecopter.platform.jobs import Job
from ecopter.platform.mail import Mail, SmtpMailer
from tests.clock import NOW
from tests.factories.people import make_user


class Postbox:
    """A mail server that keeps what it is given."""

    is_set_up = True

    def __init__(self) -> None:
        self.mails: list[Mail] = []

    def send(self, mail: Mail) -> None:
        self.mails.append(mail)


@pytest.fixture
def postbox(app) -> Iterator[Postbox]:
    before = app.extensions["adapters"]
    box = Postbox()
    app.extensions["adapters"] = replace(before, mail=box)
    yield box
    app.extensions["adapters"] = before


@pytest.mark.parametrize(
    ("language", "word"), [("fr", "Votre code"), ("ar", "رمزكم"), ("en", "Your code")]
)
def test_the_worker_sends_a_code_in_the_readers_language(browser, postbox, language, word):
    make_user(sign_in_name="amina", email="amina@exemple.invalid", language=language)

    browser.post("people.code.create", {"sign_in_name": "Amina"})
    assert postbox.mails == [], "the page does not wait for the mail server"
    jobs.run_next(lambda: NOW)

    [mail] = postbox.mails
    assert mail.recipient == "amina@exemple.invalid"
    assert word in mail.text
    assert mail.language == language
    assert db.session.scalar(select(func.count(OneTimeCode.id))) == 1


@pytest.mark.parametrize("name", ["nobody", "without-address"])
def test_nothing_is_sent_where_there_is_nobody_to_send_it_to(browser, postbox, name):
    make_user(sign_in_name="without-address")

    browser.post("people.code.create", {"sign_in_name": name})

    assert db.session.scalar(select(func.count(Job.id))) == 0


def test_a_mute_mail_server_leaves_the_job_for_later(browser, app, monkeypatch, postbox):
    def mute(_mail: Mail) -> None:
        raise TimeoutError("the server does not answer")

    monkeypatch.setattr(postbox, "send", mute)
    make_user(sign_in_name="amina", email="amina@exemple.invalid")
    browser.post("people.code.create", {"sign_in_name": "amina"})

    jobs.run_next(lambda: NOW)

    job = db.session.scalars(select(Job)).one()
    assert job.attempts == 1
    assert job.run_after > NOW
    assert db.session.scalar(select(func.count(OneTimeCode.id))) == 0, "an unsent code is undone"


@contextmanager
def mail_server() -> Iterator[tuple[int, list[str]]]:
    """The few words of SMTP that a client needs, on a port of its own."""
    letters: list[str] = []

    class Conversation(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 ready\r\n")
            while line := self.rfile.readline():
                word = line.strip().upper()
                if word == b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    text = b""
                    while (part := self.rfile.readline()) != b".\r\n":
                        text += part
                    letters.append(text.decode())
                self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
                if word == b"QUIT":
                    return

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_address[1], letters
        finally:
            server.shutdown()
            thread.join()


def test_a_letter_arrives_whole_in_arabic():
    with mail_server() as (port, letters):
        mailer = SmtpMailer(f"smtp://127.0.0.1:{port}", "ECOPTER <no-reply@exemple.invalid>")
        mailer.send(Mail("amina@exemple.invalid", "رمزكم", "الرمز: 7K3M 9QXT", "ar"))

    letter = message_from_string(letters[0], policy=default)
    assert letter["Subject"] == "رمزكم"
    assert letter["Content-Language"] == "ar"
    assert "7K3M 9QXT" in letter.get_content()
