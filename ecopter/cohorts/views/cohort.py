"""The list of cohorts, and one cohort with the people in it."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.authorization.guard import can, current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.cohorts import labels, services
from ecopter.cohorts.forms import CohortForm
from ecopter.cohorts.queries import (
    CohortFile,
    CohortSheet,
    CohortWish,
    TraineeLine,
    TraineeWish,
    choose_cohorts,
    choose_trainees,
    get_cohort_file,
    get_cohort_sheet,
    get_new_cohort_file,
    list_cohorts,
)
from ecopter.cohorts.queries.cohorts import PAGE_SIZE
from ecopter.curricula.labels import TRACK
from ecopter.platform.clock import request_now, school_day
from ecopter.platform.i18n import day, say
from ecopter.platform.i18n import title as title_of
from ecopter.shared.paging import Page
from ecopter.ui.lists import ListState, csv_response, list_state

bp = Blueprint("cohort", __name__)


@bp.get("")
@requires(Permission.COHORT_LIST)
def index() -> ResponseReturnValue:
    state = list_state(
        filters={"state": labels.COHORT_STATE, "track": TRACK},
        sorts=("starts_on", "name", "code", "places"),
        default_sort="-starts_on",
    )
    wish = CohortWish(
        words=state.words,
        state=state.filters.get("state", ""),
        track=state.filters.get("track", ""),
        sort=state.sort,
        day=school_day(request_now()),
    )
    if state.as_file:
        return _cohorts_as_file(wish)
    page = list_cohorts(current_actor(), state.number, wish)
    return render_template(
        "cohorts/cohort/index.html",
        page=page,
        state=state,
        today=wish.day,
        labels=labels,
        tracks=TRACK,
    )


def _cohorts_as_file(wish: CohortWish) -> ResponseReturnValue:
    headings = [
        _("Code"),
        _("Name"),
        _("Course"),
        _("First day"),
        _("Last day"),
        _("State"),
        _("Places taken"),
        _("Places"),
    ]
    rows = [
        (
            line.code,
            title_of(line.names),
            title_of(line.titles),
            day(line.starts_on, "short"),
            day(line.ends_on, "short"),
            labels.COHORT_STATE[line.state_on(wish.day)],
            line.places,
            line.capacity,
        )
        for line in choose_cohorts(current_actor(), wish)
    ]
    return csv_response("cohorts", headings, rows)


@bp.get("/<int:cohort_id>")
@requires(Permission.COHORT_VIEW, subject=get_cohort_sheet)
def show(sheet: CohortSheet) -> ResponseReturnValue:
    state = list_state(filters={"state": labels.STATE}, sorts=("name", "state", "first_day"))
    wish = TraineeWish(state.words, state.filters.get("state", ""), state.sort)
    lines = choose_trainees(sheet.lines, wish)
    if state.as_file:
        return _trainees_as_file(sheet, lines)
    page = _page_of(lines, state)
    return render_template(
        "cohorts/cohort/show.html", sheet=sheet, page=page, state=state, labels=labels
    )


def _page_of(lines: list[TraineeLine], state: ListState) -> Page[TraineeLine]:
    first = (state.number - 1) * PAGE_SIZE
    return Page(lines[first : first + PAGE_SIZE], state.number, PAGE_SIZE, len(lines))


def _trainees_as_file(sheet: CohortSheet, lines: list[TraineeLine]) -> ResponseReturnValue:
    """What a person does in life is the office's: nobody else's file has it."""
    is_office = can(Permission.ENROLMENT_MANAGE, sheet)
    headings = [
        _("Name"),
        _("Name (Arabic)"),
        _("Sign-in name"),
        _("State"),
        _("First day"),
        _("Last day"),
    ]
    if is_office:
        headings.append(_("Category"))
    rows = []
    for line in lines:
        row = [
            line.latin,
            line.arabic,
            line.sign_in_name,
            labels.STATE[line.state],
            day(line.first_day, "short") if line.first_day else "",
            day(line.last_day, "short") if line.last_day else "",
        ]
        if is_office:
            row.append(labels.CATEGORY[line.category] if line.category else "")
        rows.append(row)
    return csv_response(f"cohort-{sheet.cohort.code}", headings, rows)


@bp.get("/new")
@requires(Permission.COHORT_MANAGE)
def new() -> ResponseReturnValue:
    form = CohortForm(data={"capacity": 16})
    return _new_page(form)


@bp.post("/new")
@requires(Permission.COHORT_MANAGE)
def create() -> ResponseReturnValue:
    form = CohortForm()
    if not form.validate():
        return _new_page(form), 422
    try:
        cohort = services.create_cohort(form.facts(), actor=current_actor(), now=request_now())
    except services.Refused as refusal:
        _say_why(form, refusal)
        return _new_page(form), 422
    flash(_("The cohort exists now. Enrol people, and name its instructors."), "success")
    return redirect(url_for("cohorts.cohort.show", cohort_id=cohort.id), code=303)


@bp.get("/<int:cohort_id>/details")
@requires(Permission.COHORT_MANAGE, subject=get_cohort_file)
def edit(file: CohortFile) -> ResponseReturnValue:
    return _edit_page(file, CohortForm(obj=file.cohort))


@bp.post("/<int:cohort_id>/details")
@requires(Permission.COHORT_MANAGE, subject=get_cohort_file)
def update(file: CohortFile) -> ResponseReturnValue:
    form = CohortForm()
    if file.cohort is None or not form.validate():
        return _edit_page(file, form), 422
    try:
        services.update_cohort(file.cohort, form.facts(), actor=current_actor(), now=request_now())
    except services.Refused as refusal:
        _say_why(form, refusal)
        return _edit_page(file, form, Counter(refusal.half_days)), 422
    flash(_("Saved."), "success")
    return redirect(url_for("cohorts.cohort.show", cohort_id=file.cohort.id), code=303)


def _say_why(form: CohortForm, refusal: services.Refused) -> None:
    """Every refusal beside its field."""
    for name, fault in refusal.faults.items():
        form[name].errors = [*form[name].errors, say(fault.sentence, **fault.values)]


def _new_page(form: CohortForm) -> str:
    form.offer(get_new_cohort_file())
    return render_template("cohorts/cohort/new.html", form=form)


def _edit_page(
    file: CohortFile, form: CohortForm, half_days: Mapping[date, int] | None = None
) -> str:
    """`half_days`: how many would fall outside the dates, by day."""
    form.offer(file)
    return render_template("cohorts/cohort/edit.html", form=form, file=file, half_days=half_days)
