"""A school of one thing of each kind on a real port, with pages that fail on purpose."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from threading import Thread

from flask import Flask, Response, abort, send_file
from sqlalchemy import update
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from ecopter.app import create_app, outside_world, with_clock
from ecopter.authorization.guard import public
from ecopter.certificates.services import pace
from ecopter.db import db
from ecopter.people.models import HalfOpenSignIn, RecoveryCode, SecondFactor, User
from ecopter.people.services.passwords import digest
from ecopter.people.services.presence import HALF_OPEN
from ecopter.settings import Settings
from ecopter.tables import METADATA
from tests.browser import Browser
from tests.clock import NOW
from tests.factories.world import make_world

FILE = "ecopter.sqlite3"
BEFORE = "before.sqlite3"
# Who has given the password and is asked for the code of their phone.
HALF_WAY = "half way in"
# Addresses of the tests' own: an error of each kind, and pages that break one rule each.
OWN = "/planted/"
AXE = f"{OWN}axe.js"
CHECKER = Path(__file__).parent / "vendor/axe-core/axe.min.js"


class Quiet(WSGIRequestHandler):
    """Keeps the connection, and says nothing of each request."""

    protocol_version = "HTTP/1.1"

    def log(self, *_anything: object) -> None:
        pass


@dataclass(frozen=True)
class Reader:
    """Someone as a browser carries them: the session cookie, and the token for a form."""

    role: str
    cookie: str
    token: str


@dataclass
class House:
    """The running school: its address, its readers, a value for each argument of an address."""

    app: Flask
    data: Path
    address: str
    readers: dict[str, Reader]
    things: dict[str, int | str]
    planted: dict[str, str] = field(default_factory=dict)
    language: str = "fr"

    def speak(self, language: str) -> None:
        """Everyone with an account reads in this language from now on."""
        self.language = language
        with self.app.app_context():
            db.session.execute(update(User).values(language=language))
            db.session.commit()
            db.session.remove()

    def put_back(self) -> None:
        """As it was before something was changed, and before anyone asked often."""
        self.app.extensions.pop(pace.EXTENSION, None)
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
        for rest in self.data.glob(f"{FILE}-*"):
            rest.unlink()
        shutil.copy(self.data / BEFORE, self.data / FILE)
        self.speak(self.language)


def build(data: Path) -> House:
    """A school of its own, apart from the one other tests of this process write in."""
    settings = Settings(
        data=data, testing=True, secret_key="for tests only, never anywhere else", demo=False
    )
    app = create_app(settings, with_clock(outside_world(settings), lambda: NOW))
    house = House(app, data, "", {}, {})
    _plant(house)
    with app.app_context():
        METADATA.create_all(db.engine)
        world = make_world()
        house.things = world.ours.address
        house.readers = {role: _reader(app, role, user) for role, user in world.people.items()}
        house.readers[HALF_WAY] = _half_way(app, world.ours.trainee)
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    shutil.copy(data / FILE, data / BEFORE)
    return house


def _reader(app: Flask, role: str, user: User | None) -> Reader:
    return _carried(Browser(app).as_(user), role)


def _carried(browser: Browser, role: str) -> Reader:
    token = browser.token()
    cookie = browser.client.get_cookie("ecopter")
    assert cookie is not None
    return Reader(role, cookie.value, token)


def _half_way(app: Flask, user: User) -> Reader:
    """Someone with a second factor who has given the password and not yet the code."""
    db.session.add_all(
        [
            SecondFactor(user_id=user.id, salt="salt", confirmed_at=NOW, last_step=0),
            RecoveryCode(user_id=user.id, code_hash=digest("code")),
            HalfOpenSignIn(
                user_id=user.id, token_hash=digest("token"), expires_at=NOW + timedelta(minutes=10)
            ),
        ]
    )
    browser = Browser(app)
    with browser.client.session_transaction() as session:
        session[HALF_OPEN] = "token"
    return _carried(browser, HALF_WAY)


def _plant(house: House) -> None:
    """An address for each kind of error, and one for each page that a test has planted."""

    def fail(status: int) -> None:
        abort(status)

    def show(name: str) -> Response:
        kind = "text/css" if name.endswith(".css") else "text/html"
        return Response(house.planted[name], mimetype=kind)

    def axe() -> Response:
        """As a file that a browser keeps, compiled: 650 kB are not read anew for each page."""
        return send_file(CHECKER, max_age=3600)

    house.app.add_url_rule(AXE, view_func=public(axe))
    house.app.add_url_rule(f"{OWN}errors/<int:status>", view_func=public(fail))
    house.app.add_url_rule(f"{OWN}pages/<name>", view_func=public(show))


@contextmanager
def served(house: House) -> Iterator[House]:
    server: BaseWSGIServer = make_server(
        "127.0.0.1", 0, house.app, threaded=True, request_handler=Quiet
    )
    server.daemon_threads = True
    house.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield house
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        with house.app.app_context():
            db.session.remove()
            db.engine.dispose()
