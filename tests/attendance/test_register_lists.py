"""Lists of registers and absences are searched, sorted and taken away like every other list."""

from datetime import timedelta

import pytest

from ecopter.attendance.queries import (
    AbsenceSearch,
    Desk,
    RegisterWish,
    Whose,
    list_absences,
    list_closed,
    list_pending,
)
from ecopter.authorization.policy import Actor, Role
from tests.clock import NOW, TODAY
from tests.factories.attendance import make_absence, make_register
from tests.factories.cohorts import instructor_of, make_cohort, make_enrolment
from tests.factories.curricula import make_curriculum
from tests.factories.people import make_head_of_studies, make_user
from tests.factories.sites import make_site
from tests.factories.timetable import make_training_session

LIST = "attendance.register.index"
INEZGANE = {"fr": "Inezgane", "ar": "إنزكان", "en": "Inezgane"}
EVRY = {"fr": "Évry", "ar": "إيفري", "en": "Evry"}


class School:
    """Three earlier half-days that wait, each of another cohort, at another site."""

    def __init__(self):
        self.oldest = self.half_day("Zagora", "زاكورة", INEZGANE, 9, family_name_lat="Aït Baha")
        self.middle = self.half_day("Élan", "اندفاع", EVRY, 6, family_name_lat="Mokrani")
        self.newest = self.half_day("Fès", "فاس", None, 3, family_name_lat="Ouali")
        self.office = make_head_of_studies()

    def half_day(self, name, name_ar, site, back, **names):
        cohort = make_cohort(curriculum=make_curriculum(), name=name, name_ar=name_ar)
        teacher = instructor_of(cohort, **names)
        site = make_site(names=site) if site else make_site()
        day = TODAY - timedelta(days=back)
        return make_training_session(cohort, day, site=site, instructors=(teacher,))

    def shown(self, reader, **how):
        """Which of the three the page shows, from top to bottom."""
        text = reader.get(LIST, **how).text
        names = {"oldest": self.oldest, "middle": self.middle, "newest": self.newest}
        found = {name: text.find(f"/sessions/{one.id}/register") for name, one in names.items()}
        return [name for name in sorted(found, key=found.get) if found[name] >= 0]


@pytest.fixture
def school(browser):
    return School()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("elan", ["middle"]),
        ("ELAN mokrani", ["middle"]),
        ("ait", ["oldest"]),
        ("انزكان", ["oldest"]),
        ("فاس", ["newest"]),
        ("elan ouali", []),
        ("", ["oldest", "middle", "newest"]),
    ],
    ids=["cohort", "two words", "instructor", "site", "cohort in Arabic", "nothing", "no words"],
)
def test_registers_are_found_by_cohort_site_and_instructor(browser, school, words, found):
    assert school.shown(browser.as_(school.office), q=words) == found


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("day", ["oldest", "middle", "newest"]),
        ("-day", ["newest", "middle", "oldest"]),
        ("cohort", ["middle", "newest", "oldest"]),
        ("-cohort", ["oldest", "newest", "middle"]),
        ("site", ["middle", "oldest", "newest"]),
        ("module", ["oldest", "middle", "newest"]),
        ("nonsense", ["oldest", "middle", "newest"]),
    ],
)
def test_registers_are_sorted_by_what_their_lines_show(browser, school, sort, order):
    assert school.shown(browser.as_(school.office), sort=sort) == order


def test_cohorts_are_sorted_as_the_language_of_the_page_writes_them(browser, school):
    reader = browser.as_(school.office).in_("ar")

    assert school.shown(reader, sort="cohort") == ["middle", "oldest", "newest"]


def test_the_file_holds_what_the_page_shows(browser, school):
    reader = browser.as_(school.office)

    def cohorts(**how):
        return [line.split(";")[2] for line in reader.get(LIST, **how).text.splitlines()[1:]]

    assert cohorts(q="evry", format="csv") == ["Élan"]
    assert cohorts(sort="-cohort", format="csv") == ["Zagora", "Fès", "Élan"]


def test_the_address_keeps_whose_registers_and_which(browser):
    cohort = make_cohort(name="Élan")
    teacher = instructor_of(cohort)
    for back in (2, 4):
        make_register(make_training_session(cohort, TODAY - timedelta(days=back)), teacher)
    reader = browser.as_(teacher)

    reader.get(LIST, list="closed", whose="all", q="elan", sort="site")

    searching = next(form for form in reader.page.forms if "q" in form["names"])
    assert {"list", "whose", "sort"} <= set(searching["names"])
    assert "/registers?list=closed&q=elan&sort=-site&whose=all" in in_order(reader.page.links)
    assert "/registers?list=closed&whose=all" in in_order(reader.page.links), "show all"


def in_order(links):
    """Addresses with the parts of their query in alphabetical order."""
    parts = (link.partition("?") for link in links)
    return {f"{path}?{'&'.join(sorted(query.split('&')))}" for path, _mark, query in parts}


def test_nothing_found_says_what_to_do(browser, school):
    page = browser.as_(school.office).in_("en").get(LIST, q="nowhere").text

    assert "No half-day fits this choice." in page
    assert "Try fewer words" in page


def test_what_is_today_is_searched_too(browser):
    cohort = make_cohort(name="Élan")
    teacher = instructor_of(cohort)
    today = make_training_session(cohort, instructors=(teacher,))
    reader = browser.as_(teacher)

    assert f"/sessions/{today.id}/register" in reader.get(LIST, q="elan").text
    assert f"/sessions/{today.id}/register" not in reader.get(LIST, q="evry").text


def test_a_search_has_pages_and_costs_the_same_for_few_and_for_many(database, count_queries):
    costs = []
    for days in (2, 45):
        cohort = make_cohort(name="Élan")
        teacher = instructor_of(cohort)
        for back in range(1, days + 1):
            one = make_training_session(
                cohort, TODAY - timedelta(days=back), instructors=(teacher,)
            )
            if back % 2:
                make_register(one, teacher)
        desk = Desk(Actor(user_id=teacher.id, teaches=frozenset({cohort.id})), NOW)
        wish = RegisterWish(words=("elan",), column="site", is_descending=True)
        with count_queries() as pending:
            waiting = list_pending(desk, 1, whose=Whose.MINE, wish=wish)
        with count_queries() as closed:
            done = list_closed(desk, 1, whose=Whose.MINE, wish=wish)
        costs.append((len(pending), len(closed)))
    rest = list_closed(desk, 2, whose=Whose.MINE, wish=wish)

    assert (waiting.total, done.total, len(done.items), len(rest.items)) == (22, 23, 20, 3)
    assert costs == [(4, 4)] * 2


def test_half_days_with_two_instructors_are_one_line(browser):
    cohort = make_cohort(name="Élan")
    pair = instructor_of(cohort), instructor_of(cohort, family_name_lat="Mokrani")
    shared = make_training_session(cohort, TODAY - timedelta(days=2), instructors=pair)
    reader = browser.as_(pair[0])

    page = reader.get(LIST, q="elan").text

    assert page.count(f'href="/sessions/{shared.id}/register"') == 1


@pytest.mark.parametrize("how", [{}, {"q": "2026"}, {"sort": "site"}])
def test_a_page_beyond_the_last_shows_the_last(browser, how):
    cohort = make_cohort(name="Promotion 2026")
    teacher = instructor_of(cohort)
    waits = make_training_session(cohort, TODAY - timedelta(days=2), instructors=(teacher,))

    page = browser.as_(teacher).get(LIST, page=7, **how).text

    assert f"/sessions/{waits.id}/register" in page


def test_absences_stand_in_the_order_of_names_not_of_bytes(browser):
    cohort = make_cohort()
    for family in ("Zerouali", "Éloy", "Amrani", "Aït Ali"):
        make_absence(make_enrolment(cohort, make_user(family_name_lat=family)))
    order = ["Aït Ali", "Amrani", "Éloy", "Zerouali"]
    office = Actor(user_id=1, roles=frozenset({Role.ADMINISTRATOR}))

    def names(**wish):
        found = list_absences(office, AbsenceSearch(column="name", **wish))
        return [line.name.family_lat for line in found]

    assert names(is_descending=False) == order
    assert names(is_descending=True) == order[::-1]
