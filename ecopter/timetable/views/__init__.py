"""Pages of the timetable."""

from flask import Blueprint

from ecopter.timetable.views import cancellation, cohort

bp = Blueprint("timetable", __name__)
for child in (cohort, cancellation):
    bp.register_blueprint(child.bp)
