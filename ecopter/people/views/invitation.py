"""A code by mail, with the words of an invitation for whoever has never been here."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.people.queries.persons import PersonSheet, get_person
from ecopter.people.services import codes
from ecopter.platform.clock import request_now

bp = Blueprint("invitation", __name__, url_prefix="/people/<int:user_id>/invitation")


@bp.post("")
@requires(Permission.PERSON_MANAGE, subject=get_person)
def create(sheet: PersonSheet) -> ResponseReturnValue:
    codes.invite(sheet.user, actor=current_actor(), now=request_now())
    flash(_("The mail is on its way."), "success")
    return redirect(url_for("people.person.show", user_id=sheet.user.id), code=303)
