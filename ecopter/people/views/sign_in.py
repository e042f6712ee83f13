"""Signing in and out."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.authorization.guard import current_actor, public, requires
from ecopter.authorization.policy import Permission
from ecopter.people.forms import SignInForm
from ecopter.people.services import presence, signing_in
from ecopter.people.views.entering import enter
from ecopter.platform.clock import request_now
from ecopter.platform.i18n import say
from ecopter.shared.errors import Invalid
from ecopter.ui.refusals import refused

bp = Blueprint("sign_in", __name__)


@bp.get("/sign-in")
@public
def new() -> ResponseReturnValue:
    if presence.current_account():
        return redirect(url_for("home.show"), code=303)
    return _page(SignInForm(data={"next": request.args.get("next", "")}))


@bp.post("/sign-in")
@public
def create() -> ResponseReturnValue:
    form = SignInForm()
    if not form.validate():
        return _page(form), 422
    with refused(form, "password", Invalid) as outcome:
        outcome.value = signing_in.sign_in(
            form.sign_in_name.data or "",
            form.password.data or "",
            own_phone=bool(form.own_phone.data),
            address=request.remote_addr or "",
            now=request_now(),
        )
    if outcome.value is None:
        return _page(form), 422
    return enter(outcome.value, form.next.data)


@bp.post("/sign-out")
@requires(Permission.ACCOUNT_VIEW)
def delete() -> ResponseReturnValue:
    if account := presence.current_account():
        signing_in.sign_out(account.sign_in_id, actor=current_actor(), now=request_now())
    presence.leave()
    flash(_("You are signed out."), "success")
    response = redirect(url_for(".new"), code=303)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _page(form: SignInForm) -> str:
    demo = current_app.config["DEMO_ACCOUNTS"]
    return render_template("people/sign_in/new.html", form=form, demo=demo, say=say)
