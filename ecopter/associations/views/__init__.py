"""Pages of associations and of the mandates of their leaders."""

from flask import Blueprint

from ecopter.associations.views import association, mandate

bp = Blueprint("associations", __name__, url_prefix="/associations")
for child in (association, mandate):
    bp.register_blueprint(child.bp)
