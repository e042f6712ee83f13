"""Reading what someone was told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import joinedload

from ecopter.authorization.policy import Actor, Scope
from ecopter.db import db, plain_rows
from ecopter.notices.models import Notice
from ecopter.notices.rules import NoticeEvent
from ecopter.shared.errors import NotFound
from ecopter.shared.paging import Page, page_within

PAGE_SIZE = 30


@dataclass(frozen=True)
class Reader:
    """Someone who reads their own notices; there is no way to another's."""

    actor: Actor
    user_id: int

    @property
    def scope(self) -> Scope:
        return Scope(owner_id=self.user_id)


def get_reader(actor: Actor) -> Reader:
    """No query. Raises NotFound for an unknown visitor."""
    if actor.user_id is None:
        raise NotFound
    return Reader(actor, actor.user_id)


class NewNotice(NamedTuple):
    """What a page needs of a notice that nobody has seen yet."""

    id: int
    event: NoticeEvent
    facts: Mapping[str, Any]
    at: datetime
    seen_at: datetime | None


def list_new(user_id: int, most: int) -> Sequence[NewNotice]:
    """The latest notices that this person has not marked as seen; one query of plain rows."""
    return [NewNotice._make(row) for row in plain_rows(_new(), {"user_id": user_id, "most": most})]


@cache
def _new() -> Select[int, NoticeEvent, dict[str, Any], datetime, datetime | None]:
    """Built once: it is asked on every home page."""
    return (
        select(Notice.id, Notice.event, Notice.facts, Notice.at, Notice.seen_at)
        .where(Notice.user_id == bindparam("user_id"), Notice.seen_at.is_(None))
        .order_by(Notice.at.desc(), Notice.id.desc())
        .limit(bindparam("most"))
    )


@dataclass(frozen=True)
class NoticeWish:
    """Which notices are wanted: of one kind, only new ones (or only seen ones), from which end."""

    event: NoticeEvent | None = None
    is_new: bool | None = None
    oldest_first: bool = False


EVERYTHING = NoticeWish()


def list_notices(user_id: int, number: int, wish: NoticeWish = EVERYTHING) -> Page[Notice]:
    """What this person was told, the latest first unless wished otherwise; two queries."""
    found = _wished(user_id, wish)
    counted = found.order_by(None).with_only_columns(func.count())
    total = db.session.scalar(counted) or 0
    number = page_within(number, PAGE_SIZE, total)
    rows = db.session.scalars(found.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)).all()
    return Page(rows, number, PAGE_SIZE, total)


def choose_notices(user_id: int, wish: NoticeWish = EVERYTHING) -> Sequence[Notice]:
    """The same, all of them: what they say is searched in sentences; one query."""
    return db.session.scalars(_wished(user_id, wish)).all()


def _wished(user_id: int, wish: NoticeWish) -> Select[Any]:
    found = select(Notice).where(Notice.user_id == user_id)
    if wish.event is not None:
        found = found.where(Notice.event == wish.event)
    if wish.is_new is not None:
        is_new = Notice.seen_at.is_(None)
        found = found.where(is_new if wish.is_new else ~is_new)
    if wish.oldest_first:
        return found.order_by(Notice.at, Notice.id)
    return found.order_by(Notice.at.desc(), Notice.id.desc())


def list_unmailed(batch: str) -> Sequence[Notice]:
    """Notices of one act whose mails have not left, with their readers; one query."""
    return db.session.scalars(
        select(Notice)
        .options(joinedload(Notice.user))
        .where(Notice.batch == batch, Notice.mailed_at.is_(None))
        .order_by(Notice.id)
    ).all()
