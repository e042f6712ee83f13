"""Public holidays; those of the moon are corrected once they are announced."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.platform.clock import request_now, school_day
from ecopter.timetable import labels, queries, services
from ecopter.timetable.forms import HolidayForm
from ecopter.timetable.queries import HolidayPage

bp = Blueprint("holiday", __name__)


@bp.get("/holidays")
@requires(Permission.HALF_DAY_MANAGE)
def index() -> ResponseReturnValue:
    years = queries.holiday_years()
    wanted = request.args.get("year", type=int)
    this_year = school_day(request_now()).year
    year = wanted if wanted in years else this_year
    country = request.args.get("country", "")
    found = queries.list_holidays_of(year)
    return render_template(
        "timetable/holiday/index.html",
        holidays=[one for one in found if country not in labels.COUNTRY or one.country == country],
        years=sorted({*years, this_year}),
        year=year,
        country=country,
        labels=labels,
    )


@bp.get("/holidays/<int:holiday_id>")
@requires(Permission.HALF_DAY_MANAGE, subject=queries.get_holiday)
def edit(page: HolidayPage) -> ResponseReturnValue:
    return _page(page, HolidayForm.of(page))


@bp.post("/holidays/<int:holiday_id>")
@requires(Permission.HALF_DAY_MANAGE, subject=queries.get_holiday)
def update(page: HolidayPage) -> ResponseReturnValue:
    form = HolidayForm.of(page)
    if not form.validate():
        return _page(page, form), 422
    services.correct_holiday(
        page,
        held_on=form.held_on.data,
        is_confirmed=form.is_confirmed.data,
        actor=current_actor(),
        now=request_now(),
    )
    flash(
        _("The holiday is saved. Half-days that stand on that day stay where they are."), "success"
    )
    return redirect(url_for(".index", year=page.holiday.held_on.year), code=303)


def _page(page: HolidayPage, form: HolidayForm) -> str:
    return render_template("timetable/holiday/edit.html", page=page, form=form, labels=labels)
