"""Numbers, addresses and days, as pure decisions."""

from datetime import date, timedelta

import pytest

from ecopter.associations import labels
from ecopter.associations.rules import (
    DEPARTMENTS,
    REGIONS,
    Activity,
    AssociationStatus,
    MandateState,
    Office,
    is_rna,
    is_website,
    overlap,
    plain_rna,
    plain_website,
    presidents_meet,
    state_on,
)
from ecopter.shared.dates import DateSpan
from tests.clock import TODAY

YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
JUNE = DateSpan(date(2026, 6, 1), date(2026, 6, 30))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("w 13 2 001234", "W132001234"), (" W2a1000123", "W2A1000123"), ("W١٣٢٠٠١٢٣٤", "W132001234")],
    ids=["spaces and a small letter", "Corsica", "Arabic digits"],
)
def test_a_number_is_kept_in_one_form(typed, kept):
    assert plain_rna(typed) == kept
    assert is_rna(kept)


@pytest.mark.parametrize(
    "number",
    ["", "132001234", "W13200123", "W1320012345", "W13DEMO001", "W2C1000123", "X132001234"],
)
def test_anything_else_is_no_number_of_the_register(number):
    assert not is_rna(number)


@pytest.mark.parametrize(
    "address", ["https://tiwizi.example.org", "https://example.org/pages/tiwizi?a=1#b"]
)
def test_an_https_page_is_a_website(address):
    assert is_website(address)


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org",
        "https://",
        "https://localhost",
        "https://user:word@example.org",
        "https://example.org/a b",
        'https://example.org/"onload',
        "https://[",
        "javascript:alert(1)",
        "ftp://example.org",
    ],
)
def test_other_addresses_are_not(address):
    assert not is_website(address)


def test_whoever_leaves_the_beginning_out_means_https():
    assert plain_website("example.org") == "https://example.org"
    assert plain_website("http://example.org") == "http://example.org"
    assert plain_website("") == ""


@pytest.mark.parametrize(
    ("span", "state"),
    [
        (DateSpan(TODAY, None), MandateState.RUNNING),
        (DateSpan(TODAY, TODAY), MandateState.RUNNING),
        (DateSpan(YESTERDAY, YESTERDAY), MandateState.ENDED),
        (DateSpan(TOMORROW, None), MandateState.PLANNED),
    ],
    ids=["since today", "today alone", "until yesterday", "from tomorrow on"],
)
def test_what_a_mandate_is_today(span, state):
    assert state_on(span, TODAY) is state


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2026-05-01", "2026-05-31", False),
        ("2026-05-01", "2026-06-01", True),
        ("2026-06-30", None, True),
        ("2026-07-01", None, False),
        ("2026-01-01", None, True),
    ],
    ids=["before", "to its first day", "from its last day", "after", "around it"],
)
def test_mandates_overlap_when_they_share_a_day(first, last, expected):
    other = DateSpan(date.fromisoformat(first), date.fromisoformat(last) if last else None)

    assert overlap(JUNE, other) is overlap(other, JUNE) is expected


def test_two_presidents_meet_only_on_a_day_they_share():
    running, next_ = DateSpan(YESTERDAY, TODAY), DateSpan(TOMORROW, None)

    assert not presidents_meet([(Office.PRESIDENT, running), (Office.PRESIDENT, next_)])
    assert not presidents_meet([(Office.PRESIDENT, running), (Office.TREASURER, running)])
    assert presidents_meet([(Office.PRESIDENT, running), (Office.PRESIDENT, running)])


def test_every_department_has_its_region_and_everything_stored_has_words():
    assert set(REGIONS) == set(DEPARTMENTS) == set(labels.DEPARTMENT)
    assert set(labels.STATUS) == set(labels.STATUS_TONE) == set(AssociationStatus)
    assert set(labels.ACTIVITY) == set(Activity)
    assert set(labels.OFFICE) == set(Office)
    assert set(labels.MANDATE_STATE) == set(labels.MANDATE_TONE) == set(MandateState)
