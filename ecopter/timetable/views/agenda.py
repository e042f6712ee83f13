"""The reader's own week: what they learn and what they teach."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from ecopter.authorization.guard import requires
from ecopter.authorization.policy import Permission
from ecopter.timetable.queries import Subject, of_reader
from ecopter.timetable.views.weeks import agenda_page

bp = Blueprint("agenda", __name__)


@bp.get("/agenda")
@requires(Permission.AGENDA_VIEW, subject=of_reader)
def show(subject: Subject) -> ResponseReturnValue:
    return agenda_page(subject)
