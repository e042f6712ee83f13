"""A trainee comes back."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.cohorts import services
from ecopter.cohorts.forms import ReturnForm
from ecopter.cohorts.queries import Place, get_place, hold_place
from ecopter.platform.clock import request_now, school_day
from ecopter.shared.errors import Conflict
from ecopter.ui.refusals import refused

bp = Blueprint(
    "restart", __name__, url_prefix="/<int:cohort_id>/trainees/<int:enrolment_id>/return"
)


@bp.get("")
@requires(Permission.ENROLMENT_MANAGE, subject=get_place)
def new(place: Place) -> ResponseReturnValue:
    return _page(place, ReturnForm(data={"first_day": school_day(request_now())}))


@bp.post("")
@requires(Permission.ENROLMENT_MANAGE, subject=hold_place)
def create(place: Place) -> ResponseReturnValue:
    form = ReturnForm()
    if not form.validate():
        return _page(place, form), 422
    with refused(form, "first_day", Conflict) as outcome:
        services.take_back(
            place.enrolment,
            starts_on=form.first_day.data,
            actor=current_actor(),
            now=request_now(),
        )
        outcome.value = True
    if not outcome.value:
        return _page(place, form), 422
    flash(_("The return is written down: a new enrolment period begins."), "success")
    cohort_id, enrolment_id = place.enrolment.cohort_id, place.enrolment.id
    own_page = url_for("cohorts.place.show", cohort_id=cohort_id, enrolment_id=enrolment_id)
    return redirect(own_page, code=303)


def _page(place: Place, form: ReturnForm) -> str:
    return render_template("cohorts/restart/new.html", place=place, form=form)
