"""Telling people: a line on their page in the transaction of the act, and a mail after it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from flask import render_template
from flask_babel import force_locale
from sqlalchemy import insert, select, update

from ecopter.audit import services as audit
from ecopter.authorization.policy import Actor
from ecopter.db import db, reading
from ecopter.notices.models import Notice
from ecopter.notices.queries import list_unmailed
from ecopter.notices.rules import MAILED, NoticeEvent
from ecopter.notices.services.wording import words_of
from ecopter.people.models import User
from ecopter.platform import jobs
from ecopter.platform.adapters import adapters
from ecopter.platform.mail import Mail, MailNotSent, MailServerAway
from ecopter.shared.languages import DEFAULT, LANGUAGES

MAIL_JOB = "mail_notices"


def tell(user_ids: Collection[int], event: NoticeEvent, *, now: datetime, **facts: object) -> None:
    """Tell each of these people once; one insert whatever their number, and one job for the mails.

    `facts` are plain values that fill `rules.SENTENCES[event]` and the link of the line: ids,
    titles by language, ISO days. No private note ever goes in.
    """
    if not user_ids:
        return
    batch = uuid4().hex
    rows = [
        {"user_id": user_id, "event": event, "facts": facts, "batch": batch, "at": now}
        for user_id in sorted(set(user_ids))
    ]
    db.session.execute(insert(Notice), rows)
    if event in MAILED and adapters().mail.is_set_up and _has_address(user_ids):
        jobs.enqueue(MAIL_JOB, f"notices:{batch}", {"batch": batch}, now=now)


def _has_address(user_ids: Collection[int]) -> bool:
    anyone = select(User.id).where(User.id.in_(user_ids), User.email != "").limit(1)
    return db.session.scalar(anyone) is not None


def mark_seen(notice_ids: Collection[int], *, actor: Actor, now: datetime) -> int:
    """The actor has read these notices; how many of them were theirs and new.

    Another's notices and those seen before are left alone; nothing new leaves no event.
    """
    marked = db.session.scalars(
        update(Notice)
        .where(Notice.id.in_(notice_ids), Notice.user_id == actor.user_id, Notice.seen_at.is_(None))
        .values(seen_at=now)
        .returning(Notice.id)
        .execution_options(synchronize_session=False)
    ).all()
    if marked:
        about = ("user", actor.user_id)
        audit.record("notices.seen", actor=actor, now=now, about=about, count=len(marked))
    db.session.flush()
    return len(marked)


def mail_notices(arguments: Mapping[str, Any], now: datetime) -> None:
    """The worker's part: one mail to each person told, each in their own language.

    Every mail is noted as soon as it has left, so that a second try repeats none of them. An
    address that the server refuses keeps nobody else from theirs. Raises MailNotSent at the end,
    so that the job is tried again for whoever has none, and at once when the server is away.
    """
    with reading():
        waiting = list_unmailed(str(arguments["batch"]))
    refused, hung_up = 0, False
    for notice in waiting:
        jobs.renew(adapters().clock())
        try:
            if notice.user.email and notice.user.deactivated_at is None:
                adapters().mail.send(_mail(notice))
        except MailNotSent as problem:
            refused += 1
            # Once may be about this address; twice in a row, nobody is there.
            is_away = isinstance(problem, MailServerAway)
            if hung_up and is_away:
                raise
            hung_up = is_away
            continue
        hung_up = False
        db.session.execute(update(Notice).where(Notice.id == notice.id).values(mailed_at=now))
        db.session.commit()
    if refused:
        raise MailNotSent(f"{refused} of {len(waiting)} mails were refused")


def _mail(notice: Notice) -> Mail:
    language = LANGUAGES[notice.user.language or DEFAULT]
    with force_locale(language.formats):
        words = words_of(notice, language.tag)
        text = render_template("mail/notice.txt", words=words, text=notice.facts.get("text", ""))
    return Mail(notice.user.email, words, text, language.tag)
