"""The office names another instructor for a half-day, in two taps."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.platform.clock import request_now
from ecopter.shared.errors import Conflict, Invalid
from ecopter.timetable import labels, queries, services
from ecopter.timetable.forms import SubstitutionForm
from ecopter.timetable.queries import Substituting
from ecopter.ui.refusals import refused

bp = Blueprint(
    "substitution", __name__, url_prefix="/sessions/<int:training_session_id>/substitution"
)


@bp.get("")
@requires(Permission.HALF_DAY_MANAGE, subject=queries.get_substituting)
def new(substituting: Substituting) -> ResponseReturnValue:
    return _page(substituting, SubstitutionForm.of(substituting))


@bp.post("")
@requires(Permission.HALF_DAY_MANAGE, subject=queries.hold_substituting)
def create(substituting: Substituting) -> ResponseReturnValue:
    form = SubstitutionForm.of(substituting)
    if not form.validate():
        return _page(substituting, form), 422
    here = substituting.training_session.id
    with refused(form, "joined", Conflict, Invalid) as outcome:
        services.substitute(
            substituting,
            joined_id=form.joined_id,
            left_id=form.left_id,
            reason=form.reason.data or "",
            actor=current_actor(),
            now=request_now(),
        )
        outcome.value = True
    if not outcome.value:
        return _page(substituting, form), 422
    flash(_("The instructor is named for this half-day, and told."), "success")
    return redirect(url_for("timetable.half_day.show", training_session_id=here), code=303)


def _page(substituting: Substituting, form: SubstitutionForm) -> str:
    return render_template(
        "timetable/substitution/new.html", substituting=substituting, form=form, labels=labels
    )
