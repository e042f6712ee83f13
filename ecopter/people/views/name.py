"""Confirming one's name as papers will print it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.people.queries import OwnAccount, get_own_account
from ecopter.people.services import accounts
from ecopter.platform.clock import request_now
from ecopter.ui.addresses import safe_next

bp = Blueprint("name", __name__, url_prefix="/account/name-confirmation")


@bp.get("")
@requires(Permission.ACCOUNT_VIEW, subject=get_own_account)
def new(own: OwnAccount) -> ResponseReturnValue:
    onward = safe_next(request.args.get("next"), url_for("home.show"))
    return render_template("people/name/new.html", user=own.user, next=onward)


@bp.post("")
@requires(Permission.ACCOUNT_VIEW, subject=get_own_account)
def create(own: OwnAccount) -> ResponseReturnValue:
    accounts.confirm_name(own.user, actor=current_actor(), now=request_now())
    flash(_("Thank you: your name will be printed so."), "success")
    onward = safe_next(request.form.get("next"), url_for("people.account.show"))
    return redirect(onward, code=303)
