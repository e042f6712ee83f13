"""A made-up language that shows what was not translated, and what has no room for long words.

Every message is between ⟦ and ⟧ and two fifths longer at least: its vowels are doubled, as longer
words are what breaks a page, and what still lacks is put behind as a word of its own. It is there
only as long as the block of `spoken` lasts; the product knows nothing of it.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from unittest.mock import patch

from babel import Locale
from flask_babel import Domain
from sqlalchemy import Enum, select

from ecopter.db import db
from ecopter.shared.languages import LANGUAGES
from ecopter.tables import METADATA
from tests.browser import VOID

OPEN, CLOSE = "⟦", "⟧"
LONGER = 1.4
# What is filled in later, and markup, stay as they are.
KEPT = re.compile(r"(%\(\w+\)[sd]|%%|\{\w*\}|<[^>]+>|&\w+;)")
VOWEL = re.compile(r"([aeiouyAEIOUY])")
# Marks that set a name apart from the direction of the words around it.
ISOLATES = dict.fromkeys(map(ord, "\u2066\u2067\u2068\u2069"))
LETTER = re.compile(r"[^\W\d_]")
READ_OUT = ("alt", "aria-label", "aria-description", "placeholder", "title", "label")
# The name of the school is the same in each language.
NAMES = ("ECOPTER",)


def lengthen(message: str) -> str:
    parts = KEPT.split(message)
    parts[::2] = [VOWEL.sub(r"\1\1", part) for part in parts[::2]]
    said = "".join(parts)
    missing = round(len(message) * LONGER) - len(said)
    return f"{OPEN}{said}{' ' + '~' * (missing - 1) if missing > 1 else ''}{CLOSE}"


class Pseudo:
    """What Flask-Babel asks of a catalogue."""

    def ugettext(self, message: str) -> str:
        return lengthen(message)

    def ungettext(self, one: str, many: str, number: int) -> str:
        return lengthen(one if number == 1 else many)

    def upgettext(self, _context: str, message: str) -> str:
        return lengthen(message)

    def unpgettext(self, _context: str, one: str, many: str, number: int) -> str:
        return self.ungettext(one, many, number)


@contextmanager
def spoken() -> Iterator[None]:
    """Every page in this process speaks it; dates and numbers stay those of the reader."""
    with patch.object(Domain, "get_translations", lambda _self: Pseudo()):
        yield


class Text(HTMLParser):
    """The words of a page that no message holds: (where, words)."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.depth = 0
        # Each open element, and whether it says its language itself: then it is not translated.
        self.open: list[tuple[str, bool]] = []
        self.bare: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        is_own = tag != "html" and (bool(found.get("lang")) or self._is_own())
        if not is_own:
            self._attributes(tag, found)
        if tag not in VOID:
            self.open.append((tag, is_own))

    def _is_own(self) -> bool:
        return bool(self.open) and self.open[-1][1]

    def _attributes(self, tag: str, found: dict[str, str]) -> None:
        for name, value in found.items():
            is_button = name == "value" and found.get("type") in {"submit", "button"}
            is_said_by_script = name.startswith("data-") and " " in value and "/" not in value
            if name in READ_OUT or is_said_by_script or (is_button and tag == "input"):
                self._note(f"<{tag} {name}>", value, 0)

    def handle_endtag(self, tag: str) -> None:
        if tag in [name for name, _is_own in self.open]:
            while self.open and self.open.pop()[0] != tag:
                pass

    def handle_data(self, text: str) -> None:
        tag, is_own = self.open[-1] if self.open else ("", False)
        if tag not in {"script", "style"} and not is_own:
            self._note(f"<{tag}>", text, self.depth)
        self.depth += text.count(OPEN) - text.count(CLOSE)

    def _note(self, where: str, text: str, depth: int) -> None:
        outside = ""
        for character in text:
            depth += (character == OPEN) - (character == CLOSE)
            outside += character if depth <= 0 and character != CLOSE else " "
        if LETTER.search(outside):
            self.bare.append((where, " ".join(outside.split())))


def stored_words() -> set[str]:
    """Every text the school keeps of its own: names, titles, what people wrote; no state words."""
    words: set[str] = set()
    for table in METADATA.sorted_tables:
        columns = [column for column in table.columns if not isinstance(column.type, Enum)]
        for row in db.session.execute(select(*columns)):
            for value in row:
                words |= set(_texts(value))
    return {word for word in words if LETTER.search(word)}


def _texts(value: object) -> Iterable[str]:
    if isinstance(value, str):
        yield " ".join(value.split())
        # A long text is shown piece by piece: its lines, and its paragraphs as prose.
        yield from (" ".join(line.strip(" #*->").split()) for line in value.splitlines())
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


def calendar_words(formats: str) -> set[str]:
    """Months and days as Babel writes them."""
    locale = Locale.parse(formats)
    words = {
        word
        for names in (locale.months, locale.days)
        for kind in names["format"].values()
        for word in kind.values()
    }
    return {word for word in words if len(word) > 2} | {"1er"}


def language_words() -> set[str]:
    return {language.name for language in LANGUAGES.values()} | {
        language.short for language in LANGUAGES.values()
    }


class Known:
    """What may stand on a page untranslated."""

    def __init__(self, words: Iterable[str], patterns: Iterable[str] = ()) -> None:
        longest_first = sorted(filter(None, words), key=len, reverse=True)
        choices = "|".join([*patterns, *map(re.escape, longest_first)])
        self.pattern = re.compile(rf"(?<!\w)(?:{choices})(?!\w)")

    def rest(self, text: str) -> str:
        """The letters that are left once everything known is taken away."""
        left = self.pattern.sub(" ", text.translate(ISOLATES))
        return " ".join(left.split()) if LETTER.search(left) else ""


def untranslated(html: str, known: Known) -> list[str]:
    return [
        f"{where} says “{rest[:60]}”"
        for where, text in Text(html).bare
        if (rest := known.rest(text))
    ]
