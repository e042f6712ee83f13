"""Jinja with less to look up for each call: pages call macros and functions some hundred times."""

from collections.abc import Callable, MutableMapping
from functools import cache
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from flask import Flask, request
from flask.templating import Environment
from jinja2 import Template, pass_eval_context
from jinja2.runtime import Context, Macro
from markupsafe import Markup, escape

MOST_ADDRESSES = 4_096
_PLAIN = frozenset({FunctionType, MethodType, BuiltinFunctionType, type(cache(len))})
_MARK = "jinja_pass_arg"
_WANTS_ESCAPING = getattr(pass_eval_context(lambda page: page), _MARK)


class PageContext(Context):
    """Calls what wants nothing of the context at once, and leaves the rest to Jinja."""

    def call(self, callee: Any, /, *args: Any, **kwargs: Any) -> Any:
        """As Jinja's `call`; a macro escapes as it was compiled to, which is always here."""
        kind = type(callee)
        if kind in _PLAIN:
            wants = getattr(callee, _MARK, None)
            if wants is _WANTS_ESCAPING:
                args = (self.eval_ctx, *args)
            elif wants is not None:
                return super().call(callee, *args, **kwargs)
        elif kind is not Macro:
            return super().call(callee, *args, **kwargs)
        # What the compiler adds for those who want the context.
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        return callee(*args, **kwargs)


def escaped(value: Any) -> str:
    """As Jinja's `escape`, which makes new markup of what is markup already."""
    return value if type(value) is Markup else escape(value)


class PageTemplate(Template):
    """A template whose pieces are escaped by `escaped`."""

    @classmethod
    def from_code(cls, *parts: Any, **more: Any) -> Template:
        template = super().from_code(*parts, **more)
        template.root_render_func.__globals__["escape"] = escaped
        return template


class PageEnvironment(Environment):
    """Templates here have no globals of their own, so no chain of two has to be searched."""

    context_class = PageContext
    template_class = PageTemplate

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


class PageApp(Flask):
    """Makes an address of ids once, not for every page that points there."""

    jinja_environment = PageEnvironment

    def __init__(self, *names: Any, **options: Any) -> None:
        super().__init__(*names, **options)
        self._addresses: dict[tuple[Any, ...], str] = {}
        # For a macro without words that few values are given to.
        self.jinja_env.globals["kept"] = cache

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself: nothing here waits, and Flask asks a dozen times for each page."""
        return func

    def url_for(
        self,
        endpoint: str,
        *,
        _anchor: str | None = None,
        _method: str | None = None,
        _scheme: str | None = None,
        _external: bool | None = None,
        **values: Any,
    ) -> str:
        """As Flask's. What people typed is made anew: it would fill the store, and stay in it.

        So is what a dot begins: where that leads depends on the page that asks.
        """
        special = {"_anchor": _anchor, "_method": _method, "_scheme": _scheme}
        is_plain = not (_external or any(special.values()) or endpoint[:1] == ".") and request
        if not is_plain or any(type(value) is not int for value in values.values()):
            return super().url_for(endpoint, _external=_external, **special, **values)
        key = request.script_root, endpoint, *sorted(values.items())
        known = self._addresses.get(key)
        if known is None:
            if len(self._addresses) >= MOST_ADDRESSES:
                self._addresses.clear()
            known = self._addresses[key] = super().url_for(endpoint, **values)
        return known
