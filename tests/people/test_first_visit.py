"""From a slip of paper to the home page, and what everyone reads on the way."""

import html
import re
from datetime import date

import pytest
from sqlalchemy import select

from ecopter.audit.models import AuditEvent
from ecopter.authorization.policy import Actor
from ecopter.db import db
from ecopter.people.models import SignIn, User
from ecopter.people.queries.privacy import EXTENSION
from ecopter.people.rules import NOTICE_OF, password_fault
from ecopter.people.services import codes, passwords, signing_in
from ecopter.school.models import School
from tests.clock import NOW
from tests.factories.cohorts import make_cohort, make_enrolment
from tests.factories.people import make_administrator, make_user

PASSWORD = "four words of mine"
UNREAD = {"privacy_notice_of": None, "privacy_read_at": None}


def value_of(page, name):
    return html.unescape(re.search(rf'name="{name}"[^>]*value="([^"]*)"', main(page))[1])


def main(page):
    """Without the menu of languages, which leads back to the page itself."""
    return page.text.split("<main")[1].split("</main>")[0]


def test_a_first_sign_in_in_arabic_takes_five_screens_without_mail(browser):
    user = make_user(sign_in_name="ijja", language="ar", **UNREAD)
    make_enrolment(make_cohort(), user)
    issued = codes.issue_code(user, actor=Actor(), now=NOW)
    reader = browser.in_("ar")
    screens = [reader.get("people.sign_in.new")]
    assert "/password" in reader.page.links

    screens.append(reader.get("people.password.new"))
    answer = reader.post(
        "people.password.create",
        {"sign_in_name": "ijja", "code": issued.spaced, "password": PASSWORD},
    )
    assert answer.headers["Location"] == "/"
    answer = reader.fetch("/")
    assert answer.headers["Location"] == "/privacy?next=/"
    screens.append(reader.fetch(answer.headers["Location"]))
    answer = reader.post("people.privacy.update", {"next": value_of(screens[-1], "next")})
    screens.append(reader.fetch(answer.headers["Location"]))
    assert "تازارت" in screens[-1].text
    answer = reader.post("people.name.create", {"next": value_of(screens[-1], "next")})
    assert answer.headers["Location"] == "/"
    screens.append(reader.fetch("/"))

    assert [screen.status_code for screen in screens] == [200] * 5
    assert len(screens) <= 6
    assert all('lang="ar" dir="rtl"' in screen.text for screen in screens)
    kept = db.session.get(User, user.id)
    assert kept.privacy_notice_of == NOTICE_OF
    assert kept.privacy_read_at == kept.name_confirmed_at == NOW


def test_the_name_is_asked_about_once_and_may_wait(browser):
    reader = browser.as_(make_user(**UNREAD))
    answer = reader.post("people.privacy.update", {"next": "/notices"})

    page = reader.fetch(answer.headers["Location"])

    assert "/account/name-confirmation" in answer.headers["Location"]
    assert "/notices" in reader.page.links, "it can be left for later"
    assert page.status_code == 200
    assert reader.get("people.account.show").status_code == 200


def test_whoever_confirmed_their_name_goes_straight_on(browser):
    reader = browser.as_(make_user(name_confirmed_at=NOW, **UNREAD))

    answer = reader.post("people.privacy.update", {"next": "/notices?page=2"})

    assert answer.headers["Location"] == "/notices?page=2"


def test_a_name_mended_on_the_way_comes_back_to_be_confirmed(browser):
    user = make_user()
    reader = browser.as_(user)
    page = reader.get("people.name.new", next="/notices")
    edit = next(link for link in reader.page.links if link.startswith("/account/details"))
    page = reader.fetch(edit)

    answer = reader.post(
        "people.account.update",
        {
            "civility": "neutral",
            "given_name_lat": "Ijja",
            "family_name_lat": "Tazart-Amalou",
            "next": value_of(page, "next"),
        },
    )

    assert answer.headers["Location"] == "/account/name-confirmation?next=/notices"


@pytest.mark.parametrize("read_of", [None, date(2020, 1, 1)], ids=["never", "an older one"])
def test_every_page_leads_to_the_notice_until_it_is_read(browser, read_of):
    reader = browser.as_(make_user(privacy_notice_of=read_of))

    for endpoint in ("people.account.show", "home.show"):
        assert reader.get(endpoint).headers["Location"].startswith("/privacy?next=")
    reader.post("people.privacy.update")

    assert reader.get("people.account.show").status_code == 200
    events = select(AuditEvent).where(AuditEvent.action == "privacy_notice.read")
    assert db.session.scalars(events).one().details == {"notice_of": NOTICE_OF.isoformat()}


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example", "javascript:x"])
def test_after_the_notice_only_our_own_pages_follow(browser, wanted):
    reader = browser.as_(make_user(name_confirmed_at=NOW, **UNREAD))
    page = reader.fetch(f"/privacy?next={wanted}")

    answer = reader.post("people.privacy.update", {"next": wanted})

    assert "evil" not in main(page)
    assert answer.headers["Location"] == "/"
    for endpoint in ("people.name.new", "people.account.edit"):
        assert "evil" not in main(reader.get(endpoint, next=wanted))


def test_the_detour_costs_no_query(browser, count_queries):
    unread, read = make_user(**UNREAD), make_user()
    counts = []
    for user in (unread, read):
        reader = browser.as_(user)
        with count_queries() as statements:
            reader.get("people.account.show")
        counts.append(len(statements))

    assert counts[0] <= counts[1]


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_the_notice_is_open_to_everyone_in_three_languages(browser, language):
    page = browser.in_(language).get("people.privacy.show")

    assert page.status_code == 200
    assert "CNDP" in page.text
    assert "09-08" in page.text or "09.08" in page.text
    assert 'name="next"' not in main(page)


def test_the_notice_names_the_school_and_its_receipt(app, browser, monkeypatch):
    school = School(legal_name="École & Cie", data_protection_receipt="D-W-123/2026")
    monkeypatch.setitem(app.extensions, EXTENSION, lambda: school)

    page = browser.get("people.privacy.show")

    assert "École &amp; Cie" in page.text
    assert "D-W-123/2026" in page.text


def test_whoever_has_read_the_notice_is_told_when(browser):
    page = browser.as_(make_user()).get("people.privacy.show")

    assert "23 novembre 2026" in page.text
    assert 'action="/privacy"' not in page.text


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_four_words_are_suggested_and_can_be_taken_without_typing(browser, language):
    user = make_user(sign_in_name="ijja")
    issued = codes.issue_code(user, actor=Actor(), now=NOW)
    reader = browser.in_(language)
    words = value_of(reader.get("people.password.new"), "suggestion")
    assert password_fault(words, "ijja") is None

    answer = reader.post(
        "people.password.create",
        {
            "sign_in_name": "ijja",
            "code": issued.code,
            "password": "",
            "suggestion": words,
            "takes_suggestion": "y",
        },
    )

    assert answer.status_code == 303
    assert signing_in.sign_in("ijja", words, own_phone=False, address="::1", now=NOW).token


@pytest.mark.parametrize(
    "sent",
    [
        {"password": "", "suggestion": "quatre mots bien longs"},
        {"password": "", "suggestion": "short", "takes_suggestion": "y"},
        {"password": "", "suggestion": "", "takes_suggestion": "y"},
    ],
    ids=["not taken", "a weak one smuggled in", "none"],
)
def test_no_password_is_still_no_password(browser, sent):
    user = make_user(sign_in_name="ijja")
    issued = codes.issue_code(user, actor=Actor(), now=NOW)

    answer = browser.post(
        "people.password.create", {"sign_in_name": "ijja", "code": issued.code} | sent
    )

    assert answer.status_code == 422
    assert 'id="password-error"' in answer.text
    assert db.session.get(User, user.id).password_hash is None


@pytest.mark.parametrize("endpoint", ["sign_in", "password", "code"])
def test_help_is_one_tap_away_before_one_is_in(browser, endpoint):
    browser.get(f"people.{endpoint}.new")

    assert "/help" in browser.page.links


def open_rows(user):
    rows = select(SignIn).where(SignIn.user_id == user.id, SignIn.ended_at.is_(None))
    return db.session.scalars(rows).all()


@pytest.mark.parametrize("by", ["password", "code"])
def test_signing_in_over_an_open_session_ends_the_older_one(browser, by):
    first, second = make_administrator(), make_user(sign_in_name="ijja")
    second.password_hash = passwords.hash_password(PASSWORD)
    issued = codes.issue_code(second, actor=Actor(), now=NOW)
    reader = browser.as_(first)
    kept = reader.client.get_cookie("ecopter").value

    if by == "password":
        sent = {"sign_in_name": "ijja", "password": PASSWORD}
        reader.post("people.sign_in.create", sent)
    else:
        sent = {"sign_in_name": "ijja", "password": PASSWORD, "code": issued.code}
        reader.post("people.password.create", sent)

    assert open_rows(first) == []
    assert len(open_rows(second)) == 1
    assert reader.get("people.account.show").status_code == 200
    reader.client.set_cookie("ecopter", kept)
    assert reader.get("people.account.show").status_code == 303


def test_a_mistake_over_an_open_session_ends_nothing(browser):
    first = make_user(sign_in_name="ijja", password_hash=passwords.hash_password(PASSWORD))

    browser.as_(first).post("people.sign_in.create", {"sign_in_name": "ijja", "password": "no"})

    assert len(open_rows(first)) == 1
