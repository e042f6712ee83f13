"""Pages for signing in, for one's own account, and for the people of the school."""

from flask import Blueprint

from ecopter.people.views import (
    account,
    code,
    confirmation,
    deactivation,
    invitation,
    language,
    lost_phone,
    name,
    password,
    person,
    person_export,
    personal_code,
    privacy,
    recovery_codes,
    role,
    second_factor,
    second_factor_reminder,
    second_step,
    sessions,
    sign_in,
)

bp = Blueprint("people", __name__)
for child in (sign_in, password, code, confirmation, account, name, language, privacy):
    bp.register_blueprint(child.bp)
for child in (second_step, second_factor, recovery_codes, second_factor_reminder, lost_phone):
    bp.register_blueprint(child.bp)
for child in (person, person_export, personal_code, invitation, deactivation, sessions, role):
    bp.register_blueprint(child.bp)
