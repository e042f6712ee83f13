"""Pages for signing in and for one's own account."""

from flask import Blueprint

from ecopter.people.views import account, code, confirmation, language, name, password, sign_in

bp = Blueprint("people", __name__)
for child in (sign_in, password, code, confirmation, account, name, language):
    bp.register_blueprint(child.bp)
