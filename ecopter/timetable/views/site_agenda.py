"""The week of a site."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from ecopter.authorization.guard import requires
from ecopter.authorization.policy import Permission
from ecopter.timetable.queries import Subject, of_site
from ecopter.timetable.views.weeks import agenda_page

bp = Blueprint("site_agenda", __name__)


@bp.get("/sites/<int:site_id>/agenda")
@requires(Permission.SITE_VIEW, subject=of_site)
def show(subject: Subject) -> ResponseReturnValue:
    return agenda_page(subject)
