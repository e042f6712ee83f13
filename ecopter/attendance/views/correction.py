"""Correcting one line of a closed register, with a reason."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.attendance import labels, queries, services
from ecopter.attendance.forms import CorrectionForm
from ecopter.attendance.queries import Correction
from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.platform.clock import request_now
from ecopter.timetable import labels as timetable_labels

bp = Blueprint(
    "correction",
    __name__,
    url_prefix="/sessions/<int:training_session_id>/register/corrections/<int:enrolment_id>",
)


@bp.get("")
@requires(Permission.REGISTER_CORRECT, subject=queries.get_correction)
def new(correction: Correction) -> ResponseReturnValue:
    return _page(correction, CorrectionForm.of(correction))


@bp.post("")
@requires(Permission.REGISTER_CORRECT, subject=queries.hold_correction)
def create(correction: Correction) -> ResponseReturnValue:
    form = CorrectionForm()
    if not form.check(correction):
        return _page(correction, form), 422
    services.correct_line(
        correction,
        form.entry(),
        reason=form.reason.data or "",
        actor=current_actor(),
        now=request_now(),
    )
    flash(_("The line is corrected. What it said before is kept."), "success")
    session_id = correction.sheet.training_session.id
    return redirect(url_for("attendance.register.edit", training_session_id=session_id), code=303)


def _page(correction: Correction, form: CorrectionForm) -> str:
    return render_template(
        "attendance/correction/new.html",
        correction=correction,
        sheet=correction.sheet,
        form=form,
        labels=labels,
        half_day_labels=timetable_labels,
    )
