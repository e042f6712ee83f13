"""Taking the second factor off somebody else's account, when their phone is lost."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.people.queries.persons import PersonSheet, get_person
from ecopter.people.services import second_factor
from ecopter.platform.clock import request_now

bp = Blueprint("lost_phone", __name__, url_prefix="/people/<int:user_id>/second-factor")


# Whoever may do this could, with a code as well, come in as this person.
@bp.get("")
@requires(Permission.PERSON_MANAGE, subject=get_person, fresh=True)
def edit(sheet: PersonSheet) -> ResponseReturnValue:
    if not sheet.has_second_factor:
        return redirect(url_for("people.person.show", user_id=sheet.user.id), code=303)
    return render_template("people/lost_phone/edit.html", sheet=sheet)


@bp.post("")
@requires(Permission.PERSON_MANAGE, subject=get_person, fresh=True)
def delete(sheet: PersonSheet) -> ResponseReturnValue:
    second_factor.take_off(sheet.user, actor=current_actor(), now=request_now())
    flash(_("The second step is taken off. The person is told."), "success")
    return redirect(url_for("people.person.show", user_id=sheet.user.id), code=303)
