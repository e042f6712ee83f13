"""Numbers and places of a cohort are said as one says them."""

import pytest

from tests.factories.cohorts import make_cohort
from tests.factories.people import make_administrator


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("Nom;Prénom\nTata;Aïcha", "il en reste 0, pour 1 personne."),
        ("Nom;Prénom\nTata;Aïcha\nTata;Omar", "il en reste 0, pour 2 personnes."),
    ],
)
def test_a_list_too_long_for_the_places_left_is_counted_in_good_french(browser, lines, words):
    cohort = make_cohort(trainees=1, capacity=1)
    office = browser.as_(make_administrator()).in_("fr")

    typed = {"text": lines, "starts_on": cohort.starts_on.isoformat(), "act": "check"}
    answer = office.post("cohorts.roster.create", typed, cohort_id=cohort.id)

    assert words in answer.text.replace("\u00a0", " ").replace("\u202f", " ")


def test_what_is_wrong_is_listed_in_the_order_of_the_page(browser):
    wrong = {"code": "é", "capacity": "0"}
    answer = browser.as_(make_administrator()).post("cohorts.cohort.create", wrong)

    summary = answer.text[answer.text.index("error-summary__list") :]
    places = [
        summary.index(f'href="#{name}"') for name in ("name", "starts_on", "capacity", "code")
    ]
    assert answer.status_code == 422
    assert places == sorted(places)
