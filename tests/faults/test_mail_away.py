"""The mail server is gone, refuses or says nothing: pages go on, and every mail leaves once."""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from ecopter.db import db
from ecopter.notices.models import Notice
from ecopter.notices.rules import NoticeEvent
from ecopter.notices.services.telling import tell
from ecopter.people.services.codes import MAIL_JOB
from ecopter.platform import jobs, mail
from ecopter.platform.jobs import LEASE, LONGEST_PAUSE, Job, JobState
from ecopter.platform.mail import Mail, SmtpMailer
from tests.clock import NOW
from tests.factories.notices import FACTS
from tests.factories.people import make_user
from tests.faults.post import PostOffice

MOVED = NoticeEvent.HALF_DAY_MOVED
PEOPLE = 6
TEMPERS = ("dead", "refusing", "mute")


@pytest.fixture
def office(app, database, monkeypatch) -> Iterator[PostOffice]:
    """The school's mail server; nobody waits ten seconds for it here."""
    monkeypatch.setattr(mail, "SMTP_TIMEOUT_SECONDS", 0.3)
    before = app.extensions["adapters"]
    office = PostOffice()
    app.extensions["adapters"] = replace(before, mail=SmtpMailer(office.url, "school@localhost"))
    yield office
    office.close()
    app.extensions["adapters"] = before


def told_people(count=PEOPLE):
    people = [make_user(email=f"p{n}@exemple.invalid", language="en") for n in range(count)]
    tell([person.id for person in people], MOVED, now=NOW, **FACTS[MOVED])
    db.session.commit()
    return people


def the_job() -> Job:
    db.session.rollback()
    return db.session.scalars(select(Job).execution_options(populate_existing=True)).one()


def tried_until(hours: float):
    """Work as the worker does, from pause to pause; the pauses in seconds."""
    now, pauses = NOW, []
    while now < NOW + timedelta(hours=hours):
        assert jobs.run_next(lambda at=now: at)
        job = the_job()
        if job.state is not JobState.WAITING:
            break
        pauses.append((job.run_after - now).total_seconds())
        now = job.run_after
    return now, pauses


@pytest.mark.parametrize("temper", TEMPERS)
def test_a_mail_server_that_is_away_costs_nobody_a_mail(office, browser, temper, proof):
    told_people()
    reader = browser.as_(make_user(email="asks@exemple.invalid"))
    if temper == "dead":
        office.close()
    office.temper = temper
    now, pauses = tried_until(hours=2)

    began = time.perf_counter()
    page = reader.get("home.show")
    took = time.perf_counter() - began
    back = PostOffice() if temper == "dead" else office
    back.temper = "kind"
    adapters = reader.app.extensions["adapters"]
    mailer = SmtpMailer(back.url, "school@localhost")
    reader.app.extensions["adapters"] = replace(adapters, mail=mailer)
    jobs.run_next(lambda: now)
    jobs.run_next(lambda: now + LONGEST_PAUSE)

    back.close()
    assert page.status_code == 200
    assert the_job().state is JobState.DONE
    assert back.taken == Counter({f"p{n}@exemple.invalid": 1 for n in range(PEOPLE)})
    assert pauses == sorted(pauses)
    assert pauses[0] <= 60 < pauses[-1] <= LONGEST_PAUSE.total_seconds()
    proof(
        "faults",
        {
            "dead": "A mail server that is gone costs nobody a mail",
            "refusing": "A mail server that refuses for hours costs nobody a mail",
            "mute": "A mail server that says nothing costs nobody a mail",
        }[temper],
        bar="pages unaffected, tried again with growing pauses, 0 lost, 0 twice",
        figure=f"away for 2 h: {len(pauses)} tries, pauses from {pauses[0]:.0f} s to "
        f"{pauses[-1]:.0f} s, a page meanwhile in {1000 * took:.0f} ms, {PEOPLE} of {PEOPLE} mails "
        "once each",
    )


def test_codes_are_as_patient_as_notices(office, app):
    trades = app.extensions[jobs.EXTENSION]
    pauses = sum(
        (min(jobs.FIRST_PAUSE * 2**n, LONGEST_PAUSE) for n in range(1, jobs.PATIENT_ATTEMPTS)),
        timedelta(),
    )

    assert trades[MAIL_JOB].most_attempts == trades["mail_notices"].most_attempts
    assert trades[MAIL_JOB].most_attempts == jobs.PATIENT_ATTEMPTS
    assert pauses > timedelta(hours=20)


def test_a_mute_server_is_not_asked_for_each_of_many_addresses(office):
    """Ten seconds for each of five hundred people would hold the worker for an hour and more."""
    told_people(12)
    office.temper = "mute"

    jobs.run_next(lambda: NOW)

    assert office.calls == 2


def test_a_mail_that_was_accepted_has_left_however_rude_the_goodbye(office):
    told_people(2)
    office.temper = "rude"

    jobs.run_next(lambda: NOW)

    assert the_job().state is JobState.DONE
    assert set(office.taken.values()) == {1}


class SlowPost:
    """Takes a minute for each mail; `now` is the time in the school meanwhile."""

    is_set_up = True

    def __init__(self, app) -> None:
        self.app, self.now, self.taken = app, NOW, Counter()
        self.meanwhile = lambda: None

    def send(self, letter: Mail) -> None:
        self.now += timedelta(minutes=1)
        self.meanwhile()
        self.taken[letter.recipient] += 1


@pytest.fixture
def slow(app, database) -> Iterator[SlowPost]:
    before = app.extensions["adapters"]
    post = SlowPost(app)
    app.extensions["adapters"] = replace(before, mail=post, clock=lambda: post.now)
    yield post
    app.extensions["adapters"] = before


def another_worker(post: SlowPost) -> None:
    with post.app.app_context():
        jobs.run_next(lambda: post.now)
        db.session.remove()


def test_a_long_round_of_mails_is_not_begun_by_a_second_worker(slow, proof):
    """The job holds its lease for as long as it goes on: longer than a lease by far."""
    told_people()
    slow.meanwhile = lambda: another_worker(slow)

    assert jobs.run_next(lambda: slow.now)

    assert slow.now - NOW > LEASE
    assert set(slow.taken.values()) == {1}
    assert len(slow.taken) == PEOPLE
    assert the_job().attempts == 1
    proof(
        "faults",
        "A slow mail server makes no worker send a mail a second time",
        bar="each mail once, however long the round",
        figure=f"{PEOPLE} mails of a minute each, a second worker asking after each: "
        f"{sum(slow.taken.values())} sent; a lease is {LEASE.seconds // 60} min",
    )


def test_without_renewal_the_second_worker_would_send_them_twice(slow, monkeypatch):
    """The planted fault: a lease that nobody renews."""
    told_people()
    monkeypatch.setattr(jobs, "renew", lambda _now: None)
    slow.meanwhile = lambda: another_worker(slow) if slow.now - NOW == LEASE * 1.5 else None

    jobs.run_next(lambda: slow.now)

    assert max(slow.taken.values()) > 1


def test_a_worker_that_lost_its_lease_writes_nothing_of_it(app, database):
    """It slept through its lease; the job is another's now, and so is how it ends."""
    written = []

    def sleep_long(_arguments, now):
        if len(written) == 0:
            written.append("first")
            db.session.execute(update(Job).values(attempts=2, leased_until=now + LEASE))
            db.session.commit()
            make_user(sign_in_name="of.the.first")

    jobs.register(app, "sleep", sleep_long)
    jobs.enqueue("sleep", "sleep:1", {}, now=NOW)
    db.session.commit()

    jobs.run_next(lambda: NOW)

    from ecopter.people.models import User

    assert the_job().state is JobState.WAITING
    assert the_job().leased_until == NOW + LEASE
    assert not db.session.scalars(select(User.id)).all()


def test_notices_that_were_mailed_are_noted(office):
    told_people(2)

    jobs.run_next(lambda: NOW)

    assert [one.mailed_at for one in db.session.scalars(select(Notice))] == [NOW, NOW]
