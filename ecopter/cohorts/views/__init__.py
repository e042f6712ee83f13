"""Pages for cohorts and the people in them."""

from flask import Blueprint

from ecopter.cohorts.views import code, cohort, restart, withdrawal

bp = Blueprint("cohorts", __name__, url_prefix="/cohorts")
for child in (cohort, code, withdrawal, restart):
    bp.register_blueprint(child.bp)
