"""The record of one enrolment: sums of hours and the half-days they add up from."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from ecopter.attendance import labels, queries
from ecopter.attendance.queries import Record
from ecopter.authorization.guard import requires
from ecopter.authorization.policy import Permission
from ecopter.timetable import labels as timetable_labels

bp = Blueprint("record", __name__)

KINDS = ("all", "attended", "written")


@bp.get("/path/<int:enrolment_id>/attendance")
@requires(Permission.ATTENDANCE_VIEW, subject=queries.get_record)
def show(record: Record) -> ResponseReturnValue:
    wanted = request.args.get("of", "all")
    kind = wanted if wanted in KINDS else "all"
    module_id = request.args.get("module", type=int)
    return render_template(
        "attendance/record/show.html",
        record=record,
        lines=record.lines_of(kind, module_id),
        kind=kind,
        module_id=module_id,
        labels=labels,
        half_day_labels=timetable_labels,
    )
