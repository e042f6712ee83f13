"""Absences: announced by trainees, decided by instructors."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.attendance import labels, queries, services
from ecopter.attendance.forms import AbsenceForm, DecisionForm
from ecopter.attendance.queries import AbsenceDesk, AbsenceLine, AbsenceSearch, AbsenceSheet
from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.platform.clock import request_now
from ecopter.platform.i18n import title
from ecopter.shared.errors import Conflict, Invalid
from ecopter.timetable import labels as timetable_labels
from ecopter.ui.lists import csv_response, list_state
from ecopter.ui.refusals import refused

bp = Blueprint("absence", __name__)

SORTS = ("first_day", "name", "announced")


@bp.get("/absences")
@requires(Permission.ABSENCE_LIST)
def index() -> ResponseReturnValue:
    actor = current_actor()
    cohorts = queries.list_absence_cohorts(actor)
    state = list_state(
        filters={"state": [kind.value for kind in labels.DECIDABLE], "cohort": cohorts},
        sorts=SORTS,
        default_sort="-first_day",
    )
    cohort = state.filters.get("cohort")
    search = AbsenceSearch(
        words=state.words,
        state=state.filters.get("state", ""),
        cohort_id=int(cohort) if cohort else None,
        column=state.column,
        is_descending=state.is_descending,
    )
    lines = queries.list_absences(actor, search)
    if state.as_file:
        headings = (_("Trainee"), _("Name in Arabic"), _("Cohort"), _("First day"), _("Last day"))
        more = (_("How much of it"), _("Reason"), _("Decision"))
        return csv_response("absences", headings + more, map(_cells, lines))
    return render_template(
        "attendance/absence/index.html",
        state=state,
        page=queries.page_of(lines, state.number),
        cohorts=cohorts,
        labels=labels,
    )


def _cells(line: AbsenceLine) -> tuple[object, ...]:
    return (
        line.name.latin,
        line.name.arabic,
        title(line.cohort),
        line.absence.first_day.isoformat(),
        line.absence.last_day.isoformat(),
        labels.extent(line.absence),
        labels.EXCUSE[line.category],
        labels.ABSENCE[line.state],
    )


@bp.get("/enrolments/<int:enrolment_id>/absences")
@requires(Permission.ABSENCE_ANNOUNCE, subject=queries.get_absence_desk)
def new(desk: AbsenceDesk) -> ResponseReturnValue:
    return _desk_page(desk, AbsenceForm(data={"first_day": desk.today}))


@bp.post("/enrolments/<int:enrolment_id>/absences")
@requires(Permission.ABSENCE_ANNOUNCE, subject=queries.hold_absence_desk)
def create(desk: AbsenceDesk) -> ResponseReturnValue:
    form = AbsenceForm()
    if not form.check(desk):
        return _desk_page(desk, form), 422
    with refused(form, "first_day", Invalid) as outcome:
        outcome.value = services.announce(
            desk,
            form.absence,
            form.chosen_category,
            note=form.note.data or "",
            actor=current_actor(),
            now=request_now(),
        )
    if not outcome.value:
        return _desk_page(desk, form), 422
    flash(_("Your absence is announced. Your instructors have been told."), "success")
    return redirect(url_for(".new", enrolment_id=desk.enrolment.id), code=303)


@bp.get("/absences/<int:absence_id>")
@requires(Permission.ABSENCE_VIEW, subject=queries.get_absence)
def show(sheet: AbsenceSheet) -> ResponseReturnValue:
    return _sheet_page(sheet, DecisionForm.of(sheet))


@bp.post("/absences/<int:absence_id>")
@requires(Permission.ABSENCE_DECIDE, subject=queries.hold_absence)
def update(sheet: AbsenceSheet) -> ResponseReturnValue:
    form, actor = DecisionForm(), current_actor()
    if not form.check(sheet, actor.user_id):
        return _sheet_page(sheet, form), 422
    with refused(form, "decision", Conflict) as outcome:
        services.decide(
            sheet,
            accepted=form.accepts,
            reason=form.reason.data or "",
            actor=actor,
            now=request_now(),
        )
        outcome.value = True
    if not outcome.value:
        return _sheet_page(sheet, form), 422
    flash(_("Your decision is kept and the trainee has been told."), "success")
    return redirect(url_for(".show", absence_id=sheet.notice.id), code=303)


@bp.post("/absences/<int:absence_id>/withdrawal")
@requires(Permission.ABSENCE_ANNOUNCE, subject=queries.hold_absence)
def delete(sheet: AbsenceSheet) -> ResponseReturnValue:
    services.withdraw(sheet, actor=current_actor(), now=request_now())
    flash(_("Your absence is withdrawn."), "success")
    return redirect(url_for(".new", enrolment_id=sheet.notice.enrolment_id), code=303)


def _desk_page(desk: AbsenceDesk, form: AbsenceForm) -> str:
    return render_template("attendance/absence/new.html", desk=desk, form=form, labels=labels)


def _sheet_page(sheet: AbsenceSheet, form: DecisionForm) -> str:
    return render_template(
        "attendance/absence/show.html",
        sheet=sheet,
        form=form,
        labels=labels,
        half_day_labels=timetable_labels,
    )
