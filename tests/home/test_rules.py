"""Which cohorts stand on the first page of the office."""

from datetime import date, timedelta

import pytest

from ecopter.home.rules import AFTER_THE_END, BEFORE_THE_START, is_at_hand

STARTS, ENDS = date(2026, 9, 14), date(2027, 6, 11)


@pytest.mark.parametrize(
    ("today", "answer"),
    [
        (STARTS - BEFORE_THE_START - timedelta(days=1), False),
        (STARTS - BEFORE_THE_START, True),
        (date(2026, 11, 23), True),
        (ENDS + AFTER_THE_END, True),
        (ENDS + AFTER_THE_END + timedelta(days=1), False),
    ],
)
def test_a_cohort_is_at_hand_from_before_it_begins_until_its_papers_are_out(today, answer):
    assert is_at_hand(STARTS, ENDS, today) is answer
