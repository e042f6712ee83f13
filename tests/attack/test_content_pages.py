"""Hostile words in every text of the school, read by everyone: they stay words."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import cycle, islice
from urllib.parse import quote

import pytest
from flask import Flask, render_template_string
from sqlalchemy import Column, Integer, MetaData, Text
from sqlalchemy import Table as SqlTable
from werkzeug.test import TestResponse

from ecopter.associations.rules import is_website
from ecopter.db import db
from ecopter.school.rules import is_messenger_link, is_telephone
from tests.attack.corpus import (
    NO_ONES_WORDS,
    READERS,
    Alive,
    Form,
    addresses,
    ask,
    make_school_of_texts,
    name_of,
    plant,
    text_columns,
)
from tests.attack.payloads import IN_PAGES, SIGN, all_in_one
from tests.browser import Browser
from tests.factories.world import World

pytestmark = [pytest.mark.xdist_group("content"), pytest.mark.timeout(3600)]

PAYLOADS = list(IN_PAGES.values())
# What a page may answer with; a type that is not here has to be tried for its own dangers first.
KNOWN_TYPES = {"text/html", "text/csv", "application/pdf", "application/zip", "application/json"}
FILES = {"text/css", "text/javascript", "image/png", "image/jpeg", "image/svg+xml"}
WORKING = ("trainee", "instructor", "administrator")


@dataclass
class Visit:
    """What everyone met: pages read, elements looked at, and what was alive."""

    pages: int = 0
    elements: int = 0
    faults: list[str] = field(default_factory=list)
    forms: dict[tuple[str, ...], tuple[str, Form]] = field(default_factory=dict)

    def read(self, who: str, address: str, answer: TestResponse) -> None:
        kind = answer.mimetype or ""
        where = f"{who}: {address[:90]} → {answer.status_code}"
        if answer.status_code >= 500:
            self.faults.append(where)
        if answer.data and kind not in KNOWN_TYPES | FILES:
            self.faults.append(f"{where}: {kind} is a kind of answer nobody has tried")
        if kind == "text/html":
            alive = Alive(answer.get_data(as_text=True))
            self.pages += 1
            self.elements += alive.tags
            self.faults += [f"{where}: {fault}" for fault in alive.faults]
            for form in alive.forms:
                shape = (form.action, *sorted(str(one["name"]) for one in form.fields))
                self.forms.setdefault(shape, (address, form))


@pytest.fixture
def world(browser: Browser) -> World:
    return make_school_of_texts()


@pytest.fixture
def readers(app: Flask, world: World) -> dict[str, Browser]:
    return {role: Browser(app).as_(world.people[role]) for role in READERS}


def visit(readers: Mapping[str, Browser], pages: Iterable[str]) -> Visit:
    found = Visit()
    pages = list(pages)
    for role, reader in readers.items():
        for address in pages:
            found.read(role, address, ask(reader, address))
    return found


def from_number(start: int) -> Callable[[], str]:
    """One payload for each text in turn, beginning with another one in each round."""
    turn: Iterator[str] = islice(cycle(PAYLOADS), start % len(PAYLOADS), None)
    return lambda: next(turn)


def some(readers: Mapping[str, Browser], roles: Iterable[str]) -> dict[str, Browser]:
    return {role: readers[role] for role in roles}


def test_a_text_is_a_word_on_every_page_for_everyone(app, world, readers, proof):
    planted = plant(all_in_one)

    found = visit(readers, addresses(app, world.ours.address))

    assert planted.bare() == [], "nothing hostile stands there: add a row, or say why not"
    assert found.faults == []
    proof(
        "attack",
        "Hostile text in every text column stays text on every page, for every role",
        bar="0 alive, 0 columns left out",
        figure=f"{len(PAYLOADS)} payloads × {len(planted.count)} columns ({planted.texts} texts), "
        f"{found.pages} pages of {len(readers)} roles, {found.elements} elements, 0 alive",
    )


def test_each_payload_alone_is_a_word_too(app, world, readers, amount, proof):
    """At the very start of a text, where an address or the end of an attribute would stand."""
    rounds = amount(short=1, long=len(PAYLOADS))
    roles = amount(short=WORKING, long=READERS)
    pages = list(addresses(app, world.ours.address))
    total = Visit()
    for number in range(rounds):
        plant(from_number(number))
        found = visit(some(readers, roles), pages)
        total.pages += found.pages
        total.faults += found.faults

    assert total.faults == []
    proof(
        "attack",
        "Each hostile text stands alone in a field and stays text",
        bar="0 alive",
        figure=f"{rounds} of {len(PAYLOADS)} rounds, {total.pages} pages, 0 alive",
    )


def test_what_an_address_says_stays_a_word(app, world, readers, amount, proof):
    names = ("q", "sort", "next", "lang", "code", "kind", "state", "page", "week", "module", "day")
    chosen = amount(short=[all_in_one()], long=[*PAYLOADS[::5], all_in_one()])
    found = Visit()
    roles = amount(short=("administrator",), long=READERS)
    for role, reader in some(readers, roles).items():
        for text in chosen:
            query = "&".join(f"{name}={quote(text)}" for name in names)
            for address in addresses(app, world.ours.address):
                found.read(role, f"{address}?{query}", ask(reader, f"{address}?{query}"))

    assert found.faults == []
    proof(
        "attack",
        "What an address says comes back as text",
        bar="0 alive",
        figure=f"{len(names)} parameters × {len(chosen)} texts, {found.pages} pages, 0 alive",
    )


def filled(form: Form, text: str) -> dict[str, str]:
    """The form as its page has it, with hostile words in all that is typed."""
    typed = {"text", "search", "email", "tel", "url", "password", "textarea", "date", "number"}
    return {
        str(one["name"]): text
        if (one.get("type") or ("text" if one["tag"] == "input" else str(one["tag"]))) in typed
        else str(one.get("value") or "")
        for one in form.fields
    }


def test_what_is_typed_into_a_form_comes_back_as_a_word(app, world, readers, amount, proof):
    texts = amount(short=[all_in_one()], long=[all_in_one(), *PAYLOADS[::10]])
    found = Visit()
    sent = 0
    roles = amount(short=("trainee", "administrator"), long=READERS)
    for role, reader in some(readers, roles).items():
        asked = visit({role: reader}, addresses(app, world.ours.address))
        for address, form in asked.forms.values():
            if form.method != "post" or form.action.endswith("/sign-out"):
                continue
            for text in texts:
                data = filled(form, text) | {"csrf_token": reader.token()}
                there = form.action or address
                found.read(role, there, ask(reader, there, method="POST", data=data))
                sent += 1

    assert sent > 40
    assert found.faults == []
    proof(
        "attack",
        "What is typed into a form comes back as text",
        bar="0 alive",
        figure=f"{sent} forms sent with hostile text in every field, "
        f"{found.pages} pages came back, 0 alive",
    )


@pytest.mark.parametrize(
    "text",
    [*PAYLOADS, "https://a.example\\@evil.example", "https:evil.example", "http://a.example"],
)
def test_addresses_of_the_web_are_https_or_nothing(text):
    assert not is_website(text)
    assert not is_messenger_link(text)


def test_no_hostile_text_is_a_telephone():
    assert [text for text in PAYLOADS if is_telephone(text)] == []


def test_every_declared_column_exists():
    names = {name_of(column) for column in text_columns()}

    assert set().union(*NO_ONES_WORDS.values()) - names == set()


# Planted faults: what the harness has to find.


def broken_app(template: str) -> Flask:
    app = Flask("broken")
    app.add_url_rule("/<path:text>", "show", lambda text: render_template_string(template, x=text))
    return app


def alive_in(template: str) -> set[str]:
    """Which payloads a careless template lets live."""
    app = broken_app(template)
    with app.test_request_context():
        return {
            name
            for name, text in IN_PAGES.items()
            if Alive(render_template_string(template, x=text)).faults
        }


def test_a_template_that_trusts_its_text_is_found():
    found = alive_in("<p>{{ x | safe }}</p>")

    assert found >= {
        name for name, text in IN_PAGES.items() if text.startswith("<") and SIGN in text
    }
    assert len(found) > 35


def test_an_attribute_without_quotes_is_found():
    assert "no quote" in alive_in("<p title={{ x }}>x</p>")


def test_a_quote_that_ends_an_attribute_is_found():
    assert {"double quote", "end of an attribute"} <= alive_in('<p title="{{ x | safe }}">x</p>')
    assert {"single quote", "end of an attribute, single"} <= alive_in("<p title='{{ x | safe }}'>")


def test_an_address_that_is_not_looked_at_is_found():
    found = alive_in('<a href="{{ x }}">x</a>')

    assert {name for name in IN_PAGES if name.startswith("script address")} <= found
    assert {"data address", "address without a scheme", "backslash address"} <= found


def test_a_text_that_is_run_as_a_template_is_found():
    with broken_app("").test_request_context():
        assert Alive(render_template_string(IN_PAGES["a template"])).faults


def test_an_id_made_of_a_text_is_found():
    assert "clobbered name" in alive_in("<p>{{ x | safe }}</p>")
    assert Alive(f'<p id="{SIGN}-clobber">').faults


def test_a_fresh_column_of_text_is_planted_or_missed_aloud(browser):
    fresh = MetaData()
    SqlTable("mottos", fresh, Column("id", Integer, primary_key=True), Column("motto", Text))
    fresh.create_all(db.engine)
    try:
        assert plant(all_in_one, fresh).bare() == ["mottos.motto"]
    finally:
        fresh.drop_all(db.engine)


def test_an_answer_of_an_unknown_kind_is_found():
    app = Flask("broken")
    app.add_url_rule("/", "show", lambda: ("BEGIN:VCALENDAR", {"Content-Type": "text/calendar"}))
    found = Visit()

    found.read("anyone", "/", app.test_client().get("/"))

    assert "text/calendar" in found.faults[0]
