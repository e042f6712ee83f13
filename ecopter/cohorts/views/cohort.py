"""The list of cohorts, and one cohort with its trainees."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.cohorts import labels
from ecopter.cohorts.queries import CohortSheet, get_cohort_sheet, list_cohorts

bp = Blueprint("cohort", __name__)


@bp.get("")
@requires(Permission.COHORT_LIST)
def index() -> ResponseReturnValue:
    page = list_cohorts(current_actor(), request.args.get("page", 1, type=int))
    return render_template("cohorts/cohort/index.html", page=page)


@bp.get("/<int:cohort_id>")
@requires(Permission.COHORT_VIEW, subject=get_cohort_sheet)
def show(sheet: CohortSheet) -> ResponseReturnValue:
    return render_template("cohorts/cohort/show.html", sheet=sheet, labels=labels)
