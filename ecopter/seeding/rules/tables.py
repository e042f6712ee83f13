"""Strict reading of TOML: known keys, values of the right type, errors with their line."""

import datetime as dt
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from ecopter.seeding.rules.errors import CourseFileError
from ecopter.seeding.rules.french import typeset
from ecopter.shared.languages import LANGUAGES, Titles

TAGS = tuple(LANGUAGES)


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table of a TOML text, and where to find it again for an error."""

    file: str
    lines: tuple[str, ...]
    first_line: int
    """Number, in the file, of `lines[0]`: not 1 for the front matter of a lesson."""
    start: int
    """Index in `lines` of the table's first line."""
    values: Mapping[str, object]
    name: str = ""

    def error(self, key: str | None, problem: str) -> CourseFileError:
        """A refusal at the line of `key`, or at the head of the table."""
        return CourseFileError(self.file, self.first_line + self._index(key), problem)

    def expect(self, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> None:
        """Refuse a table that lacks a required key or has one nobody reads."""
        for key in required:
            if key not in self.values:
                raise self.error(None, f"{self._named(key)} is missing")
        for key in self.values:
            if key not in required and key not in optional:
                raise self.error(key, f"{self._named(key)} is not a known key")

    def text(self, key: str) -> str:
        value = self.values[key]
        if not isinstance(value, str) or not value.strip():
            raise self.error(key, f"{self._named(key)} must be a text that is not empty")
        return value

    def optional_text(self, key: str) -> str:
        return self.text(key) if key in self.values else ""

    def french(self, key: str) -> str:
        """A French text to be read by people; empty when the key is absent."""
        return typeset(self.optional_text(key))

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty when the key is absent."""
        value = self.values.get(key, [])
        if not isinstance(value, list):
            raise self.error(key, f"{self._named(key)} must be a list of texts")
        found = []
        for item in value:
            if not isinstance(item, str) or not item.strip():
                raise self.error(key, f"{self._named(key)} must be a list of texts")
            if item in found:
                raise self.error(key, f"{self._named(key)} names {item!r} twice")
            found.append(item)
        return tuple(found)

    def languages(self, key: str) -> tuple[str, ...]:
        """A list of languages by their tags; empty when the key is absent."""
        tags = self.texts(key)
        for tag in tags:
            if tag not in TAGS:
                raise self.error(key, f"{tag!r} is not one of {', '.join(TAGS)}")
        return tags

    def number(self, key: str) -> Decimal:
        value = self.values[key]
        if isinstance(value, bool) or not isinstance(value, int | Decimal) or value <= 0:
            raise self.error(key, f"{self._named(key)} must be a number above zero")
        return Decimal(value)

    def whole(self, key: str, lowest: int = 1, highest: int | None = None) -> int:
        value = self.values[key]
        inside = isinstance(value, int) and not isinstance(value, bool) and value >= lowest
        if not isinstance(value, int) or not inside or (highest is not None and value > highest):
            limit = f"{lowest} or more" if highest is None else f"{lowest} to {highest}"
            raise self.error(key, f"{self._named(key)} must be a whole number, {limit}")
        return value

    def flag(self, key: str) -> bool:
        """A yes or no; no when the key is absent."""
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            raise self.error(key, f"{self._named(key)} must be true or false")
        return value

    def dates(self, key: str) -> tuple[dt.date, ...]:
        """A list of dates written 2027-03-10; empty when the key is absent."""
        value = self.values.get(key, [])
        if not isinstance(value, list):
            raise self.error(key, f"{self._named(key)} must be a list of dates")
        found = []
        for item in value:
            if not isinstance(item, dt.date) or isinstance(item, dt.datetime):
                raise self.error(key, f"{self._named(key)} must be a list of dates")
            found.append(item)
        return tuple(found)

    def names(self) -> Titles:
        """The texts under `fr`, `ar` and `en`, which `expect` has to name."""
        return {tag: self.text(tag) for tag in TAGS} | {"fr": self.french("fr")}

    def names_of(self, key: str) -> Titles:
        """The sub-table `key`, which holds nothing but a text in each language."""
        table = self.table(key)
        table.expect(TAGS)
        return table.names()

    def lists_of(self, key: str) -> Mapping[str, tuple[str, ...]]:
        """The sub-table `key`: lists of the same length in each language; empty when absent."""
        if key not in self.values:
            return {}
        table = self.table(key)
        table.expect(TAGS)
        lists = {tag: table.texts(tag) for tag in TAGS}
        lists["fr"] = tuple(typeset(item) for item in lists["fr"])
        for tag, items in lists.items():
            if not items or len(items) != len(lists["fr"]):
                raise table.error(tag, f"{key}.{tag} must be as long as {key}.fr, and not empty")
        return lists

    def table(self, key: str) -> "Table":
        value = self.values.get(key)
        if not isinstance(value, dict):
            raise self.error(key, f"{self._named(key)} must be a table")
        return self._part(key, value, 0)

    def tables(self, key: str) -> "tuple[Table, ...]":
        """The tables written `[[key]]`, in their order."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.error(key, f"{self._named(key)} must be written as [[{self._named(key)}]]")
        return tuple(self._part(key, item, place) for place, item in enumerate(value))

    def all_tables(self) -> "Mapping[str, Table]":
        """Every key of this table, each one a table."""
        return {key: self.table(key) for key in self.values}

    def _part(self, key: str, values: Mapping[str, object], place: int) -> "Table":
        name = self._named(key)
        header = re.compile(rf"\s*\[\[?\s*{re.escape(name)}\s*\]\]?")
        heads = [
            index
            for index, line in enumerate(self.lines)
            if index >= self.start and header.match(line)
        ]
        start = heads[place] if place < len(heads) else self._index(key)
        return Table(
            file=self.file,
            lines=self.lines,
            first_line=self.first_line,
            start=start,
            values=values,
            name=name,
        )

    def _named(self, key: str) -> str:
        return f"{self.name}.{key}" if self.name else key

    def _index(self, key: str | None) -> int:
        if key is None:
            return self.start
        assignment = re.compile(rf"\s*\"?{re.escape(key)}\"?\s*=")
        header = re.compile(rf"\s*\[\[?\s*{re.escape(self._named(key))}\s*\]")
        inside = True
        for index in range(self.start, len(self.lines)):
            line = self.lines[index]
            # Past the next header a key of the same name belongs to another table.
            inside = inside and (index == self.start or not line.lstrip().startswith("["))
            if header.match(line) or (inside and assignment.match(line)):
                return index
        return self.start


def read_table(text: str, file: str, first_line: int = 1) -> Table:
    """The whole of a TOML text; numbers with a decimal point are exact.

    Raises CourseFileError.
    """
    lines = tuple(text.splitlines())
    try:
        values = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+)", str(error))
        index = int(place.group(1)) if place else max(len(lines), 1)
        problem = re.sub(r" \(at .*\)$", "", str(error))
        raise CourseFileError(file, first_line + index - 1, problem) from error
    return Table(file=file, lines=lines, first_line=first_line, start=0, values=values)
