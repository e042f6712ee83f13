"""What has changed for the reader."""

from flask import Blueprint

from ecopter.notices.views import notice

bp = Blueprint("notices", __name__, url_prefix="/notices")
bp.register_blueprint(notice.bp)
