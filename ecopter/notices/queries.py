"""Reading what someone was told."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from ecopter.db import db
from ecopter.notices.models import Notice
from ecopter.shared.paging import Page

PAGE_SIZE = 30


def list_new(user_id: int, most: int) -> Sequence[Notice]:
    """The latest notices that this person has not marked as seen; one query."""
    return db.session.scalars(
        select(Notice)
        .where(Notice.user_id == user_id, Notice.seen_at.is_(None))
        .order_by(Notice.at.desc(), Notice.id.desc())
        .limit(most)
    ).all()


def list_notices(user_id: int, number: int) -> Page[Notice]:
    """Everything this person was told, the latest first; two queries."""
    mine = Notice.user_id == user_id
    total = db.session.scalar(select(func.count(Notice.id)).where(mine)) or 0
    number = max(1, number)
    rows = db.session.scalars(
        select(Notice)
        .where(mine)
        .order_by(Notice.at.desc(), Notice.id.desc())
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
