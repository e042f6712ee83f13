"""The form every form inherits: what was typed stays, spaces around it do not."""

import re
from collections.abc import Mapping
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.i18n import translations as library
from wtforms import Field, Form, HiddenField, PasswordField, StringField, TextAreaField

from ecopter.platform.i18n import say
from ecopter.shared.text import N_

# Whatever ends a line somewhere: in a header, in a file, in Python.
LINE_BREAKS = re.compile(r"[\n\x0b\x0c\r\x1c-\x1e\x85\u2028\u2029]+")

# What the form library says by itself, in the words of the house.
SENTENCES = {
    "Not a valid choice.": N_("Choose one of those offered."),
    "Invalid Choice: could not coerce.": N_("Choose one of those offered."),
    "Not a valid integer value.": N_("Write a whole number."),
    "Not a valid decimal value.": N_("Write a number."),
    "Not a valid date value.": N_("Write a date."),
    "Not a valid time value.": N_("Write a time."),
}


class _Words:
    """Translates the library's sentences as ours; any other as the library does."""

    def gettext(self, sentence: str) -> str:
        ours = SENTENCES.get(sentence)
        words: str = say(ours) if ours else library.gettext(sentence)
        return words

    def ngettext(self, one: str, many: str, number: int) -> str:
        words: str = library.ngettext(one, many, number)
        return words


def strip(value: Any) -> Any:
    """Without outer spaces, and without NUL, which PostgreSQL cannot keep."""
    return value.replace("\x00", "").strip() if isinstance(value, str) else value


def one_line(value: Any) -> Any:
    """As a browser sends a field of one line: without line breaks, which end headers and names."""
    return strip(LINE_BREAKS.sub(" ", strip(value))) if isinstance(value, str) else value


class _Meta(FlaskForm.Meta):
    def get_translations(self, form: Form) -> _Words:
        return _Words()

    def bind_field(self, form: Form, unbound_field: Any, options: Mapping[str, Any]) -> Field:
        """Strip text fields; spare passwords, where a space is a character like any other.

        Without a label the library would make one of the name, and ask its dictionaries for it.
        """
        kind = unbound_field.field_class
        if issubclass(kind, HiddenField) and not unbound_field.args:
            options = {"label": "", **options}
        if issubclass(kind, StringField) and not issubclass(kind, PasswordField):
            has_lines = issubclass(kind, TextAreaField | HiddenField)
            tidy = strip if has_lines else one_line
            filters = [*unbound_field.kwargs.get("filters", ()), tidy]
            return unbound_field.bind(form=form, filters=filters, **options)
        return unbound_field.bind(form=form, **options)


class PageForm(FlaskForm):
    """A form of a page. CSRF is checked for every unsafe request before any view runs."""

    class Meta(_Meta):
        csrf = False  # CSRFProtect has checked the token already
