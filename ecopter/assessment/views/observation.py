"""Judging a tasting, a role play or field work for several people at once."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from ecopter.assessment.forms.grading import ObservationForm
from ecopter.assessment.labels import grading as labels
from ecopter.assessment.queries.grading import ObservationSheet, get_observation_sheet
from ecopter.assessment.services.grading import observe
from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.platform.clock import request_now

bp = Blueprint(
    "observation",
    __name__,
    url_prefix="/cohorts/<int:cohort_id>/lessons/<int:lesson_id>/observation",
)


def _sheet(cohort_id: int, lesson_id: int) -> ObservationSheet:
    """`?change=<enrolment>` opens the one grade that is to be changed."""
    change = request.args.get("change", None, type=int)
    return get_observation_sheet(cohort_id, lesson_id, change=change)


@bp.get("")
@requires(Permission.SUBMISSION_GRADE, subject=_sheet)
def edit(sheet: ObservationSheet) -> ResponseReturnValue:
    return _page(sheet, ObservationForm(sheet))


@bp.post("")
@requires(Permission.SUBMISSION_GRADE, subject=_sheet)
def update(sheet: ObservationSheet) -> ResponseReturnValue:
    form = ObservationForm(sheet, request.form)
    if not form.validate():
        return _page(sheet, form), 422
    judgements = form.judgements
    observe(
        sheet,
        judgements,
        form.terms,
        seen=form.seen,
        actor=current_actor(),
        now=request_now(),
    )
    flash(ngettext("%(num)s grade saved.", "%(num)s grades saved.", len(judgements)), "success")
    page = url_for(".edit", cohort_id=sheet.cohort.id, lesson_id=sheet.lesson.id)
    return redirect(page, code=303)


def _page(sheet: ObservationSheet, form: ObservationForm) -> str:
    return render_template(
        "assessment/observation/edit.html", sheet=sheet, form=form, grading=labels
    )
