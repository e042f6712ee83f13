"""One's own account."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.people.forms import AccountForm
from ecopter.people.labels import CIVILITY, countries
from ecopter.people.queries import OwnAccount, get_own_account
from ecopter.people.queries.second_factor import get_own_factor
from ecopter.people.services import accounts, signing_in
from ecopter.platform.clock import request_now
from ecopter.shared.errors import Invalid
from ecopter.ui.addresses import safe_next
from ecopter.ui.refusals import refused

bp = Blueprint("account", __name__, url_prefix="/account")


@bp.get("")
@requires(Permission.ACCOUNT_VIEW, subject=get_own_account)
def show(own: OwnAccount) -> ResponseReturnValue:
    return render_template(
        "people/account/show.html",
        user=own.user,
        own_factor=get_own_factor(current_actor()),
        civility=CIVILITY,
        countries=countries(own.user.country),
    )


@bp.get("/details")
@requires(Permission.ACCOUNT_VIEW, subject=get_own_account)
def edit(own: OwnAccount) -> ResponseReturnValue:
    onward = safe_next(request.args.get("next"), "")
    return _page(AccountForm.for_user(own.user, next=onward))


@bp.post("/details")
@requires(Permission.ACCOUNT_VIEW, subject=get_own_account)
def update(own: OwnAccount) -> ResponseReturnValue:
    form = AccountForm(user=own.user)
    if not form.validate():
        return _page(form), 422
    if (form.email.data or "") != own.user.email and not _is_really_them(own, form):
        return _page(form), 422
    accounts.update_account(
        own.user,
        form.name(),
        civility=form.civility.data,
        **form.contact(),
        actor=current_actor(),
        now=request_now(),
    )
    flash(_("Your details are saved."), "success")
    return redirect(safe_next(form.next.data, url_for(".show")), code=303)


def _is_really_them(own: OwnAccount, form: AccountForm) -> bool:
    """Whoever changes where codes are sent gives the password; otherwise the form says so."""
    with refused(form, "current_password", Invalid) as outcome:
        signing_in.confirm_password(
            own.user,
            form.current_password.data or "",
            address=request.remote_addr or "",
            now=request_now(),
        )
        outcome.value = True
    return bool(outcome.value)


def _page(form: AccountForm) -> str:
    return render_template("people/account/edit.html", form=form)
