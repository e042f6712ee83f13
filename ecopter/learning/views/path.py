"""A trainee's way through the course: where they are, what comes next, and the whole of it."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.learning import labels
from ecopter.learning.queries import Path, get_path, list_own

bp = Blueprint("path", __name__, url_prefix="/path")


@bp.get("")
@requires(Permission.PATH_VIEW)
def index() -> ResponseReturnValue:
    """Who follows one course goes straight to it; who follows several chooses."""
    enrolments = list_own(current_actor())
    if len(enrolments) == 1:
        return redirect(url_for(".show", enrolment_id=enrolments[0].id), code=303)
    return render_template("learning/path/index.html", enrolments=enrolments)


@bp.get("/<int:enrolment_id>")
@requires(Permission.COURSE_VIEW, subject=get_path)
def show(path: Path) -> ResponseReturnValue:
    return render_template("learning/path/show.html", path=path, labels=labels)
