"""Where to find help, for whoever cannot get in and whoever is in already."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from ecopter.authorization.guard import public
from ecopter.platform.adapters import adapters
from ecopter.school.queries import find_school
from ecopter.school.rules import telephone_address

bp = Blueprint("help", __name__)


@bp.get("/help")
@public
def show() -> ResponseReturnValue:
    return render_template(
        "school/help/show.html",
        school=find_school(),
        by_mail=adapters().mail.is_set_up,
        telephone_address=telephone_address,
    )
