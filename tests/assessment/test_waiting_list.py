"""The list of work that waits is searched, sorted and taken away like every other list."""

from datetime import timedelta

import pytest

from ecopter.assessment.queries.grading import WaitingWish, get_observation_sheet, get_waiting
from ecopter.authorization.policy import Actor
from ecopter.db import db
from tests.clock import NOW
from tests.factories.assessment import lessons_of, make_submission
from tests.factories.cohorts import instructor_of, make_cohort, make_enrolment
from tests.factories.curricula import make_curriculum
from tests.factories.people import make_head_of_studies, make_user

LIST = "assessment.grading.index"
# Family name, name in Arabic, which lesson, hours it has waited.
WORK = [
    ("Zerouali", "زروالي", 0, 1),
    ("Aït Ali", "آيت علي", 1, 3),
    ("Éloy", "", 0, 2),
    ("Amrani", "العمراني", 2, 4),
]


class Desk:
    """Four hand-ins of one cohort, and one of another that came last."""

    def __init__(self):
        self.cohort = make_cohort(
            code="TER-1", curriculum=make_curriculum(modules=1, lessons=3), name_ar="فوج الأرض"
        )
        self.lessons = lessons_of(self.cohort)
        self.teacher = instructor_of(self.cohort)
        self.family = {
            make_submission(
                make_enrolment(self.cohort, make_user(family_name_lat=family, family_name_ar=ar)),
                self.lessons[lesson],
                submitted_at=NOW - timedelta(hours=hours),
            ).id: family
            for family, ar, lesson, hours in WORK
        }
        other = make_cohort(code="NUM-1")
        late = make_enrolment(other, make_user(family_name_lat="Baha"))
        self.family[make_submission(late, lessons_of(other)[0]).id] = "Baha"
        self.head = make_head_of_studies()

    def shown(self, reader, **how):
        """Family names from top to bottom."""
        text = reader.get(LIST, **how).text
        found = {name: text.find(f"/submissions/{key}/") for key, name in self.family.items()}
        return [name for name in sorted(found, key=found.get) if found[name] >= 0]


@pytest.fixture
def desk(browser):
    return Desk()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("ait", {"Aït Ali"}),
        ("ALI ait", {"Aït Ali"}),
        ("ايت", {"Aït Ali"}),
        ("num-1", {"Baha"}),
        ("الارض", {"Zerouali", "Aït Ali", "Éloy", "Amrani"}),
        ("eloy num-1", set()),
    ],
)
def test_work_is_found_by_name_in_both_scripts_and_by_cohort(browser, desk, words, found):
    assert set(desk.shown(browser.as_(desk.head), q=words)) == found


def test_work_is_found_by_its_exercise(browser, desk):
    reader = browser.as_(desk.teacher)

    assert set(desk.shown(reader, q=desk.lessons[0].code)) == {"Zerouali", "Éloy"}


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("at", ["Amrani", "Aït Ali", "Éloy", "Zerouali", "Baha"]),
        ("-at", ["Baha", "Zerouali", "Éloy", "Aït Ali", "Amrani"]),
        ("name", ["Aït Ali", "Amrani", "Baha", "Éloy", "Zerouali"]),
        ("-name", ["Zerouali", "Éloy", "Baha", "Amrani", "Aït Ali"]),
        ("lesson", ["Éloy", "Zerouali", "Aït Ali", "Amrani", "Baha"]),
        ("cohort", ["Baha", "Amrani", "Aït Ali", "Éloy", "Zerouali"]),
        ("nonsense", ["Amrani", "Aït Ali", "Éloy", "Zerouali", "Baha"]),
    ],
)
@pytest.mark.parametrize("language", ["fr", "ar"])
def test_work_is_sorted_by_every_column(browser, desk, sort, order, language):
    assert desk.shown(browser.as_(desk.head).in_(language), sort=sort) == order


def test_the_file_holds_what_the_page_shows(browser, desk):
    reader = browser.as_(desk.head)

    answer = reader.get(LIST, q="ter-1", sort="-name", cohort=desk.cohort.id, format="csv")

    names = [line.split(";")[0] for line in answer.text.splitlines()[1:]]
    assert names == ["Ijja Zerouali", "Ijja Éloy", "Ijja Amrani", "Ijja Aït Ali"]


def test_a_search_stays_in_the_cohort_that_was_chosen(browser, desk):
    reader = browser.as_(desk.head)

    reader.get(LIST, cohort=desk.cohort.id, q="i", sort="name")

    searching = next(form for form in reader.page.forms if "q" in form["names"])
    assert {"cohort", "sort"} <= set(searching["names"])
    assert f"/grading?cohort={desk.cohort.id}" in reader.page.links, "show all"


def test_nothing_found_says_what_to_do(browser, desk):
    page = browser.as_(desk.head).in_("en").get(LIST, q="nowhere").text

    assert "No work that waits fits this choice" in page
    assert "Try fewer words" in page
    assert "Nothing waits<" not in page


def test_a_search_has_pages_and_costs_the_same_for_few_and_for_many(desk, count_queries):
    actor = Actor(desk.teacher.id, teaches=frozenset({desk.cohort.id}))
    wish = WaitingWish(words=("tazart",), column="name", is_descending=True)
    costs = []
    for more in (1, 34):
        for _ in range(more):
            make_submission(make_enrolment(desk.cohort), desk.lessons[0])
        db.session.flush()
        with count_queries() as statements:
            first = get_waiting(actor, cohort_id=None, number=1, wish=wish)
        costs.append(len(statements))
    second = get_waiting(actor, cohort_id=None, number=2, wish=wish)

    assert (first.page.total, len(first.page.items), len(second.page.items)) == (35, 30, 5)
    assert costs == [2, 2]


def test_people_to_observe_stand_in_the_order_of_the_cohort(desk):
    sheet = get_observation_sheet(desk.cohort.id, desk.lessons[0].id)

    assert [person.name.family_lat for person in sheet.people] == [
        "Aït Ali",
        "Amrani",
        "Éloy",
        "Zerouali",
    ]


@pytest.mark.parametrize("how", [{}, {"q": "ter-1"}])
def test_a_page_beyond_the_last_shows_the_last(browser, desk, how):
    assert "Amrani" in desk.shown(browser.as_(desk.teacher), page=7, **how)
