"""One transaction per request: committed below 400, else rolled back."""

from typing import Any

from flask import Flask, Response, before_render_template, current_app, g, request, session

from ecopter.db import db, let_go, set_reading

# Where Flask keeps what the next page says.
MESSAGES = "_flashes"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def init_app(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(_reset)
    before_render_template.connect(_stop_reading, app)


def give_up_database() -> None:
    """Roll back; the rest of this request asks the database nothing more."""
    db.session.rollback()
    g.database_away = True


def is_database_away() -> bool:
    return bool(g.get("database_away"))


def _begin() -> None:
    set_reading(request.method in SAFE_METHODS)


def _end(response: Response) -> Response:
    if response.status_code >= 400:
        db.session.rollback()
        return response
    try:
        db.session.commit()
    except Exception as problem:  # noqa: BLE001 (answered like any other, or raised again)
        return _not_committed(problem)
    return response


def _not_committed(problem: Exception) -> Response:
    """A commit that fails is answered as if the view had failed, and nothing says it was saved."""
    db.session.rollback()
    session.pop(MESSAGES, None)
    return current_app.make_response(current_app.handle_user_exception(problem))


def _reset(_problem: BaseException | None) -> None:
    set_reading(False)


def _stop_reading(_app: Flask, **_context: Any) -> None:
    """A page is rendered from what was loaded: in TRUNCATE mode an open reader blocks a commit."""
    if request and request.method in SAFE_METHODS:
        let_go()
