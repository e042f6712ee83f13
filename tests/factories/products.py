"""Products of the catalogue and the sources they are taken from."""

from itertools import count

from ecopter.curricula.models import Source
from ecopter.db import db
from ecopter.products.models import Product
from ecopter.products.rules import Sign, search_text

_number = count(1)
SAFFRON = {"fr": "Safran de Taliouine", "ar": "زعفران تالوين", "en": "Saffron of Taliouine"}


def make_product(**changes: object) -> Product:
    """The saffron of Taliouine, unless told otherwise."""
    values = {
        "code": f"product-{next(_number)}",
        "names": SAFFRON,
        "family": "saffron",
        "family_names": {"fr": "Safran", "ar": "الزعفران", "en": "Saffron"},
        "country": "MA",
        "sign": Sign.AOP,
        "sign_note": "",
        "area": "Taliouine-Taznakht",
        "sources": [],
        "modules": [],
        "to_check": False,
        "position": next(_number),
    } | changes
    searched = search_text(
        values["names"],
        values["family_names"],
        values["country"],
        values["sign"],
        values["area"],
    )
    product = Product(**values, search_text=searched)
    db.session.add(product)
    db.session.flush()
    return product


def make_source(code: str = "S23", place: str = "catalogue du ministère") -> Source:
    source = Source(code=code, place=place, says="liste des produits et signes")
    db.session.add(source)
    db.session.flush()
    return source
