"""Pages for registers, absences, one's own record of hours, and sheets to print."""

from typing import cast

from flask import Blueprint, Flask
from flask.blueprints import BlueprintSetupState

from ecopter.attendance import queries
from ecopter.attendance.views import (
    absence,
    correction,
    record,
    register,
    sheet,
    week_sheet,
)
from ecopter.timetable.queries import init_app

bp = Blueprint("attendance", __name__)
for child in (register, correction, record, sheet, week_sheet, absence):
    bp.register_blueprint(child.bp)


@bp.record_once
def _answer_timetable(state: BlueprintSetupState) -> None:
    """The timetable shows how far registers are, and asks this feature about them."""
    init_app(cast("Flask", state.app), register_states=queries.register_states)
