"""The catalogue of products; shipped content, never a row of the demonstration."""

from typing import Any

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ecopter.db import Entity, text_enum
from ecopter.products.rules import Sign


class Product(Entity):
    """A product under official sign, as an official catalogue or a cited source names it."""

    __tablename__ = "products"

    code: Mapped[str] = mapped_column(String(60), unique=True)
    names: Mapped[dict[str, Any]]
    # Which kind of product: saffron, argan, olive-oil, dates, honey… (`content/products.toml`).
    family: Mapped[str] = mapped_column(String(40), index=True)
    family_names: Mapped[dict[str, Any]]
    country: Mapped[str] = mapped_column(String(2), index=True)
    sign: Mapped[Sign | None] = mapped_column(text_enum(Sign))
    # What is to be known beside the sign: a year, a request, what a source does not say.
    sign_note: Mapped[str] = mapped_column(String(200), default="")
    area: Mapped[str] = mapped_column(String(200), default="")
    # Codes of `curricula.Source`.
    sources: Mapped[list[Any]]
    # Codes of the modules that teach it, in any curriculum.
    modules: Mapped[list[Any]]
    # A fact that the sources leave open: said on the page, never hidden.
    to_check: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int]
    # Every name, area and sign folded (`shared.text.fold`), for searching in three languages.
    search_text: Mapped[str] = mapped_column(Text)
