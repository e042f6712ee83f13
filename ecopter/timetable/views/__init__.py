"""Pages of the timetable."""

from typing import cast

from flask import Blueprint, Flask
from flask.blueprints import BlueprintSetupState

from ecopter.cohorts.queries import init_app
from ecopter.timetable import queries
from ecopter.timetable.views import (
    agenda,
    cancellation,
    cohort,
    cohort_agenda,
    half_day,
    holiday,
    move,
    person_agenda,
    series,
    site_agenda,
    substitution,
    takeover,
)

bp = Blueprint("timetable", __name__)
for child in (
    cohort,
    series,
    half_day,
    move,
    cancellation,
    substitution,
    takeover,
    agenda,
    cohort_agenda,
    site_agenda,
    person_agenda,
    holiday,
):
    bp.register_blueprint(child.bp)


@bp.record_once
def _give_half_days(state: BlueprintSetupState) -> None:
    """Cohorts ask which half-days would fall outside other dates."""
    init_app(cast("Flask", state.app), half_days_outside=queries.hold_days_outside)
