"""An attempt at a quiz, marked."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from ecopter.assessment.labels.quiz import REASONS
from ecopter.assessment.queries.quiz import Attempt, get_attempt
from ecopter.authorization.guard import requires
from ecopter.authorization.policy import Permission

bp = Blueprint("attempt", __name__, url_prefix="/attempts")


@bp.get("/<int:attempt_id>")
@requires(Permission.MARKS_VIEW, subject=get_attempt)
def show(attempt: Attempt) -> ResponseReturnValue:
    return render_template("assessment/attempt/show.html", attempt=attempt, reasons=REASONS)
