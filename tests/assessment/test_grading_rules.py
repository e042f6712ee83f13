from decimal import Decimal

import pytest

from ecopter.assessment.rules.acceptance import History, Place, Refusal, next_place, open_attempt
from ecopter.assessment.rules.grading import (
    capped,
    level_cap,
    mark_of,
    was_marked_before,
    working,
)


@pytest.mark.parametrize(
    ("levels", "mark"),
    [
        ((1,), "5.0"),
        ((4, 4, 4), "20.0"),
        ((3, 3, 4), "16.7"),
        ((1, 1, 2), "6.7"),
        ((3, 3, 3, 4, 4, 4, 4, 4), "18.1"),
        ((2, 3), "12.5"),
        ((3, 3, 3, 3, 3, 3, 3, 4), "15.6"),
    ],
    ids=["lowest", "highest", "thirds up", "two thirds", "half up", "exact", "eighths"],
)
def test_a_mark_is_the_mean_times_five_rounded_half_up_once(levels, mark):
    assert mark_of(levels) == Decimal(mark)


def test_nothing_judged_is_no_mark():
    with pytest.raises(ValueError, match="no level"):
        mark_of(())


def test_the_mean_shown_is_rounded_and_the_mark_is_not_made_from_it():
    shown = working((3, 3, 4))

    assert (shown.mean, shown.mark) == (Decimal("3.33"), Decimal("16.7"))


@pytest.mark.parametrize(
    ("second_try_level", "marked_before", "cap"),
    [(3, False, None), (3, True, 3), (4, True, None), (2, True, 2)],
    ids=["first try", "second try", "school without a cap", "stricter school"],
)
def test_only_a_second_try_is_capped(second_try_level, marked_before, cap):
    assert level_cap(second_try_level, marked_before=marked_before) == cap


@pytest.mark.parametrize(
    ("trail", "attempt", "expected"),
    [
        ([], 1, False),
        ([(1, True)], 1, False),
        ([(1, True)], 2, True),
        ([(1, False)], 2, False),
        ([(1, True), (1, False)], 2, False),
        ([(1, False), (1, True)], 2, True),
    ],
    ids=[
        "nothing",
        "its own",
        "earlier mark",
        "excused",
        "mark became excuse",
        "excuse became mark",
    ],
)
def test_the_last_judgement_of_an_earlier_attempt_decides(trail, attempt, expected):
    assert was_marked_before(trail, attempt) is expected


def test_levels_above_the_cap_count_as_the_cap():
    assert capped({1: 4, 2: 2, 3: 3}, 3) == {1: 3, 2: 2, 3: 3}
    assert capped({1: 4}, None) == {1: 4}


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        (History(), Place(1, 1)),
        (History(attempt=1, version=1), Place(1, 2)),
        (History(attempt=1, version=4), Place(1, 5)),
        (History(attempt=1, version=1, graded_attempt=1), Refusal.GRADED),
        (History(graded_attempt=1), Refusal.GRADED),
        (History(graded_attempt=1, is_excused=True), Refusal.EXCUSED),
        (History(attempt=1, version=2, graded_attempt=1, reopenings=1), Place(2, 1)),
        (History(attempt=2, version=1, graded_attempt=1, reopenings=1), Place(2, 2)),
        (History(attempt=2, version=1, graded_attempt=2, reopenings=1), Refusal.GRADED),
        (History(attempt=2, version=1, graded_attempt=2, reopenings=2), Place(3, 1)),
        (History(graded_attempt=1, is_excused=True, reopenings=1), Place(2, 1)),
        (History(attempt=1, version=1, reopenings=1), Place(1, 2)),
        (History(graded_attempt=1, is_published=False), Refusal.UNDER_REVIEW),
        (History(graded_attempt=1, is_excused=True, is_published=False), Refusal.UNDER_REVIEW),
        (History(attempt=2, version=1, graded_attempt=1, is_published=False), Place(2, 2)),
    ],
    ids=[
        "first hand-in",
        "replaced",
        "replaced again",
        "graded",
        "judged by observation",
        "excused",
        "reopened",
        "second try replaced",
        "second try graded",
        "reopened twice",
        "excused and reopened",
        "reopened before any grade",
        "graded, not published",
        "excused, not published",
        "waiting after a grade that is not published",
    ],
)
def test_where_the_next_hand_in_goes(history, expected):
    assert next_place(history) == expected


def test_an_attempt_waits_until_it_is_graded():
    assert open_attempt(History(attempt=2, version=1, graded_attempt=1)) == 2
    assert open_attempt(History(graded_attempt=2, reopenings=1)) is None
