"""Many rows at once, past the object layer: thousands of them take a moment."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Table, insert

from ecopter.db import Entity, db

Values = Mapping[str, Any]


def add_all(entity: type[Entity], rows: Sequence[Values]) -> list[int]:
    """Insert rows and give their ids in the same order."""
    if not rows:
        return []
    table = cast("Table", entity.__table__)
    statement = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return list(db.session.scalars(statement, rows))


def put_all(entity: type[Entity], rows: Sequence[Values]) -> None:
    """Insert rows whose ids nobody needs."""
    if rows:
        db.session.execute(insert(cast("Table", entity.__table__)), rows)
