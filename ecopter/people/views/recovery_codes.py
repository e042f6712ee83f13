"""New recovery codes in the place of those before."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.people.queries.second_factor import OwnFactor, get_own_factor
from ecopter.people.services import second_factor
from ecopter.platform.clock import request_now

bp = Blueprint("recovery_codes", __name__, url_prefix="/account/second-factor/recovery-codes")


@bp.get("")
@requires(Permission.SECOND_FACTOR_MANAGE, subject=get_own_factor, fresh=True)
def new(own: OwnFactor) -> ResponseReturnValue:
    if own.factor is None:
        return redirect(url_for("people.account.show"), code=303)
    return render_template("people/recovery_codes/new.html")


@bp.post("")
@requires(Permission.SECOND_FACTOR_MANAGE, subject=get_own_factor, fresh=True)
def create(own: OwnFactor) -> ResponseReturnValue:
    """Shown in the answer itself: only their hashes are kept."""
    if own.factor is None:
        return redirect(url_for("people.account.show"), code=303)
    codes = second_factor.make_recovery_codes(own.user, actor=current_actor(), now=request_now())
    return render_template(
        "people/recovery_codes/create.html", own=own, codes=codes, is_first=False
    )
