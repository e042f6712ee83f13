"""The sites where the school teaches."""

from collections.abc import Iterator, Sequence

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.platform.clock import request_now
from ecopter.platform.i18n import page_language
from ecopter.school import labels
from ecopter.school.forms import NewSiteForm, SiteEditForm
from ecopter.school.queries import SiteLine, SiteSheet, get_site, list_sites
from ecopter.school.services import sites
from ecopter.shared.errors import Conflict, Invalid
from ecopter.shared.paging import Page
from ecopter.ui.lists import csv_response, list_state
from ecopter.ui.refusals import refused

bp = Blueprint("site", __name__, url_prefix="/sites")
PAGE_SIZE = 20


@bp.get("")
@requires(Permission.SITE_VIEW)
def index() -> ResponseReturnValue:
    state = list_state(
        filters={"country": labels.COUNTRY, "state": labels.STATE},
        sorts=("name", "country", "rooms", "places"),
    )
    lines = list_sites(
        words=state.words, sort=state.sort, language=page_language().tag, **state.filters
    )
    if state.as_file:
        return csv_response("sites", _headings(), _rows(lines))
    first = (state.number - 1) * PAGE_SIZE
    page = Page(lines[first : first + PAGE_SIZE], state.number, PAGE_SIZE, len(lines))
    return render_template("school/site/index.html", state=state, page=page, labels=labels)


@bp.get("/new")
@requires(Permission.SITE_MANAGE)
def new() -> ResponseReturnValue:
    return _form_page(None, NewSiteForm())


@bp.post("")
@requires(Permission.SITE_MANAGE)
def create() -> ResponseReturnValue:
    form = NewSiteForm()
    if not form.validate():
        return _form_page(None, form), 422
    with refused(form, "code", Conflict, Invalid) as outcome:
        outcome.value = sites.open_site(
            form.details(), code=form.code.data or "", actor=current_actor(), now=request_now()
        )
    if outcome.value is None:
        return _form_page(None, form), 422
    flash(_("The site is open. Add its rooms now."), "success")
    return redirect(url_for(".show", site_id=outcome.value.id), code=303)


@bp.get("/<int:site_id>")
@requires(Permission.SITE_VIEW, subject=get_site)
def show(sheet: SiteSheet) -> ResponseReturnValue:
    return render_template("school/site/show.html", sheet=sheet, site=sheet.site, labels=labels)


@bp.get("/<int:site_id>/details")
@requires(Permission.SITE_MANAGE, subject=get_site)
def edit(sheet: SiteSheet) -> ResponseReturnValue:
    return _form_page(sheet, SiteEditForm.of(sheet.site))


@bp.post("/<int:site_id>/details")
@requires(Permission.SITE_MANAGE, subject=get_site)
def update(sheet: SiteSheet) -> ResponseReturnValue:
    form = SiteEditForm()
    if not form.validate():
        return _form_page(sheet, form), 422
    with refused(form, "name_fr", Invalid) as outcome:
        sites.change_site(
            sheet,
            form.details(),
            is_open=form.is_open(),
            actor=current_actor(),
            now=request_now(),
        )
        outcome.value = True
    if outcome.value is None:
        return _form_page(sheet, form), 422
    flash(_("The site is saved."), "success")
    return redirect(url_for(".show", site_id=sheet.site.id), code=303)


def _form_page(sheet: SiteSheet | None, form: NewSiteForm | SiteEditForm) -> str:
    name = "new" if sheet is None else "edit"
    return render_template(f"school/site/{name}.html", sheet=sheet, form=form)


def _headings() -> list[str]:
    return [
        _("Code"),
        _("Name (French)"),
        _("Name (Arabic)"),
        _("Name (English)"),
        _("Country"),
        _("Time zone"),
        _("Address"),
        _("Rooms"),
        _("Places"),
        _("State"),
    ]


def _rows(lines: Sequence[SiteLine]) -> Iterator[list[object]]:
    for line in lines:
        yield [
            line.code,
            *(line.names.get(tag, "") for tag in ("fr", "ar", "en")),
            labels.COUNTRY[line.country],
            line.zone,
            line.address,
            line.rooms,
            line.places,
            labels.STATE[line.state],
        ]
