"""Mail that leaves after the commit, and never holds up a page."""

import smtplib
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Protocol
from urllib.parse import unquote, urlsplit

SMTP_TIMEOUT_SECONDS = 10


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


class SmtpMailer:
    """`smtp://user:password@host:port` (STARTTLS when offered) or `smtps://…`."""

    is_set_up = True

    def __init__(self, url: str, sender: str) -> None:
        self.parts = urlsplit(url)
        self.sender = sender

    def send(self, mail: Mail) -> None:
        message = EmailMessage()
        message["From"] = self.sender
        message["To"] = mail.recipient
        message["Subject"] = mail.subject
        message["Content-Language"] = mail.language
        message.set_content(mail.text)
        secure = self.parts.scheme == "smtps"
        connect = smtplib.SMTP_SSL if secure else smtplib.SMTP
        host, port = self.parts.hostname or "localhost", self.parts.port or (465 if secure else 587)
        with connect(host, port, timeout=SMTP_TIMEOUT_SECONDS) as server:
            if not secure and server.has_extn("starttls"):
                server.starttls()
            if self.parts.username:
                server.login(unquote(self.parts.username), unquote(self.parts.password or ""))
            server.send_message(message)


def mailer_for(url: str, sender: str) -> Mailer:
    return SmtpMailer(url, sender) if url else NoMailer()
