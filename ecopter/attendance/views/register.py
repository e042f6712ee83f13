"""The registers to take, and the register of one half-day."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.attendance import labels, queries, services
from ecopter.attendance.forms import RegisterForm
from ecopter.attendance.queries import Desk, RegisterSheet, Whose
from ecopter.attendance.queries.lists import PAGE_SIZE
from ecopter.attendance.rules import Obstacle
from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.platform.clock import request_now
from ecopter.platform.i18n import title
from ecopter.timetable import labels as timetable_labels
from ecopter.timetable.queries import HalfDayLine
from ecopter.ui.lists import csv_response, is_file_wanted, page_number

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
    wanted = request.args.get("whose")
    whose = Whose(wanted) if wanted in set(Whose) else Whose.MINE
    if desk.sees_every_cohort:
        whose = Whose.ALL
    is_closed = request.args.get("list") == "closed"
    as_file = is_file_wanted()
    number, size = (1, WHOLE_LIST) if as_file else (page_number(), PAGE_SIZE)
    today = [] if is_closed else queries.list_today(desk, whose=whose)
    # What waits is read from its oldest end, what is done from its newest, unless asked otherwise.
    newest_first = {"newest": True, "oldest": False}.get(request.args.get("sort", ""), is_closed)
    how: dict[str, Any] = {"whose": whose, "size": size, "newest_first": newest_first}
    page = (
        queries.list_closed(desk, number, **how)
        if is_closed
        else queries.list_pending(desk, number, without=today, **how)
    )
    if as_file:
        return _file([*today, *page.items])
    return render_template(
        "attendance/register/index.html",
        desk=desk,
        whose=whose,
        is_closed=is_closed,
        newest_first=newest_first,
        today=today,
        page=page,
        half_day_labels=timetable_labels,
    )


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
    )
