"""The school as its papers name it, and the sites and rooms where it teaches."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ecopter.db import Entity


class School(Entity):
    """One row. What a paper says of the school is copied into the paper when it is issued."""

    __tablename__ = "schools"

    legal_name: Mapped[str] = mapped_column(String(200))
    legal_name_ar: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(String(300), default="")
    # Numéro de déclaration d'activité (NDA) of a French training organisation.
    declaration_number: Mapped[str] = mapped_column(String(40), default="")
    data_protection_receipt: Mapped[str] = mapped_column(String(60), default="")
    representative: Mapped[str] = mapped_column(String(120), default="")
    representative_ar: Mapped[str] = mapped_column(String(120), default="")
    representative_title: Mapped[str] = mapped_column(String(120), default="")
    representative_title_ar: Mapped[str] = mapped_column(String(120), default="")
    # Empty: the representative signs.
    signatory_name: Mapped[str] = mapped_column(String(120), default="")
    signatory_name_ar: Mapped[str] = mapped_column(String(120), default="")
    signatory_title: Mapped[str] = mapped_column(String(120), default="")
    signatory_title_ar: Mapped[str] = mapped_column(String(120), default="")
    place: Mapped[str] = mapped_column(String(80), default="")
    place_ar: Mapped[str] = mapped_column(String(80), default="")
    help_telephone: Mapped[str] = mapped_column(String(40), default="")
    # Where a message reaches the school from a phone: https://wa.me/…, a Signal or Telegram link.
    messenger_link: Mapped[str] = mapped_column(String(200), default="")
    # SHA-256 of the logo in the file store; empty without one.
    logo_digest: Mapped[str] = mapped_column(String(64), default="")


class Site(Entity):
    """Where the school teaches. `zone` is an IANA name; half-days are lived in it."""

    __tablename__ = "sites"

    code: Mapped[str] = mapped_column(String(20), unique=True)
    names: Mapped[dict[str, Any]]
    country: Mapped[str] = mapped_column(String(2))
    zone: Mapped[str] = mapped_column(String(40))
    address: Mapped[str] = mapped_column(String(300), default="")
    # No half-day is planned any more at a site that is closed; those held there stay.
    closed_at: Mapped[datetime | None]

    rooms: Mapped[list["Room"]] = relationship(order_by="Room.name", lazy="raise")


class Room(Entity):
    """A room of a site; `capacity` counts people."""

    __tablename__ = "rooms"
    __table_args__ = (
        UniqueConstraint("site_id", "name"),
        CheckConstraint("capacity > 0", name="capacity_positive"),
    )

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    capacity: Mapped[int]
    closed_at: Mapped[datetime | None]
