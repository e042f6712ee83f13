"""Half-days that come again every week: first a dry run, then all of them at once."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.platform.clock import request_now
from ecopter.timetable import labels, queries, services
from ecopter.timetable.forms import SeriesForm
from ecopter.timetable.queries import DryRun, Planning

bp = Blueprint("series", __name__, url_prefix="/cohorts/<int:cohort_id>/half-days/series")


@bp.get("")
@requires(Permission.HALF_DAY_MANAGE, subject=queries.get_planning)
def new(planning: Planning) -> ResponseReturnValue:
    return _page(planning, SeriesForm.of(planning))


@bp.post("")
@requires(Permission.HALF_DAY_MANAGE, subject=queries.hold_new_series)
def create(planning: Planning) -> ResponseReturnValue:
    form = SeriesForm.of(planning)
    if not form.validate():
        return _page(planning, form), 422
    run = queries.try_series(planning, form.series())
    if not form.seal.data:
        return _page(planning, form, run)
    if run.plan.planned and form.seal.data != run.plan.seal:
        # Agreed to something else: the timetable or the form has changed since.
        return _page(planning, form, run, has_changed=True), 422
    if run.plan.planned:
        number = services.plan_half_days(planning, run, actor=current_actor(), now=request_now())
        words = ngettext("%(num)s half-day is planned.", "%(num)s half-days are planned.", number)
        flash(words, "success")
    else:
        flash(_("Nothing was planned twice: these half-days stand already."), "info")
    return redirect(url_for("timetable.cohort.show", cohort_id=planning.cohort.id), code=303)


def _page(
    planning: Planning, form: SeriesForm, run: DryRun | None = None, *, has_changed: bool = False
) -> str:
    return render_template(
        "timetable/series/new.html",
        planning=planning,
        form=form,
        run=run,
        has_changed=has_changed,
        labels=labels,
    )
