"""Reading what someone was told."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from ecopter.authorization.policy import Actor, Scope
from ecopter.db import db
from ecopter.notices.models import Notice
from ecopter.notices.rules import NoticeEvent
from ecopter.shared.errors import NotFound
from ecopter.shared.paging import Page

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


def list_new(user_id: int, most: int) -> Sequence[Notice]:
    """The latest notices that this person has not marked as seen; one query."""
    return db.session.scalars(
        select(Notice)
        .where(Notice.user_id == user_id, Notice.seen_at.is_(None))
        .order_by(Notice.at.desc(), Notice.id.desc())
        .limit(most)
    ).all()


def list_notices(user_id: int, number: int, event: NoticeEvent | None = None) -> Page[Notice]:
    """What this person was told (of one kind, if asked for), the latest first; two queries."""
    found = select(Notice).where(Notice.user_id == user_id)
    if event is not None:
        found = found.where(Notice.event == event)
    total = db.session.scalar(select(func.count()).select_from(found.subquery())) or 0
    number = max(1, number)
    rows = db.session.scalars(
        found.order_by(Notice.at.desc(), Notice.id.desc())
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    ).all()
    return Page(rows, number, PAGE_SIZE, total)


def list_unmailed(batch: str) -> Sequence[Notice]:
    """Notices of one act whose mails have not left, with their readers; one query."""
    return db.session.scalars(
        select(Notice)
        .options(joinedload(Notice.user))
        .where(Notice.batch == batch, Notice.mailed_at.is_(None))
        .order_by(Notice.id)
    ).all()
