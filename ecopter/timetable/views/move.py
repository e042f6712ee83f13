"""Putting a half-day at another time or place."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.platform.clock import request_now
from ecopter.shared.errors import Conflict, Invalid
from ecopter.timetable import labels, queries, services
from ecopter.timetable.forms import MoveForm
from ecopter.timetable.queries import Moving, Trial
from ecopter.ui.refusals import refused

bp = Blueprint("move", __name__, url_prefix="/sessions/<int:training_session_id>/move")


@bp.get("")
@requires(Permission.HALF_DAY_MANAGE, subject=queries.get_moving)
def new(moving: Moving) -> ResponseReturnValue:
    return _page(moving, MoveForm.of(moving))


@bp.post("")
@requires(Permission.HALF_DAY_MANAGE, subject=queries.hold_moving)
def create(moving: Moving) -> ResponseReturnValue:
    services.refuse_to_move(moving)
    form = MoveForm.of(moving)
    destination = form.destination() if form.validate() else None
    if destination is None:
        return _page(moving, form), 422
    here = moving.training_session.id
    trial = queries.try_slot(moving.training_session, destination.slot(moving), destination.place)
    with refused(form, "held_on", Conflict, Invalid) as outcome:
        services.move_half_day(
            moving,
            trial,
            reason=form.reason.data or "",
            knows=form.knows.data,
            actor=current_actor(),
            now=request_now(),
        )
        outcome.value = True
    if not outcome.value:
        return _page(moving, form, trial), 422
    flash(_("The half-day is moved. Trainees and instructors are told."), "success")
    return redirect(url_for("timetable.half_day.show", training_session_id=here), code=303)


def _page(moving: Moving, form: MoveForm, trial: Trial | None = None) -> str:
    return render_template(
        "timetable/move/new.html", moving=moving, form=form, trial=trial, labels=labels
    )
