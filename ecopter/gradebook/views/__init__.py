"""Pages of marks: a cohort's, and one person's."""

from flask import Blueprint

from ecopter.gradebook.views import cohort, marks

bp = Blueprint("gradebook", __name__)
for _resource in (cohort, marks):
    bp.register_blueprint(_resource.bp)
