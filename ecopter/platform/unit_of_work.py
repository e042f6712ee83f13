"""One transaction per request: committed below 400, else rolled back."""

from typing import Any

from flask import Flask, Response, before_render_template, request

from ecopter.db import db, let_go, set_reading

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def init_app(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(_reset)
    before_render_template.connect(_stop_reading, app)


def _begin() -> None:
    set_reading(request.method in SAFE_METHODS)


def _end(response: Response) -> Response:
    if response.status_code < 400:
        db.session.commit()
    else:
        db.session.rollback()
    return response


def _reset(_problem: BaseException | None) -> None:
    set_reading(False)


def _stop_reading(_app: Flask, **_context: Any) -> None:
    """A page is rendered from what was loaded: in TRUNCATE mode an open reader blocks a commit."""
    if request and request.method in SAFE_METHODS:
        let_go()
