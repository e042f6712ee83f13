"""People enrolled by the list: first what was understood, then, on a second word, the act."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.cohorts import labels, services
from ecopter.cohorts.forms import OnePersonForm, RosterForm
from ecopter.cohorts.queries import (
    Intake,
    Plan,
    get_intake,
    hold_intake,
    plan_roster,
    search_people,
)
from ecopter.platform.clock import request_now
from ecopter.shared.errors import Conflict, Invalid
from ecopter.shared.text import fold
from ecopter.ui.refusals import refused

bp = Blueprint("roster", __name__, url_prefix="/<int:cohort_id>/roster")


@bp.get("")
@requires(Permission.ENROLMENT_MANAGE, subject=get_intake)
def new(intake: Intake) -> ResponseReturnValue:
    first = {"starts_on": intake.cohort.starts_on}
    return _page(
        intake,
        RosterForm(formdata=None, data=first),
        one=OnePersonForm(formdata=None, data=first, prefix="one-"),
    )


@bp.post("")
@requires(Permission.ENROLMENT_MANAGE, subject=hold_intake)
def create(intake: Intake) -> ResponseReturnValue:
    if request.form.get("act") == "person":
        return _enrol_person(intake)
    form = RosterForm()
    is_readable, problem = form.validate(), form.take_file()
    if problem:
        form.file.errors = (*form.file.errors, problem)
    if problem or not is_readable:
        return _page(intake, form), 422
    plan = plan_roster(intake.cohort.id, form.text.data or "", form.choices(request.form))
    if not form.wants_enrolment:
        return _page(intake, form, plan), 200 if plan.is_sound else 422
    with refused(form, "text", Conflict, Invalid) as outcome:
        outcome.value = services.enrol_roster(
            intake,
            plan,
            starts_on=form.starts_on.data,
            actor=current_actor(),
            now=request_now(),
        )
    if outcome.value is None:
        return _page(intake, form, plan), 422
    _say_done(outcome.value)
    return redirect(url_for("cohorts.cohort.show", cohort_id=intake.cohort.id), code=303)


def _enrol_person(intake: Intake) -> ResponseReturnValue:
    """Someone who has an account, found by name."""
    one = OnePersonForm(prefix="one-")
    if one.validate():
        with refused(one, "user_id", Conflict, Invalid) as outcome:
            outcome.value = services.enrol_person(
                intake,
                one.user_id.data,
                starts_on=one.starts_on.data,
                actor=current_actor(),
                now=request_now(),
            )
        if outcome.value:
            _say_done(1)
            return redirect(url_for("cohorts.cohort.show", cohort_id=intake.cohort.id), code=303)
    first = {"starts_on": intake.cohort.starts_on}
    return _page(intake, RosterForm(formdata=None, data=first), one=one), 422


def _say_done(number: int) -> None:
    if number:
        said = ngettext(
            "%(num)s person is enrolled. Give them their way in: a code to read out or to print.",
            "%(num)s people are enrolled. Give them their way in: codes to read out or to print.",
            number,
        )
        flash(said, "success")
    else:
        flash(_("Everyone in the list is enrolled already: nothing was changed."), "info")


def _page(
    intake: Intake, form: RosterForm, plan: Plan | None = None, one: OnePersonForm | None = None
) -> str:
    wanted = " ".join(request.values.get("q", "").replace("\x00", "").split())[:80]
    found = search_people(intake.cohort.id, fold(wanted).split())
    if one:
        one.offer(found)
    # Whoever presses the button below enrols the list shown above it, and no other.
    form.checked.data = form.mark
    return render_template(
        "cohorts/roster/create.html" if plan else "cohorts/roster/new.html",
        intake=intake,
        form=form,
        plan=plan,
        one=one,
        wanted=wanted,
        found=found,
        labels=labels,
        order=[labels.COLUMN[column] for column in plan.roster.columns] if plan else [],
    )
