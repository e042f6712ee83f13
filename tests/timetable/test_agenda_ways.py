"""From an agenda there is a way back to whose it is, and the menu says where one stands."""

import re

import pytest

from tests.factories.cohorts import instructor_of, make_cohort, make_enrolment
from tests.factories.people import make_administrator, make_user
from tests.factories.sites import make_site


def crumbs(page):
    found = re.search(r'<nav class="breadcrumb".*?</nav>', page.text, re.DOTALL)
    return re.findall(r'href="([^"]+)"', found[0]) if found else []


def current(page):
    """Where the menu says one stands."""
    return set(re.findall(r'href="([^"]+)"[^>]*aria-current="(?:page|true)"', page.text))


@pytest.mark.parametrize("kind", ["site", "person", "cohort"])
def test_an_agenda_leads_back_to_whose_it_is(browser, kind):
    site, person, cohort = make_site(), make_user(), make_cohort()
    ways = {
        "site": (
            "timetable.site_agenda.show",
            {"site_id": site.id},
            f"/sites/{site.id}",
            "/school",
        ),
        "person": (
            "timetable.person_agenda.show",
            {"user_id": person.id},
            f"/people/{person.id}",
            "/people",
        ),
        "cohort": (
            "timetable.cohort_agenda.show",
            {"cohort_id": cohort.id},
            f"/cohorts/{cohort.id}",
            "/cohorts",
        ),
    }
    endpoint, where, back, menu = ways[kind]

    page = browser.as_(make_administrator()).get(endpoint, **where)

    assert crumbs(page)[-1] == back
    assert menu in current(page)


def test_ones_own_agenda_and_a_trainees_have_no_way_into_the_office(browser):
    cohort, trainee = make_cohort(), make_user()
    make_enrolment(cohort, trainee)

    assert crumbs(browser.as_(instructor_of(cohort)).get("timetable.agenda.show")) == []
    own = browser.as_(trainee).get("timetable.cohort_agenda.show", cohort_id=cohort.id)
    assert crumbs(own) == []
