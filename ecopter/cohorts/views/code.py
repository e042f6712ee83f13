"""A one-time code for a trainee, to read out or to print."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.cohorts.queries import CodeTarget, get_code_target
from ecopter.people.services import codes
from ecopter.platform.clock import request_now

bp = Blueprint("code", __name__)


@bp.post("/<int:cohort_id>/trainees/<int:enrolment_id>/code")
@requires(Permission.CODE_ISSUE, subject=get_code_target)
def create(target: CodeTarget) -> ResponseReturnValue:
    """Shown in the answer itself: the code exists nowhere else to return to."""
    issued = codes.issue_code(target.user, actor=current_actor(), now=request_now())
    return render_template("cohorts/code/create.html", issued=issued, cohort_id=target.cohort_id)
