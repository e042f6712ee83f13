"""The privacy notice: open to everyone, and read once by whoever signs in."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ecopter.authorization.guard import current_actor, public, requires
from ecopter.authorization.policy import Permission
from ecopter.people.queries import OwnAccount, get_own_account
from ecopter.people.queries.privacy import find_responsible
from ecopter.people.rules import NOTICE_OF
from ecopter.people.services import accounts
from ecopter.platform.clock import request_now
from ecopter.ui.addresses import safe_next

bp = Blueprint("privacy", __name__, url_prefix="/privacy")


@bp.get("")
@public
def show() -> ResponseReturnValue:
    return render_template(
        "people/privacy/show.html",
        notice_of=NOTICE_OF,
        school=find_responsible(),
        next=safe_next(request.args.get("next"), ""),
    )


@bp.post("")
@requires(Permission.ACCOUNT_VIEW, subject=get_own_account)
def update(own: OwnAccount) -> ResponseReturnValue:
    """Read; a name that was never confirmed comes next, once."""
    accounts.read_privacy_notice(own.user, actor=current_actor(), now=request_now())
    wanted = safe_next(request.form.get("next"), url_for("home.show"))
    if own.user.name_confirmed_at is None:
        return redirect(url_for("people.name.new", next=wanted), code=303)
    return redirect(wanted, code=303)
