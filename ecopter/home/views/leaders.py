"""Home of the leaders' area."""

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from ecopter.associations.labels import OFFICE
from ecopter.authorization.guard import requires
from ecopter.authorization.policy import Permission
from ecopter.certificates import labels
from ecopter.home.queries import LeaderHome, get_leader_home
from ecopter.notices.services.lines import lines_of
from ecopter.platform.i18n import page_language

bp = Blueprint("leaders", __name__)


@bp.get("/leaders/home")
@requires(Permission.LEADERS_VIEW, subject=get_leader_home)
def show(home: LeaderHome) -> ResponseReturnValue:
    return render_template(
        "home/leaders/show.html",
        home=home,
        lines=lines_of(home.news.notices, page_language().tag),
        labels=labels,
        offices=OFFICE,
        zone=current_app.config["SCHOOL_ZONE"],
    )
