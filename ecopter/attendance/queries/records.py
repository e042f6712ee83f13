"""The record of one enrolment: every half-day of theirs, by module and by period."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from ecopter.attendance.models import AttendanceRecord, AttendanceRevision
from ecopter.attendance.queries.ledger import (
    HeldHalfDay,
    expected_lines,
    list_held,
    list_written,
)
from ecopter.attendance.queries.revisions import Change, list_changes
from ecopter.attendance.rules import AttendanceSummary, Entry, HalfDayLine, summarise
from ecopter.authorization.policy import Scope
from ecopter.cohorts.models import Enrolment
from ecopter.cohorts.queries import get_enrolment, scope_of
from ecopter.cohorts.rules import is_expected
from ecopter.curricula.models import Module
from ecopter.shared.dates import DateSpan

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class RecordLine:
    """One half-day of one person. The category of an excuse is theirs to see, a note is not."""

    half_day: HeldHalfDay
    line: HalfDayLine
    entry: Entry | None
    changes: Sequence[Change]

    @property
    def is_written(self) -> bool:
        return self.entry is not None


def _by_module(lines: Iterable[RecordLine]) -> Sequence[tuple[Module, AttendanceSummary]]:
    """Each module of the lines, in the order of the course, and its sum."""
    ordered = sorted(lines, key=_position)
    return [
        (group[0].half_day.training_session.module, summarise(line.line for line in group))
        for group in (list(found) for _, found in groupby(ordered, key=_position))
    ]


def _position(line: RecordLine) -> tuple[int, int]:
    module = line.half_day.training_session.module
    return module.position, module.id


@dataclass(frozen=True)
class PeriodRecord:
    """One stay in the cohort and what counts of it; `gap` is what was missed before it.

    Someone who left is not expected until they are back: half-days of a gap count nowhere.
    """

    span: DateSpan
    lines: Sequence[RecordLine]
    gap: Sequence[HeldHalfDay]
    gap_span: DateSpan | None

    @property
    def summary(self) -> AttendanceSummary:
        return summarise(line.line for line in self.lines)

    @property
    def modules(self) -> Sequence[tuple[Module, AttendanceSummary]]:
        return _by_module(self.lines)


@dataclass(frozen=True)
class Record:
    """Everything the registers say of one enrolment, half-day by half-day.

    `missed`: half-days held while the person was not expected, before, between or after periods.
    """

    enrolment: Enrolment
    lines: Sequence[RecordLine]
    missed: Sequence[HeldHalfDay]

    @property
    def scope(self) -> Scope:
        return scope_of(self.enrolment)

    @property
    def summary(self) -> AttendanceSummary:
        return summarise(line.line for line in self.lines)

    @property
    def modules(self) -> Sequence[tuple[Module, AttendanceSummary]]:
        """Each module the person was expected in, in the order of the course, and its sum."""
        return _by_module(self.lines)

    @property
    def periods(self) -> Sequence[PeriodRecord]:
        """Each stay in the cohort, the first one first."""
        found: list[PeriodRecord] = []
        for span in self.enrolment.spans:
            lines = [line for line in self.lines if line.half_day.held_on in span]
            gap = _between(found[-1].span, span) if found else None
            missed = [half_day for half_day in self.missed if gap and half_day.held_on in gap]
            found.append(PeriodRecord(span, lines, missed, gap))
        return found

    def lines_of(self, kind: str, module_id: int | None) -> Sequence[RecordLine]:
        """The half-days a figure adds up from, of one module or all of them.

        `kind`: "attended" (with minutes), "written" (on closed registers), else all.
        """
        return [
            line
            for line in self.lines
            if module_id in (None, line.half_day.training_session.module_id)
            and (kind != "attended" or line.line.minutes > 0)
            and (kind != "written" or line.is_written)
        ]


def _between(earlier: DateSpan, later: DateSpan) -> DateSpan | None:
    """The days between two periods; None when the one follows the other at once."""
    if earlier.last is None or later.first - earlier.last <= ONE_DAY:
        return None
    return DateSpan(earlier.last + ONE_DAY, later.first - ONE_DAY)


def get_record(enrolment_id: int, now: datetime) -> Record:
    """Six queries, whatever the number of half-days. Raises NotFound."""
    enrolment = get_enrolment(enrolment_id)
    half_days = list_held(enrolment.cohort_id, now)
    written = list_written(AttendanceRecord.enrolment_id == enrolment_id)
    changes = list_changes(AttendanceRevision.enrolment_id == enrolment_id)
    return Record(
        enrolment,
        [
            RecordLine(
                half_day,
                line,
                _entry(written.get((half_day.id, enrolment_id)), line),
                changes.get((half_day.id, enrolment_id), []),
            )
            for half_day, line in expected_lines(enrolment_id, enrolment.spans, half_days, written)
        ],
        [held for held in half_days if not is_expected(held.held_on, enrolment.spans)],
    )


def _entry(entry: Entry | None, line: HalfDayLine) -> Entry | None:
    """What a line says, once it counts."""
    return entry if line.status is not None else None
