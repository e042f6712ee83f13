"""When an answer is right, and what is taken for a number."""

from decimal import Decimal

import pytest

from ecopter.questions.rules import AnswerKey, QuestionKind, is_right, parse_number

SINGLE = AnswerKey(QuestionKind.SINGLE, frozenset({2}))
MULTIPLE = AnswerKey(QuestionKind.MULTIPLE, frozenset({0, 1}))
NUMBER = AnswerKey(QuestionKind.NUMERIC, value=Decimal("12.5"), tolerance=Decimal("0.5"))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("50", "50"),
        ("  50 ", "50"),
        ("12,5", "12.5"),
        ("12.5", "12.5"),
        ("١٢٫٥", "12.5"),
        ("١٢،٥", "12.5"),
        ("۱۲", "12"),
        ("1 200", "1200"),
        ("1\u202f200,5", "1200.5"),
        ("1\u00a0200", "1200"),
        ("١٬٢٠٠", "1200"),
        ("1'200", "1200"),
        ("-3", "-3"),
        ("−3", "-3"),
        ("+3", "3"),
        (",5", "0.5"),
        ("5,", "5"),
        ("\u200e50\u200f", "50"),
        ("007", "7"),
    ],
)
def test_a_number_is_read_as_people_type_it(typed, expected):
    assert parse_number(typed) == Decimal(expected)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "douze",
        "12 kg",
        "60 %",
        "1.200,5",
        "1,2,3",
        "1e5",
        "1_000",
        "NaN",
        "Infinity",
        "9" * 21,
        "9e999999999",
        "--3",
        ".",
        "½",
        "²",
    ],
)
def test_anything_else_is_no_number(typed):
    assert parse_number(typed) is None


@pytest.mark.parametrize(
    ("key", "chosen", "expected"),
    [
        (SINGLE, (2,), True),
        (SINGLE, (1,), False),
        (SINGLE, (), False),
        (MULTIPLE, (0, 1), True),
        (MULTIPLE, (1, 0), True),
        (MULTIPLE, (0,), False),
        (MULTIPLE, (0, 1, 2), False),
        (MULTIPLE, (), False),
    ],
    ids=["right", "wrong", "nothing", "all", "any order", "one short", "one too many", "none"],
)
def test_every_box_counts(key, chosen, expected):
    assert is_right(key, chosen) is expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [("12.5", True), ("12", True), ("13", True), ("11.99", False), ("13.01", False), (None, False)],
)
def test_a_number_is_right_within_its_tolerance(number, expected):
    assert is_right(NUMBER, number=Decimal(number) if number else None) is expected
