"""Choosing the language of the pages."""

from flask import Blueprint, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from ecopter.authorization.guard import current_actor, public
from ecopter.people.queries import get_user
from ecopter.people.services import accounts
from ecopter.people.services.presence import current_account
from ecopter.platform.clock import request_now
from ecopter.platform.i18n import COOKIE
from ecopter.shared.languages import DEFAULT, LANGUAGES
from ecopter.ui.addresses import safe_next

bp = Blueprint("language", __name__, url_prefix="/language")
YEAR = 365 * 24 * 3600


@bp.post("")
@public
def update() -> ResponseReturnValue:
    wanted = request.form.get("locale", "")
    tag = wanted if wanted in LANGUAGES else DEFAULT
    if account := current_account():
        accounts.choose_language(
            get_user(account.id), tag, actor=current_actor(), now=request_now()
        )
    response = redirect(safe_next(request.form.get("next"), url_for("home.show")), code=303)
    response.set_cookie(
        COOKIE,
        tag,
        max_age=YEAR,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return response
