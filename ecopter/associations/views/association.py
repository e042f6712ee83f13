"""The associations the school knows: the list, and the page of one."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.associations import labels, queries, services
from ecopter.associations.forms import AssociationForm, PublicFactsForm, association_form
from ecopter.associations.queries import AssociationLine, AssociationPlace, AssociationSheet
from ecopter.authorization.guard import can, current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.platform.clock import request_now
from ecopter.shared.errors import Conflict, Invalid
from ecopter.ui.lists import csv_response, list_state
from ecopter.ui.refusals import refused

bp = Blueprint("association", __name__)


@bp.get("")
@requires(Permission.ASSOCIATION_LIST)
def index() -> ResponseReturnValue:
    state = list_state(
        filters={
            "department": list(labels.DEPARTMENT),
            "status": [status.value for status in labels.STATUS],
            "activity": [activity.value for activity in labels.ACTIVITY],
        },
        sorts=queries.SORTS,
    )
    lines = queries.list_associations(state.words, state.filters, state.sort, now=request_now())
    if state.as_file:
        return csv_response("associations", _headings(), map(_row, lines))
    return render_template(
        "associations/association/index.html",
        state=state,
        page=queries.page_of(lines, state.number),
        labels=labels,
    )


@bp.get("/new")
@requires(Permission.ASSOCIATION_MANAGE)
def new() -> ResponseReturnValue:
    return render_template("associations/association/new.html", form=AssociationForm())


@bp.post("/new")
@requires(Permission.ASSOCIATION_MANAGE)
def create() -> ResponseReturnValue:
    form = AssociationForm()
    if form.validate():
        with refused(form, "name", Conflict) as outcome, refused(form, "rna", Invalid):
            outcome.value = services.create_association(
                form.office_facts(), form.public_facts(), actor=current_actor(), now=request_now()
            )
        if outcome.value is not None:
            flash(_("The association is on the list."), "success")
            return redirect(url_for(".show", association_id=outcome.value.id), code=303)
    return render_template("associations/association/new.html", form=form), 422


@bp.get("/<int:association_id>")
@requires(Permission.ASSOCIATION_VIEW, subject=queries.get_association_sheet)
def show(sheet: AssociationSheet) -> ResponseReturnValue:
    return render_template("associations/association/show.html", sheet=sheet, labels=labels)


@bp.get("/<int:association_id>/facts")
@requires(Permission.ASSOCIATION_EDIT, subject=queries.get_association)
def edit(place: AssociationPlace) -> ResponseReturnValue:
    return _edit_page(place, _form(place, sent=False))


@bp.post("/<int:association_id>/facts")
@requires(Permission.ASSOCIATION_EDIT, subject=queries.get_association)
def update(place: AssociationPlace) -> ResponseReturnValue:
    form = _form(place, sent=True)
    if not form.validate():
        return _edit_page(place, form), 422
    office = form.office_facts() if isinstance(form, AssociationForm) else None
    with refused(form, "name", Conflict) as outcome, refused(form, "rna", Invalid):
        services.update_association(
            place.association, form.public_facts(), office, actor=current_actor(), now=request_now()
        )
        outcome.value = True
    if outcome.value is None:
        return _edit_page(place, form), 422
    flash(_("What is said of the association is saved."), "success")
    return redirect(url_for(".show", association_id=place.association.id), code=303)


def _form(place: AssociationPlace, *, sent: bool) -> PublicFactsForm:
    by_office = can(Permission.ASSOCIATION_MANAGE, place)
    return association_form(place.association, by_office=by_office, sent=sent)


def _edit_page(place: AssociationPlace, form: PublicFactsForm) -> str:
    return render_template("associations/association/edit.html", place=place, form=form)


def _headings() -> Sequence[str]:
    return [
        _("Name"),
        _("Name in Arabic"),
        _("Department"),
        _("Town"),
        _("RNA number"),
        _("Founded in"),
        _("Number of members"),
        _("Main activity"),
        _("Commune of action"),
        _("Website"),
        _("Status"),
        _("Leaders in office"),
    ]


def _row(line: AssociationLine) -> Sequence[object]:
    return [
        line.name,
        line.name_ar,
        labels.DEPARTMENT.get(line.department, line.department),
        line.town,
        line.rna,
        line.founded_in,
        line.member_count,
        labels.ACTIVITY[line.activity] if line.activity else "",
        line.commune,
        line.website,
        labels.STATUS[line.status],
        line.leaders,
    ]
