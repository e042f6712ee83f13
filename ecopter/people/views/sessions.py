"""Signing someone out on every device, when a phone is lost or was lent."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.people.queries.persons import PersonSheet, get_person
from ecopter.people.services import signing_in
from ecopter.platform.clock import request_now

bp = Blueprint("sessions", __name__, url_prefix="/people/<int:user_id>/sessions")


@bp.post("/end")
@requires(Permission.PERSON_MANAGE, subject=get_person)
def delete(sheet: PersonSheet) -> ResponseReturnValue:
    ended = signing_in.sign_out_everywhere(sheet.user, actor=current_actor(), now=request_now())
    flash(ngettext("%(num)s session was ended.", "%(num)s sessions were ended.", ended), "success")
    return redirect(url_for("people.person.show", user_id=sheet.user.id), code=303)
