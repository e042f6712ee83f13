"""One's own account."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.people.forms import AccountForm
from ecopter.people.labels import CIVILITY
from ecopter.people.queries import OwnAccount, get_own_account
from ecopter.people.services import accounts
from ecopter.platform.clock import request_now

bp = Blueprint("account", __name__, url_prefix="/account")


@bp.get("")
@requires(Permission.ACCOUNT_VIEW, subject=get_own_account)
def show(own: OwnAccount) -> ResponseReturnValue:
    return render_template("people/account/show.html", user=own.user, civility=CIVILITY)


@bp.get("/details")
@requires(Permission.ACCOUNT_VIEW, subject=get_own_account)
def edit(own: OwnAccount) -> ResponseReturnValue:
    return render_template("people/account/edit.html", form=AccountForm.for_user(own.user))


@bp.post("/details")
@requires(Permission.ACCOUNT_VIEW, subject=get_own_account)
def update(own: OwnAccount) -> ResponseReturnValue:
    form = AccountForm()
    if not form.validate():
        return render_template("people/account/edit.html", form=form), 422
    accounts.update_account(
        own.user,
        form.name(),
        civility=form.civility.data,
        email=form.email.data or "",
        telephone=form.telephone.data or "",
        actor=current_actor(),
        now=request_now(),
    )
    flash(_("Your details are saved."), "success")
    return redirect(url_for(".show"), code=303)
