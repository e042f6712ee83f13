"""Closing an account, and opening it again."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.people.forms import DeactivationForm
from ecopter.people.queries.persons import PersonSheet, get_person
from ecopter.people.services import administration
from ecopter.platform.clock import request_now
from ecopter.shared.errors import Conflict
from ecopter.ui.refusals import refused

bp = Blueprint("deactivation", __name__, url_prefix="/people/<int:user_id>")


@bp.get("/deactivation")
@requires(Permission.PERSON_MANAGE, subject=get_person, fresh=True)
def new(sheet: PersonSheet) -> ResponseReturnValue:
    return _page(sheet, DeactivationForm())


@bp.post("/deactivation")
@requires(Permission.PERSON_MANAGE, subject=get_person, fresh=True)
def create(sheet: PersonSheet) -> ResponseReturnValue:
    form = DeactivationForm()
    if not form.validate():
        return _page(sheet, form), 422
    with refused(form, "reason", Conflict) as outcome:
        administration.deactivate(
            sheet.user, form.reason.data, actor=current_actor(), now=request_now()
        )
        outcome.value = True
    if not outcome.value:
        return _page(sheet, form), 422
    flash(_("The account is deactivated: nobody signs in with it any more."), "success")
    return redirect(url_for("people.person.show", user_id=sheet.user.id), code=303)


@bp.get("/reactivation")
@requires(Permission.PERSON_MANAGE, subject=get_person, fresh=True)
def edit(sheet: PersonSheet) -> ResponseReturnValue:
    return render_template("people/deactivation/edit.html", sheet=sheet)


@bp.post("/reactivation")
@requires(Permission.PERSON_MANAGE, subject=get_person, fresh=True)
def delete(sheet: PersonSheet) -> ResponseReturnValue:
    administration.reactivate(sheet.user, actor=current_actor(), now=request_now())
    flash(_("The account is active again."), "success")
    return redirect(url_for("people.person.show", user_id=sheet.user.id), code=303)


def _page(sheet: PersonSheet, form: DeactivationForm) -> str:
    return render_template("people/deactivation/new.html", sheet=sheet, form=form)
