"""What someone was told is searched, filtered, put in order and taken away."""

from datetime import timedelta

import pytest

from ecopter.notices.queries import PAGE_SIZE
from ecopter.notices.rules import NoticeEvent
from tests.clock import NOW
from tests.factories.notices import FACTS, make_notice
from tests.factories.people import make_user

LIST = "notices.notice.index"
PAPER, BOOTS, MARK = "ATT-2026-0004", "Bottes mercredi", "Le safran"


@pytest.fixture
def reader(browser):
    """A paper that was seen, then a message, then a mark."""
    person = make_user()
    make_notice(person, NoticeEvent.PAPER_ISSUED, at=NOW - timedelta(days=3), seen_at=NOW)
    make_notice(person, NoticeEvent.ANNOUNCEMENT, at=NOW - timedelta(days=2))
    make_notice(person, NoticeEvent.GRADE_PUBLISHED, at=NOW - timedelta(days=1))
    return browser.as_(person)


def shown(reader, **how):
    """What the page says, from top to bottom."""
    text = reader.get(LIST, **how).text
    found = {words: text.find(words) for words in (PAPER, BOOTS, MARK)}
    return [words for words in sorted(found, key=found.get) if found[words] >= 0]


@pytest.mark.parametrize(
    ("how", "found"),
    [
        ({}, [MARK, BOOTS, PAPER]),
        ({"sort": "at"}, [PAPER, BOOTS, MARK]),
        ({"sort": "nonsense"}, [MARK, BOOTS, PAPER]),
        ({"state": "new"}, [MARK, BOOTS]),
        ({"state": "seen"}, [PAPER]),
        ({"state": "new", "kind": "announcement"}, [BOOTS]),
        ({"state": "seen", "kind": "announcement"}, []),
        ({"q": "SAFRAN"}, [MARK]),
        ({"q": "champs eau"}, [BOOTS]),
        ({"q": "safran", "state": "seen"}, []),
    ],
)
def test_notices_are_searched_filtered_and_put_in_order(reader, how, found):
    assert shown(reader, **how) == found


def test_a_sentence_is_searched_in_the_language_in_which_it_is_read(reader):
    arabic = reader.in_("ar")

    assert "الزعفران" in arabic.get(LIST, q="الزّعفران").text


def test_the_file_holds_what_the_page_shows(reader):
    answer = reader.in_("en").get(LIST, state="new", sort="at", format="csv")

    assert answer.mimetype == "text/csv"
    assert "Bottes mercredi" in answer.text
    assert PAPER not in answer.text
    assert answer.text.index("A message to the cohort") < answer.text.index("A new mark")


def test_what_a_sender_wrote_stays_harmless_in_the_file(browser):
    person = make_user()
    facts = FACTS[NoticeEvent.ANNOUNCEMENT] | {"text": "=HYPERLINK(1)"}
    make_notice(person, facts=facts)

    answer = browser.as_(person).get(LIST, format="csv")

    assert ";'=HYPERLINK(1);" in answer.text


def test_the_file_is_the_reader_s_own(browser, reader):
    stranger = make_user()

    answer = browser.as_(stranger).get(LIST, format="csv")

    assert len(answer.text.splitlines()) == 1


def test_a_search_has_pages_and_the_file_has_them_all(browser):
    person = make_user()
    for day in range(PAGE_SIZE + 2):
        make_notice(person, at=NOW - timedelta(days=day))
    browsing = browser.as_(person)

    second = browsing.get(LIST, q="bottes", page=2)
    answer = browsing.get(LIST, q="bottes", format="csv")

    assert second.text.count(BOOTS) == 2
    assert answer.text.count(BOOTS) == PAGE_SIZE + 2


def test_nothing_found_says_what_to_do(reader):
    text = reader.in_("en").get(LIST, q="nowhere").text

    assert "Nothing here fits this choice" in text
    assert "Try fewer words" in text
    assert "Nothing here yet" not in text


@pytest.mark.parametrize("how", [{}, {"q": "bottes"}])
def test_a_page_beyond_the_last_shows_the_last(reader, how):
    assert BOOTS in shown(reader, page=7, **how)
