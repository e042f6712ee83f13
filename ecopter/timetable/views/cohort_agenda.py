"""The week of a cohort, for whoever learns or teaches in it."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from ecopter.authorization.guard import requires
from ecopter.authorization.policy import Permission
from ecopter.timetable.queries import Subject, of_cohort
from ecopter.timetable.views.weeks import agenda_page

bp = Blueprint("cohort_agenda", __name__)


@bp.get("/cohorts/<int:cohort_id>/agenda")
@requires(Permission.COURSE_VIEW, subject=of_cohort)
def show(subject: Subject) -> ResponseReturnValue:
    return agenda_page(subject)
