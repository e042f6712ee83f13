"""Values that every feature shares."""

from decimal import Decimal

import pytest

from ecopter.shared.grade import round_grade, share
from ecopter.shared.paging import Page
from ecopter.shared.text import fold, sign_in_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Aït Ouabelli", "ait ouabelli"),
        ("CŒUR", "coeur"),
        ("أركان", "اركان"),
        ("فاطمة", "فاطمه"),
        ("مُكَوِّن", "مكون"),
        ("العـــربية", "العربيه"),
        ("٣٤", "34"),
        ("L’Olivier", "l'olivier"),
    ],
)
def test_two_spellings_are_found_together(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    "typed", ["Amina", " amina ", "AMINA", "ａｍｉｎａ", "amina\u00a0"], ids=repr
)
def test_a_sign_in_name_is_one_however_it_is_typed(typed):
    assert sign_in_key(typed) == "amina"


def test_accents_tell_two_people_apart():
    assert sign_in_key("rené") != sign_in_key("rene")


@pytest.mark.parametrize(
    ("value", "expected"),
    [("16.65", "16.7"), ("16.64", "16.6"), ("15.75", "15.8"), ("20", "20.0")],
)
def test_a_mark_is_rounded_half_up_once(value, expected):
    assert round_grade(Decimal(value)) == Decimal(expected)


@pytest.mark.parametrize(
    ("part", "whole", "expected"), [(1, 3, "33.3"), (2, 3, "66.7"), (5, 5, "100.0"), (0, 0, None)]
)
def test_a_share_of_nothing_is_not_zero(part, whole, expected):
    assert share(part, whole) == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize(("total", "pages"), [(0, 1), (50, 1), (51, 2)])
def test_a_page_knows_how_many_there_are(total, pages):
    assert Page([], 1, 50, total).count == pages
