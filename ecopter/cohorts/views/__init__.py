"""Pages for cohorts and the people in them."""

from flask import Blueprint

from ecopter.cohorts.views import (
    announcement,
    code,
    cohort,
    instructor,
    place,
    restart,
    roster,
    slip,
    withdrawal,
)

bp = Blueprint("cohorts", __name__, url_prefix="/cohorts")
for child in (
    cohort,
    announcement,
    instructor,
    roster,
    slip,
    place,
    code,
    withdrawal,
    restart,
):
    bp.register_blueprint(child.bp)
