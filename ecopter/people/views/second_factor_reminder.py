"""The line on the home page that reminds of the second factor, and not being shown it."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.people.queries.second_factor import OwnFactor, get_own_factor
from ecopter.people.services import second_factor
from ecopter.platform.clock import request_now

bp = Blueprint("second_factor_reminder", __name__, url_prefix="/account/second-factor/reminder")


@bp.post("")
@requires(Permission.SECOND_FACTOR_SET_UP, subject=get_own_factor)
def update(own: OwnFactor) -> ResponseReturnValue:
    second_factor.put_off(own.user, actor=current_actor(), now=request_now())
    flash(_("You will be reminded in a month."), "success")
    return redirect(url_for("home.show"), code=303)
