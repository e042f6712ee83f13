"""What the school says of itself, and what papers still lack of it."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.platform.clock import request_now
from ecopter.school import labels
from ecopter.school.forms import SchoolForm
from ecopter.school.queries import SchoolSheet, get_school_sheet
from ecopter.school.rules import telephone_address
from ecopter.school.services.details import save_school
from ecopter.shared.errors import Invalid
from ecopter.ui.refusals import refused

bp = Blueprint("settings", __name__, url_prefix="/school")


@bp.get("")
@requires(Permission.SCHOOL_VIEW, subject=get_school_sheet)
def show(sheet: SchoolSheet) -> ResponseReturnValue:
    return render_template(
        "school/settings/show.html",
        sheet=sheet,
        school=sheet.school,
        labels=labels,
        telephone_address=telephone_address,
    )


@bp.get("/details")
@requires(Permission.SCHOOL_MANAGE, subject=get_school_sheet)
def edit(sheet: SchoolSheet) -> ResponseReturnValue:
    return _page(sheet, SchoolForm.of(sheet.school))


@bp.post("/details")
@requires(Permission.SCHOOL_MANAGE, subject=get_school_sheet)
def update(sheet: SchoolSheet) -> ResponseReturnValue:
    form = SchoolForm()
    if not form.validate():
        return _page(sheet, form), 422
    with refused(form, "legal_name", Invalid) as outcome:
        outcome.value = save_school(form.details(), actor=current_actor(), now=request_now())
    if outcome.value is None:
        return _page(sheet, form), 422
    flash(
        _("Saved. Papers issued from now on say this; those issued before keep their words."),
        "success",
    )
    return redirect(url_for(".show"), code=303)


def _page(sheet: SchoolSheet, form: SchoolForm) -> str:
    return render_template("school/settings/edit.html", sheet=sheet, form=form)
