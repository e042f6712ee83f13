"""One place in a cohort: the person, their periods, and where the rest about them is."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.cohorts import labels, services
from ecopter.cohorts.forms import PlaceForm
from ecopter.cohorts.queries import Place, get_place
from ecopter.platform.clock import request_now

bp = Blueprint("place", __name__, url_prefix="/<int:cohort_id>/trainees/<int:enrolment_id>")


@bp.get("")
@requires(Permission.COHORT_VIEW, subject=get_place)
def show(place: Place) -> ResponseReturnValue:
    return render_template("cohorts/place/show.html", place=place, labels=labels)


@bp.get("/details")
@requires(Permission.ENROLMENT_MANAGE, subject=get_place)
def edit(place: Place) -> ResponseReturnValue:
    enrolment = place.enrolment
    known = {"category": enrolment.category or "", "organisation": enrolment.organisation}
    return _page(place, PlaceForm(data=known))


@bp.post("/details")
@requires(Permission.ENROLMENT_MANAGE, subject=get_place)
def update(place: Place) -> ResponseReturnValue:
    form = PlaceForm()
    if not form.validate():
        return _page(place, form), 422
    services.update_place(
        place.enrolment,
        category=form.kind(),
        organisation=form.organisation.data or "",
        actor=current_actor(),
        now=request_now(),
    )
    flash(_("Saved."), "success")
    cohort_id, enrolment_id = place.enrolment.cohort_id, place.enrolment.id
    own_page = url_for("cohorts.place.show", cohort_id=cohort_id, enrolment_id=enrolment_id)
    return redirect(own_page, code=303)


def _page(place: Place, form: PlaceForm) -> str:
    return render_template("cohorts/place/edit.html", place=place, form=form)
