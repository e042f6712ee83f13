"""The door of the leaders' area, open to strangers: what the training is, and how to come in."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ecopter.authorization.guard import current_actor, public
from ecopter.ui.navigation import leads

bp = Blueprint("entrance", __name__)


@bp.get("/leaders")
@public
def show() -> ResponseReturnValue:
    if leads(current_actor()):
        return redirect(url_for("home.leaders.show"), code=303)
    return render_template("home/entrance/show.html")
