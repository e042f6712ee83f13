"""Handing in an exercise, replacing it, and the receipt."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.assessment.forms.submission import SubmissionForm
from ecopter.assessment.labels.grading import file_size
from ecopter.assessment.queries.quiz import list_instructors
from ecopter.assessment.queries.work import (
    ExerciseSheet,
    Receipt,
    find_by_key,
    get_exercise,
    get_receipt,
)
from ecopter.assessment.rules.acceptance import Refusal
from ecopter.assessment.services.submission import REFUSALS, hand_in
from ecopter.assessment.services.uploads import receive_uploads
from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.platform.adapters import adapters
from ecopter.platform.clock import request_now
from ecopter.platform.i18n import say

bp = Blueprint("submission", __name__)
_EXERCISE = "/path/<int:enrolment_id>/lessons/<int:lesson_id>/exercise"


@bp.get(_EXERCISE)
@requires(Permission.SUBMISSION_CREATE, subject=get_exercise)
def new(sheet: ExerciseSheet) -> ResponseReturnValue:
    return _page(sheet, SubmissionForm.fresh(sheet))


@bp.post(_EXERCISE)
@requires(Permission.SUBMISSION_CREATE, subject=get_exercise)
def create(sheet: ExerciseSheet) -> ResponseReturnValue:
    form = SubmissionForm.sent(sheet, request.form, request.files)
    sent_before = find_by_key(sheet.enrolment.id, form.key) is not None
    if isinstance(sheet.place, Refusal) and not sent_before:
        return _page(sheet, form), 409
    received = receive_uploads(form.incoming, earlier=form.kept, files=adapters().files)
    if not form.validate(received):
        return _page(sheet, form), 422
    submission = hand_in(
        sheet, form.text, form.kept, key=form.key, actor=current_actor(), now=request_now()
    )
    flash(_("Handed in. Keep this receipt."), "success")
    return redirect(url_for(".show", submission_id=submission.id), code=303)


@bp.get("/submissions/<int:submission_id>")
@requires(Permission.SUBMISSION_VIEW, subject=get_receipt)
def show(receipt: Receipt) -> ResponseReturnValue:
    return render_template("assessment/submission/show.html", receipt=receipt, size_of=file_size)


def _page(sheet: ExerciseSheet, form: SubmissionForm) -> str:
    place = sheet.place
    refusal = place if isinstance(place, Refusal) else None
    return render_template(
        "assessment/submission/new.html",
        sheet=sheet,
        form=form,
        place=None if refusal else place,
        refusal=refusal,
        refusal_words=say(REFUSALS[refusal]) if refusal else "",
        size_of=file_size,
        instructors=(
            list_instructors(sheet.enrolment.cohort_id, now=request_now()) if refusal else []
        ),
    )
