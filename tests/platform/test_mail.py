"""Mail leaves over TLS, or without a password."""

import smtplib

import pytest

from ecopter.platform import mail
from ecopter.platform.mail import Mail, MailNotSent, SmtpMailer

LETTER = Mail("amina@exemple.invalid", "Votre code", "ABCD EFGH", "fr")


class Server:
    """What smtplib would be connected to, told by the commands it was sent."""

    offers: tuple[str, ...] = ()
    refuses = False

    def __init__(self, *_where, **_how):
        self.known: tuple[str, ...] = ()
        type(self).said = []

    def quit(self):
        pass

    def close(self):
        pass

    def ehlo(self):
        self.known = self.offers

    def has_extn(self, name):
        return name in self.known

    def starttls(self, *, context):
        assert context.check_hostname
        self.said.append("starttls")

    def login(self, *_):
        self.said.append("login")

    def send_message(self, message):
        if self.refuses:
            raise smtplib.SMTPRecipientsRefused({message["To"]: (550, b"no such person")})
        self.said.append("message")


@pytest.fixture
def server(monkeypatch):
    class Here(Server):
        pass

    monkeypatch.setattr(mail.smtplib, "SMTP", Here)
    return Here


def test_tls_is_used_when_the_server_offers_it(server):
    server.offers = ("starttls",)

    SmtpMailer("smtp://school:secret@mail.example", "school@example").send(LETTER)

    assert server.said == ["starttls", "login", "message"]


def test_a_password_never_leaves_in_the_clear(server):
    with pytest.raises(MailNotSent):
        SmtpMailer("smtp://school:secret@mail.example", "school@example").send(LETTER)

    assert server.said == []


def test_a_relay_on_this_machine_needs_neither(server):
    SmtpMailer("smtp://localhost:25", "school@example").send(LETTER)

    assert server.said == ["message"]


def test_a_refusal_does_not_carry_the_recipient_into_the_log(server):
    server.refuses = True

    with pytest.raises(MailNotSent) as caught:
        SmtpMailer("smtp://localhost:25", "school@example").send(LETTER)

    assert "amina" not in str(caught.value)
    assert caught.value.__suppress_context__
