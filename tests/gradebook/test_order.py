"""The gradebook is searched, put in order and taken away like every other list."""

import pytest

from ecopter.gradebook.queries import BookWish, get_gradebook
from tests.factories.assessment import lessons_of, make_grade
from tests.factories.cohorts import instructor_of, make_cohort, make_enrolment
from tests.factories.curricula import make_curriculum
from tests.factories.gradebook import make_marked_cohort
from tests.factories.people import make_user

BOOK = "gradebook.cohort.show"
# Family name, name in Arabic, and the levels of each work; () is an excuse.
PEOPLE = [
    ("Zerouali", "زروالي", [(4, 4, 4), (2, 2, 2)]),
    ("Aït Ali", "آيت علي", [(3, 3, 3)]),
    ("Éloy", "", []),
    ("Amrani", "العمراني", [(2, 2, 2), (3, 3, 3), (2, 3, 3)]),
    ("Baha", "بها", [()]),
]


class Class:
    """Five people, two modules of two lessons, a few grades."""

    def __init__(self):
        self.cohort = make_cohort(curriculum=make_curriculum(modules=2, lessons=2))
        self.lessons = lessons_of(self.cohort)
        self.teacher = instructor_of(self.cohort)
        for family, arabic, works in PEOPLE:
            place = make_enrolment(
                self.cohort, make_user(family_name_lat=family, family_name_ar=arabic)
            )
            for lesson, levels in zip(self.lessons, works, strict=False):
                make_grade(place, lesson, levels, by=self.teacher, published=lesson.id % 2 == 0)

    def lines(self, *, module=None, **wish):
        book = get_gradebook(self.cohort.id, module_id=module, number=1, wish=BookWish(**wish))
        return [(line.name.family_lat, line.figure) for line in book.page.items]

    def names(self, **wish):
        return [name for name, _figure in self.lines(**wish)]


@pytest.fixture
def marked(browser):
    return Class()


def test_names_stand_as_a_reader_looks_for_them_not_as_a_database_sorts_bytes(marked):
    order = ["Aït Ali", "Amrani", "Baha", "Éloy", "Zerouali"]

    assert marked.names() == order
    assert marked.names(is_descending=True) == order[::-1]


def test_the_mean_orders_the_rows_and_whoever_has_no_mark_is_last_either_way(marked):
    upwards = [(name, figure and str(figure)) for name, figure in marked.lines(column="mean")]

    # 10, 15 and 13.3 are 38.3: 12.766…, rounded once.
    assert upwards == [
        ("Amrani", "12.8"),
        ("Aït Ali", "15.0"),
        ("Zerouali", "15.0"),
        ("Baha", None),
        ("Éloy", None),
    ]
    assert marked.names(column="mean", is_descending=True) == [
        "Aït Ali",
        "Zerouali",
        "Amrani",
        "Baha",
        "Éloy",
    ]


def test_an_excused_work_is_judged_and_the_order_follows_the_lessons_shown(marked):
    module = marked.lessons[2].module_id

    assert marked.lines(column="judged", is_descending=True) == [
        ("Amrani", 3),
        ("Zerouali", 2),
        ("Aït Ali", 1),
        ("Baha", 1),
        ("Éloy", None),
    ]
    assert marked.lines(module=module, column="judged")[0] == ("Amrani", 1)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("ait", ["Aït Ali"]),
        ("ali ait", ["Aït Ali"]),
        ("ايت", ["Aït Ali"]),
        ("eloy", ["Éloy"]),
        ("nowhere", []),
    ],
)
def test_a_person_is_found_in_both_scripts(marked, words, found):
    assert marked.names(words=tuple(words.split())) == found


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_the_address_keeps_search_order_and_module(browser, marked, language):
    reader = browser.as_(marked.teacher).in_(language)
    module = marked.lessons[0].module_id

    page = reader.get(BOOK, cohort_id=marked.cohort.id, module=module, q="a", sort="-mean").text

    searching = next(form for form in reader.page.forms if "q" in form["names"])
    assert {"module", "sort"} <= set(searching["names"])
    here = f"/cohorts/{marked.cohort.id}/gradebook"
    assert any(link.startswith(here) and "sort=mean" in link for link in reader.page.links)
    assert f"{here}?module={module}" in reader.page.links, "show all"
    assert page.index("Zerouali") < page.index("Amrani")


def test_the_file_holds_what_the_page_shows(browser, marked):
    reader = browser.as_(marked.teacher).in_("en")

    answer = reader.get(BOOK, cohort_id=marked.cohort.id, q="a", sort="-mean", format="csv")

    heading, *lines = [line.split(";") for line in answer.text.splitlines()]
    assert heading[2] == "Mean of the marks"
    assert [(line[0], line[2]) for line in lines] == [
        ("Ijja Aït Ali", "15,0"),
        ("Ijja Zerouali", "15,0"),
        ("Ijja Amrani", "12,8"),
        ("Ijja Baha", ""),
        ("Ijja Éloy", ""),
    ]


def test_everyone_on_one_page_is_searched_too(browser, marked):
    reader = browser.as_(marked.teacher)

    page = reader.get(BOOK, cohort_id=marked.cohort.id, everyone=1, q="zerouali").text

    assert page.count('<th scope="row">') == 1
    assert "everyone" in next(form for form in reader.page.forms if "q" in form["names"])["names"]


def test_nobody_found_says_what_to_do(browser, marked):
    page = browser.as_(marked.teacher).in_("en")
    text = page.get(BOOK, cohort_id=marked.cohort.id, q="nowhere").text

    assert "Nobody is like this" in text
    assert "Try fewer words" in text
    assert "Nobody is enrolled" not in text


def test_any_order_costs_the_same_for_sixteen_and_for_five_hundred(database, count_queries):
    costs = []
    for trainees in (16, 500):
        cohort, _teacher = make_marked_cohort(trainees)
        found = []
        for wish in (BookWish(("tazart",)), BookWish(column="mean"), BookWish(column="judged")):
            with count_queries() as statements:
                get_gradebook(cohort.id, module_id=None, number=1, wish=wish)
            found.append(len(statements))
        costs.append(found)

    # A figure to order by is one query more.
    assert costs == [[6, 7, 7]] * 2


def test_a_search_has_pages_of_fifty(database):
    cohort, _teacher = make_marked_cohort(120, modules=1, lessons=1)
    wish = BookWish(("tazart", "0"), is_descending=True)

    first = get_gradebook(cohort.id, module_id=None, number=1, wish=wish)
    third = get_gradebook(cohort.id, module_id=None, number=3, wish=wish)

    assert first.page.items[0].name.family_lat == "Tazart 110"
    assert first.page.total == 111, "100 of two figures and 11 of three"
    assert (len(first.page.items), len(third.page.items)) == (50, 11)


def test_a_page_beyond_the_last_shows_the_last(marked):
    book = get_gradebook(marked.cohort.id, module_id=None, number=7)

    assert (book.page.number, len(book.page.items)) == (1, 5)
