"""Looking products up in the catalogue."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from ecopter.authorization.policy import Scope
from ecopter.curricula.models import Module
from ecopter.curricula.queries import Reference, reading_aids
from ecopter.db import db
from ecopter.products.models import Product
from ecopter.products.rules import Sign
from ecopter.shared.errors import NotFound
from ecopter.shared.languages import Titles, title_in
from ecopter.shared.text import fold

# Stands for "the source does not say which sign" where a sign is chosen.
NO_SIGN = "none"


@dataclass(frozen=True)
class ProductLine:
    """A product as a list shows it."""

    id: int
    names: Titles
    family: str
    family_names: Titles
    country: str
    sign: Sign | None
    area: str
    to_check: bool


@dataclass(frozen=True)
class ProductSheet:
    """A product with where its facts come from, what teaches it and what is of its kind.

    `modules` are the titles of the modules that teach the family, in teaching order, each once
    though several versions of a course have it.
    """

    product: Product
    references: Sequence[Reference]
    modules: Sequence[Titles]
    related: Sequence[ProductLine]

    @property
    def scope(self) -> Scope:
        return Scope()


_LINE = (
    Product.id,
    Product.names,
    Product.family,
    Product.family_names,
    Product.country,
    Product.sign,
    Product.area,
    Product.to_check,
)


def list_products(
    *,
    words: Collection[str] = (),
    family: str = "",
    country: str = "",
    sign: str = "",
    sort: str = "name",
    language: str,
) -> Sequence[ProductLine]:
    """Products that hold all the folded `words` and pass the filters; one query.

    All of them, sorted as readers of `language` sort: the catalogue is some dozens of rows, and
    neither database folds accents and hamza. `sort` is name, family, country or sign, with "-"
    in front for the other way round.
    """
    wanted = select(*_LINE).order_by(Product.position)
    for word in words:
        wanted = wanted.where(Product.search_text.contains(word, autoescape=True))
    if family:
        wanted = wanted.where(Product.family == family)
    if country:
        wanted = wanted.where(Product.country == country)
    if sign:
        wanted = wanted.where(
            Product.sign.is_(None) if sign == NO_SIGN else Product.sign == Sign(sign)
        )
    lines = [ProductLine(*row) for row in db.session.execute(wanted)]
    lines.sort(key=lambda line: fold(title_in(line.names, language)))
    return sorted(
        lines,
        key=lambda line: _sort_key(line, sort.removeprefix("-"), language),
        reverse=sort.startswith("-"),
    )


def _sort_key(line: ProductLine, column: str, language: str) -> str:
    if column == "family":
        return fold(title_in(line.family_names, language))
    if column == "country":
        return line.country
    if column == "sign":
        return line.sign or ""
    return fold(title_in(line.names, language))


def list_families(language: str) -> Mapping[str, Titles]:
    """The families that have a product, by code, sorted as readers of `language` sort; one query.

    Families are few: their names are read from their first product.
    """
    rows = db.session.execute(
        select(Product.family, Product.family_names).order_by(Product.position)
    )
    found: dict[str, Titles] = {}
    for family, names in rows:
        found.setdefault(family, names)
    return dict(sorted(found.items(), key=lambda pair: fold(title_in(pair[1], language))))


def get_product(product_id: int) -> ProductSheet:
    """Four queries, fewer where there is nothing to ask for. Raises NotFound."""
    product = db.session.get(Product, product_id)
    if product is None:
        raise NotFound
    related = db.session.execute(
        select(*_LINE)
        .where(Product.family == product.family, Product.id != product.id)
        .order_by(Product.position)
    )
    return ProductSheet(
        product=product,
        references=reading_aids(product.sources, ()).references if product.sources else (),
        modules=_modules(product.modules) if product.modules else (),
        related=[ProductLine(*row) for row in related],
    )


def _modules(codes: Sequence[str]) -> Sequence[Titles]:
    rows = db.session.execute(
        select(Module.code, Module.titles)
        .where(Module.code.in_(codes))
        # The latest version of a course says it best.
        .order_by(Module.curriculum_id.desc(), Module.position)
    )
    found: dict[str, Titles] = {}
    for code, titles in rows:
        found.setdefault(code, titles)
    return [found[code] for code in codes if code in found]
