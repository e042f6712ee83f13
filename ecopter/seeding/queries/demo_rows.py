"""Which rows belong to the demonstration school, found by walking the foreign keys."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import (
    Column,
    ColumnElement,
    ForeignKey,
    MetaData,
    Select,
    Table,
    and_,
    func,
    or_,
    select,
)

from ecopter.db import db

MARK = "is_demo"
# A column so named says who acted; a row belongs to what it is about, not to who wrote it.
AUTHOR = "_by_id"


@dataclass(frozen=True)
class Tie:
    """Rows of `table` that are not of the demonstration and point at rows of `target` that are."""

    table: str
    column: str
    target: str
    count: int


class DemoRows:
    """The rows of the demonstration, table by table.

    A row marked `is_demo` is one. So is a row that says whose it is (by foreign keys, those to its
    author aside) and belongs to nothing but rows of the demonstration. Shipped content, which
    belongs to nobody, never is.
    """

    def __init__(self, metadata: MetaData) -> None:
        self._ids: dict[str, Select[int]] = {}
        self._tables = metadata.sorted_tables
        for table in self._tables:
            condition = self._condition(table)
            if condition is not None:
                self._ids[table.name] = select(table.c.id).where(condition)

    @property
    def tables(self) -> list[Table]:
        """Tables that can hold such rows, those that point at others first."""
        return [table for table in reversed(self._tables) if table.name in self._ids]

    def ids(self, table: str) -> Select[int]:
        """Ids of the rows of one table; for use in a statement."""
        return self._ids[table]

    def ties(self) -> list[Tie]:
        """What else hangs on the demonstration; one query for each column that could."""
        return [tie for tie in self._all_ties() if tie.count]

    def _condition(self, table: Table) -> ColumnElement[bool] | None:
        if MARK in table.c:
            return table.c[MARK].is_(True)
        owners = [
            (column, target)
            for column, target in self._links(table)
            if not column.name.endswith(AUTHOR)
        ]
        if not owners:
            return None
        named = or_(*(column.is_not(None) for column, _ in owners))
        ours = (or_(column.is_(None), column.in_(self._ids[target])) for column, target in owners)
        return and_(named, *ours)

    def _links(self, table: Table) -> Iterator[tuple[Column[int], str]]:
        """Columns that point at tables with rows of the demonstration; not at the table itself."""
        for key in _keys(table):
            if key.column.table.name in self._ids and key.column.table is not table:
                yield key.parent, key.column.table.name

    def _all_ties(self) -> Iterator[Tie]:
        for table in self._tables:
            for column, target in self._links(table):
                pointing = select(func.count()).select_from(table)
                pointing = pointing.where(column.in_(self._ids[target]))
                if table.name in self._ids:
                    pointing = pointing.where(table.c.id.not_in(self._ids[table.name]))
                count = db.session.scalar(pointing)
                yield Tie(table.name, column.name, target, count or 0)


def _keys(table: Table) -> list[ForeignKey]:
    return sorted(table.foreign_keys, key=lambda key: key.parent.name)
