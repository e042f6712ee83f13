"""Who holds this browser: the signed cookie names an open session, the database decides."""

from datetime import datetime
from typing import Any

from flask import Flask, g, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from ecopter.authorization.policy import Actor
from ecopter.people import queries
from ecopter.people.rules import is_idle, needs_notice
from ecopter.people.services.passwords import digest
from ecopter.people.services.second_factor import new_salt
from ecopter.people.services.signing_in import HalfOpened, OpenedSession, sign_out
from ecopter.platform.clock import request_now
from ecopter.platform.unit_of_work import is_database_away

# Where Flask-Login keeps what `Account.get_id` gave.
HOLDER = "_user_id"
SEEN = "seen"
FRESH = "fresh"
# The token of a right password that waits for its second step.
HALF_OPEN = "half_open"
# What the phone is being given while the second factor is set up; worth nothing without our key.
SALT = "second_factor_salt"
# The cookie is written again only after this long: not on every page.
SEEN_STEP_SECONDS = 300

login_manager: Any = LoginManager()  # type: ignore[no-untyped-call]
login_manager.session_protection = None  # phones change address all day; our rows decide


class Account(UserMixin):
    """The signed-in person, as pages show them."""

    def __init__(self, reader: queries.Reader, token: str) -> None:
        self.id: int = reader.user_id
        self.sign_in_id = reader.sign_in_id
        self.own_phone = reader.own_phone
        self.token = token
        self.name = queries.display_name(reader.name)
        self.latin_name = reader.name.latin
        self.initials = reader.name.initials
        self.sign_in_name = reader.sign_in_name
        self.privacy_notice_of = reader.privacy_notice_of
        self.privacy_read_at = reader.privacy_read_at

    @property
    def needs_notice(self) -> bool:
        return needs_notice(self.privacy_notice_of)

    def get_id(self) -> str:
        return self.token


def init_app(app: Flask) -> None:
    login_manager.init_app(app)
    login_manager.user_loader(load_account)


def current_account() -> Account | None:
    """Who is signed in on this browser, if anyone."""
    reader: Any = current_user
    return reader._get_current_object() if reader.is_authenticated else None  # noqa: SLF001 (werkzeug's documented way)


def load_account(token: str) -> Account | None:
    """The account of an open session; none when it ended, expired or was left idle."""
    if is_database_away():
        return None  # a page is to say so, and nothing on it may ask for more
    now = request_now()
    reader = queries.find_reader(digest(token), now=now)
    if reader is None:
        return None
    seen = float(session.get(SEEN, 0))
    last_seen = datetime.fromtimestamp(seen, tz=now.tzinfo)
    if is_idle(last_seen, now, own_phone=reader.own_phone):
        return None
    # Either way: a clock that was set back must not keep a left browser open.
    if abs(now.timestamp() - seen) > SEEN_STEP_SECONDS:
        session[SEEN] = now.timestamp()
    g.account_language = reader.language
    g.account_id = reader.user_id
    g.pop("page_language", None)
    return Account(reader, token)


def enter(opened: OpenedSession) -> None:
    """Hand the new session to this browser; nothing of the one before stays, nor its row open."""
    _forget()
    session[SEEN] = session[FRESH] = request_now().timestamp()
    session.permanent = opened.sign_in.own_phone
    reader = queries.reader_of(opened.sign_in, queries.get_user(opened.sign_in.user_id))
    login_user(Account(reader, opened.token))  # type: ignore[no-untyped-call]


def wait(half: HalfOpened) -> None:
    """Remember in this browser that the password was right; nobody is signed in by that."""
    _forget()
    session[HALF_OPEN] = half.token
    session.permanent = False


def half_open_token() -> str:
    return str(session.get(HALF_OPEN, ""))


def _forget() -> None:
    now = request_now()
    token = str(session.get(HOLDER, ""))
    if token and (older := queries.find_reader(digest(token), now=now)):
        sign_out(older.sign_in_id, actor=Actor(user_id=older.user_id), now=now)
    session.clear()


def proposed_salt() -> str:
    """The same for every page of this session until a second factor is set up with it."""
    return str(session.setdefault(SALT, new_salt()))


def forget_salt() -> None:
    session.pop(SALT, None)


def refresh() -> None:
    """The password was given again just now."""
    session[FRESH] = request_now().timestamp()


def seconds_since_password() -> float:
    """Either way: a password given in the future, before the clock was set back, is not fresh."""
    return abs(request_now().timestamp() - float(session.get(FRESH, 0)))


def detour() -> str | None:
    """Where a reader goes first: to the privacy notice, until they have read the present one.

    No query: who reads was loaded with the session.
    """
    account = current_account()
    if account is None or not account.needs_notice:
        return None
    return url_for("people.privacy.show", next=request.full_path.rstrip("?"))


def leave() -> None:
    logout_user()  # type: ignore[no-untyped-call]
    session.clear()
