"""Pages of the timetable."""

from flask import Blueprint

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
