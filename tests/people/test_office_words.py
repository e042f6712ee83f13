"""The office writes about somebody else: its form never says "your"."""

import pytest

from tests.factories.people import make_administrator, make_user


@pytest.mark.parametrize(
    ("language", "alone", "given", "own"),
    [
        ("fr", "Le nom seul", "Il manque le prénom.", "Mon nom seul"),
        ("en", "The name alone", "Write the given name.", "My name alone"),
    ],
)
def test_the_form_of_a_new_person_speaks_of_that_person(browser, language, alone, given, own):
    office = browser.as_(make_administrator()).in_(language)

    page = office.get("people.person.new").text
    refused = office.post("people.person.create", {"civility": "neutral"})

    assert alone in page
    assert own not in page
    assert refused.status_code == 422
    assert given in refused.text


def test_ones_own_form_speaks_of_oneself(browser):
    page = browser.as_(make_user()).in_("en").get("people.account.edit").text

    assert "My name alone" in page
    assert "The name alone" not in page
