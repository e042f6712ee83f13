"""What the agendas share: the week an address names, and their one template."""

from flask import render_template, request

from ecopter.authorization.guard import current_actor
from ecopter.platform.clock import request_now, school_day
from ecopter.timetable import labels, queries
from ecopter.timetable.queries import Subject
from ecopter.timetable.rules import read_week, week_of


def agenda_page(subject: Subject) -> str:
    """The agenda of the week in `?week=2026-W48` or of the day in `?day=`, else of this week."""
    now = request_now()
    today = school_day(now)
    asked = request.args.get("week") or request.args.get("day") or ""
    week = read_week(asked) or week_of(today)
    return render_template(
        "timetable/agenda/show.html",
        agenda=queries.get_agenda(subject, week, actor=current_actor(), now=now),
        today=today,
        this_week=week_of(today),
        labels=labels,
    )
