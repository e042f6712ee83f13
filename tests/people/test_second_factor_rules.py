"""What counts as a right second step, without a database."""

from datetime import UTC, date, datetime, timedelta

import pyotp
import pytest

from ecopter.people.documents import square_of
from ecopter.people.rules.second_factor import (
    RECOVERY_LENGTH,
    accepted_step,
    in_groups,
    is_recovery_code,
    is_reminded,
    plain_step_code,
    step_at,
)
from tests.clock import NOW

# RFC 6238, appendix B: the key of its test vectors, and what six of the eight digits are.
RFC_KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
RFC_VECTORS = [(59, "287082"), (1111111109, "081804"), (2000000000, "279037")]


@pytest.mark.parametrize(("seconds", "code"), RFC_VECTORS)
def test_the_codes_are_those_of_the_standard(seconds, code):
    now = datetime.fromtimestamp(seconds, tz=UTC)
    phone = pyotp.TOTP(RFC_KEY)

    assert accepted_step(lambda step: phone.generate_otp(step) == code, now, 0) == step_at(now)


@pytest.mark.parametrize(
    "typed",
    [
        "123456",
        " 123 456 ",
        "123-456",
        "123\u2013456",
        "\u200f١٢٣٤٥٦\u200e",
        "۱۲۳ ۴۵۶",
        "１２３４５６",
        "123\u00a0456",
    ],
    ids=["as is", "spaces", "dash", "long dash", "Arabic", "Persian", "wide", "no-break space"],
)
def test_six_digits_are_read_however_they_are_written(typed):
    assert plain_step_code(typed) == "123456"


@pytest.mark.parametrize("away", [-1, 0, 1])
def test_a_clock_half_a_minute_off_is_forgiven(away):
    there = step_at(NOW) + away

    assert accepted_step(lambda step: step == there, NOW, last=0) == there


@pytest.mark.parametrize("away", [-3, -2, 2, 3])
def test_a_clock_further_off_is_not(away):
    there = step_at(NOW) + away

    assert accepted_step(lambda step: step == there, NOW, last=0) is None


def test_a_step_and_those_before_it_are_accepted_once_for_all():
    """Also at the edge: the code of the step just before stays dead while its phone shows it."""
    now = step_at(NOW)
    lives = [
        accepted_step(lambda step, there=there: step == there, NOW + timedelta(seconds=s), last=now)
        for there in (now - 1, now)
        for s in range(0, 91, 15)
    ]

    assert set(lives) == {None}
    assert accepted_step(lambda step: step == now + 1, NOW, last=now) == now + 1


def test_a_code_that_fits_two_steps_uses_up_both():
    assert accepted_step(bool, NOW, last=0) == step_at(NOW) + 1


def test_recovery_codes_are_told_from_digits():
    code = "23456789ABCDEFGH"

    assert len(code) == RECOVERY_LENGTH
    assert is_recovery_code(plain_step_code(in_groups(code).lower().replace(" ", "-")))
    assert not is_recovery_code("123456")
    assert not is_recovery_code("0" * RECOVERY_LENGTH)


def test_letters_are_copied_in_fours():
    assert in_groups("ABCDEFGHIJ") == "ABCD EFGH IJ"


def test_a_reminder_put_off_comes_back_on_its_day():
    today = date(2026, 11, 23)

    assert is_reminded(None, today)
    assert is_reminded(today, today)
    assert not is_reminded(today + timedelta(days=1), today)


def test_the_square_says_what_it_was_given_to_say():
    """Each dark module is inside the quiet edge, and another text gives another square."""
    square, other = square_of("otpauth://totp/a"), square_of("otpauth://totp/b")

    rows = {int(part.split()[1].split("h")[0]) for part in square.path.split("M")[1:]}
    assert square.side > 8 + 20
    assert min(rows) == 4
    assert max(rows) == square.side - 5
    assert square.path != other.path
