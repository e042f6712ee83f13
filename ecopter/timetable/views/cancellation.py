"""Cancelling a half-day, with a reason, and bringing it back."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.platform.clock import request_now
from ecopter.timetable import labels, queries, services
from ecopter.timetable.forms import CancellationForm
from ecopter.timetable.queries import Cancellation

bp = Blueprint("cancellation", __name__, url_prefix="/sessions/<int:training_session_id>")


@bp.get("/cancellation")
@requires(Permission.HALF_DAY_MANAGE, subject=queries.get_cancellation)
def new(cancellation: Cancellation) -> ResponseReturnValue:
    return _page(cancellation, CancellationForm())


@bp.post("/cancellation")
@requires(Permission.HALF_DAY_MANAGE, subject=queries.hold_cancellation)
def create(cancellation: Cancellation) -> ResponseReturnValue:
    form = CancellationForm()
    if not form.validate():
        return _page(cancellation, form), 422
    services.cancel_half_day(
        cancellation, reason=form.reason.data or "", actor=current_actor(), now=request_now()
    )
    flash(_("The half-day is cancelled. It no longer counts in anyone's hours."), "success")
    cohort_id = cancellation.training_session.cohort_id
    return redirect(url_for("timetable.cohort.show", cohort_id=cohort_id), code=303)


@bp.post("/restoration")
@requires(Permission.HALF_DAY_MANAGE, subject=queries.hold_restoration)
def delete(cancellation: Cancellation) -> ResponseReturnValue:
    here = cancellation.training_session.id
    services.restore_half_day(
        cancellation, queries.try_again(cancellation), actor=current_actor(), now=request_now()
    )
    flash(_("The half-day is held after all. It counts in the hours again."), "success")
    return redirect(url_for("timetable.half_day.show", training_session_id=here), code=303)


def _page(cancellation: Cancellation, form: CancellationForm) -> str:
    return render_template(
        "timetable/cancellation/new.html", cancellation=cancellation, form=form, labels=labels
    )
