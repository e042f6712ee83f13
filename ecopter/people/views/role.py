"""Roles for the whole school: giving one, ending one."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.people import labels
from ecopter.people.forms import RoleEndForm, RoleForm
from ecopter.people.queries.persons import PersonSheet, RoleSheet, get_person, get_role
from ecopter.people.services import accounts, administration
from ecopter.platform.clock import request_now, school_day
from ecopter.shared.errors import Conflict
from ecopter.ui.refusals import refused

bp = Blueprint("role", __name__, url_prefix="/people/<int:user_id>/roles")


@bp.get("")
@requires(Permission.ROLE_GIVE, subject=get_person, fresh=True)
def new(sheet: PersonSheet) -> ResponseReturnValue:
    return _new_page(sheet, RoleForm(data={"from_on": school_day(request_now())}))


@bp.post("")
@requires(Permission.ROLE_GIVE, subject=get_person, fresh=True)
def create(sheet: PersonSheet) -> ResponseReturnValue:
    form = RoleForm()
    if not form.validate():
        return _new_page(sheet, form), 422
    with refused(form, "from_on", Conflict) as outcome:
        accounts.give_role(
            sheet.user,
            form.role.data,
            from_on=form.from_on.data,
            until_on=form.until_on.data,
            actor=current_actor(),
            now=request_now(),
        )
        outcome.value = True
    if not outcome.value:
        return _new_page(sheet, form), 422
    flash(_("The role is given."), "success")
    return redirect(url_for("people.person.show", user_id=sheet.user.id), code=303)


@bp.get("/<int:role_id>")
@requires(Permission.ROLE_GIVE, subject=get_role, fresh=True)
def edit(sheet: RoleSheet) -> ResponseReturnValue:
    return _end_page(sheet, RoleEndForm())


@bp.post("/<int:role_id>")
@requires(Permission.ROLE_GIVE, subject=get_role, fresh=True)
def delete(sheet: RoleSheet) -> ResponseReturnValue:
    form = RoleEndForm()
    if not form.validate():
        return _end_page(sheet, form), 422
    with refused(form, "last_day", Conflict) as outcome:
        administration.end_role(
            sheet.user,
            sheet.held,
            last_day=form.last_day.data,
            actor=current_actor(),
            now=request_now(),
        )
        outcome.value = True
    if not outcome.value:
        return _end_page(sheet, form), 422
    flash(_("The end of the role is saved."), "success")
    return redirect(url_for("people.person.show", user_id=sheet.user.id), code=303)


def _new_page(sheet: PersonSheet, form: RoleForm) -> str:
    return render_template("people/role/new.html", sheet=sheet, form=form)


def _end_page(sheet: RoleSheet, form: RoleEndForm) -> str:
    return render_template("people/role/edit.html", sheet=sheet, form=form, labels=labels)
