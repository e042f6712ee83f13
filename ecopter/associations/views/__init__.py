"""Pages of associations."""

from flask import Blueprint

bp = Blueprint("associations", __name__, url_prefix="/associations")
