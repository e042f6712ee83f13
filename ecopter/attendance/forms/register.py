"""The register of a half-day as a form.

It is read straight from what was sent: a field object for each of five hundred lines
would take longer than everything else on the page.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from functools import cached_property
from typing import Self

from flask_babel import gettext, ngettext

from ecopter.attendance import labels
from ecopter.attendance.queries import RegisterLine, RegisterSheet, find_last_save
from ecopter.attendance.queries.registers import LastSave
from ecopter.attendance.rules import (
    HOURS_SENTENCES,
    SENTENCES,
    THERE,
    AttendanceStatus,
    Entry,
    EntryFault,
    ExcuseCategory,
    entry_faults,
    hours_fault,
)
from ecopter.attendance.services import Writing
from ecopter.people.rules import PersonName
from ecopter.platform.i18n import page_language, say
from ecopter.shared.dates import instant, local, minutes_between
from ecopter.ui.forms import strip

CLOCK = re.compile(r"(\d{1,2})[:hH](\d{2})")
NOTE_LENGTH = 300
VERSION_LENGTH = 9
STATUSES = {status.value: status for status in AttendanceStatus}
CATEGORIES = {category.value: category for category in ExcuseCategory}
# Whoever came or did not, and nothing more: most rows, and nothing can be wrong with them.
PLAIN = {
    status.value: Entry(status) for status in (AttendanceStatus.PRESENT, AttendanceStatus.ABSENT)
}
# Which field of a row a fault is about: s(tatus), l(ate), e(arly), c(ategory).
FIELD_OF = {
    EntryFault.LATE_WITHOUT_MINUTES: "l",
    EntryFault.MINUTES_OUT_OF_RANGE: "e",
    EntryFault.EXCUSE_WITHOUT_CATEGORY: "c",
}


@dataclass(slots=True)
class Row:
    """One line as it was sent or stands; all texts, as typed."""

    line: RegisterLine
    latin: str
    arabic: str
    status: str = ""
    late: str = ""
    early: str = ""
    category: str = ""
    note: str = ""
    is_asked: bool = False
    error: str = ""
    target: str = ""

    @property
    def id(self) -> int:
        return self.line.enrolment_id

    @property
    def key(self) -> str:
        return str(self.line.enrolment_id)

    @property
    def shows_more(self) -> bool:
        """Rows are small: fields for minutes and excuses stand only where they are needed."""
        return (
            self.is_asked
            or self.status in (AttendanceStatus.LATE, AttendanceStatus.EXCUSED)
            or bool(self.late or self.early or self.category or self.note)
        )


class RegisterForm:
    """One register as a form: rows, hours really held, and the version it was made from."""

    def __init__(self, sheet: RegisterSheet, *, starts: str, ends: str, version: int) -> None:
        self.sheet = sheet
        self.starts = starts
        self.ends = ends
        self.version = version
        self.closing = False
        self.asked = ""
        # Beside which control -> what is wrong with it.
        self.errors: dict[str, str] = {}
        self.last_save: LastSave | None = None
        self.is_outdated = False
        self._typed: Mapping[str, str] = {}
        self._read: dict[int, Row] = {}
        self._entries: dict[int, Entry] = {}
        self._hours: tuple[datetime, datetime] | None = None

    @classmethod
    def of(cls, sheet: RegisterSheet) -> Self:
        """As it stands: nothing is chosen for whoever has no answer yet."""
        form = cls(
            sheet,
            starts=f"{local(sheet.starts_at, sheet.zone):%H:%M}",
            ends=f"{local(sheet.ends_at, sheet.zone):%H:%M}",
            version=sheet.version,
        )
        form.rows = [_stored(line) for line in sheet.lines]
        return form

    @classmethod
    def sent(cls, sheet: RegisterSheet, data: Mapping[str, str]) -> Self:
        """As it was sent. Lines of people who are not expected are not even read."""
        version = data.get("version", "")[:VERSION_LENGTH]
        form = cls(
            sheet,
            starts=data.get("starts", "").strip(),
            ends=data.get("ends", "").strip(),
            version=int(version) if version.isdecimal() else -1,
        )
        # A plain dictionary: what a request brings looks for each value in a list.
        form._typed = dict(data.items())
        form.closing = data.get("do") == "close"
        form.asked = "all" if "all" in data else data.get("more", "")
        return form

    @cached_property
    def rows(self) -> list[Row]:
        """A row for every line. A form that is saved needs none: it is shown to nobody."""
        return [self._row(line) for line in self.sheet.lines]

    def _row(self, line: RegisterLine) -> Row:
        """As it was sent, with what `validate` found wrong with it."""
        return self._read.get(line.enrolment_id) or _typed(line, self._typed)

    @property
    def only_asks(self) -> bool:
        """One of the buttons that help to fill the form, for browsers without scripts."""
        return bool(self.asked)

    def answer(self) -> Self:
        """Everyone unmarked is present, or one row shows its further fields; nothing is saved."""
        for row in self.rows:
            if self.asked == "all":
                row.status = row.status or AttendanceStatus.PRESENT.value
            else:
                row.is_asked = str(row.id) == self.asked
        return self

    def validate(self) -> bool:
        """Fills `errors`, and asks who saved last when the form comes from an older version."""
        self._read_hours()
        minutes = minutes_between(*self._hours) if self._hours else self.sheet.minutes
        for line in self.sheet.lines:
            key = line.enrolment_id
            plain = PLAIN.get(self._typed.get(f"s{key}", ""))
            if plain is not None and f"l{key}" not in self._typed:
                self._entries[key] = plain
            else:
                self._read[key] = self._row(line)
                self._read_row(self._read[key], minutes)
        if self.version != self.sheet.version and not self._is_repeated():
            self._compare()
        return not self.errors and not self.is_outdated

    def _read_hours(self) -> None:
        zone, day = self.sheet.zone, self.sheet.training_session.held_on
        clocks = {name: _clock(getattr(self, name)) for name in ("starts", "ends")}
        for name, clock in clocks.items():
            if clock is None:
                self.errors[name] = gettext("Write the time as hours and minutes: 09:00.")
        if clocks["starts"] is None or clocks["ends"] is None:
            return
        hours = instant(day, clocks["starts"], zone), instant(day, clocks["ends"], zone)
        fault = hours_fault(*hours)
        if fault is not None:
            self.errors["ends"] = say(HOURS_SENTENCES[fault])
        else:
            self._hours = hours

    def _read_row(self, row: Row, minutes: int) -> None:
        status = STATUSES.get(row.status)
        if status is None:
            if self.closing or row.shows_more:
                self._blame(row, "s", gettext("Choose an answer."))
            return
        late = _minutes(row.late) if status is AttendanceStatus.LATE else 0
        early = _minutes(row.early) if status in THERE else 0
        if late is None or early is None:
            field = "l" if late is None else "e"
            self._blame(row, field, gettext("Write the minutes as a whole number."))
            return
        if status is AttendanceStatus.EXCUSED:
            entry = Entry(
                status, excuse_category=CATEGORIES.get(row.category), excuse_note=row.note
            )
        else:
            entry = Entry(status, late, early)
        for fault in entry_faults(entry, minutes):
            field = "l" if entry.minutes_late > minutes else FIELD_OF.get(fault, "s")
            self._blame(row, field, say(SENTENCES[fault]))
            return
        if len(row.note) > NOTE_LENGTH:
            self._blame(row, "n", gettext("Write at most %(max)d characters.", max=NOTE_LENGTH))
            return
        self._entries[row.id] = entry

    def _blame(self, row: Row, field: str, sentence: str) -> None:
        row.error = sentence
        row.target = f"s{row.id}-present" if field == "s" else f"{field}{row.id}"
        self.errors[row.target] = sentence

    def _is_repeated(self) -> bool:
        return not self.errors and self.writing().repeats(self.sheet)

    def _compare(self) -> None:
        """Say beside each row that differs what was saved meanwhile; a second try is deliberate."""
        self.is_outdated = True
        self.last_save = find_last_save(self.sheet.training_session.id)
        self.version = self.sheet.version
        stored = self.sheet.entries
        for row in self.rows:
            entry = stored.get(row.id)
            if entry is not None and entry != self._entries.get(row.id) and not row.error:
                words = [str(labels.STATUS[entry.status]), labels.details(entry)]
                row.error = gettext(
                    "Saved meanwhile: %(entry)s", entry=" · ".join(word for word in words if word)
                )

    @property
    def summary(self) -> Iterator[tuple[str, str]]:
        """(address of the control, sentence) for the head of the page; the unmarked in one line."""
        for name in ("starts", "ends"):
            if name in self.errors:
                yield f"#{name}", self.errors[name]
        unmarked = [row for row in self.rows if row.target == f"s{row.id}-present"]
        if unmarked:
            yield (
                f"#{unmarked[0].target}",
                ngettext(
                    "%(num)s person has no answer yet.",
                    "%(num)s people have no answer yet.",
                    len(unmarked),
                ),
            )
        for row in self.rows:
            if row.target and row not in unmarked:
                yield f"#{row.target}", f"{_shown(row.line.name)} – {row.error}"

    @property
    def counts(self) -> Mapping[str, int]:
        """How many rows say what; the empty text is for those without an answer."""
        counts = dict.fromkeys([*STATUSES, ""], 0)
        for row in self.rows:
            counts[row.status] += 1
        return counts

    def entries(self) -> dict[int, Entry]:
        """What the service takes: one entry for each row that has an answer without a fault."""
        return self._entries

    def writing(self) -> Writing:
        """Everything the service takes; call `validate` first."""
        starts_at, ends_at = self._hours or (self.sheet.starts_at, self.sheet.ends_at)
        return Writing(self.entries(), starts_at, ends_at, self.version, self.closing)


def _stored(line: RegisterLine) -> Row:
    row = Row(line, line.name.latin, line.name.arabic)
    if line.entry is not None:
        row.status = line.entry.status.value
        row.late = str(line.entry.minutes_late or "")
        row.early = str(line.entry.minutes_left_early or "")
        row.category = line.entry.excuse_category.value if line.entry.excuse_category else ""
        row.note = line.entry.excuse_note
    return row


def _typed(line: RegisterLine, data: Mapping[str, str]) -> Row:
    key = line.enrolment_id
    status = data.get(f"s{key}", "")
    row = Row(line, line.name.latin, line.name.arabic, status if status in STATUSES else "")
    if f"l{key}" in data:
        row.is_asked = True
        row.late = data[f"l{key}"].strip()
        row.early = data.get(f"e{key}", "").strip()
        row.category = data.get(f"c{key}", "")
        row.note = strip(data.get(f"n{key}", ""))
    return row


def _shown(name: PersonName) -> str:
    return name.arabic if page_language().tag == "ar" and name.arabic else name.latin


def _clock(text: str) -> time | None:
    """A time of day, digits of any script, `9:05` or `9h05`; None when it is none."""
    match = CLOCK.fullmatch(text)
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2])
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _minutes(text: str) -> int | None:
    """Whole minutes, digits of any script; nothing written is 0; None when it is no number."""
    if not text:
        return 0
    return int(text) if text.isdecimal() and len(text) <= 4 else None
