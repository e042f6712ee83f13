"""A one-time code for anyone, from the office."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.people.queries.persons import PersonSheet, get_person
from ecopter.people.services import codes
from ecopter.platform.clock import request_now

bp = Blueprint("personal_code", __name__, url_prefix="/people/<int:user_id>/code")


# A code opens whatever rights the person has, an administrator's too.
@bp.get("")
@requires(Permission.PERSON_MANAGE, subject=get_person, fresh=True)
def new(sheet: PersonSheet) -> ResponseReturnValue:
    return render_template("people/personal_code/new.html", sheet=sheet)


@bp.post("")
@requires(Permission.PERSON_MANAGE, subject=get_person, fresh=True)
def create(sheet: PersonSheet) -> ResponseReturnValue:
    """Shown in the answer itself: the code exists nowhere else to return to."""
    issued = codes.issue_code(sheet.user, actor=current_actor(), now=request_now())
    return render_template("people/personal_code/create.html", issued=issued)
