"""The few entries of the main menu, by what the reader is today."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import current_app, request, url_for
from flask_babel import gettext as _

from ecopter.authorization.policy import Actor, Role

MOST = 5


@dataclass(frozen=True)
class Entry:
    url: str
    label: str
    icon: str
    is_current: bool


def entries(actor: Actor) -> list[Entry]:
    """At most five: a bottom bar on a phone holds no more."""
    if actor.user_id is None:
        return []
    here = request.endpoint or ""
    found = [_entry("home.show", _("Home"), "home", here, "home.")]
    found += _learning(actor, here)
    found += _teaching(actor, here)
    return found[:MOST]


def _learning(actor: Actor, here: str) -> Iterator[Entry]:
    if not actor.enrolments:
        return
    # The place that runs, else the latest one held.
    own = max(actor.active_enrolments or actor.enrolments)
    # Quizzes and exercises are reached from the path.
    path = ("learning.", "assessment.")
    yield _entry("learning.path.show", _("My path"), "book", here, path, enrolment_id=own)
    yield _entry(
        "attendance.record.show",
        _("My hours"),
        "clock",
        here,
        "attendance.record.",
        enrolment_id=own,
    )
    if actor.is_staff:
        return
    yield _entry(
        "gradebook.marks.show", _("My marks"), "medal", here, "gradebook.", enrolment_id=own
    )
    yield _entry(
        "certificates.credential.index",
        _("My papers"),
        "scroll",
        here,
        "certificates.",
        enrolment_id=own,
    )


def _teaching(actor: Actor, here: str) -> Iterator[Entry]:
    if not actor.is_staff:
        return
    yield _entry("attendance.register.index", _("Registers"), "check", here, "attendance.register.")
    if not actor.enrolments and (actor.teaches or actor.has(Role.HEAD_OF_STUDIES)):
        yield _entry("assessment.grading.index", _("Grading"), "pencil", here, "assessment.")
    cohort = ("cohorts.", "timetable.", "gradebook.", "certificates.")
    yield _entry("cohorts.cohort.index", _("Cohorts"), "users", here, cohort)


def _entry(
    endpoint: str, label: str, icon: str, here: str, part: str | tuple[str, ...], **where: Any
) -> Entry:
    return Entry(url_for(endpoint, **where), label, icon, here.startswith(part))


def demo_mode() -> bool:
    """Whether this is the demonstration, whose ribbon every page carries."""
    return bool(current_app.config["DEMO_ACCOUNTS"])
