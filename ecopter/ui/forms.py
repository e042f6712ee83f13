"""The form every form inherits: what was typed stays, spaces around it do not."""

from collections.abc import Mapping
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, Form, PasswordField, StringField


def strip(value: Any) -> Any:
    """Without outer spaces, and without NUL, which PostgreSQL cannot keep."""
    return value.replace("\x00", "").strip() if isinstance(value, str) else value


class _Meta(FlaskForm.Meta):
    def bind_field(self, form: Form, unbound_field: Any, options: Mapping[str, Any]) -> Field:
        """Strip text fields; spare passwords, where a space is a character like any other."""
        kind = unbound_field.field_class
        if issubclass(kind, StringField) and not issubclass(kind, PasswordField):
            filters = [*unbound_field.kwargs.get("filters", ()), strip]
            return unbound_field.bind(form=form, filters=filters, **options)
        return unbound_field.bind(form=form, **options)


class PageForm(FlaskForm):
    """A form of a page. CSRF is checked for every unsafe request before any view runs."""

    class Meta(_Meta):
        csrf = False  # CSRFProtect has checked the token already
