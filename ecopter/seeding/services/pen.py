"""Bringing tables to what the content files say: only what differs is written, and counted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import insert

from ecopter.db import Entity, db


@dataclass
class ContentReport:
    """How many rows were written, and what is still in the database but in no file.

    `left_over` names curricula, modules, lessons and sites by code: they stay, because people's
    work and half-days may hang on them.
    """

    added: int = 0
    changed: int = 0
    removed: int = 0
    left_over: list[str] = field(default_factory=list)

    @property
    def written(self) -> int:
        return self.added + self.changed + self.removed


class Pen:
    """Writes what differs, counts it, and adds the new rows of a table in one statement."""

    def __init__(self) -> None:
        self.report = ContentReport()
        self._new: dict[type[Entity], list[dict[str, object]]] = {}

    def write(
        self,
        table: type[Entity],
        row: Entity | None,
        key: Mapping[str, object],
        values: Mapping[str, object],
    ) -> None:
        """Add the row, or change what differs in it; `key` is what tells it from the others."""
        if row is None:
            self._new.setdefault(table, []).append({**key, **values})
            self.report.added += 1
        elif differs(row, values):
            for name, value in values.items():
                setattr(row, name, value)
            self.report.changed += 1

    def add(self, row: Entity) -> None:
        """Add a row that brings others with it."""
        db.session.add(row)
        self.report.added += 1

    def remove(self, rows: Iterable[Entity]) -> None:
        for row in rows:
            db.session.delete(row)
            self.report.removed += 1

    def lift(self) -> None:
        """Send everything to the database; the rows have their ids afterwards."""
        db.session.flush()
        for table, rows in self._new.items():
            # NULLs are written out: rows of different shapes would be different statements.
            db.session.execute(insert(table).execution_options(render_nulls=True), rows)
        self._new.clear()


def differs(row: Entity, values: Mapping[str, object]) -> bool:
    return any(getattr(row, name) != value for name, value in values.items())
