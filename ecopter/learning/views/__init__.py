"""Pages of the course: the path of a trainee, its modules and lessons, and what staff see of it."""

from flask import Blueprint

from ecopter.learning.views import completion, curriculum, lesson, module, path, preview, waiver

bp = Blueprint("learning", __name__)
for child in (path, module, lesson, completion, waiver, preview, curriculum):
    bp.register_blueprint(child.bp)
