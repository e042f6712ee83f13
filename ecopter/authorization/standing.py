"""What a person is to the school today: each feature says what it knows, one statement asks all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, CompoundSelect, Date, Row, Select, bindparam, union_all

from ecopter.authorization.policy import Standing
from ecopter.db import plain_rows
from ecopter.platform.clock import school_day

# What the statements of all sources ask about.
USER_ID: BindParameter[int] = bindparam("user_id")
TODAY: BindParameter[date] = bindparam("today", type_=Date)

# (kind, about, within, runs, words): what kind of right, the id of what it is in or about, the id
# of what that is in (0: nothing), whether it runs today (0: no), and a word; each kind has its own
# use of them.
Right = Row[str, int, int, int, str]


@dataclass(frozen=True, eq=False)
class Source:
    """A feature's part: statements of rights of `USER_ID` on `TODAY`, and what rows come to.

    The reading finds its own kinds among the rows of all sources. Called, it asks this source
    alone: one query.
    """

    statements: tuple[Select[str, int, int, int, str], ...]
    reading: Callable[[Sequence[Right]], Standing]

    def __call__(self, user_id: int, *, now: datetime) -> Standing:
        return ask((self,), user_id, now)[0]


def ask(sources: tuple[Source, ...], user_id: int, now: datetime) -> list[Standing]:
    """What each source knows of a person; one query for all of them."""
    found = plain_rows(_joined(sources), {"user_id": user_id, "today": school_day(now)})
    return [source.reading(found) for source in sources]


@cache
def _joined(sources: tuple[Source, ...]) -> CompoundSelect[*tuple[Any, ...]]:
    """Asked on every page: built once, since building costs more than asking."""
    return union_all(*(statement for source in sources for statement in source.statements))
