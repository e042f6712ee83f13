"""A test client that signs in as anyone and reads every page it fetches as a strict reviewer."""

from html.parser import HTMLParser
from typing import Any, Self

from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from ecopter.db import db
from ecopter.people.models import User
from ecopter.people.services.passwords import digest
from ecopter.people.services.presence import FRESH, SEEN
from ecopter.people.services.signing_in import open_session
from tests.clock import NOW

VOID = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "track",
    "wbr",
}
CONTROLS = {"input", "select", "textarea"}
UNLABELLED = {"hidden", "submit", "button", "image", "reset"}
UNTRANSLATED = ("%(", "⟦")


class Page(HTMLParser):
    """The parts of a page that the house style is about."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.html = html
        self.open: list[str] = []
        self.ids: list[str] = []
        self.labelled: set[str] = set()
        self.controls: list[dict[str, str | None]] = []
        self.root: dict[str, str | None] = {}
        self.h1: list[str] = []
        self.title = ""
        self.text: list[str] = []
        self.faults: list[str] = []
        self.links: list[str] = []
        self.forms: list[dict[str, Any]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "html":
            self.root = found
        if "id" in found:
            self.ids.append(str(found["id"]))
        if tag == "a" and found.get("href"):
            self.links.append(str(found["href"]))
        if tag == "h1":
            self.h1.append("")
        self._forbidden(tag, found)
        self._form(tag, found)
        if tag not in VOID:
            self.open.append(tag)

    def _forbidden(self, tag: str, found: dict[str, str | None]) -> None:
        """What the content security policy would stop, and pictures without words."""
        if "style" in found or tag == "style":
            self.faults.append(f"inline style on <{tag}>")
        self.faults += [f"inline script on <{tag}>: {n}" for n in found if n.startswith("on")]
        if tag == "script" and not found.get("src"):
            self.faults.append("inline script")
        if tag == "img" and "alt" not in found:
            self.faults.append("image without alt")

    def _form(self, tag: str, found: dict[str, str | None]) -> None:
        if tag == "form":
            self.forms.append({"attributes": found, "names": []})
            if "method" not in found:
                self.faults.append("form without a method")
        if tag == "label" and found.get("for"):
            self.labelled.add(str(found["for"]))
        if tag in CONTROLS and found.get("type") not in UNLABELLED:
            self.controls.append(found | {"in_label": "label" in self.open})
        if self.forms and found.get("name"):
            self.forms[-1]["names"].append(found["name"])

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            while self.open and self.open.pop() != tag:
                pass

    def handle_data(self, text: str) -> None:
        if "title" in self.open and "svg" not in self.open:
            self.title += text
        elif "h1" in self.open:
            self.h1[-1] += text
        if not {"script", "style"} & set(self.open):
            self.text.append(text)

    def all_faults(self) -> list[str]:
        faults = list(self.faults)
        words = " ".join(self.text)
        if self.root.get("lang") not in {"fr", "ar", "en"}:
            faults.append(f"lang is {self.root.get('lang')}")
        if self.root.get("dir") != ("rtl" if self.root.get("lang") == "ar" else "ltr"):
            faults.append(f"dir is {self.root.get('dir')}")
        if len(self.h1) != 1:
            faults.append(f"{len(self.h1)} headings of the first level")
        elif not " ".join(self.title.split()).startswith(" ".join(self.h1[0].split())):
            faults.append(
                f"title “{self.title.strip()}” does not begin with “{self.h1[0].strip()}”"
            )
        doubled = {one for one in self.ids if self.ids.count(one) > 1}
        if doubled:
            faults.append(f"ids used twice: {sorted(doubled)}")
        faults += [
            f"control without a label: {control.get('name')}"
            for control in self.controls
            if not (
                control["in_label"]
                or control.get("aria-label")
                or control.get("aria-labelledby")
                or control.get("id") in self.labelled
            )
        ]
        faults += [f"untranslated or unformatted: {sign}" for sign in UNTRANSLATED if sign in words]
        for form in self.forms:
            posts = (form["attributes"].get("method") or "").lower() == "post"
            if posts and "csrf_token" not in form["names"]:
                faults.append("a form without its token")
        return faults


class Browser:
    """`browser.as_(user).get("attendance.register.edit", training_session_id=3)`."""

    def __init__(self, app: Flask, language: str = "fr") -> None:
        self.app = app
        self.language = language
        self.user: User | None = None
        self.client: FlaskClient = app.test_client()
        self.page: Page | None = None

    def as_(self, user: User | None) -> Self:
        """Open a session for someone, as signing in would."""
        db.session.commit()
        fresh = type(self)(self.app, self.language)
        fresh.user = user
        if user is not None:
            opened = open_session(user, own_phone=True, now=NOW)
            db.session.commit()
            assert opened.sign_in.token_hash == digest(opened.token)
            with fresh.client.session_transaction() as session:
                session["_user_id"] = opened.token
                session[SEEN] = session[FRESH] = NOW.timestamp()
        return fresh

    def in_(self, language: str) -> Self:
        """The same reader with another language."""
        if self.user is not None:
            chosen = update(User).where(User.id == self.user.id).values(language=language)
            db.session.execute(chosen)
        self.language = language
        db.session.commit()
        return self

    def url(self, endpoint: str, **where: Any) -> str:
        with self.app.test_request_context():
            return url_for(endpoint, **where)

    def get(self, endpoint: str, **where: Any) -> TestResponse:
        return self.fetch(self.url(endpoint, **where))

    def fetch(self, address: str) -> TestResponse:
        db.session.commit()
        db.session.remove()
        # A context of its own, as on a server: nothing of one request is left for the next.
        with self.app.app_context():
            response = self.client.get(address, headers=self._headers())
        self._look(response)
        return response

    def post(self, endpoint: str, data: Any = None, **where: Any) -> TestResponse:
        """Send a form with a good token; an answer that is a page is looked at too."""
        return self.send(self.url(endpoint, **where), data)

    def send(self, address: str, data: Any = None, **options: Any) -> TestResponse:
        db.session.commit()
        db.session.remove()
        sent = dict(data or {}) | {"csrf_token": self.token()}
        with self.app.app_context():
            response = self.client.post(address, data=sent, headers=self._headers(), **options)
        self._look(response)
        return response

    def token(self) -> str:
        """A token of this browser's session, as a page's form would carry it."""
        with self.client.session_transaction() as session:
            session.setdefault("csrf_token", "0" * 40)
            raw = session["csrf_token"]
        from itsdangerous import URLSafeTimedSerializer

        key = self.app.config["SECRET_KEY"]
        return URLSafeTimedSerializer(key, salt="wtf-csrf-token").dumps(raw)

    def _headers(self) -> dict[str, str]:
        return {"Accept-Language": self.language}

    def _look(self, response: TestResponse) -> None:
        if not (response.content_type or "").startswith("text/html") or not response.data:
            return
        if response.status_code in {301, 302, 303, 304, 307, 308}:
            return
        self.page = Page(response.get_data(as_text=True))
        faults = self.page.all_faults()
        assert not faults, f"{response.request.path}: {faults}"
