"""A school in which every text is hostile, and a reader who says what of it came alive.

The columns come from the tables themselves: a new one is planted by itself, and one that holds no
text that anybody wrote has to be named in `NO_ONES_WORDS`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from sqlalchemy import (
    JSON,
    Column,
    Enum,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from werkzeug.test import TestResponse

from ecopter.assessment.models import ReopenedWork, Reopening
from ecopter.assessment.rules.uploads import FileKind, clean_name
from ecopter.certificates.models import Credential, Revocation
from ecopter.certificates.rules.codes import draw_code
from ecopter.curricula.models import GlossaryTerm, Lesson, Source
from ecopter.db import db
from ecopter.learning.models import PrerequisiteWaiver
from ecopter.notices.models import Notice
from ecopter.notices.rules import NoticeEvent
from ecopter.products.models import Product
from ecopter.tables import METADATA
from ecopter.timetable.models import Move, Substitution, TrainingSession
from ecopter.ui.forms import one_line
from tests.attack.payloads import RAN, SIGN
from tests.browser import Browser
from tests.clock import NOW, TODAY
from tests.factories.timetable import make_training_session
from tests.factories.world import Side, World, make_world

# Why a text column is not planted; everything else is, whatever it is called.
NO_ONES_WORDS: Mapping[str, frozenset[str]] = {
    "seals, keys and codes the school makes itself": frozenset(
        {
            "audit_events.previous",
            "audit_events.seal",
            "credentials.code",
            "credentials.fingerprint",
            "notices.batch",
            "quiz_attempts.key",
            "submissions.key",
            "users.sign_in_key",
        }
    ),
    "read by the school alone, on no page": frozenset(
        {
            "audit_events.action",
            "audit_events.details",
            "audit_events.object_type",
            "failed_sign_ins.account_key",
            "failed_sign_ins.address",
            "jobs.arguments",
            "jobs.error",
            "jobs.key",
            "jobs.kind",
            "number_series.name",
            "products.search_text",
        }
    ),
    "one of a few words the school knows, checked on the way in": frozenset(
        {
            "associations.department",
            "holidays.country",
            "modules.icon",
            "products.country",
            "sites.country",
            "sites.zone",
            "submission_files.content_type",
            "users.country",
            "users.language",
        }
    ),
    "names by which the files of the course refer to one another": frozenset(
        {
            "glossary_terms.key",
            "lessons.terms",
            "modules.prerequisites",
            "products.modules",
            "products.sources",
            "sources.code",
        }
    ),
    "numbers alone": frozenset({"bundles.credential_ids", "quiz_answers.chosen"}),
    "addresses of the web, of which a form takes https alone": frozenset(
        {"associations.website", "schools.messenger_link"}
    ),
}
# What becomes part of a header passes one cleaning at its door, and is planted as that leaves it;
# a name to sign in with is drawn as a QR code, which holds no more than its column.
AS_KEPT: Mapping[str, Callable[[str], str]] = {
    "cohorts.code": one_line,
    "submission_files.name": lambda text: clean_name(text, FileKind.JPEG),
    "users.sign_in_name": lambda text: text[:80],
}
# A column that says so by its name holds a hash, or what goes into one.
HASH = re.compile(r"(^|_)(hash|digest|salt|secret)$")
# Inside JSON: days, vocabularies and references that the code reads.
KEPT_KEYS = re.compile(
    r"_day$|half$|_id$|_on$|^(kind|code|verify_url|logo|civility|nature|first|last|sources|decision)$"
)
READERS = ("stranger", "trainee", "leader", "instructor", "head of studies", "administrator")

# Parts of pages that none of our templates use: whoever meets one has met a payload.
NEVER_OURS = {
    *("applet", "audio", "base", "embed", "frame", "frameset", "iframe", "isindex", "marquee"),
    *("math", "mglyph", "mtext", "noscript", "object", "picture", "source", "style", "template"),
    *("track", "video", "xmp"),
}
ADDRESSES = {
    *("action", "background", "cite", "data", "formaction", "href", "longdesc", "manifest"),
    *("ping", "poster", "src", "srcset", "xlink:href"),
}
SCHEME = re.compile(r"[\x00-\x20]*([a-zA-Z][a-zA-Z0-9+.\-\x00-\x20]*):")
GOOD_SCHEMES = {"mailto", "tel", "https", "otpauth"}


def text_columns(tables: MetaData = METADATA) -> Iterator[Column[Any]]:
    """Every column a text can stand in; a vocabulary of the code is none."""
    for table in tables.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, (String, JSON)) and not isinstance(column.type, Enum):
                yield column


def name_of(column: Column[Any]) -> str:
    return f"{column.table.name}.{column.name}"


def is_declared(column: Column[Any]) -> bool:
    named = any(name_of(column) in names for names in NO_ONES_WORDS.values())
    return named or bool(HASH.search(column.name))


@dataclass
class Planted:
    """How many texts each column got."""

    count: dict[str, int] = field(default_factory=dict)

    @property
    def texts(self) -> int:
        return sum(self.count.values())

    def bare(self) -> list[str]:
        """Columns that nothing was planted in, and that nobody declared."""
        return sorted(name for name, count in self.count.items() if not count)


def plant(draw: Callable[[], str], tables: MetaData = METADATA) -> Planted:
    """Put a text of `draw` into every text of the database, at every depth of what is JSON."""
    found = Planted()
    with db.engine.begin() as connection:
        for column in text_columns(tables):
            if is_declared(column):
                continue
            found.count[name_of(column)] = 0
            table, unique = column.table, _is_unique(column)
            make = _drawer(column, draw)
            key = next(iter(table.primary_key.columns))
            for number, value in connection.execute(select(key, column)).all():
                fresh, texts = _hostile(value, make, f" {number}" if unique else "")
                there = update(table).where(key == number).values({column.name: fresh})
                # A reason stands only where something was done: its check keeps the others empty.
                with suppress(IntegrityError), connection.begin_nested():
                    connection.execute(there)
                    found.count[name_of(column)] += texts
    return found


def _drawer(column: Column[Any], draw: Callable[[], str]) -> Callable[[], str]:
    """Texts as the one door to this column lets them in."""
    as_kept = AS_KEPT.get(name_of(column))
    return draw if as_kept is None else lambda: as_kept(draw())


def _is_unique(column: Column[Any]) -> bool:
    return bool(column.unique) or any(
        isinstance(rule, UniqueConstraint) and column.name in rule.columns
        for rule in column.table.constraints
    )


def _hostile(value: Any, draw: Callable[[], str], end: str) -> tuple[Any, int]:
    """The value with its texts replaced, and how many they were; empty ones are filled too."""
    if isinstance(value, str):
        return draw() + end, 1
    if isinstance(value, dict):
        parts = {
            key: (one, 0) if KEPT_KEYS.search(key) else _hostile(one, draw, end)
            for key, one in value.items()
        }
        return {key: one for key, (one, _) in parts.items()}, sum(n for _, n in parts.values())
    if isinstance(value, list):
        items = [_hostile(one, draw, end) for one in value]
        return [one for one, _ in items], sum(n for _, n in items)
    return value, 0


def make_school_of_texts() -> World:
    """The world of the tests, with a row in every table that has a text of somebody."""
    world = make_world()
    by = world.people["administrator"]
    assert by is not None
    for side in (world.ours, world.theirs):
        _add_texts(side, by.id)
    _add_notices(world)
    db.session.commit()
    return world


def _add_texts(side: Side, by: int) -> None:
    here = side.address
    half_day = db.session.get_one(TrainingSession, here["training_session_id"])
    make_training_session(
        side.cohort, TODAY - timedelta(days=2), cancelled_at=NOW, cancel_reason="?"
    )
    code = f"S{here['lesson_id']}"
    lesson = db.session.get_one(Lesson, here["lesson_id"])
    lesson.facts = [{"text": "?", "sources": [code], "to_check": True}]
    lesson.terms = [f"term-{lesson.id}"]
    db.session.get_one(Product, here["product_id"]).sources = [code]
    paper = db.session.get_one(Credential, here["credential_id"])
    db.session.add_all(
        [
            Source(code=code, place="?", says="?"),
            GlossaryTerm(key=f"term-{lesson.id}", fr="?", ar="?", en="?"),
            _act(
                PrerequisiteWaiver,
                by,
                enrolment_id=here["enrolment_id"],
                module_id=here["module_id"],
            ),
            _act(
                Reopening,
                by,
                enrolment_id=here["enrolment_id"],
                lesson_id=here["lesson_id"],
                work=next(iter(ReopenedWork)),
            ),
            _act(
                Move,
                by,
                training_session_id=half_day.id,
                from_held_on=half_day.held_on - timedelta(days=1),
                from_half_day=half_day.half_day,
                from_starts_at=half_day.starts_at,
                from_ends_at=half_day.ends_at,
                from_site_id=half_day.site_id,
            ),
            _act(
                Substitution,
                by,
                training_session_id=half_day.id,
                left_id=side.instructor.id,
                joined_id=side.instructor.id,
            ),
        ]
    )
    _revoke_a_copy(paper, by)


def _revoke_a_copy(paper: Credential, by: int) -> None:
    """A second paper of the same words, that is valid no more."""
    table: Table = Credential.__table__  # type: ignore[assignment]
    row = db.session.execute(select(table).where(table.c.id == paper.id)).one()
    fresh = {"number": f"{paper.number}-R", "code": draw_code(), "is_live": False}
    values = {name: one for name, one in row._mapping.items() if name != "id"} | fresh
    [number] = db.session.execute(insert(table).values(values).returning(table.c.id)).one()
    db.session.add(_act(Revocation, by, credential_id=number))


def _act(model: type[Any], by: int, **values: Any) -> Any:
    """A row of something that somebody did at some time, for a reason."""
    columns = model.__table__.columns.keys()
    who = {name: by for name in columns if name.endswith("_by_id")}
    when = {name: NOW for name in columns if name.endswith("_at") and name not in values}
    return model(reason="?", **{**who, **when, **values})


def _add_notices(world: World) -> None:
    """Everyone is told of everything."""
    day = TODAY.isoformat()
    days = dict.fromkeys(("first_day", "last_day", "on_day", "from_day", "to_day"), day)
    halves = dict.fromkeys(("half", "from_half", "to_half"), "morning")
    words = ("person", "sender", "subject", "text", "reason", "number")
    titles = ("lesson", "module", "cohort", "site")
    facts = (
        days
        | halves
        | dict.fromkeys(words, "?")
        | {name: {"fr": "?", "ar": "?", "en": "?"} for name in titles}
        | {"decision": True}
        | {name: world.ours.address[name] for name in ("enrolment_id", "absence_id")}
        | {"training_session_id": world.ours.address["training_session_id"]}
    )
    db.session.add_all(
        Notice(user_id=user.id, event=event, facts=facts, batch=f"{user.id}-{event}"[:32], at=NOW)
        for user in world.people.values()
        if user is not None
        for event in NoticeEvent
    )


def addresses(app: Flask, things: Mapping[str, int | str]) -> Iterator[str]:
    """Every page that can be asked for, filled with these things; what ends the session is last."""
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    for rule in sorted(rules, key=lambda rule: rule.rule):
        if rule.endpoint != "static":
            yield re.sub(r"<(?:\w+:)?(\w+)>", lambda match: str(things[match[1]]), rule.rule)


def ask(reader: Browser, address: str, **options: Any) -> TestResponse:
    """One request in a context of its own, without the other rules of the house."""
    db.session.remove()
    with reader.app.app_context():
        return reader.client.open(address, headers={"Accept-Language": reader.language}, **options)


class Alive(HTMLParser):
    """What of a page is more than the words it was given."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.forms: list[Form] = []
        self.tags = 0
        self.feed(html)
        self.close()
        if RAN in html:
            self.faults.append("a template ran its input")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags += 1
        self._tag(tag, dict(attrs))
        for name, value in attrs:
            self._attribute(tag, name, value or "")
        self._note_form(tag, dict(attrs))

    def _tag(self, tag: str, found: Mapping[str, str | None]) -> None:
        if tag in NEVER_OURS or SIGN in tag:
            self.faults.append(f"<{tag}>")
        if tag == "script" and not (found.get("src") or "").startswith("/"):
            self.faults.append("<script> without a source of ours")
        if tag == "meta" and "http-equiv" in found and not found.get("content", "").isdigit():
            self.faults.append(f"<meta> that leads to {found.get('content')}")

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name.startswith("on") or SIGN in name or name in {"srcdoc", "style"}:
            self.faults.append(f"<{tag} {name}>")
        if name in {"id", "name", "for", "class"} and SIGN in value:
            self.faults.append(f"<{tag} {name}={value[:40]}>")
        if name in ADDRESSES and not is_ours(tag, value):
            self.faults.append(f"<{tag} {name}={value[:60]}>")

    def _note_form(self, tag: str, found: dict[str, str | None]) -> None:
        if tag == "form":
            method = (found.get("method") or "get").lower()
            self.forms.append(Form(found.get("action") or "", method, []))
        elif tag in {"input", "textarea", "select", "button"} and self.forms and found.get("name"):
            self.forms[-1].fields.append(found | {"tag": tag})

    def handle_comment(self, data: str) -> None:
        if SIGN in data:
            self.faults.append(f"<!--{data[:40]}-->")


@dataclass
class Form:
    """A form of a page as far as it can be sent back."""

    action: str
    method: str
    fields: list[dict[str, str | None]]


def is_ours(tag: str, address: str) -> bool:
    """An address of this school, or one that a reader follows by hand to another https host."""
    if address.replace("\\", "/").lstrip("\x00\t\n\r ").startswith("//"):
        return False
    scheme = SCHEME.match(address)
    if scheme is None:
        return True
    if tag == "link" and address.startswith("data:image/svg+xml,%3Csvg"):
        return True  # the picture of the school in the tab: nothing of it comes from anybody
    return tag == "a" and scheme[1].lower() in GOOD_SCHEMES
