"""A lesson for those who teach it or answer for it, without a trainee's progress."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from ecopter.authorization.guard import requires
from ecopter.authorization.policy import Permission
from ecopter.learning.queries import Preview, get_preview

bp = Blueprint("preview", __name__, url_prefix="/lessons")


@bp.get("/<int:lesson_id>")
@requires(Permission.COURSE_VIEW, subject=get_preview)
def show(preview: Preview) -> ResponseReturnValue:
    return render_template(
        "learning/preview/show.html", preview=preview, lesson=preview.lesson, aids=preview.aids
    )
