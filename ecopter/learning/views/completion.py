"""A trainee says a lesson done, or takes that back."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.learning import services
from ecopter.learning.queries import Place, get_place
from ecopter.platform.clock import request_now

bp = Blueprint(
    "completion",
    __name__,
    url_prefix="/path/<int:enrolment_id>/lessons/<int:lesson_id>/completion",
)


@bp.post("")
@requires(Permission.LESSON_COMPLETE, subject=get_place)
def create(place: Place) -> ResponseReturnValue:
    services.complete_lesson(place, actor=current_actor(), now=request_now())
    flash(_("Lesson done. Well done!"), "success")
    return _back(place)


@bp.post("/undo")
@requires(Permission.LESSON_COMPLETE, subject=get_place)
def delete(place: Place) -> ResponseReturnValue:
    services.undo_completion(place, actor=current_actor(), now=request_now())
    flash(_("The lesson is to do again."), "success")
    return _back(place)


def _back(place: Place) -> ResponseReturnValue:
    """To the lesson itself: its quiz, its exercise and the next lesson are there."""
    return redirect(
        url_for("learning.lesson.show", enrolment_id=place.enrolment.id, lesson_id=place.lesson.id),
        code=303,
    )
