"""The sheet of a day, to print."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from ecopter.attendance import labels, queries
from ecopter.attendance.queries import DaySheet
from ecopter.authorization.guard import requires
from ecopter.authorization.policy import Permission
from ecopter.timetable import labels as timetable_labels

bp = Blueprint("sheet", __name__)


@bp.get("/sessions/<int:training_session_id>/sheet")
@requires(Permission.REGISTER_VIEW, subject=queries.get_day_sheet)
def show(sheet: DaySheet) -> ResponseReturnValue:
    return render_template(
        "attendance/sheet/show.html",
        sheet=sheet,
        is_blank="blank" in request.args,
        labels=labels,
        half_day_labels=timetable_labels,
    )
