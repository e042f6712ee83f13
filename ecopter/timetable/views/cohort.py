"""The half-days of a cohort, week by week."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from ecopter.authorization.guard import requires
from ecopter.authorization.policy import Permission
from ecopter.timetable import labels
from ecopter.timetable.queries import Timetable, get_timetable
from ecopter.timetable.rules import HalfDayState

bp = Blueprint("cohort", __name__)


@bp.get("/cohorts/<int:cohort_id>/half-days")
@requires(Permission.REGISTER_VIEW, subject=get_timetable)
def show(timetable: Timetable) -> ResponseReturnValue:
    wanted = request.args.get("state")
    state = wanted if wanted in set(HalfDayState) else None
    module_id = request.args.get("module", type=int)
    return render_template(
        "timetable/cohort/show.html",
        timetable=timetable,
        weeks=timetable.weeks(state=state, module_id=module_id),
        state=state,
        module_id=module_id,
        labels=labels,
    )
