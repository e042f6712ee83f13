"""Asking for a code by mail."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.authorization.guard import public
from ecopter.people.forms import CodeRequestForm
from ecopter.people.services import codes
from ecopter.platform.adapters import adapters
from ecopter.platform.clock import request_now

bp = Blueprint("code", __name__)


@bp.get("/code")
@public
def new() -> ResponseReturnValue:
    return _page(CodeRequestForm())


@bp.post("/code")
@public
def create() -> ResponseReturnValue:
    form = CodeRequestForm()
    if not form.validate():
        return _page(form), 422
    codes.request_code(
        form.sign_in_name.data or "", address=request.remote_addr or "", now=request_now()
    )
    flash(
        _(
            "If this account has an e-mail address, a code is on its way. "
            "Otherwise ask your instructor or the office for one."
        ),
        "info",
    )
    return redirect(url_for("people.password.new"), code=303)


def _page(form: CodeRequestForm) -> str:
    return render_template("people/code/new.html", form=form, by_mail=adapters().mail.is_set_up)
