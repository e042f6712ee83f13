"""Who teaches a cohort: found by name, from a day until an evening."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.cohorts import services
from ecopter.cohorts.forms import InstructorForm, TeachingEndForm
from ecopter.cohorts.queries import (
    Teaching,
    TeachingEnd,
    get_teaching,
    get_teaching_end,
    search_people,
)
from ecopter.platform.clock import request_now
from ecopter.shared.errors import Conflict, Invalid
from ecopter.shared.text import fold
from ecopter.ui.refusals import refused

bp = Blueprint("instructor", __name__, url_prefix="/<int:cohort_id>/instructors")


@bp.get("")
@requires(Permission.COHORT_MANAGE, subject=get_teaching)
def new(teaching: Teaching) -> ResponseReturnValue:
    first = max(teaching.today, teaching.cohort.starts_on)
    return _page(teaching, InstructorForm(formdata=None, data={"from_on": first}))


@bp.post("")
@requires(Permission.COHORT_MANAGE, subject=get_teaching)
def create(teaching: Teaching) -> ResponseReturnValue:
    form = InstructorForm()
    if not form.validate():
        return _page(teaching, form), 422
    with refused(form, "user_id", Conflict, Invalid) as outcome:
        services.add_instructor(
            teaching.cohort.id,
            form.user_id.data,
            from_on=form.from_on.data,
            until_on=form.until_on.data,
            actor=current_actor(),
            now=request_now(),
        )
        outcome.value = True
    if not outcome.value:
        return _page(teaching, form), 422
    flash(_("Added. Their rights begin on the first day."), "success")
    return _back(teaching)


@bp.post("/<int:instructor_id>/end")
@requires(Permission.COHORT_MANAGE, subject=get_teaching_end)
def delete(end: TeachingEnd) -> ResponseReturnValue:
    teaching, form = end.teaching, TeachingEndForm()
    if form.validate():
        with refused(form, "last_day", Conflict, Invalid) as outcome:
            services.end_instructor(
                teaching.cohort.id,
                end.user_id,
                last_day=form.last_day.data,
                actor=current_actor(),
                now=request_now(),
            )
            outcome.value = True
        if outcome.value:
            flash(
                _(
                    "Their rights in this cohort end on that evening. Half-days they are still "
                    "named for need someone else."
                ),
                "success",
            )
            return _back(teaching)
    blank = InstructorForm(formdata=None, data={"from_on": teaching.today})
    return _page(teaching, blank, ending=end.user_id, end_form=form), 422


def _back(teaching: Teaching) -> ResponseReturnValue:
    return redirect(url_for("cohorts.instructor.new", cohort_id=teaching.cohort.id), code=303)


def _page(
    teaching: Teaching,
    form: InstructorForm,
    *,
    ending: int | None = None,
    end_form: TeachingEndForm | None = None,
) -> str:
    wanted = " ".join(request.values.get("q", "").replace("\x00", "").split())[:80]
    found = search_people(teaching.cohort.id, fold(wanted).split())
    form.offer(found)
    return render_template(
        "cohorts/instructor/new.html",
        teaching=teaching,
        form=form,
        wanted=wanted,
        found=found,
        ending=ending,
        end_form=end_form,
    )
