"""The registers to take, and the register of one half-day."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.attendance import labels, queries, services
from ecopter.attendance.forms import RegisterForm
from ecopter.attendance.queries import Desk, RegisterSheet, RegisterWish, Whose
from ecopter.attendance.queries.lists import PAGE_SIZE
from ecopter.attendance.rules import Obstacle
from ecopter.attendance.views.rows import Rows
from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.platform.clock import request_now
from ecopter.platform.i18n import page_language, title
from ecopter.timetable import labels as timetable_labels
from ecopter.timetable.queries import HalfDayLine
from ecopter.ui.lists import csv_response, list_state

bp = Blueprint("register", __name__)

# More half-days than the school holds in ten years.
WHOLE_LIST = 10_000

SHOWN_INSTEAD = {
    Obstacle.CANCELLED: "attendance/register/cancelled.html",
    Obstacle.CLOSED: "attendance/register/closed.html",
    Obstacle.TOO_EARLY: "attendance/register/early.html",
}


@bp.get("/registers")
@requires(Permission.REGISTER_TAKE, subject=queries.get_desk)
def index(desk: Desk) -> ResponseReturnValue:
    whose, is_closed = _whose(desk), request.args.get("list") == "closed"
    is_wider = whose is Whose.ALL and not desk.sees_every_cohort
    state = list_state(
        filters={},
        sorts=("day", "cohort", "module", "site"),
        # What waits is read from its oldest end, what is done from its newest.
        default_sort="-day" if is_closed else "day",
        kept={"list": "closed" if is_closed else None, "whose": "all" if is_wider else None},
    )
    wish = RegisterWish(state.words, state.column, state.is_descending, page_language().tag)
    number, size = (1, WHOLE_LIST) if state.as_file else (state.number, PAGE_SIZE)
    how: dict[str, Any] = {"whose": whose, "size": size, "wish": wish}
    today = [] if is_closed else queries.list_today(desk, whose=whose, words=state.words)
    page = (
        queries.list_closed(desk, number, **how)
        if is_closed
        else queries.list_pending(desk, number, without=today, **how)
    )
    if state.as_file:
        return _file([*today, *page.items])
    return render_template(
        "attendance/register/index.html",
        desk=desk,
        whose=whose,
        is_closed=is_closed,
        state=state,
        today=today,
        page=page,
        half_day_labels=timetable_labels,
    )


def _whose(desk: Desk) -> Whose:
    """One's own half-days unless the address says otherwise; the office has none of its own."""
    if desk.sees_every_cohort:
        return Whose.ALL
    wanted = request.args.get("whose")
    return Whose(wanted) if wanted in set(Whose) else Whose.MINE


def _file(lines: Sequence[HalfDayLine]) -> Response:
    headings = (_("Day"), _("Half-day"), _("Cohort"), _("Module"), _("Site"), _("State"))
    rows = [
        (
            half_day.held_on.isoformat(),
            timetable_labels.HALF_DAY[half_day.half_day],
            title(half_day.cohort.names),
            title(half_day.module.titles),
            title(half_day.site.names),
            timetable_labels.STATE[line.state],
        )
        for line in lines
        for half_day in (line.training_session,)
    ]
    return csv_response("registers", headings, rows)


@bp.get("/sessions/<int:training_session_id>/register")
@requires(Permission.REGISTER_TAKE, subject=queries.get_register)
def edit(sheet: RegisterSheet) -> ResponseReturnValue:
    obstacle = sheet.obstacle(request_now())
    if obstacle is not None:
        return _page(SHOWN_INSTEAD[obstacle], sheet)
    return _page("attendance/register/edit.html", sheet, RegisterForm.of(sheet))


@bp.post("/sessions/<int:training_session_id>/register")
@requires(Permission.REGISTER_TAKE, subject=queries.hold_register)
def update(sheet: RegisterSheet) -> ResponseReturnValue:
    form = RegisterForm.sent(sheet, request.form)
    if form.only_asks:
        return _page("attendance/register/edit.html", sheet, form.answer())
    if not form.validate():
        return _page("attendance/register/edit.html", sheet, form), 422
    services.save_register(sheet, form.writing(), actor=current_actor(), now=request_now())
    flash(
        _("The register is closed.") if form.closing else _("The draft is saved."),
        "success",
    )
    return redirect(url_for(".edit", training_session_id=sheet.training_session.id), code=303)


def _page(template: str, sheet: RegisterSheet, form: RegisterForm | None = None) -> str:
    return render_template(
        template,
        sheet=sheet,
        form=form,
        options=[(status.value, str(words)) for status, words in labels.STATUS.items()],
        labels=labels,
        half_day_labels=timetable_labels,
        rows_of=Rows,
    )
