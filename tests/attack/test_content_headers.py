"""Line breaks in names and subjects: no second header, no second line in the log."""

import email
import email.policy
import io
import json
from dataclasses import replace
from email.message import EmailMessage
from itertools import cycle, product

import pytest
import structlog
from flask import Flask, Response
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.http import parse_options_header

from ecopter.certificates.rules.naming import file_name
from ecopter.cohorts.models import Cohort
from ecopter.db import db
from ecopter.notices.models import Notice
from ecopter.notices.rules import NoticeEvent
from ecopter.notices.services import telling
from ecopter.platform import logs
from ecopter.platform.mail import Mail, SmtpMailer
from ecopter.ui.lists import csv_response
from tests.attack.corpus import Alive, ask, make_school_of_texts, plant
from tests.attack.payloads import LINE_BREAKS, all_in_one
from tests.browser import Browser

pytestmark = [pytest.mark.xdist_group("content"), pytest.mark.timeout(600)]

BREAKS = list(LINE_BREAKS.values())
HEADERS = {
    "content-language",
    "content-transfer-encoding",
    "content-type",
    "from",
    "mime-version",
    "subject",
    "to",
}
SCHOOL = "school@school.example"


def sent(letter: Mail, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """What would go over the line."""
    kept: list[bytes] = []
    monkeypatch.setattr(
        SmtpMailer,
        "_hand_over",
        lambda _self, message: kept.append(message.as_bytes(policy=email.policy.SMTP)),
    )
    SmtpMailer("smtp://localhost:25", SCHOOL).send(letter)
    return kept[0]


def mail_faults(content: bytes) -> list[str]:
    """Headers that nobody meant, and people that nobody wrote to."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    names = [name.lower() for name in message]
    faults = [f"header {name}" for name in names if name not in HEADERS or names.count(name) > 1]
    faults += [f"to {one.addr_spec}" for one in message["to"].addresses[1:]]
    if message.get_content_type() != "text/plain" or message.is_multipart():
        faults.append(f"a mail of {message.get_content_type()}")
    return faults


@pytest.mark.parametrize("place", ["subject", "text", "recipient"])
def test_a_line_break_stays_inside_its_part_of_a_mail(place, monkeypatch):
    for text in BREAKS:
        parts = {
            "recipient": "amina@exemple.invalid",
            "subject": "s",
            "text": "t",
            "language": "fr",
        }
        whole = f"{text}@exemple.invalid" if place == "recipient" and "@" not in text else text
        content = sent(Mail(**{**parts, place: whole}), monkeypatch)

        assert mail_faults(content) == [], text


def test_every_mail_of_a_hostile_school_is_one_mail_of_plain_text(
    app, browser, monkeypatch, amount, proof
):
    make_school_of_texts()
    rounds = amount(short=2, long=len(BREAKS))
    number = 0
    for first in range(rounds):
        turn = cycle([*BREAKS[first:], all_in_one(), *BREAKS[:first]])
        plant(turn.__next__)
        db.session.remove()
        user_id = db.session.scalar(select(Notice.user_id).limit(1))
        chosen = select(Notice).where(Notice.user_id == user_id).options(joinedload(Notice.user))
        with app.test_request_context(), force_locale("fr"):
            for notice in db.session.scalars(chosen):
                letter = replace(telling._mail(notice), recipient="amina@exemple.invalid")
                content = sent(letter, monkeypatch)
                assert mail_faults(content) == [], (notice.event, letter.subject)
                number += 1

    assert number == len(NoticeEvent) * rounds
    proof(
        "attack",
        "No name and no subject puts a header or a reader into a mail",
        bar="0 headers, 0 recipients more",
        figure=f"{len(BREAKS)} line breaks in every part, {number} mails of notices: 0 and 0",
    )


def disposition_faults(response: Response) -> list[str]:
    """More than one header, a line break in it, or a name that leads somewhere."""
    said = response.headers.getlist("Content-Disposition")
    if len(said) != 1:
        return [f"{len(said)} headers"]
    kind, options = parse_options_header(said[0])
    faults = [] if kind == "attachment" else [f"shown as {kind}"]
    broken = set("\r\n\x00") & set(said[0])
    name = str(options.get("filename", ""))
    return (
        faults
        + (["a line break"] if broken else [])
        + ([f"ends as {name[-8:]}"] if not name.endswith((".csv", ".pdf")) else [])
    )


def test_a_code_of_a_cohort_stays_inside_the_name_of_its_file(app, browser, proof):
    """As the form lets it in: what a browser would never send is sent all the same."""
    world = make_school_of_texts()
    here = world.ours.address
    office = Browser(app).as_(world.people["administrator"])
    address = f"/cohorts/{here['cohort_id']}/details"
    files = 0
    for text in BREAKS:
        page = ask(office, address).get_data(as_text=True)
        sent_back = form_of(page) | {"code": text[:20], "csrf_token": office.token()}
        changed = ask(office, f"/cohorts/{here['cohort_id']}", method="POST", data=sent_back)
        assert changed.status_code in {303, 405, 422}
        if changed.status_code == 405:
            changed = ask(office, address, method="POST", data=sent_back)
            assert changed.status_code in {303, 422}
        db.session.remove()
        code = db.session.get_one(Cohort, here["cohort_id"]).code
        assert code.splitlines() == [code]
        for path in ("", "/half-days", "/gradebook"):
            answer = ask(office, f"/cohorts/{here['cohort_id']}{path}?format=csv")
            assert answer.status_code == 200
            assert disposition_faults(answer) == []
            files += 1

    proof(
        "attack",
        "No name puts a header into an answer",
        bar="0",
        figure=f"{len(BREAKS)} line breaks, {files} files with their names: 0",
    )


def form_of(page: str) -> dict[str, str]:
    """The first posted form of a page as it stands."""
    form = next(one for one in Alive(page).forms if one.method == "post" and len(one.fields) > 3)
    return {str(one["name"]): str(one.get("value") or "") for one in form.fields}


@pytest.mark.parametrize("text", BREAKS, ids=LINE_BREAKS)
def test_the_name_of_a_paper_is_plain(text):
    name = file_name("ATT-2026-0001", text)

    assert name.isascii()
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.")


@pytest.mark.parametrize("text", BREAKS, ids=LINE_BREAKS)
def test_a_line_of_the_log_is_one_line(text, monkeypatch):
    written = io.StringIO()
    monkeypatch.setattr(logs.sys, "stderr", written)
    try:
        logs.configure()
        structlog.get_logger().warning("unexpected", rule=text, why=text)
    finally:
        structlog.reset_defaults()

    [line] = written.getvalue().removesuffix("\n").split("\n")
    assert json.loads(line)["rule"] == text


# Planted faults: what the harness has to find.


def test_a_mail_written_by_hand_is_found():
    for text, end in product((LINE_BREAKS["CR LF"], LINE_BREAKS["LF"]), ("\r\n",)):
        content = f"From: {SCHOOL}\r\nTo: a@b.example\r\nSubject: {text}{end}{end}t".encode()

        assert mail_faults(content) == ["header bcc"]


def test_a_second_reader_of_a_mail_is_found():
    message = EmailMessage()
    message["From"], message["To"] = SCHOOL, "a@b.example, thief@evil.example"
    message.set_content("t")

    assert mail_faults(message.as_bytes()) == ["to thief@evil.example"]


def test_a_name_that_ends_its_header_is_found():
    response = Response("x")
    response.headers.add("Content-Disposition", 'inline; filename="a.html"')

    assert disposition_faults(response) == ["shown as inline", "ends as a.html"]


def test_an_answer_with_a_line_break_in_its_name_is_never_made():
    app = Flask("careless")

    with app.test_request_context(), pytest.raises(ValueError, match="newline"):
        csv_response("a\r\nX-Evil: 1", ["x"], [])
