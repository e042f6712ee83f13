"""A lesson as a trainee reads it."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from ecopter.authorization.guard import requires
from ecopter.authorization.policy import Permission
from ecopter.learning.queries import LessonPage, get_lesson_page

bp = Blueprint("lesson", __name__, url_prefix="/path/<int:enrolment_id>/lessons/<int:lesson_id>")


@bp.get("")
@requires(Permission.COURSE_VIEW, subject=get_lesson_page)
def show(page: LessonPage) -> ResponseReturnValue:
    return render_template(
        "learning/lesson/show.html",
        page=page,
        place=page.place,
        lesson=page.place.lesson,
        aids=page.aids,
    )
