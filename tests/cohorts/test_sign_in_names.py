"""A sign-in name in a pasted list is held to the rule of the form for one person."""

import pytest

from ecopter.cohorts.rules.roster import Column, read_roster
from ecopter.people.rules.sign_in_names import LONGEST, is_sign_in_name
from tests.factories.people import make_administrator

GOOD = ["", "ijja.tazart", "Ijja-2", "i@exemple.ma", "إجا", "aït tata", "a_b+c"]
BAD = ["ijja;tazart", "<b>", "ijja/tazart", "ijja?", "a'b", "ijja\u202etazart", "ﷺ" * 20, "x" * 81]


@pytest.mark.parametrize("name", GOOD)
def test_a_name_that_can_be_typed_is_taken(name):
    assert is_sign_in_name(name)


@pytest.mark.parametrize("name", BAD)
def test_a_name_with_other_signs_or_too_long_is_not(name):
    assert not is_sign_in_name(name)
    assert LONGEST == 80


@pytest.mark.parametrize("name", [*GOOD, *(set(BAD) - {"ijja\u202etazart"})])
def test_the_list_and_the_form_say_the_same(browser, name):
    text = f"Prénom\tNom\tIdentifiant\nIjja\tTazart\t{name}"
    (row,) = read_roster(text).rows
    is_refused_in_list = any(fault.column is Column.SIGN_IN_NAME for fault in row.faults)

    person = {
        "given_name_lat": "Ijja",
        "family_name_lat": "Tazart",
        "civility": "neutral",
        "sign_in_name": name,
    }
    answer = browser.as_(make_administrator()).post("people.person.create", person)

    assert (answer.status_code == 422) == is_refused_in_list == (not is_sign_in_name(name))
