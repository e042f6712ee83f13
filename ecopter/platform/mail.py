"""Mail that leaves after the commit, and never holds up a page."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Protocol
from urllib.parse import unquote, urlsplit

SMTP_TIMEOUT_SECONDS = 10
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True)
class Mail:
    recipient: str
    subject: str
    text: str
    language: str


class Mailer(Protocol):
    @property
    def is_set_up(self) -> bool: ...

    def send(self, mail: Mail) -> None: ...


class NoMailer:
    """A school without a mail server: codes are read out or printed instead."""

    is_set_up = False

    def send(self, mail: Mail) -> None:
        raise RuntimeError("no mail server is set up")


class MailNotSent(Exception):
    """The mail server refused; its own words, which name the recipient, stay out of the log."""


class SmtpMailer:
    """`smtp://user:password@host:port` (STARTTLS when offered) or `smtps://…`.

    A password leaves this machine over a checked TLS connection only.
    """

    is_set_up = True

    def __init__(self, url: str, sender: str) -> None:
        self.parts = urlsplit(url)
        self.sender = sender

    def send(self, mail: Mail) -> None:
        message = EmailMessage()
        message["From"] = self.sender
        message["To"] = mail.recipient
        message["Subject"] = mail.subject
        message.set_content(mail.text)
        # After the content, which drops every header that begins with "Content-".
        message["Content-Language"] = mail.language
        try:
            self._hand_over(message)
        except smtplib.SMTPException as problem:
            raise MailNotSent(type(problem).__name__) from None

    def _hand_over(self, message: EmailMessage) -> None:
        host = self.parts.hostname or "localhost"
        checked = ssl.create_default_context()
        if self.parts.scheme == "smtps":
            port = self.parts.port or 465
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                host, port, timeout=SMTP_TIMEOUT_SECONDS, context=checked
            )
        else:
            connection = smtplib.SMTP(host, self.parts.port or 587, timeout=SMTP_TIMEOUT_SECONDS)
        with connection as server:
            is_private = self.parts.scheme == "smtps" or host in LOOPBACK
            server.ehlo()  # what the server offers is known only after this
            if self.parts.scheme != "smtps" and server.has_extn("starttls"):
                server.starttls(context=checked)
                is_private = True
            if self.parts.username:
                if not is_private:
                    raise MailNotSent("the server offers no TLS: the password was not sent")
                server.login(unquote(self.parts.username), unquote(self.parts.password or ""))
            server.send_message(message)


def mailer_for(url: str, sender: str) -> Mailer:
    return SmtpMailer(url, sender) if url else NoMailer()
