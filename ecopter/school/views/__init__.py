"""Pages of the school: its name and papers, its sites and rooms."""

from flask import Blueprint

from ecopter.school.views import help as help_page
from ecopter.school.views import logo, room, security_txt, settings, site

bp = Blueprint("school", __name__)
for child in (settings, logo, help_page, security_txt, site, room):
    bp.register_blueprint(child.bp)
