"""From what went wrong to a page that says what happened, what is kept and what to do."""

import secrets

import structlog
from flask import Flask, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from werkzeug.exceptions import HTTPException, SecurityError

from ecopter.db import db, is_disk_full
from ecopter.platform.i18n import say
from ecopter.platform.unit_of_work import give_up_database
from ecopter.shared.errors import DomainError
from ecopter.shared.text import N_

PAGES = {400, 403, 404, 405, 409, 413, 422, 429, 500, 503}
TAKEN = N_("Someone (or a second click) did this a moment ago. Nothing was done twice.")
FULL = N_("The disk of the school's computer is full. Tell the school's office.")
STALE = N_("This page was open for too long. Open it again: nothing was changed.")


def init_app(app: Flask) -> None:
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(IntegrityError, _taken)
    app.register_error_handler(OperationalError, _busy)
    # A page number or a filter that no column can hold.
    for out_of_range in (DataError, OverflowError):
        app.register_error_handler(out_of_range, _out_of_range)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def _page(status: int, reason: str = "", reference: str = "") -> Response:
    name = status if status in PAGES else 400 if status < 500 else 500
    page = render_template(f"errors/{name}.html", reason=reason, reference=reference)
    return make_response(page, status)


def _domain_error(problem: DomainError) -> ResponseReturnValue:
    db.session.rollback()
    reason = say(problem.sentence, **problem.values) if problem.sentence else ""
    return _page(problem.status, reason)


def _stale_form(_problem: CSRFError) -> ResponseReturnValue:
    return _page(400, say(STALE))


def _taken(_problem: IntegrityError) -> ResponseReturnValue:
    db.session.rollback()
    return _page(409, say(TAKEN))


def _out_of_range(_problem: Exception) -> ResponseReturnValue:
    db.session.rollback()
    return _page(404)


def _busy(problem: OperationalError) -> ResponseReturnValue:
    give_up_database()
    structlog.get_logger("ecopter").error("database unavailable", exc_info=problem)
    response = _page(503, say(FULL) if is_disk_full(problem) else "")
    response.headers["Retry-After"] = "5"
    return response


def _http_error(problem: HTTPException) -> ResponseReturnValue:
    db.session.rollback()
    if isinstance(problem, SecurityError):
        # A forged host: no page of ours can be built for an address that is not ours.
        return Response("400", status=400, mimetype="text/plain")
    status = problem.code or 500
    if status < 400:
        return problem.get_response()
    response = _page(status)
    if allowed := problem.get_response().headers.get("Allow"):
        response.headers["Allow"] = allowed
    return response


def _unexpected(problem: Exception) -> ResponseReturnValue:
    db.session.rollback()
    reference = secrets.token_hex(4).upper()
    structlog.get_logger("ecopter").error(
        "unexpected",
        reference=reference,
        rule=request.url_rule.rule if request.url_rule else "-",
        exc_info=problem,
    )
    return _page(500, reference=reference)
