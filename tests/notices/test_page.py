"""Everything one was told is on one page, and is marked as seen only by saying so."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from ecopter.audit.models import AuditEvent
from ecopter.db import db
from ecopter.notices.models import Notice
from ecopter.notices.queries import PAGE_SIZE
from ecopter.notices.rules import NoticeEvent
from tests.clock import NOW
from tests.factories.notices import FACTS, make_notice
from tests.factories.people import make_user

# The door's two (the session, and what its holder is to the school), then the count and the page.
PAGE = 2 + 2


def seen(reader_id):
    return {
        notice.id: notice.seen_at
        for notice in db.session.scalars(select(Notice).where(Notice.user_id == reader_id))
    }


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_every_event_is_a_sentence_in_every_language(browser, language):
    reader = make_user()
    for event in NoticeEvent:
        make_notice(reader, event)

    page = browser.as_(reader).in_(language).get("notices.notice.index").get_data(as_text=True)

    assert "ATT-2026-0004" in page
    assert {"fr": "Le miel", "ar": "العسل", "en": "Honey"}[language] in page


def test_an_announcement_is_read_in_full(browser):
    reader = make_user()
    make_notice(reader)

    page = browser.as_(reader).get("notices.notice.index").get_data(as_text=True)

    assert "Bottes mercredi" in page
    assert "Nous allons aux champs.\nPrenez de l&#39;eau." in page


def test_what_a_sender_writes_is_never_markup(browser):
    reader = make_user()
    facts = FACTS[NoticeEvent.ANNOUNCEMENT] | {"text": "<script>x</script>", "subject": "<b>"}
    make_notice(reader, facts=facts)

    page = browser.as_(reader).get("notices.notice.index").get_data(as_text=True)

    assert "<script>x" not in page
    assert "<b>" not in page


def test_the_latest_come_first_and_the_new_ones_say_so(browser):
    reader = make_user()
    make_notice(reader, NoticeEvent.PAPER_ISSUED, at=NOW - timedelta(days=2), seen_at=NOW)
    make_notice(reader, NoticeEvent.GRADE_PUBLISHED, at=NOW - timedelta(days=1))

    page = browser.as_(reader).in_("en").get("notices.notice.index").get_data(as_text=True)

    assert page.index("A new mark: Saffron") < page.index("ATT-2026-0004")
    assert page.count("notice--new") == 1
    assert page.count("Seen</span>") == 1


def test_a_line_leads_to_the_page_it_is_about(browser):
    reader = make_user()
    make_notice(reader, NoticeEvent.GRADE_PUBLISHED)
    make_notice(reader, NoticeEvent.HALF_DAY_MOVED)
    reading = browser.as_(reader)

    reading.get("notices.notice.index")

    assert "/path/3/marks" in reading.page.links
    assert "/agenda?week=2026-W49" in reading.page.links, "the week it was moved to"


def test_a_line_with_a_fact_missing_stands_without_a_link(browser):
    reader = make_user()
    make_notice(reader, NoticeEvent.GRADE_PUBLISHED, facts={"lesson": {"fr": "Le safran"}})
    reading = browser.as_(reader)

    page = reading.get("notices.notice.index").get_data(as_text=True)

    assert "Le safran" in page
    assert not any("/marks" in link for link in reading.page.links)


def test_one_kind_can_be_asked_for(browser):
    reader = make_user()
    make_notice(reader, NoticeEvent.PAPER_ISSUED)
    make_notice(reader)

    page = browser.as_(reader).get("notices.notice.index", kind="paper_issued")

    assert "ATT-2026-0004" in page.get_data(as_text=True)
    assert "Bottes mercredi" not in page.get_data(as_text=True)


def test_a_long_past_is_read_page_by_page(browser):
    reader = make_user()
    for day in range(PAGE_SIZE + 1):
        make_notice(reader, at=NOW - timedelta(days=day))
    make_notice(reader, NoticeEvent.PAPER_ISSUED, at=NOW - timedelta(days=400))
    reading = browser.as_(reader)

    first = reading.get("notices.notice.index").get_data(as_text=True)
    second = reading.get("notices.notice.index", page=2).get_data(as_text=True)

    assert "ATT-2026-0004" not in first
    assert "ATT-2026-0004" in second


@pytest.mark.parametrize("how_many", [1, 60])
def test_the_page_asks_the_same_questions_for_one_and_for_many(browser, count_queries, how_many):
    reader = make_user()
    for day in range(how_many):
        make_notice(reader, at=NOW - timedelta(days=day))
    reading = browser.as_(reader)

    with count_queries() as statements:
        reading.get("notices.notice.index")

    assert len(statements) == PAGE


def test_reading_the_page_marks_nothing(browser):
    reader = make_user()
    notice = make_notice(reader)

    browser.as_(reader).get("notices.notice.index")

    assert seen(reader.id) == {notice.id: None}


def test_saying_so_marks_what_was_shown_and_leaves_a_trace(browser):
    reader = make_user()
    shown, later = make_notice(reader), make_notice(reader)

    answer = browser.as_(reader).post("notices.notice.update", {"notice_id": shown.id})

    assert answer.status_code == 303
    assert answer.headers["Location"] == "/notices"
    assert seen(reader.id) == {shown.id: NOW, later.id: None}
    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.sequence.desc())).first()
    assert (event.action, event.object_id, event.details) == (
        "notices.seen",
        reader.id,
        {"count": 1},
    )


def test_a_second_click_does_nothing_twice(browser):
    reader = make_user()
    notice = make_notice(reader, seen_at=NOW - timedelta(days=1))

    browser.as_(reader).post("notices.notice.update", {"notice_id": notice.id})

    assert seen(reader.id) == {notice.id: NOW - timedelta(days=1)}
    assert not db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "notices.seen")
    ).all()


def test_nobody_marks_anothers_notices(browser):
    reader, other = make_user(), make_user()
    notice = make_notice(other)

    browser.as_(reader).post("notices.notice.update", {"notice_id": notice.id})

    assert seen(other.id) == {notice.id: None}


@pytest.mark.parametrize("typed", ["", "x", "-1", "99999999999999999999"])
def test_nonsense_marks_nothing(browser, typed):
    reader = make_user()
    notice = make_notice(reader)

    answer = browser.as_(reader).post("notices.notice.update", {"notice_id": typed})

    assert answer.status_code == 303
    assert seen(reader.id) == {notice.id: None}


def test_the_button_brings_back_to_where_it_stood(browser):
    reader = make_user()
    notice = make_notice(reader)
    sent = {"notice_id": notice.id, "next": "/"}

    assert browser.as_(reader).post("notices.notice.update", sent).headers["Location"] == "/"


def test_the_button_leads_to_no_other_site(browser):
    reader = make_user()
    sent = {"notice_id": make_notice(reader).id, "next": "//elsewhere.invalid"}

    answer = browser.as_(reader).post("notices.notice.update", sent)

    assert answer.headers["Location"] == "/notices"


@pytest.mark.parametrize("event", [NoticeEvent.ABSENCE_ANNOUNCED, NoticeEvent.ABSENCE_DECIDED])
def test_an_absence_of_one_day_names_it_once(browser, event):
    reader = make_user()
    make_notice(reader, event, facts=FACTS[event] | {"last_day": "2026-11-25"})

    page = browser.as_(reader).in_("en").get("notices.notice.index").get_data(as_text=True)

    assert page.count("25 November 2026") == 1
