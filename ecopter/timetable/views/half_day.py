"""One half-day: what, when, where, who, and what happened to it."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from ecopter.authorization.guard import requires
from ecopter.authorization.policy import Permission
from ecopter.timetable import labels
from ecopter.timetable.queries import HalfDaySheet, get_half_day

bp = Blueprint("half_day", __name__)


@bp.get("/sessions/<int:training_session_id>")
@requires(Permission.REGISTER_VIEW, subject=get_half_day)
def show(sheet: HalfDaySheet) -> ResponseReturnValue:
    return render_template("timetable/half_day/show.html", sheet=sheet, labels=labels)
