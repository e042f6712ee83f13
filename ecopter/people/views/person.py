"""The people of the school: their list, one of them, a new one."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.people import labels
from ecopter.people.forms import PersonForm, read_list, search_of
from ecopter.people.queries.persons import PersonSheet, get_person, list_people
from ecopter.people.services import accounts
from ecopter.platform.adapters import adapters
from ecopter.platform.clock import request_now, school_day
from ecopter.shared.errors import Conflict
from ecopter.ui.refusals import refused

bp = Blueprint("person", __name__, url_prefix="/people")


@bp.get("")
@requires(Permission.PERSON_LIST)
def index() -> ResponseReturnValue:
    state = read_list()
    page = list_people(search_of(state), state.number, now=request_now())
    return render_template("people/person/index.html", state=state, page=page, labels=labels)


@bp.get("/new")
@requires(Permission.PERSON_MANAGE)
def new() -> ResponseReturnValue:
    return _new_page(PersonForm())


@bp.post("")
@requires(Permission.PERSON_MANAGE)
def create() -> ResponseReturnValue:
    form = PersonForm()
    if not form.validate():
        return _new_page(form), 422
    with refused(form, "sign_in_name", Conflict) as outcome:
        outcome.value = accounts.create_user(
            form.sign_in_name.data or "",
            form.name(),
            civility=form.civility.data,
            language=form.language.data,
            **form.contact(),
            actor=current_actor(),
            now=request_now(),
        )
    if outcome.value is None:
        return _new_page(form), 422
    flash(_("The account is made. Now give the person a code."), "success")
    return redirect(url_for(".show", user_id=outcome.value.id), code=303)


@bp.get("/<int:user_id>")
@requires(Permission.PERSON_VIEW, subject=get_person)
def show(sheet: PersonSheet) -> ResponseReturnValue:
    return render_template(
        "people/person/show.html",
        sheet=sheet,
        labels=labels,
        countries=labels.countries(sheet.user.country),
        by_mail=adapters().mail.is_set_up,
        today=school_day(request_now()),
        is_self=sheet.user.id == current_actor().user_id,
    )


# Codes go to the e-mail address: whoever changes it could let themself in as this person.
@bp.get("/<int:user_id>/details")
@requires(Permission.PERSON_MANAGE, subject=get_person, fresh=True)
def edit(sheet: PersonSheet) -> ResponseReturnValue:
    return _edit_page(sheet, PersonForm.for_user(sheet.user))


@bp.post("/<int:user_id>/details")
@requires(Permission.PERSON_MANAGE, subject=get_person, fresh=True)
def update(sheet: PersonSheet) -> ResponseReturnValue:
    form = PersonForm(user=sheet.user)
    if not form.validate():
        return _edit_page(sheet, form), 422
    with refused(form, "sign_in_name", Conflict) as outcome:
        accounts.update_person(
            sheet.user,
            form.name(),
            sign_in_name=form.sign_in_name.data or sheet.user.sign_in_name,
            civility=form.civility.data,
            language=form.language.data,
            **form.contact(),
            actor=current_actor(),
            now=request_now(),
        )
        outcome.value = True
    if not outcome.value:
        return _edit_page(sheet, form), 422
    flash(_("The details are saved."), "success")
    return redirect(url_for(".show", user_id=sheet.user.id), code=303)


def _new_page(form: PersonForm) -> str:
    return render_template("people/person/new.html", form=form)


def _edit_page(sheet: PersonSheet, form: PersonForm) -> str:
    return render_template("people/person/edit.html", sheet=sheet, form=form)
