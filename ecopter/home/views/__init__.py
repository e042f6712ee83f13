"""The first page after signing in, the page of all places, and the leaders' area."""

from typing import Any

from flask import Blueprint, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.certificates import labels
from ecopter.home.labels import STEP
from ecopter.home.queries import Home, get_home
from ecopter.home.rules import SetUpStep
from ecopter.home.views import entrance, leaders, menu
from ecopter.notices.services.lines import lines_of
from ecopter.platform.i18n import page_language
from ecopter.timetable.labels import HALF_DAY
from ecopter.ui.navigation import only_leads

# Where each step is done as long as there is no cohort.
PAGE = {
    SetUpStep.SCHOOL: "school.settings.show",
    SetUpStep.SITES: "school.site.index",
    SetUpStep.INSTRUCTORS: "people.person.index",
    SetUpStep.COHORT: "cohorts.cohort.new",
    SetUpStep.PEOPLE: "cohorts.cohort.index",
    SetUpStep.HALF_DAYS: "cohorts.cohort.index",
}

bp = Blueprint("home", __name__)
for child in (menu, entrance, leaders):
    bp.register_blueprint(child.bp)


@bp.get("/")
@requires(Permission.HOME_VIEW, subject=get_home)
def show(home: Home) -> ResponseReturnValue:
    if only_leads(current_actor()):
        return redirect(url_for("home.leaders.show"), code=303)
    return render_template(
        "home/show.html",
        home=home,
        lines=lines_of(home.news.notices, page_language().tag),
        labels=labels,
        halves=HALF_DAY,
        steps=_steps(home),
        zone=current_app.config["SCHOOL_ZONE"],
    )


def _steps(home: Home) -> list[dict[str, Any]]:
    """The set-up as the component `stepper` shows it; empty once the school runs."""
    done = home.office.steps if home.office else {}
    first = next((step for step, is_done in done.items() if not is_done), None)
    return [
        {
            "title": STEP[step],
            "state": "done" if is_done else "now" if step is first else "todo",
            "note": "",
            "url": _page_of(step, home),
        }
        for step, is_done in done.items()
    ]


def _page_of(step: SetUpStep, home: Home) -> str:
    """Where a step is done; people and half-days go into the latest cohort."""
    latest = home.office.cohorts[0].cohort.id if home.office and home.office.cohorts else None
    if step is SetUpStep.PEOPLE and latest:
        return url_for("cohorts.roster.new", cohort_id=latest)
    if step is SetUpStep.HALF_DAYS and latest:
        return url_for("timetable.series.new", cohort_id=latest)
    return url_for(PAGE[step])
