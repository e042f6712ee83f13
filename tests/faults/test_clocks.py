"""Clocks that are wrong: of phones, of zones, and of the server itself."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from ecopter.attendance.models import AttendanceRevision, Register
from ecopter.audit.models import AuditEvent
from ecopter.audit.queries import chain
from ecopter.audit.rules import first_break
from ecopter.authorization.policy import Actor
from ecopter.db import db
from ecopter.people.models import OneTimeCode
from ecopter.people.services.codes import issue_code, redeem_code
from ecopter.platform import jobs
from ecopter.platform.jobs import CLOCK_DOUBT, LEASE, Job, JobState
from ecopter.shared.dates import local
from ecopter.shared.errors import Invalid
from tests.attendance.test_views import Room
from tests.clock import NOW
from tests.factories.people import make_user

HOUR = timedelta(hours=1)
SAVE = "attendance.register.update"
YEARS = range(2025, 2029)


@pytest.mark.parametrize(
    "claimed", ["Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 01 Jan 2100 00:00:00 GMT"]
)
def test_the_servers_clock_is_the_only_one(browser, claimed, proof):
    room = Room(trainees=2)
    teacher = browser.as_(room.teacher)
    far = {"now": claimed, "at": claimed, "closed_at": claimed, "written_at": claimed}
    headers = {
        "Date": claimed,
        "If-Modified-Since": claimed,
        "X-Client-Time": claimed,
        "X-Request-Start": "t=0",
    }
    sent = room.filled("present", "present") | far | {"csrf_token": teacher.token()}

    with teacher.app.app_context():
        answer = teacher.client.post(teacher.url(SAVE, **room.where), data=sent, headers=headers)

    times = {
        *db.session.scalars(select(Register.closed_at)),
        *db.session.scalars(select(AttendanceRevision.written_at)),
        *db.session.scalars(select(AuditEvent.at).where(AuditEvent.action == "register.closed")),
    }
    assert answer.status_code == 303
    assert times == {NOW}
    proof(
        "faults",
        "Times are the server's, whatever a phone claims",
        bar="0 times taken from a request",
        figure="4 headers and 4 fields that claim 1970 and 2100: register, revisions and event "
        "all carry the server's time",
    )


def last_sunday(year: int, month: int) -> datetime:
    """One o'clock UTC on the last Sunday of a month of 31 days, when Europe's clocks change."""
    last = datetime(year, month, 31, 1, tzinfo=UTC)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def paris(moment: datetime) -> timedelta:
    """What the directive says: summer from the last Sunday of March to that of October."""
    year = moment.year
    is_summer = last_sunday(year, 3) <= moment < last_sunday(year, 10)
    return timedelta(hours=2 if is_summer else 1)


def wrong_hours(zone: str, expected) -> list[datetime]:
    """Every hour of the years in which the zone's clock is not what is expected."""
    moment, found = datetime(YEARS[0], 1, 1, tzinfo=UTC), []
    while moment.year in YEARS:
        if local(moment, zone).utcoffset() != expected(moment):
            found.append(moment)
        moment += HOUR
    return found


def test_the_hours_of_paris_and_casablanca_are_exact(app, proof):
    def morocco(moment: datetime) -> timedelta:
        """As of the autumn of 2026, when Morocco left UTC+1 for good."""
        return timedelta(0)

    since = datetime(2026, 9, 20, 3, tzinfo=UTC)
    late = [one for one in wrong_hours("Africa/Casablanca", morocco) if one >= since]
    assert wrong_hours("Europe/Paris", paris) == []
    assert late == []
    assert local(datetime(2026, 11, 23, 12, tzinfo=UTC), "Africa/Casablanca").utcoffset() == (
        timedelta(0)
    )
    proof(
        "faults",
        "The clocks of Paris and Casablanca are right to the hour",
        bar="0 wrong hours from 2025 to 2028",
        figure="35,064 hours of Paris against the directive's Sundays, Casablanca at UTC+0 from "
        "20 September 2026 on: 0 wrong",
    )


def test_a_zone_that_never_changes_its_clock_would_be_seen(app):
    """The planted fault: data without summer time."""
    assert len(wrong_hours("Africa/Algiers", paris)) > 20_000


@pytest.fixture
def clock(app, database) -> Iterator[list[datetime]]:
    """The server's clock, to be set: `clock[0] = …`."""
    time, before = [NOW], app.extensions["adapters"]
    app.extensions["adapters"] = replace(before, clock=lambda: time[0])
    yield time
    app.extensions["adapters"] = before


@pytest.mark.parametrize("back", [HOUR, timedelta(days=1)], ids=["an hour", "a day"])
def test_a_clock_that_jumps_back_stops_nothing(clock, browser, back, proof):
    room = Room(trainees=2, held_on=(NOW - timedelta(days=3)).date())
    teacher = browser.as_(room.teacher)
    pupil = make_user(sign_in_name="pupil")
    code = issue_code(pupil, actor=Actor(user_id=pupil.id), now=NOW).code
    done = Counter()
    jobs.register(teacher.app, "note", lambda arguments, _now: done.update([arguments["n"]]))
    for name in ("leased", "asked"):
        jobs.enqueue("note", name, {"n": name}, now=NOW)
    db.session.commit()
    assert jobs.lease(NOW), "its worker dies"
    db.session.commit()
    assert teacher.post(SAVE, room.filled("present", do="draft"), **room.where).status_code == 303

    clock[0] = NOW - back
    page = teacher.get("attendance.register.edit", **room.where)
    saved = teacher.post(SAVE, room.filled("present", "absent", version=1), **room.where)
    while jobs.run_next(lambda: clock[0]):
        pass
    redeem_code("pupil", code, "a new long sentence", own_phone=False, address="", now=clock[0])
    db.session.commit()
    with pytest.raises(Invalid):
        redeem_code("pupil", code, "one more sentence", own_phone=False, address="", now=clock[0])
    db.session.rollback()

    assert (page.status_code, saved.status_code) == (200, 303)
    assert done == {"leased": 1, "asked": 1}
    assert set(db.session.scalars(select(Job.state))) == {JobState.DONE}
    assert all(code.used_at for code in db.session.scalars(select(OneTimeCode)))
    assert first_break(chain()) is None
    proof(
        "faults",
        "A server's clock that jumps back stops nothing and opens nothing",
        bar="sessions, codes, jobs and the trail go on; nothing twice",
        figure="set back by an hour and by a day: page read, register closed, code good once, "
        "2 of 2 jobs done once (one of them leased before), trail unbroken",
    )


def test_a_password_from_the_future_is_not_fresh(clock, browser):
    """Set back by hours, the clock would leave a grave act open for hours."""
    from tests.factories.certificates import make_finished_cohort

    finished = make_finished_cohort(1)
    office = browser.as_(finished.administrator)
    where = {"cohort_id": finished.cohort.id}
    assert office.get("certificates.issue.show", **where).status_code == 200

    clock[0] = NOW - 2 * HOUR

    asked = office.get("certificates.issue.show", **where)
    assert asked.status_code == 303
    assert "confirm" in asked.location


def test_a_lease_that_trusted_the_clock_would_wait_for_a_day(clock, app):
    """The planted fault: a job leased in what is now the future, read as the rule alone says."""
    jobs.register(app, "note", lambda *_: None)
    jobs.enqueue("note", "a", {}, now=NOW)
    db.session.commit()
    job = jobs.lease(NOW)
    db.session.commit()
    earlier = NOW - timedelta(days=1)

    assert not job.leased_until < earlier
    assert job.leased_until > earlier + LEASE + CLOCK_DOUBT
    assert jobs.lease(earlier)
