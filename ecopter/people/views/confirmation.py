"""The password once more, before issuing, revoking or changing rights."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ecopter.authorization.guard import requires
from ecopter.authorization.policy import Permission
from ecopter.people.forms import ConfirmationForm
from ecopter.people.queries import OwnAccount, get_own_account
from ecopter.people.services import presence, signing_in
from ecopter.platform.clock import request_now
from ecopter.shared.errors import Invalid
from ecopter.ui.addresses import safe_next
from ecopter.ui.refusals import refused

bp = Blueprint("confirmation", __name__)


@bp.get("/confirmation")
@requires(Permission.ACCOUNT_VIEW, subject=get_own_account)
def new(own: OwnAccount) -> ResponseReturnValue:
    return _page(own, ConfirmationForm(data={"next": request.args.get("next", "")}))


@bp.post("/confirmation")
@requires(Permission.ACCOUNT_VIEW, subject=get_own_account)
def create(own: OwnAccount) -> ResponseReturnValue:
    form = ConfirmationForm()
    if not form.validate():
        return _page(own, form), 422
    with refused(form, "password", Invalid) as outcome:
        signing_in.confirm_password(
            own.user,
            form.password.data or "",
            address=request.remote_addr or "",
            now=request_now(),
        )
        outcome.value = True
    if not outcome.value:
        return _page(own, form), 422
    presence.refresh()
    return redirect(safe_next(form.next.data, url_for("home.show")), code=303)


def _page(own: OwnAccount, form: ConfirmationForm) -> str:
    return render_template("people/confirmation/new.html", form=form, user=own.user)
