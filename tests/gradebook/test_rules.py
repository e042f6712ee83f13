from decimal import Decimal
from fractions import Fraction

import pytest

from ecopter.gradebook.rules import CompetenceOutcome, mark_of_works, outcome

ACQUIRED, IN_PROGRESS, NOT_ACQUIRED, NOT_ASSESSED = CompetenceOutcome


@pytest.mark.parametrize(
    ("works", "expected"),
    [
        ([], NOT_ASSESSED),
        ([[]], NOT_ASSESSED),
        ([[3]], ACQUIRED),
        ([[3, 3, 3], [4, 4, 4]], ACQUIRED),
        ([[2, 3, 4]], IN_PROGRESS),
        ([[4, 4, 4], [4, 4, 2]], IN_PROGRESS),
        ([[1, 4, 4]], NOT_ACQUIRED),
        ([[2, 2, 2], [1, 2, 2]], NOT_ACQUIRED),
        ([[4, 4, 4], [4, 1, 4]], NOT_ACQUIRED),
        ([[], [3, 3]], ACQUIRED),
    ],
    ids=[
        "nothing handed in",
        "only excused",
        "one criterion at 3",
        "everything at 3 or more",
        "one at 2",
        "one at 2 in the second work",
        "one at 1",
        "1 beats 2",
        "a good mean does not hide a 1",
        "an excused work is left out",
    ],
)
def test_the_worst_criterion_decides(works, expected):
    assert outcome(works) is expected


@pytest.mark.parametrize(
    ("means", "mark"),
    [
        ([Fraction(3)], "15.0"),
        ([Fraction(7, 3), Fraction(2)], "10.8"),
        # 10.75 rounds half up; rounding each work first would give 10.9.
        ([Fraction(43, 20)], "10.8"),
        ([Fraction(7, 3), Fraction(7, 3), Fraction(2)], "11.1"),
    ],
)
def test_the_mark_of_several_works_is_rounded_once(means, mark):
    assert mark_of_works(means) == Decimal(mark)
