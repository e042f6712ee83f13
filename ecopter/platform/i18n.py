"""The language of a page, and how dates, hours and marks are written in it."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from babel import Locale, support
from babel.dates import format_date
from babel.numbers import format_decimal
from flask import Flask, g, has_request_context, request
from flask.globals import app_ctx
from flask_babel import Babel, get_locale, get_translations
from flask_babel.speaklater import LazyString
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from ecopter.platform.paths import TRANSLATIONS
from ecopter.shared.dates import local
from ecopter.shared.languages import DEFAULT, LANGUAGES, Language, title_in

COOKIE = "language"
FIRST = re.compile(r"\b1\b")
MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u061c"))

PATTERNS = {"long": "d MMMM y", "full": "EEEE d MMMM y", "short": "dd/MM/y", "month": "MMM"}
# Sentences kept as markup and dates and numbers kept as text, for each language.
KEPT_SENTENCES = 8_192
KEPT_FORMATS = 4_096

babel = Babel()


def lazy(sentence: str, **values: object) -> str:
    """A sentence translated when it is shown; for forms and labels built at import."""
    proxy: Any = LazyString(say, sentence, **values)
    text: str = proxy
    return text


def say(sentence: str, **values: object) -> str:
    """Translate a sentence marked elsewhere with `N_`."""
    text = _speech().catalogue.ugettext(sentence)
    return text % values if values else text


# The name that sentences of this file are gathered by.
gettext = say


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
    here = app_ctx.g
    language: Language | None = here.get("page_language")
    if language is None:
        language = here.page_language = LANGUAGES[_choice()]
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
    return _day_in(_speech().formats, value, style)


@lru_cache(KEPT_FORMATS)
def _day_in(locale: str, value: date, style: str) -> str:
    text = _plain(format_date(value, PATTERNS.get(style, style), locale))
    # In French the first of a month is an ordinal: 1er novembre.
    if value.day == 1 and style in {"long", "full"} and locale.startswith("fr"):
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
    return _number_in(_speech().formats, value, None)


@lru_cache(KEPT_FORMATS, typed=True)
def _number_in(locale: str, value: Decimal | float, pattern: str | None) -> str:
    return _plain(format_decimal(value, pattern, locale))


def percent(value: Decimal | None) -> str:
    """A share given in per cent; an en dash when nothing counts."""
    return "–" if value is None else gettext("%(share)s%%", share=number(value))


def grade(value: Decimal | None) -> str:
    """A mark on 0-20 with one decimal."""
    return "–" if value is None else _number_in(_speech().formats, value, "0.0")


class Speech(NamedTuple):
    """The language spoken now, the name of its formats, and its sentences."""

    locale: Locale | None
    formats: str
    catalogue: support.NullTranslations


def _speech() -> Speech:
    """Asked for once a page, not once a sentence.

    Flask-Babel keeps the language it chose in `g`; another one can be forced within a request.
    """
    try:
        here = app_ctx.g
    except RuntimeError:
        return Speech(None, LANGUAGES[DEFAULT].formats, get_translations())
    known: Speech | None = here.get("speech")
    spoken = getattr(here.get("_flask_babel"), "babel_locale", None)
    if known is None or known.locale is not spoken:
        catalogue = get_translations()
        locale = get_locale()
        known = here.speech = Speech(locale, str(locale), catalogue)
    return known


@lru_cache(KEPT_SENTENCES)
def _marked_up(catalogue: support.NullTranslations, sentence: str) -> Markup:
    return Markup(catalogue.ugettext(sentence))  # noqa: S704 (our own catalogues)


@pass_eval_context
def _one(page: EvalContext, sentence: str, /, **values: object) -> str:
    """`_("…")` of a template: always a format, so %% is one sign with and without values."""
    catalogue = _speech().catalogue
    text = _marked_up(catalogue, sentence) if page.autoescape else catalogue.ugettext(sentence)
    return text % values if values or "%" in text else text


@pass_eval_context
def _several(page: EvalContext, one: str, many: str, num: int, /, **values: object) -> str:
    """`ngettext("…", "…", count)` of a template; the count is `num` among the values."""
    text = _speech().catalogue.ungettext(one, many, num)
    text = Markup(text) if page.autoescape else text  # noqa: S704 (our own catalogues)
    return text % {"num": num, **values}


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
    app.jinja_env.globals.update(_=_one, gettext=_one, ngettext=_several, comma=comma)


__all__ = ["babel", "get_locale", "init_app", "lazy", "page_language", "say", "title"]
