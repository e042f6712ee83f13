"""Slips with a one-time code for many trainees at once, sixteen to a sheet of A4."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.cohorts.queries.slips import SlipSheet, get_slip_sheet
from ecopter.people.forms import SlipsForm
from ecopter.people.services import codes
from ecopter.platform.clock import request_now

PER_SHEET = 16

bp = Blueprint("slip", __name__, url_prefix="/<int:cohort_id>/codes")


@bp.get("")
@requires(Permission.CODE_ISSUE, subject=get_slip_sheet)
def new(sheet: SlipSheet) -> ResponseReturnValue:
    preselected = [line.enrolment_id for line in sheet.lines if line.is_preselected]
    return _page(sheet, SlipsForm(data={"people": preselected}))


@bp.post("")
@requires(Permission.CODE_ISSUE, subject=get_slip_sheet)
def create(sheet: SlipSheet) -> ResponseReturnValue:
    """The slips are the answer itself: the codes exist nowhere else to return to."""
    form = SlipsForm()
    if not form.validate():
        return _page(sheet, form), 422
    users = sheet.chosen(form.people.data)
    if users is None:
        message = _("For someone chosen no code is given here. Ask the school's office.")
        form.people.errors = (message,)
        return _page(sheet, form), 422
    issued = codes.issue_codes(
        users, about=("cohort", sheet.cohort.id), actor=current_actor(), now=request_now()
    )
    sheets = [issued[start : start + PER_SHEET] for start in range(0, len(issued), PER_SHEET)]
    return render_template("cohorts/slip/create.html", sheet=sheet, sheets=sheets)


def _page(sheet: SlipSheet, form: SlipsForm) -> str:
    return render_template("cohorts/slip/new.html", sheet=sheet, form=form)
