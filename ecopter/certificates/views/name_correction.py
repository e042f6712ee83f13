"""A misspelt name: written right, looked at before and after, and printed anew."""

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.certificates import labels
from ecopter.certificates.forms import NameCorrectionForm
from ecopter.certificates.queries.issuing import NameSheet, get_name_sheet
from ecopter.certificates.services import ending
from ecopter.certificates.views.issue import here
from ecopter.certificates.views.revocation import back_to
from ecopter.platform.clock import request_now
from ecopter.shared.errors import Conflict, Invalid
from ecopter.ui.refusals import refused

bp = Blueprint("name_correction", __name__, url_prefix="/certificates/<int:credential_id>/name")


@bp.get("")
@requires(Permission.CERTIFICATE_REVOKE, subject=get_name_sheet, fresh=True)
def new(sheet: NameSheet) -> ResponseReturnValue:
    return _page(sheet, NameCorrectionForm(obj=sheet.candidate.enrolment.trainee))


@bp.post("")
@requires(Permission.CERTIFICATE_REVOKE, subject=get_name_sheet, fresh=True)
def create(sheet: NameSheet) -> ResponseReturnValue:
    """First shows before and after; then, confirmed, mends the name and replaces the papers."""
    form = NameCorrectionForm()
    if not form.validate():
        return _page(sheet, form), 422
    if not form.confirmed.data:
        return _preview(sheet, form)
    back_url = back_to(sheet.before)
    with refused(form, "family_name_lat", Conflict, Invalid) as outcome:
        outcome.value = ending.correct_name(
            sheet, form.name(), place=here(), actor=current_actor(), now=request_now()
        )
    if outcome.value is None:
        return _page(sheet, form), 422
    count = len(outcome.value)
    flash(
        ngettext(
            "The name is mended, and %(num)s paper printed anew.",
            "The name is mended, and %(num)s papers printed anew.",
            count,
        ),
        "success",
    )
    return redirect(back_url, code=303)


def _page(sheet: NameSheet, form: NameCorrectionForm) -> str:
    return render_template(
        "certificates/name_correction/new.html",
        sheet=sheet,
        form=form,
        back_url=back_to(sheet.before),
        labels=labels,
    )


def _preview(sheet: NameSheet, form: NameCorrectionForm) -> str:
    return render_template(
        "certificates/name_correction/preview.html",
        sheet=sheet,
        form=form,
        name=form.name(),
        civility=sheet.candidate.enrolment.trainee.civility,
        back_url=back_to(sheet.before),
        labels=labels,
    )
