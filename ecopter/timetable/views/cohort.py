"""The half-days of a cohort, week by week."""

from collections.abc import Sequence

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.authorization.guard import requires
from ecopter.authorization.policy import Permission
from ecopter.platform.i18n import clock_time, title
from ecopter.shared.paging import Page
from ecopter.timetable import labels
from ecopter.timetable.queries import HalfDayLine, Timetable, by_week, get_timetable
from ecopter.timetable.rules import HalfDayState
from ecopter.ui.lists import csv_response, list_state

bp = Blueprint("cohort", __name__)


@bp.get("/cohorts/<int:cohort_id>/half-days")
@requires(Permission.REGISTER_VIEW, subject=get_timetable)
def show(timetable: Timetable) -> ResponseReturnValue:
    modules = {str(module.id): title(module.titles) for module in timetable.modules}
    sites = {str(site.id): title(site.names) for site in timetable.sites}
    state = list_state(
        filters={"state": [one.value for one in HalfDayState], "module": modules, "site": sites},
        sorts=("day",),
    )
    chosen = state.filters
    lines = timetable.choice(
        state=chosen.get("state"),
        module_id=int(chosen["module"]) if "module" in chosen else None,
        site_id=int(chosen["site"]) if "site" in chosen else None,
    )
    if state.as_file:
        return _file(timetable, lines)
    return render_template(
        "timetable/cohort/show.html",
        timetable=timetable,
        weeks=by_week(lines),
        modules=modules,
        sites=sites,
        state=state,
        page=Page(lines, 1, max(1, len(lines)), len(lines)),
        labels=labels,
    )


def _file(timetable: Timetable, lines: Sequence[HalfDayLine]) -> Response:
    headings = (
        _("Day"),
        _("Half-day"),
        _("Begins at"),
        _("Ends at"),
        _("Module"),
        _("Site"),
        _("Room"),
        _("Instructors"),
        _("State"),
        _("Reason"),
    )
    rows = [
        (
            half_day.held_on.isoformat(),
            labels.HALF_DAY[half_day.half_day],
            clock_time(half_day.starts_at, half_day.site.zone),
            clock_time(half_day.ends_at, half_day.site.zone),
            title(half_day.module.titles),
            title(half_day.site.names),
            half_day.room.name if half_day.room else "",
            ", ".join(labels.written(user.name) for user in half_day.instructors),
            labels.STATE[line.state],
            half_day.cancel_reason,
        )
        for line in lines
        for half_day in (line.training_session,)
    ]
    return csv_response(f"{timetable.cohort.code}-half-days", headings, rows)
