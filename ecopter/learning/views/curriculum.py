"""What a curriculum teaches, from its objectives to its lessons."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from ecopter.authorization.guard import requires
from ecopter.authorization.policy import Permission
from ecopter.curricula import labels
from ecopter.learning.queries import CurriculumPage, get_curriculum_page

bp = Blueprint("curriculum", __name__, url_prefix="/curricula")


@bp.get("/<int:curriculum_id>")
@requires(Permission.COURSE_VIEW, subject=get_curriculum_page)
def show(page: CurriculumPage) -> ResponseReturnValue:
    return render_template("learning/curriculum/show.html", page=page, labels=labels)
