"""Signing in in two steps: set up with a phone, used, and with a code of paper when it is lost."""

import time

import pyotp
import pytest

from tests.journeys.coming_in import OFFICE, SIGN_OUT, Newcomer, come_in, make_known, sign_in
from tests.journeys.conftest import Visit
from tests.journeys.journey import LANGUAGES, Journey

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys"), pytest.mark.timeout(400)]

NEWCOMERS = {
    "fr": Newcomer("Zahra", "Imlil", "زهرة", "إمليل"),
    "ar": Newcomer("Hassan", "Imlil", "حسن", "إمليل"),
}
PASSWORD = "quatre ruches sous un amandier"
STEP = 'form[action="/sign-in/second-step"] button'


@LANGUAGES
def test_a_head_of_studies_signs_in_in_two_steps(visit: Visit, language: str) -> None:
    name, code = make_head(visit(OFFICE, language), NEWCOMERS[language])
    journey = visit(None, language)
    come_in(journey, name, code, PASSWORD)
    journey.follow('main a[href="/account/second-factor/new"]')
    key = journey.page.inner_text(".key-groups").replace(" ", "")
    journey.page.fill("[name=step_code]", pyotp.TOTP(key).now())
    journey.follow('form[action="/account/second-factor/new"] button')
    spare = [line.inner_text() for line in journey.all(".recovery-codes li span")]
    assert len(spare) == 10
    journey.follow('a[href="/account/second-factor"]')
    journey.go("/account")
    journey.follow(SIGN_OUT)

    sign_in(journey, name, PASSWORD)
    assert journey.path.startswith("/sign-in/second-step")
    journey.page.fill("[name=step_code]", next_code(key))
    journey.follow(STEP)
    assert journey.path == "/"
    journey.follow(SIGN_OUT)

    sign_in(journey, name, PASSWORD)
    journey.page.fill("[name=recovery_code]", spare[0].lower())
    journey.follow(STEP)
    assert journey.path == "/"


def make_head(office: Journey, newcomer: Newcomer) -> tuple[str, str]:
    """Somebody new who works for the whole school: their sign-in name and their code.

    The code comes from the hand that gives the role, so it stays good.
    """
    user_id, name, code = make_known(office, newcomer)
    office.go(f"/people/{user_id}/roles")
    office.choose("[name=role][value=head_of_studies]")
    office.follow(office.submit(f"/people/{user_id}/roles"))
    return name, code


def next_code(key: str) -> str:
    """A code of the half-minute after the one used before, which is forgiven already."""
    return pyotp.TOTP(key).at(time.time() + 30)
