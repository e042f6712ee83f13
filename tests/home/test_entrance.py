"""The door of the leaders' area is open to strangers and leads them in."""

from datetime import timedelta

import pytest

from tests.clock import TODAY
from tests.factories.associations import make_association, make_mandate
from tests.factories.cohorts import make_cohort, make_enrolment
from tests.factories.people import make_user
from tests.ui.test_navigation import leaders_place


@pytest.mark.parametrize(
    ("language", "word"),
    [("fr", "cofinancement"), ("ar", "التمويل المشترك"), ("en", "Co-funding")],
)
def test_a_stranger_reads_what_the_training_is(browser, language, word):
    page = browser.in_(language).get("home.entrance.show").get_data(as_text=True)

    assert word.casefold() in page.casefold()


def test_signing_in_from_there_comes_back_to_the_area(browser):
    browser.get("home.entrance.show")

    assert "/sign-in?next=/leaders/home" in browser.page.links


def test_a_leader_who_is_signed_in_is_sent_on(browser):
    leader = make_user()
    leaders_place(leader)

    answer = browser.as_(leader).get("home.entrance.show")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/leaders/home")


def test_another_account_reads_why_there_is_nothing_for_it(browser):
    trainee = make_user()
    make_enrolment(make_cohort(), trainee)

    page = browser.as_(trainee).in_("en").get("home.entrance.show").get_data(as_text=True)

    assert "Your account has no part in this area." in page


def test_the_area_is_closed_to_whoever_does_not_lead(browser):
    trainee = make_user()
    make_enrolment(make_cohort(), trainee)

    assert browser.as_(trainee).get("home.leaders.show").status_code == 403


def test_a_mandate_alone_opens_the_area(browser):
    leader, association = make_user(), make_association(name="Amis de Tinzouline")
    make_mandate(association, leader)
    reading = browser.as_(leader)

    page = reading.get("home.leaders.show").get_data(as_text=True)

    assert "Amis de Tinzouline" in page
    assert f"/associations/{association.id}" in reading.page.links


def test_a_mandate_that_has_ended_opens_nothing(browser):
    former = make_user()
    make_mandate(
        make_association(),
        former,
        from_on=TODAY - timedelta(days=400),
        until_on=TODAY - timedelta(days=1),
    )

    assert browser.as_(former).get("home.leaders.show").status_code == 403
