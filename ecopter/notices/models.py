"""The table of notices; also the outbox of the mails made of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ecopter.db import Entity, text_enum
from ecopter.notices.rules import NoticeEvent
from ecopter.people.models import User


class Notice(Entity):
    """One event told to one person; `facts` fill the sentence in the reader's own language."""

    __tablename__ = "notices"
    __table_args__ = (Index("ix_notices_user_id_at", "user_id", "at"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    event: Mapped[NoticeEvent] = mapped_column(text_enum(NoticeEvent))
    facts: Mapped[dict[str, Any]]
    # The same for everyone told by one act; the job of their mails is named by it.
    batch: Mapped[str] = mapped_column(String(32), index=True)
    at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="raise")
