"""One module of a path: its lessons, what finishes it, and why it is not open yet."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from ecopter.authorization.guard import requires
from ecopter.authorization.policy import Permission
from ecopter.learning import labels
from ecopter.learning.forms import WaiverForm
from ecopter.learning.queries import ModulePage, get_module_page

bp = Blueprint("module", __name__, url_prefix="/path/<int:enrolment_id>/modules/<int:module_id>")


@bp.get("")
@requires(Permission.COURSE_VIEW, subject=get_module_page)
def show(page: ModulePage) -> ResponseReturnValue:
    return render_template(
        "learning/module/show.html",
        page=page,
        path=page.path,
        step=page.step,
        form=WaiverForm(),
        labels=labels,
    )
