"""The school as its papers name it."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

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
