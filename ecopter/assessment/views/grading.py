"""Work that waits, and the page on which one hand-in is judged."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.assessment.forms.grading import GradeForm
from ecopter.assessment.labels import grading as labels
from ecopter.assessment.queries.grading import (
    PAGE_SIZE,
    GradingSheet,
    WaitingList,
    WaitingWish,
    find_next_waiting,
    get_grading_sheet,
    get_waiting,
)
from ecopter.assessment.rules.grading import working
from ecopter.assessment.services.grading import grade
from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Actor, Permission
from ecopter.platform.clock import request_now
from ecopter.platform.i18n import title
from ecopter.ui.lists import ListState, csv_response, list_state

bp = Blueprint("grading", __name__)

# More hand-ins than ever wait at once.
WHOLE_LIST = 10_000


def _wanted_cohort() -> int | None:
    return request.args.get("cohort", None, type=int)


def _state() -> ListState:
    """Whoever has waited longest comes first, unless the address says otherwise."""
    return list_state(
        filters={}, sorts=("at", "name", "lesson", "cohort"), kept={"cohort": _wanted_cohort()}
    )


def _waiting(actor: Actor) -> WaitingList:
    state = _state()
    number, size = (1, WHOLE_LIST) if state.as_file else (state.number, PAGE_SIZE)
    return get_waiting(
        actor,
        cohort_id=_wanted_cohort(),
        number=number,
        size=size,
        wish=WaitingWish(state.words, state.column, state.is_descending),
    )


@bp.get("/grading")
@requires(Permission.COHORT_LIST, subject=_waiting)
def index(waiting: WaitingList) -> ResponseReturnValue:
    state = _state()
    if state.as_file:
        return _file(waiting)
    everything = (
        _("All") + f" ({waiting.total})",
        state.url(cohort=None),
        waiting.cohort_id is None,
    )
    cohorts = [
        (
            f"{cohort.code} ({cohort.count})",
            state.url(cohort=cohort.cohort_id),
            cohort.cohort_id == waiting.cohort_id,
        )
        for cohort in waiting.cohorts
    ]
    return render_template(
        "assessment/grading/index.html",
        waiting=waiting,
        choices=[everything, *cohorts],
        state=state,
    )


def _file(waiting: WaitingList) -> Response:
    headings = (_("Trainee"), _("Exercise"), _("Title"), _("Cohort"), _("Handed in"))
    rows = [
        (
            work.name.latin,
            work.lesson_code,
            title(work.lesson_titles),
            work.cohort_code,
            work.submitted_at.isoformat(timespec="minutes"),
        )
        for work in waiting.page.items
    ]
    return csv_response("work-to-grade", headings, rows)


@bp.get("/submissions/<int:submission_id>/grade")
@requires(Permission.SUBMISSION_GRADE, subject=get_grading_sheet)
def edit(sheet: GradingSheet) -> ResponseReturnValue:
    return _page(sheet, GradeForm(sheet))


@bp.post("/submissions/<int:submission_id>/grade")
@requires(Permission.SUBMISSION_GRADE, subject=get_grading_sheet)
def update(sheet: GradingSheet) -> ResponseReturnValue:
    form = GradeForm(sheet, request.form)
    if not form.validate():
        return _page(sheet, form), 422
    actor = current_actor()
    saved = grade(
        sheet,
        form.judgement,
        form.terms,
        seen_grade_id=form.seen_grade_id,
        actor=actor,
        now=request_now(),
    )
    flash(_("Grade saved.") if saved.mark is not None else _("Excuse saved."), "success")
    return redirect(_after(sheet, actor), code=303)


def _after(sheet: GradingSheet, actor: Actor) -> str:
    """Back to the same page, or on to the work that has waited longest."""
    cohort_id = _wanted_cohort()
    if request.form.get("then") != "next":
        return url_for(".edit", submission_id=sheet.submission.id, cohort=cohort_id)
    following = find_next_waiting(actor, cohort_id=cohort_id)
    if following is None:
        return url_for(".index", cohort=cohort_id)
    return url_for(".edit", submission_id=following, cohort=cohort_id)


def _page(sheet: GradingSheet, form: GradeForm) -> str:
    own = sheet.own_grade
    return render_template(
        "assessment/grading/edit.html",
        sheet=sheet,
        form=form,
        grading=labels,
        cohort_id=_wanted_cohort(),
        working=working([score.level for score in own.scores]) if own and own.scores else None,
    )
