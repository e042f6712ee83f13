"""Pages of the school: its name and papers, its sites and rooms."""

from flask import Blueprint

bp = Blueprint("school", __name__)
