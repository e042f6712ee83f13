"""The week of someone who teaches."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from ecopter.authorization.guard import requires
from ecopter.authorization.policy import Permission
from ecopter.timetable.queries import Subject, of_person
from ecopter.timetable.views.weeks import agenda_page

bp = Blueprint("person_agenda", __name__)


@bp.get("/people/<int:user_id>/agenda")
@requires(Permission.PERSON_VIEW, subject=of_person)
def show(subject: Subject) -> ResponseReturnValue:
    return agenda_page(subject)
