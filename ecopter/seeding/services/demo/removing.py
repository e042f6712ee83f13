"""Taking the demonstration school away, all of it and nothing else."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Delete, delete

from ecopter.audit.services import record
from ecopter.authorization.policy import Actor
from ecopter.certificates.models import NumberSeries
from ecopter.certificates.rules.numbering import DEMO
from ecopter.db import Root, db
from ecopter.people.models import FailedSignIn
from ecopter.platform.jobs import Job
from ecopter.school.models import School
from ecopter.seeding.queries.demo import counts, job_ids, sign_in_keys
from ecopter.seeding.queries.demo_rows import DemoRows, Tie
from ecopter.shared.errors import Conflict
from ecopter.shared.text import N_

TIED = N_(
    "Nothing was removed: what is not of the demonstration hangs on it. Take this out first: "
    "%(rows)s"
)


def remove_demo(*, now: datetime) -> int:
    """Remove every row of the demonstration; gives how many there were, 0 when it was not loaded.

    The course, the glossary, sites, holidays and the trail of events stay. Raises Conflict, naming
    tables and columns, when a row that is not of the demonstration hangs on one that is.
    """
    db.session.flush()
    found = counts()
    if found.is_empty:
        return 0
    rows = DemoRows(Root.metadata)
    if ties := rows.ties():
        raise Conflict(TIED, rows="; ".join(_said(tie) for tie in ties))
    removed = _remove_traces(rows)
    for table in rows.tables:
        removed += _count(delete(table).where(table.c.id.in_(rows.ids(table.name))))
    # Ids are given again: nothing read before may stand for what comes after.
    db.session.expunge_all()
    record(
        "demo.removed",
        actor=Actor(),
        now=now,
        about=("demo", None),
        users=found.users,
        cohorts=found.cohorts,
        associations=found.associations,
        rows=removed,
    )
    db.session.flush()
    return removed


def _remove_traces(rows: DemoRows) -> int:
    """What belongs to the demonstration and points at it by other means than a foreign key."""
    return sum(
        _count(statement)
        for statement in (
            delete(Job).where(Job.id.in_(job_ids(rows))),
            delete(FailedSignIn).where(FailedSignIn.account_key.in_(sign_in_keys())),
            delete(NumberSeries).where(NumberSeries.name.startswith(DEMO)),
            delete(School).where(School.declaration_number.startswith(DEMO)),
        )
    )


def _count(statement: Delete) -> int:
    result = db.session.execute(statement, execution_options={"synchronize_session": False})
    return cast("CursorResult[Any]", result).rowcount


def _said(tie: Tie) -> str:
    return f"{tie.table}.{tie.column} ({tie.count})"
