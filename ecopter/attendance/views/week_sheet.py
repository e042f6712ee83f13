"""The sheets of a week of a cohort, to print: blank to sign on paper, or filled."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from ecopter.attendance import labels, queries
from ecopter.attendance.queries import SheetDesk
from ecopter.attendance.rules.weeks import monday_named, week_name
from ecopter.authorization.guard import requires
from ecopter.authorization.policy import Permission
from ecopter.timetable import labels as timetable_labels

bp = Blueprint("week_sheet", __name__)

BLANK, FILLED = "blank", "filled"


@bp.get("/cohorts/<int:cohort_id>/sheets")
@requires(Permission.REGISTER_VIEW, subject=queries.get_sheet_desk)
def show(desk: SheetDesk) -> ResponseReturnValue:
    monday = monday_named(request.args.get("week", "")) or desk.monday
    return render_template(
        "attendance/week_sheet/show.html",
        week=queries.get_week_sheet(desk.cohort, monday),
        name=week_name(monday),
        kind=FILLED if request.args.get("kind") == FILLED else BLANK,
        labels=labels,
        half_day_labels=timetable_labels,
    )
