"""The logo that papers carry."""

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.platform.adapters import adapters
from ecopter.platform.clock import request_now
from ecopter.school.forms import LogoForm
from ecopter.school.queries import SchoolSheet, get_school_sheet
from ecopter.school.services.logo import read_logo, receive_logo, remove_logo, set_logo
from ecopter.shared.errors import Conflict, Invalid
from ecopter.ui.refusals import refused

bp = Blueprint("logo", __name__, url_prefix="/school/logo")


@bp.get("")
@requires(Permission.SCHOOL_VIEW, subject=get_school_sheet)
def show(sheet: SchoolSheet) -> ResponseReturnValue:
    """The picture itself; without one, the page where the school is described."""
    if sheet.school is None or not sheet.school.logo_digest:
        return redirect(url_for("school.settings.show"), code=303)
    content, kind = read_logo(sheet.school.logo_digest, files=adapters().files)
    response = Response(content, content_type=kind)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.get("/file")
@requires(Permission.SCHOOL_MANAGE, subject=get_school_sheet)
def edit(sheet: SchoolSheet) -> ResponseReturnValue:
    return _page(sheet, LogoForm())


@bp.post("/file")
@requires(Permission.SCHOOL_MANAGE, subject=get_school_sheet)
def update(sheet: SchoolSheet) -> ResponseReturnValue:
    form = LogoForm()
    if not form.validate():
        return _page(sheet, form), 422
    with refused(form, "logo", Invalid, Conflict) as outcome:
        digest = receive_logo(form.stream(), files=adapters().files)
        set_logo(digest, actor=current_actor(), now=request_now())
        outcome.value = digest
    if outcome.value is None:
        return _page(sheet, form), 422
    flash(_("The logo is kept. Papers issued from now on carry it."), "success")
    return redirect(url_for("school.settings.show"), code=303)


@bp.post("/removal")
@requires(Permission.SCHOOL_MANAGE, subject=get_school_sheet)
def delete(sheet: SchoolSheet) -> ResponseReturnValue:
    remove_logo(actor=current_actor(), now=request_now())
    flash(_("Papers issued from now on carry no logo."), "success")
    return redirect(url_for("school.settings.show"), code=303)


def _page(sheet: SchoolSheet, form: LogoForm) -> str:
    return render_template("school/logo/edit.html", sheet=sheet, form=form)
