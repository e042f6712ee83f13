"""One person's published marks, each with its working."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from ecopter.assessment.labels.grading import LEVEL, french
from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.gradebook import labels
from ecopter.gradebook.queries import Marks, get_marks

bp = Blueprint("marks", __name__)


@bp.get("/path/<int:enrolment_id>/marks")
@requires(Permission.MARKS_VIEW, subject=get_marks)
def show(marks: Marks) -> ResponseReturnValue:
    return render_template(
        "gradebook/marks/show.html",
        marks=marks,
        own=current_actor().user_id == marks.enrolment.trainee_id,
        labels=labels,
        level_words=LEVEL,
        french=french,
    )
