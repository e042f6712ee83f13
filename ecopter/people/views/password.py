"""Choosing a password with a one-time code, and asking for such a code."""

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.authorization.guard import public
from ecopter.people.forms import RedeemForm
from ecopter.people.services import codes
from ecopter.people.services.passwords import suggest_passphrase
from ecopter.people.services.signing_in import HalfOpened
from ecopter.people.views.entering import enter
from ecopter.platform.adapters import adapters
from ecopter.platform.clock import request_now
from ecopter.platform.i18n import page_language
from ecopter.shared.errors import Invalid
from ecopter.ui.refusals import refused

bp = Blueprint("password", __name__)


@bp.get("/password")
@public
def new() -> ResponseReturnValue:
    return _page(RedeemForm())


@bp.post("/password")
@public
def create() -> ResponseReturnValue:
    form = RedeemForm()
    if not form.validate():
        return _page(form), 422
    with refused(form, "code", Invalid) as outcome:
        outcome.value = codes.redeem_code(
            form.sign_in_name.data or "",
            form.code.data or "",
            form.new_password(),
            own_phone=bool(form.own_phone.data),
            address=request.remote_addr or "",
            now=request_now(),
        )
    if outcome.value is None:
        return _page(form), 422
    answer = enter(outcome.value, None)
    if isinstance(outcome.value, HalfOpened):
        flash(_("Your password is set. One step is left."), "success")
    else:
        flash(_("Your password is set. You are signed in."), "success")
    return answer


def _page(form: RedeemForm) -> str:
    """With four words to take, drawn for this page; what was suggested before stays."""
    form.suggestion.data = form.suggestion.data or suggest_passphrase(page_language().tag)
    return render_template("people/password/new.html", form=form, by_mail=adapters().mail.is_set_up)
