"""The rooms of a site."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.platform.clock import request_now
from ecopter.school.forms import RoomEditForm, RoomForm
from ecopter.school.models import Site
from ecopter.school.queries import RoomSheet, SiteSheet, get_room, get_site
from ecopter.school.services import sites
from ecopter.shared.errors import Conflict, Invalid
from ecopter.ui.refusals import refused

bp = Blueprint("room", __name__, url_prefix="/sites/<int:site_id>/rooms")


@bp.get("/new")
@requires(Permission.SITE_MANAGE, subject=get_site)
def new(sheet: SiteSheet) -> ResponseReturnValue:
    return _page("new", sheet.site, RoomForm())


@bp.post("")
@requires(Permission.SITE_MANAGE, subject=get_site)
def create(sheet: SiteSheet) -> ResponseReturnValue:
    form = RoomForm()
    if not form.validate():
        return _page("new", sheet.site, form), 422
    with refused(form, "name", Conflict, Invalid) as outcome:
        outcome.value = sites.open_room(
            sheet, form.details(), actor=current_actor(), now=request_now()
        )
    if outcome.value is None:
        return _page("new", sheet.site, form), 422
    flash(_("The room is added."), "success")
    return redirect(url_for("school.site.show", site_id=sheet.site.id), code=303)


@bp.get("/<int:room_id>")
@requires(Permission.SITE_MANAGE, subject=get_room)
def edit(sheet: RoomSheet) -> ResponseReturnValue:
    return _page("edit", sheet.site, RoomEditForm.of(sheet.room), sheet)


@bp.post("/<int:room_id>")
@requires(Permission.SITE_MANAGE, subject=get_room)
def update(sheet: RoomSheet) -> ResponseReturnValue:
    form = RoomEditForm()
    if not form.validate():
        return _page("edit", sheet.site, form, sheet), 422
    with refused(form, "name", Conflict, Invalid) as outcome:
        sites.change_room(
            sheet,
            form.details(),
            is_open=form.is_open(),
            actor=current_actor(),
            now=request_now(),
        )
        outcome.value = True
    if outcome.value is None:
        return _page("edit", sheet.site, form, sheet), 422
    flash(_("The room is saved."), "success")
    return redirect(url_for("school.site.show", site_id=sheet.site.id), code=303)


def _page(name: str, site: Site, form: RoomForm, sheet: RoomSheet | None = None) -> str:
    return render_template(f"school/room/{name}.html", site=site, form=form, sheet=sheet)
