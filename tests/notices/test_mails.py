"""Telling people: a line for each, and a mail in their own language to whoever has an address."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from ecopter.db import db
from ecopter.notices.models import Notice
from ecopter.notices.rules import MAILED, SENTENCES, NoticeEvent
from ecopter.notices.services.telling import mail_notices, tell
from ecopter.platform import jobs
from ecopter.platform.jobs import Job
from ecopter.platform.mail import Mail, MailNotSent
from tests.clock import NOW
from tests.factories.notices import FACTS
from tests.factories.people import make_user

MOVED = NoticeEvent.HALF_DAY_MOVED


class Postbox:
    """A mail server that keeps what it is given, and can fall silent."""

    is_set_up = True

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.silent_after: int | None = None
        self.refused = ""

    def send(self, mail: Mail) -> None:
        if mail.recipient == self.refused:
            raise MailNotSent("SMTPRecipientsRefused")
        if self.silent_after is not None and len(self.mails) >= self.silent_after:
            raise TimeoutError("the server does not answer")
        self.mails.append(mail)


@pytest.fixture
def postbox(app, database) -> Iterator[Postbox]:
    before = app.extensions["adapters"]
    box = Postbox()
    app.extensions["adapters"] = replace(before, mail=box)
    yield box
    app.extensions["adapters"] = before


def tell_all(*people, event=MOVED):
    tell([person.id for person in people], event, now=NOW, **FACTS[event])
    db.session.commit()


def count_jobs():
    return db.session.scalar(select(func.count(Job.id)))


def test_each_person_reads_their_own_language(postbox):
    languages = ("fr", "ar", "en", "")
    people = [make_user(email=f"{n}@exemple.invalid", language=n) for n in languages]

    tell_all(*people)
    assert postbox.mails == [], "the act does not wait for the mail server"
    jobs.run_next(lambda: NOW)

    by_person = {mail.recipient.split("@")[0]: mail for mail in postbox.mails}
    assert len(postbox.mails) == 4
    assert "العسل" in by_person["ar"].subject
    assert by_person["ar"].language == "ar"
    assert "Honey" in by_person["en"].subject
    assert "2 December 2026" in by_person["en"].text
    assert "Le miel" in by_person["fr"].subject
    assert "2 décembre 2026" in by_person["fr"].text


def test_an_announcement_is_mailed_with_its_text(postbox):
    reader = make_user(email="a@exemple.invalid", language="fr")

    tell_all(reader, event=NoticeEvent.ANNOUNCEMENT)
    jobs.run_next(lambda: NOW)

    [mail] = postbox.mails
    assert "Bottes mercredi" in mail.subject
    assert "Nous allons aux champs.\nPrenez de l'eau." in mail.text


def test_whoever_has_no_address_or_no_account_any_more_gets_a_line_and_no_mail(postbox):
    reader = make_user(email="a@exemple.invalid")
    without = make_user()
    gone = make_user(email="b@exemple.invalid", deactivated_at=NOW)

    tell_all(reader, without, gone)
    jobs.run_next(lambda: NOW)

    assert [mail.recipient for mail in postbox.mails] == ["a@exemple.invalid"]
    assert db.session.scalar(select(func.count(Notice.id))) == 3


def test_a_second_run_repeats_no_mail(postbox):
    first = make_user(email="1@exemple.invalid")
    second = make_user(email="2@exemple.invalid")
    tell_all(first, second)
    batch = db.session.scalars(select(Notice.batch)).first()
    postbox.silent_after = 1

    with pytest.raises(TimeoutError):
        mail_notices({"batch": batch}, NOW)
    db.session.rollback()
    postbox.silent_after = None
    mail_notices({"batch": batch}, NOW)
    mail_notices({"batch": batch}, NOW)

    assert [mail.recipient for mail in postbox.mails] == ["1@exemple.invalid", "2@exemple.invalid"]


def test_a_refused_address_keeps_nobody_else_from_their_mail(postbox):
    people = [make_user(email=f"{number}@exemple.invalid") for number in range(3)]
    tell_all(*people)
    batch = db.session.scalars(select(Notice.batch)).first()
    postbox.refused = "0@exemple.invalid"

    with pytest.raises(MailNotSent):
        mail_notices({"batch": batch}, NOW)
    db.session.rollback()
    postbox.refused = ""
    mail_notices({"batch": batch}, NOW)

    assert [mail.recipient[0] for mail in postbox.mails] == ["1", "2", "0"]


def test_no_job_is_made_where_nobody_has_an_address(postbox):
    tell_all(make_user())

    assert count_jobs() == 0


def test_no_job_is_made_without_a_mail_server(database):
    tell_all(make_user(email="a@exemple.invalid"))

    assert count_jobs() == 0
    assert db.session.scalar(select(func.count(Notice.id))) == 1


def test_small_news_is_not_mailed(postbox):
    small = set(NoticeEvent) - MAILED
    reader = make_user(email="a@exemple.invalid")

    for event in small:
        tell_all(reader, event=event)

    assert small
    assert count_jobs() == 0


def test_nobody_is_told_twice_by_one_act(database):
    reader = make_user()

    tell_all(reader, reader)

    assert db.session.scalar(select(func.count(Notice.id))) == 1


def test_telling_nobody_writes_nothing(database):
    tell([], MOVED, now=NOW, **FACTS[MOVED])

    assert db.session.scalar(select(func.count(Notice.id))) == 0


@pytest.mark.parametrize("how_many", [1, 40])
def test_telling_costs_the_same_for_one_and_for_many(postbox, count_queries, how_many):
    people = [make_user(email="a@exemple.invalid").id for _ in range(how_many)]

    with count_queries() as seen:
        tell(people, MOVED, now=NOW, **FACTS[MOVED])

    assert len(seen) == 4, (
        "the lines, whether anyone has an address, and the job (looked for, made)"
    )


def test_every_event_has_a_sentence_and_facts_that_fill_it():
    assert set(SENTENCES) == set(FACTS) == set(NoticeEvent)
