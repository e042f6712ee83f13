"""The bar holds what a reader needs most, the page "More" the rest, and the leaders their own."""

import pytest

from ecopter.curricula.rules import Track
from tests.factories.associations import make_association, make_mandate
from tests.factories.cohorts import instructor_of, make_cohort, make_enrolment
from tests.factories.curricula import make_curriculum
from tests.factories.people import make_administrator, make_head_of_studies, make_user


def leaders_place(person):
    cohort = make_cohort(curriculum=make_curriculum(track=Track.LEADERSHIP))
    return make_enrolment(cohort, person)


def bar(page):
    """The links of the main menu, and which of them a phone leaves out."""
    text = page.get_data(as_text=True)
    inside = text[text.index('<nav class="nav') : text.index("</nav>")]
    links, wide = [], []
    for item in inside.split("<li")[1:]:
        link = item.split('href="', 1)[1].split('"', 1)[0]
        links.append(link)
        if item.startswith(' class="nav__item--wide"'):
            wide.append(link)
    return links, wide


def current(page):
    text = page.get_data(as_text=True)
    inside = text[text.index('<nav class="nav') : text.index("</nav>")]
    return [
        part.split('href="', 1)[1].split('"', 1)[0]
        for part in inside.split("<li")[1:]
        if 'aria-current="page"' in part
    ]


@pytest.fixture
def readers(database):
    cohort = make_cohort()
    trainee = make_user()
    make_enrolment(cohort, trainee)
    leader = make_user()
    leaders_place(leader)
    make_mandate(make_association(), leader)
    return {
        "nobody": make_user(),
        "trainee": trainee,
        "instructor": instructor_of(cohort),
        "head of studies": make_head_of_studies(),
        "administrator": make_administrator(),
        "leader": leader,
    }


ROLES = ["nobody", "trainee", "instructor", "head of studies", "administrator", "leader"]


@pytest.mark.parametrize("role", ROLES)
def test_a_phone_shows_five_ways_at_most_and_a_wide_screen_seven(browser, readers, role):
    page = browser.as_(readers[role]).get("home.menu.show")

    links, wide = bar(page)

    assert len(links) - len(wide) <= 5
    assert len(links) <= 7
    assert links[-1] == "/more"
    assert "/more" not in wide


@pytest.mark.parametrize("role", ROLES)
def test_nothing_of_the_bar_is_missing_from_the_page_of_all_places(browser, readers, role):
    reading = browser.as_(readers[role])
    page = reading.get("home.menu.show")
    links, _wide = bar(page)

    main = page.get_data(as_text=True).split("<main", 1)[1].split("</main>", 1)[0]

    assert [link for link in links if f'href="{link}"' not in main] == ["/more"]


@pytest.mark.parametrize("role", ROLES)
def test_every_place_offered_opens(browser, readers, role):
    reading = browser.as_(readers[role])
    page = reading.get("home.menu.show")
    main = page.get_data(as_text=True).split("<main", 1)[1].split("</main>", 1)[0]
    links = [part.split('"', 1)[0] for part in main.split('href="')[1:]]

    shut = [link for link in links if reading.fetch(link).status_code not in {200, 303}]

    assert links
    assert shut == []


def test_the_office_is_offered_to_the_office_alone(browser, readers):
    offices = {"/people", "/school", "/associations"}
    for role, reader in readers.items():
        reading = browser.as_(reader)
        reading.get("home.menu.show")
        found = offices & set(reading.page.links)
        assert found == (offices if role in {"administrator", "head of studies"} else set()), role


def test_an_administrator_who_does_not_grade_is_not_sent_to_grading(browser, readers):
    reading = browser.as_(readers["administrator"])
    reading.get("home.menu.show")

    assert "/grading" not in reading.page.links


def test_one_entry_says_where_the_reader_is(browser, readers):
    assert current(browser.as_(readers["instructor"]).get("cohorts.cohort.index")) == ["/cohorts"]
    assert current(browser.as_(readers["trainee"]).get("home.show")) == ["/"]


def test_a_page_outside_the_bar_marks_none_of_it(browser, readers):
    assert current(browser.as_(readers["trainee"]).get("notices.notice.index")) == []


def test_the_leaders_area_has_its_name_and_its_own_ways(browser, readers):
    page = browser.as_(readers["leader"]).in_("fr").get("home.leaders.show")
    links, _wide = bar(page)

    assert "Espace des responsables" in page.get_data(as_text=True)
    assert links[0] == "/leaders/home"
    assert not {"/registers", "/cohorts", "/"} & set(links)


def test_whoever_only_leads_stays_in_the_area_everywhere(browser, readers):
    reading = browser.as_(readers["leader"])

    assert bar(reading.get("people.account.show"))[0][0] == "/leaders/home"
    assert reading.get("home.show").headers["Location"] == "/leaders/home"


def test_several_hats_switch_both_ways(browser):
    person = make_user()
    make_enrolment(make_cohort(), person)
    place = leaders_place(person)
    reading = browser.as_(person)

    page = reading.get("home.show")
    assert "/leaders/home" in reading.page.links
    assert bar(page)[0][0] == "/"

    page = reading.get("learning.path.show", enrolment_id=place.id)
    assert bar(page)[0][0] == "/leaders/home", "a page of that training is in the area"
    assert 'class="area"' in page.get_data(as_text=True)
    assert "/" in reading.page.links


def test_each_area_leads_to_its_own_training(browser):
    person = make_user()
    own = make_enrolment(make_cohort(), person)
    place = leaders_place(person)
    reading = browser.as_(person)

    assert f"/path/{own.id}" in bar(reading.get("home.show"))[0]
    assert f"/path/{place.id}" in bar(reading.get("home.leaders.show"))[0]


def test_a_trainee_never_hears_of_the_leaders_area(browser, readers):
    reading = browser.as_(readers["trainee"])
    page = reading.get("home.menu.show")

    assert "/leaders/home" not in reading.page.links
    assert 'class="area"' not in page.get_data(as_text=True)


def test_help_and_privacy_are_at_the_foot_of_every_page(browser, readers):
    stranger = browser.as_(None)
    pages = [
        (stranger, "people.sign_in.new", 200),
        (stranger, "certificates.verification.index", 200),
        (stranger, "home.entrance.show", 200),
        (browser.as_(readers["trainee"]), "home.show", 200),
        (browser.as_(readers["trainee"]), "cohorts.cohort.index", 404),
    ]
    for reading, endpoint, status in pages:
        assert reading.get(endpoint).status_code in {status, 403}, endpoint
        assert {"/help", "/privacy"} <= set(reading.page.links), endpoint
