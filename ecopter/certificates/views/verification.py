"""Anyone checks a paper by its code: no account, no cookie, the verdict first."""

from datetime import date, datetime

from flask import (
    Blueprint,
    Response,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import AnonymousUserMixin

from ecopter.authorization.guard import public
from ecopter.certificates import labels
from ecopter.certificates.queries.papers import find_by_code
from ecopter.certificates.rules.codes import read_code, with_dashes
from ecopter.certificates.services import pace
from ecopter.platform.clock import request_now, school_day
from ecopter.shared.languages import LANGUAGES

bp = Blueprint("verification", __name__)

SECONDS_KEPT = 60
SECONDS_TO_WAIT = 60


@bp.before_request
def _as_a_stranger() -> ResponseReturnValue | None:
    """The page is the same for everyone, whoever is signed in: no account is read for it."""
    g.setdefault("_login_user", AnonymousUserMixin())
    language = request.args.get("lang")
    if language in LANGUAGES:
        # For this answer alone: a page that is read by GET changes nothing.
        g.account_language = language
        g.pop("page_language", None)
    if pace.allows(request.remote_addr or "", request_now()):
        return None
    return _page("busy", 429)


@bp.get("/verify")
@public
def index() -> ResponseReturnValue:
    typed = request.args.get("code", "")
    if not typed.strip():
        return _page("index")
    code = read_code(typed)
    if code is None:
        return _page("unknown", 404)
    language = request.args.get("lang")
    return redirect(url_for(".show", code=with_dashes(code), lang=language), code=303)


@bp.get("/V/<code>")
@bp.get("/verify/<code>")
@public
def show(code: str) -> ResponseReturnValue:
    read = read_code(code)
    found = find_by_code(read) if read else None
    if found is None:
        return _page("unknown", 404)
    return _page("show", found=found, revoked_on=_local_day(found.revoked_at))


def _local_day(moment: datetime | None) -> date | None:
    """The school's calendar day of an instant."""
    return school_day(moment) if moment else None


def _page(name: str, status: int = 200, **values: object) -> Response:
    page = render_template(f"certificates/verification/{name}.html", labels=labels, **values)
    response = make_response(page, status)
    if status == 429:
        response.headers["Retry-After"] = str(SECONDS_TO_WAIT)
    else:
        response.headers["Cache-Control"] = f"public, max-age={SECONDS_KEPT}"
    response.headers["X-Robots-Tag"] = "noindex"
    response.vary.add("Accept-Language")
    return response
