"""Giving a mandate to a person, and ending it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.associations import labels, queries, services
from ecopter.associations.forms import MandateEndForm, MandateForm
from ecopter.associations.queries import AssociationPlace, Candidates, MandatePlace
from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.platform.clock import request_now, school_day
from ecopter.shared.dates import DateSpan
from ecopter.shared.errors import Conflict
from ecopter.shared.text import fold
from ecopter.ui.lists import LONGEST_SEARCH
from ecopter.ui.refusals import refused

bp = Blueprint("mandate", __name__, url_prefix="/<int:association_id>/mandates")


@bp.get("")
@requires(Permission.ASSOCIATION_MANAGE, subject=queries.get_association, fresh=True)
def new(place: AssociationPlace) -> ResponseReturnValue:
    search = " ".join(request.args.get("q", "").split())[:LONGEST_SEARCH]
    form = MandateForm(formdata=None, data={"q": search, "from_on": school_day(request_now())})
    return _page(place, form, _offer(form))


@bp.post("")
@requires(Permission.ASSOCIATION_MANAGE, subject=queries.get_association, fresh=True)
def create(place: AssociationPlace) -> ResponseReturnValue:
    form = MandateForm()
    found = _offer(form)
    if not form.validate():
        return _page(place, form, found), 422
    with refused(form, "person", Conflict) as outcome:
        outcome.value = services.give_mandate(
            place.association,
            form.person.data,
            form.office.data,
            DateSpan(form.from_on.data, form.until_on.data),
            actor=current_actor(),
            now=request_now(),
        )
    if outcome.value is None:
        return _page(place, form, found), 422
    flash(_("The mandate is given."), "success")
    return redirect(_back_to(place.association.id), code=303)


@bp.get("/<int:mandate_id>/end")
@requires(Permission.ASSOCIATION_MANAGE, subject=queries.get_mandate, fresh=True)
def edit(place: MandatePlace) -> ResponseReturnValue:
    return _end_page(place, MandateEndForm.ending(school_day(request_now())))


@bp.post("/<int:mandate_id>/end")
@requires(Permission.ASSOCIATION_MANAGE, subject=queries.get_mandate, fresh=True)
def delete(place: MandatePlace) -> ResponseReturnValue:
    form = MandateEndForm()
    if not form.validate():
        return _end_page(place, form), 422
    association_id = place.association.id
    with refused(form, "last_day", Conflict) as outcome:
        outcome.value = services.end_mandate(
            place.mandate, last_day=form.last_day.data, actor=current_actor(), now=request_now()
        )
    if outcome.value is None:
        return _end_page(place, form), 422
    if outcome.value:
        flash(
            _("The end of the mandate is noted. Training and papers stay the person’s."), "success"
        )
    else:
        flash(_("The mandate is taken back, as if it had never been given."), "success")
    return redirect(_back_to(association_id), code=303)


def _back_to(association_id: int) -> str:
    return url_for("associations.association.show", association_id=association_id)


def _offer(form: MandateForm) -> Candidates:
    found = queries.list_candidates(fold(form.q.data or "").split())
    form.offer(found.people)
    return found


def _page(place: AssociationPlace, form: MandateForm, found: Candidates) -> str:
    return render_template("associations/mandate/new.html", place=place, form=form, found=found)


def _end_page(place: MandatePlace, form: MandateEndForm) -> str:
    is_new = place.mandate.from_on >= school_day(request_now())
    return render_template(
        "associations/mandate/edit.html", place=place, form=form, labels=labels, is_new=is_new
    )
