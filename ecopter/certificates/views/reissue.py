"""Replacing a paper by a new one from today's data."""

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.certificates import labels
from ecopter.certificates.forms import ReissueForm
from ecopter.certificates.queries.issuing import ReissueSheet, get_reissue_sheet
from ecopter.certificates.services import ending
from ecopter.certificates.views.issue import here
from ecopter.certificates.views.revocation import back_to
from ecopter.platform.clock import request_now

bp = Blueprint("reissue", __name__, url_prefix="/certificates/<int:credential_id>/reissue")


@bp.get("")
@requires(Permission.CERTIFICATE_ISSUE, subject=get_reissue_sheet, fresh=True)
def new(sheet: ReissueSheet) -> ResponseReturnValue:
    return _page(sheet, ReissueForm())


@bp.post("")
@requires(Permission.CERTIFICATE_ISSUE, subject=get_reissue_sheet, fresh=True)
def create(sheet: ReissueSheet) -> ResponseReturnValue:
    form = ReissueForm()
    if not form.validate():
        return _page(sheet, form), 422
    ending.reissue(
        sheet, form.reason.data or "", place=here(), actor=current_actor(), now=request_now()
    )
    flash(_("A new paper replaces %(number)s.", number=sheet.before.credential.number), "success")
    return redirect(back_to(sheet.before), code=303)


def _page(sheet: ReissueSheet, form: ReissueForm) -> str:
    return render_template(
        "certificates/reissue/new.html",
        sheet=sheet,
        form=form,
        back_url=back_to(sheet.before),
        labels=labels,
    )
