"""Mail that leaves after the commit, and never holds up a page."""

import contextlib
import smtplib
import ssl
from collections.abc import Iterator
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


class MailServerAway(MailNotSent):
    """The mail server does not answer, or hung up: it is not about this mail."""


def one_header(text: str) -> str:
    """A text that begins no other header: without line breaks, and without encoded words.

    The library decodes `=?utf-8?q?…?=` (RFC 2047), and older versions write a line break that was
    hidden in it as it is (CVE-2024-6923).
    """
    return " ".join(text.split()).replace("=?", "= ?")


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
        message["To"] = one_header(mail.recipient)
        message["Subject"] = one_header(mail.subject)
        message.set_content(mail.text)
        # After the content, which drops every header that begins with "Content-".
        message["Content-Language"] = mail.language
        try:
            self._hand_over(message)
        except (smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError) as problem:
            raise MailServerAway(type(problem).__name__) from None
        except smtplib.SMTPException as problem:
            raise MailNotSent(type(problem).__name__) from None
        except OSError as problem:
            raise MailServerAway(type(problem).__name__) from None

    def _hand_over(self, message: EmailMessage) -> None:
        host = self.parts.hostname or "localhost"
        if self.parts.scheme == "smtps":
            port = self.parts.port or 465
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                host, port, timeout=SMTP_TIMEOUT_SECONDS, context=ssl.create_default_context()
            )
        else:
            connection = smtplib.SMTP(host, self.parts.port or 587, timeout=SMTP_TIMEOUT_SECONDS)
        with _until_accepted(connection) as server:
            is_private = self.parts.scheme == "smtps" or host in LOOPBACK
            server.ehlo()  # what the server offers is known only after this
            if self.parts.scheme != "smtps" and server.has_extn("starttls"):
                server.starttls(context=ssl.create_default_context())
                is_private = True
            if self.parts.username:
                if not is_private:
                    raise MailNotSent("the server offers no TLS: the password was not sent")
                server.login(unquote(self.parts.username), unquote(self.parts.password or ""))
            server.send_message(message)


@contextlib.contextmanager
def _until_accepted(server: smtplib.SMTP) -> Iterator[smtplib.SMTP]:
    """A mail that was accepted has left, however rudely the server says goodbye."""
    try:
        yield server
        with contextlib.suppress(smtplib.SMTPException, OSError):
            server.quit()
    finally:
        server.close()


def mailer_for(url: str, sender: str) -> Mailer:
    return SmtpMailer(url, sender) if url else NoMailer()
