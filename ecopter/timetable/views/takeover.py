"""An instructor takes over a half-day of the school, with a reason."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.platform.clock import request_now
from ecopter.shared.errors import Conflict, Invalid
from ecopter.timetable import labels, queries, services
from ecopter.timetable.forms import TakeoverForm
from ecopter.timetable.queries import Substituting
from ecopter.ui.lists import list_state
from ecopter.ui.refusals import refused

bp = Blueprint("takeover", __name__)


@bp.get("/substitutions")
@requires(Permission.HALF_DAY_TAKE_OVER)
def index() -> ResponseReturnValue:
    openings = queries.list_openings(current_actor(), request_now())
    sites = {str(site.id): site for site in openings.sites}
    state = list_state(filters={"site": sites}, sorts=("day",))
    site = sites.get(state.filters.get("site", ""))
    lines = openings.choice(words=state.words, site_id=site.id if site else None)
    return render_template(
        "timetable/takeover/index.html",
        openings=openings,
        sites=sites,
        state=state,
        page=queries.page_of(lines, state.number),
        labels=labels,
    )


@bp.get("/sessions/<int:training_session_id>/takeover")
@requires(Permission.HALF_DAY_TAKE_OVER, subject=queries.get_substituting)
def new(substituting: Substituting) -> ResponseReturnValue:
    return _page(substituting, TakeoverForm.of(substituting))


@bp.post("/sessions/<int:training_session_id>/takeover")
@requires(Permission.HALF_DAY_TAKE_OVER, subject=queries.hold_substituting)
def create(substituting: Substituting) -> ResponseReturnValue:
    form = TakeoverForm.of(substituting)
    if not form.validate():
        return _page(substituting, form), 422
    here = substituting.training_session.id
    with refused(form, "reason", Conflict, Invalid) as outcome:
        services.take_over(
            substituting,
            left_id=form.left_id,
            reason=form.reason.data or "",
            actor=current_actor(),
            now=request_now(),
        )
        outcome.value = True
    if not outcome.value:
        return _page(substituting, form), 422
    flash(_("This half-day is yours now: you may take its register."), "success")
    return redirect(url_for("timetable.half_day.show", training_session_id=here), code=303)


def _page(substituting: Substituting, form: TakeoverForm) -> str:
    return render_template(
        "timetable/takeover/new.html", substituting=substituting, form=form, labels=labels
    )
