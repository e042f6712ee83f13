"""The catalogue, and one product of it."""

from collections.abc import Iterator, Sequence

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.authorization.guard import requires
from ecopter.authorization.policy import Permission
from ecopter.platform.i18n import page_language, title
from ecopter.products import labels
from ecopter.products.queries import (
    NO_SIGN,
    ProductLine,
    ProductSheet,
    get_product,
    list_families,
    list_products,
)
from ecopter.products.rules import Sign
from ecopter.school.labels import COUNTRY
from ecopter.shared.paging import Page
from ecopter.ui.lists import csv_response, list_state

bp = Blueprint("product", __name__)
PAGE_SIZE = 20


@bp.get("")
@requires(Permission.PRODUCT_VIEW)
def index() -> ResponseReturnValue:
    language = page_language().tag
    families = {code: title(names) for code, names in list_families(language).items()}
    signs = {sign.value: words for sign, words in labels.SIGN_SHORT.items()}
    signs |= {NO_SIGN: labels.NO_SIGN}
    state = list_state(
        filters={"family": families, "country": COUNTRY, "sign": signs},
        sorts=("name", "family", "country", "sign"),
    )
    lines = list_products(words=state.words, sort=state.sort, language=language, **state.filters)
    if state.as_file:
        return csv_response("products", _headings(), _rows(lines))
    first = (state.number - 1) * PAGE_SIZE
    page = Page(lines[first : first + PAGE_SIZE], state.number, PAGE_SIZE, len(lines))
    return render_template(
        "products/product/index.html",
        state=state,
        page=page,
        families=families,
        countries=COUNTRY,
        signs=signs,
        labels=labels,
    )


@bp.get("/<int:product_id>")
@requires(Permission.PRODUCT_VIEW, subject=get_product)
def show(sheet: ProductSheet) -> ResponseReturnValue:
    return render_template(
        "products/product/show.html", sheet=sheet, countries=COUNTRY, labels=labels
    )


def _headings() -> list[str]:
    return [
        _("Name (French)"),
        _("Name (Arabic)"),
        _("Name (English)"),
        _("Kind of product"),
        _("Country"),
        _("Sign"),
        _("Area"),
        _("To be checked"),
    ]


def _rows(lines: Sequence[ProductLine]) -> Iterator[list[str]]:
    for line in lines:
        yield [
            *(line.names.get(tag, "") for tag in ("fr", "ar", "en")),
            title(line.family_names),
            COUNTRY[line.country],
            _sign_words(line.sign),
            line.area,
            _("yes") if line.to_check else _("no"),
        ]


def _sign_words(sign: Sign | None) -> str:
    return labels.SIGN_SHORT[sign] if sign else labels.NO_SIGN
