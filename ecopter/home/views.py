"""The first page after signing in."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from ecopter.authorization.guard import requires
from ecopter.authorization.policy import Permission
from ecopter.home.queries import Home, get_home

bp = Blueprint("home", __name__)


@bp.get("/")
@requires(Permission.HOME_VIEW, subject=get_home)
def show(home: Home) -> ResponseReturnValue:
    return render_template("home/show.html", home=home)
