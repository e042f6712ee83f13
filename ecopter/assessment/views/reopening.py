"""Giving one more attempt at a quiz or an exercise."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.assessment.forms.reopening import ReopeningForm
from ecopter.assessment.labels.quiz import REASONS, WORKS
from ecopter.assessment.models import ReopenedWork
from ecopter.assessment.queries.reopening import Work, get_work, get_work_to_reopen
from ecopter.assessment.services.reopening import reopen
from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.platform.clock import request_now
from ecopter.ui.addresses import safe_next

bp = Blueprint(
    "reopening", __name__, url_prefix="/path/<int:enrolment_id>/lessons/<int:lesson_id>/reopening"
)


@bp.get("")
@requires(Permission.ASSESSMENT_REOPEN, subject=get_work)
def new(subject: Work) -> ResponseReturnValue:
    return _page(subject, ReopeningForm(request.args))


@bp.post("")
@requires(Permission.ASSESSMENT_REOPEN, subject=get_work_to_reopen)
def create(subject: Work) -> ResponseReturnValue:
    form = ReopeningForm()
    if not form.validate():
        return _page(subject, form), 422
    reopening = reopen(
        subject,
        form.chosen_work,
        form.given_reason,
        actor=current_actor(),
        now=request_now(),
    )
    if reopening is None:
        flash(_("One attempt was still open: nothing was changed."), "info")
    else:
        flash(_("One more attempt is open."), "success")
    return redirect(safe_next(form.next.data, _back(subject, form.chosen_work)), code=303)


def _back(subject: Work, work: ReopenedWork) -> str:
    if work is ReopenedWork.QUIZ:
        return url_for(
            "assessment.quiz.show",
            enrolment_id=subject.enrolment.id,
            lesson_id=subject.lesson.id,
        )
    return url_for("gradebook.cohort.show", cohort_id=subject.enrolment.cohort_id)


def _page(subject: Work, form: ReopeningForm) -> str:
    return render_template(
        "assessment/reopening/new.html",
        subject=subject,
        form=form,
        is_open=subject.is_open(form.chosen_work),
        work=WORKS[form.chosen_work],
        reasons=REASONS,
        back=safe_next(form.next.data, _back(subject, form.chosen_work)),
    )
