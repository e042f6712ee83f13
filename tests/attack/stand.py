"""A school put up to be attacked: under https, with its people signed in, put back at will."""

import shutil
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha1
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import update
from werkzeug.datastructures import MultiDict
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from ecopter.app import create_app, outside_world
from ecopter.db import db
from ecopter.people.models import User
from ecopter.people.services import passwords
from ecopter.people.services.presence import FRESH, HOLDER, SEEN
from ecopter.people.services.signing_in import open_session
from ecopter.settings import Settings
from ecopter.tables import METADATA
from tests.attack.forms import Form, Sent, Upload, forms_of
from tests.clock import NOW
from tests.databases import FILE
from tests.factories.world import make_world
from tests.people.test_codes_by_mail import Postbox
from tests.people.test_signing_in import PASSWORD

BASE = "https://school.example"
SECRET = "for tests only, never anywhere else"
# Who stands for each kind of reader; None is the stranger.
ROLES = ("administrator", "head of studies", "instructor", "trainee", "leader", "stranger")

Rows = dict[str, set[tuple[Any, ...]]]


@dataclass
class Stand:
    """The application with a world in it, and a cookie of everybody's open session."""

    app: Flask
    folder: Path
    address: dict[str, int | str]
    users: dict[str, int | None]
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def database(self) -> Path:
        return self.folder / FILE

    @property
    def cookie_name(self) -> str:
        return str(self.app.config["SESSION_COOKIE_NAME"])

    def put_back(self) -> None:
        """Every row as it was when the stand was put up."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
        for rest in self.folder.glob(f"{FILE}-*"):
            rest.unlink()
        shutil.copy(self.folder / "template.sqlite3", self.database)

    def keep(self) -> None:
        """From now on this is what `put_back` gives."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
        shutil.copy(self.database, self.folder / "template.sqlite3")

    def client(self, role: str) -> FlaskClient:
        """A browser of its own, signed in as that role since the stand stands."""
        client = self.app.test_client()
        if role in self.cookies:
            client.set_cookie(
                self.cookie_name, self.cookies[role], domain="school.example", secure=True
            )
        return client

    def sign_in(self, user: User | None, role: str) -> None:
        """Open a session for someone as signing in would, and keep its cookie."""
        if user is None:
            return
        opened = open_session(user, own_phone=True, now=NOW)
        db.session.commit()
        client = self.app.test_client()
        with client.session_transaction(base_url=BASE) as session:
            session[HOLDER] = opened.token
            session[SEEN] = session[FRESH] = NOW.timestamp()
            session["csrf_token"] = sha1(role.encode()).hexdigest()
        kept = client.get_cookie(self.cookie_name, domain="school.example")
        assert kept is not None
        self.cookies[role] = kept.value

    def token(self, client: FlaskClient) -> str:
        """A token of the browser's session, as a page's form would carry it."""
        with client.session_transaction(base_url=BASE) as session:
            raw = session.setdefault("csrf_token", "0" * 40)
        return URLSafeTimedSerializer(SECRET, salt="wtf-csrf-token").dumps(raw)

    def get(self, role: str, address: str, **options: Any) -> TestResponse:
        return self.client(role).open(address, base_url=BASE, **options)

    def post(
        self,
        role: str,
        address: str,
        sent: Sent | Mapping[str, Any] = (),
        *,
        page: str = "/",
        headers: Mapping[str, str] | None = None,
    ) -> TestResponse:
        """Send a form with a good token, as a browser of today would from that page."""
        client = self.client(role)
        pairs = list(sent.items()) if isinstance(sent, Mapping) else list(sent)
        data = MultiDict(
            [
                (name, value.opened() if isinstance(value, Upload) else value)
                for name, value in pairs
                if name != "csrf_token"
            ]
        )
        data["csrf_token"] = self.token(client)
        usual = {"Referer": BASE + page, "Origin": BASE, "Sec-Fetch-Site": "same-origin"}
        return client.post(address, data=data, base_url=BASE, headers=usual | dict(headers or {}))

    def rows(self) -> Rows:
        """Every row of every table, for comparing before with after."""
        with sqlite3.connect(self.database) as connection:
            tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            names = [name for (name,) in tables]
            found = {name: set(connection.execute(f'SELECT * FROM "{name}"')) for name in names}
        connection.close()
        return found

    def rules(self, method: str) -> list[Rule]:
        found = [rule for rule in self.app.url_map.iter_rules() if method in (rule.methods or ())]
        return sorted(found, key=lambda rule: (rule.endpoint, rule.rule))

    def fill(self, rule: Rule, **instead: Any) -> str:
        """The address of a rule for the things of our side, some of them replaced."""
        wanted = {name: (self.address | instead)[name] for name in rule.arguments}
        _host, path = rule.build(wanted) or ("", "")
        return path

    def url(self, endpoint: str, **instead: Any) -> str:
        """The address of a view for the things of our side, some of them replaced."""
        return self.fill(next(self.app.url_map.iter_rules(endpoint)), **instead)

    def endpoint(self, address: str) -> str:
        """The view that a form sent to this address reaches."""
        adapter = self.app.url_map.bind("school.example", url_scheme="https")
        return str(adapter.match(address.partition("?")[0], method="POST")[0])

    def pages(self, roles: Iterable[str] = ROLES) -> Iterable[tuple[str, Rule, TestResponse]]:
        """Every page as each role gets it."""
        for role in roles:
            for rule in self.rules("GET"):
                yield role, rule, self.get(role, self.fill(rule))

    def forms(self, roles: Iterable[str] = ROLES) -> dict[str, list[tuple[str, Form]]]:
        """Every form on every page, under the view it is sent to, with who was shown it."""
        found: dict[str, list[tuple[str, Form]]] = {}
        for role, rule, answer in self.pages(roles):
            if answer.status_code != 200 or answer.mimetype != "text/html":
                continue
            for form in forms_of(self.fill(rule), answer.text):
                for address, _extra in form.sendings():
                    known = found.setdefault(self.endpoint(address), [])
                    if not any(one.page == form.page and who == role for who, one in known):
                        known.append((role, form))
        return found


def differences(before: Rows, after: Rows, *, but: Iterable[str] = ()) -> dict[str, Any]:
    """What came and what went, table by table."""
    return {
        name: {"gone": before.get(name, set()) - rows, "new": rows - before.get(name, set())}
        for name, rows in after.items()
        if name not in set(but) and rows != before.get(name, set())
    }


def put_up(folder: Path) -> Stand:
    settings = Settings(data=folder, testing=True, secret_key=SECRET, base_url=BASE)
    world = replace(outside_world(settings), clock=lambda: NOW, mail=Postbox())
    app = create_app(settings, world)
    with app.app_context():
        METADATA.create_all(db.engine)
        world = make_world()
        db.session.execute(update(User).values(password_hash=passwords.hash_password(PASSWORD)))
        db.session.commit()
        stand = Stand(
            app,
            folder,
            world.ours.address,
            {role: user.id if user else None for role, user in world.people.items()},
        )
        for role in world.people:
            stand.sign_in(world.people[role], role)
    stand.keep()
    return stand
