"""Opening a module for one trainee before its prerequisites."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.learning import labels, services
from ecopter.learning.forms import WaiverForm
from ecopter.learning.queries import ModulePage, get_module_page
from ecopter.platform.clock import request_now

bp = Blueprint(
    "waiver", __name__, url_prefix="/path/<int:enrolment_id>/modules/<int:module_id>/waiver"
)


@bp.post("")
@requires(Permission.PREREQUISITE_WAIVE, subject=get_module_page)
def create(page: ModulePage) -> ResponseReturnValue:
    form = WaiverForm()
    if not form.validate():
        shown = render_template(
            "learning/module/show.html",
            page=page,
            path=page.path,
            step=page.step,
            form=form,
            labels=labels,
        )
        return shown, 422
    services.waive_prerequisites(page, form.reason.data, actor=current_actor(), now=request_now())
    flash(_("The module is open for this trainee."), "success")
    return redirect(
        url_for(
            "learning.module.show",
            enrolment_id=page.path.enrolment.id,
            module_id=page.step.module.id,
        ),
        code=303,
    )
