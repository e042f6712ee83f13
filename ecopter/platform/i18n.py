"""The language of a page, and how dates, hours and marks are written in it."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from babel import support
from flask import Flask, g, has_request_context, request
from flask.globals import app_ctx
from flask_babel import Babel, get_locale, get_translations, gettext, lazy_gettext
from flask_babel import format_date as babel_date
from flask_babel import format_decimal as babel_decimal

from ecopter.platform.paths import TRANSLATIONS
from ecopter.shared.dates import local
from ecopter.shared.languages import DEFAULT, LANGUAGES, Language, title_in

COOKIE = "language"
FIRST = re.compile(r"\b1\b")
MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u061c"))

babel = Babel()


def lazy(sentence: str, **values: object) -> str:
    """A sentence translated when it is shown; for forms and labels built at import."""
    proxy: Any = lazy_gettext(sentence, **values)
    text: str = proxy
    return text


def say(sentence: str, **values: object) -> str:
    """Translate a sentence marked elsewhere with `N_`."""
    text = _one(sentence)
    return text % values if values else text


def _choice() -> str:
    """The signed-in reader's choice, else the cookie, else what the browser asks for."""
    account = g.get("account_language")
    for wish in (account, request.cookies.get(COOKIE)):
        if wish in LANGUAGES:
            return str(wish)
    return request.accept_languages.best_match(list(LANGUAGES)) or DEFAULT


def page_language() -> Language:
    """The language of this page; French outside a request."""
    if not has_request_context():
        return LANGUAGES[DEFAULT]
    if "page_language" not in g:
        g.page_language = LANGUAGES[_choice()]
    language: Language = g.page_language
    return language


def title(titles: Mapping[str, str]) -> str:
    """A curriculum, module, lesson or place in the reader's language."""
    return title_in(titles, page_language().tag)


def comma() -> str:
    """What stands between two things of a list, in the script of the page."""
    return "، " if page_language().tag == "ar" else ", "


def _plain(text: str) -> str:
    return text.translate(MARKS)


def day(value: date, style: str = "long") -> str:
    """`long` 23 novembre 2026, `full` with the weekday, `short` 23/11/2026, `month` nov."""
    patterns = {"long": "d MMMM y", "full": "EEEE d MMMM y", "short": "dd/MM/y", "month": "MMM"}
    text = _plain(babel_date(value, format=patterns.get(style, style)))
    # In French the first of a month is an ordinal: 1er novembre.
    if value.day == 1 and style in {"long", "full"} and str(get_locale()).startswith("fr"):
        return FIRST.sub("1er", text, count=1)
    return text


def clock_time(moment: datetime, zone: str) -> str:
    """The wall-clock time of an instant at a site, 24 hours, digits 0-9."""
    return local(moment, zone).strftime("%H:%M")


def moment_text(moment: datetime, zone: str) -> str:
    """Day and time of an instant at a site."""
    return f"{day(local(moment, zone).date(), 'short')} {clock_time(moment, zone)}"


def hours(minutes: int) -> str:
    """Minutes as hours: `3 h 30`, `245 h`; exact, never rounded."""
    whole, rest = divmod(minutes, 60)
    if rest:
        return gettext("%(hours)s h %(minutes)s", hours=number(whole), minutes=f"{rest:02d}")
    return gettext("%(hours)s h", hours=number(whole))


def number(value: Decimal | float) -> str:
    return _plain(babel_decimal(value))


def percent(value: Decimal | None) -> str:
    """A share given in per cent; an en dash when nothing counts."""
    return "–" if value is None else gettext("%(share)s%%", share=number(value))


def grade(value: Decimal | None) -> str:
    """A mark on 0-20 with one decimal."""
    return "–" if value is None else _plain(babel_decimal(value, format="0.0"))


def _catalogue() -> support.NullTranslations:
    """The sentences of the language spoken now; asked for once a page, not once a sentence.

    Flask-Babel keeps the language it chose in `g`; another one can be forced within a request.
    """
    try:
        here = app_ctx.g
    except RuntimeError:
        return get_translations()
    spoken = getattr(here.get("_flask_babel"), "babel_locale", None)
    known = here.get("catalogue")
    if spoken is None or known is None or known[0] is not spoken:
        known = here.catalogue = (spoken, get_translations())
    catalogue: support.NullTranslations = known[1]
    return catalogue


def _one(sentence: str) -> str:
    return _catalogue().ugettext(sentence)


def _several(one: str, many: str, count: int) -> str:
    return _catalogue().ungettext(one, many, count)


def init_app(app: Flask) -> None:
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    app.config["BABEL_DEFAULT_LOCALE"] = LANGUAGES[DEFAULT].formats
    babel.init_app(app, locale_selector=lambda: page_language().formats)
    filters: dict[str, Any] = {
        "day": day,
        "clock_time": clock_time,
        "moment_text": moment_text,
        "hours": hours,
        "number": number,
        "percent": percent,
        "grade": grade,
        "title_of": title,
    }
    app.jinja_env.filters.update(filters)
    app.jinja_env.install_gettext_callables(_one, _several, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.globals["comma"] = comma


__all__ = ["babel", "get_locale", "init_app", "lazy", "page_language", "say", "title"]
