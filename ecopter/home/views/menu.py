"""Every place the reader may go: what the bar at the foot of a phone has no room for."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.ui import navigation

bp = Blueprint("menu", __name__)


@bp.get("/more")
@requires(Permission.HOME_VIEW)
def show() -> ResponseReturnValue:
    return render_template("home/menu/show.html", groups=navigation.groups(current_actor()))
