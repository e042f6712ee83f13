"""Whose course it is decides how loudly a path offers the next lesson."""

import re
from dataclasses import dataclass

import pytest

from ecopter.cohorts.models import Cohort
from ecopter.people.models import User
from tests.factories.cohorts import instructor_of, make_cohort, make_enrolment
from tests.factories.curricula import make_curriculum
from tests.factories.people import make_administrator, make_user

LINK = re.compile(r'<a class="([^"]*)" href="/path/\d+/lessons/\d+">(.*?)</a>', re.DOTALL)


@dataclass
class Place:
    trainee: User
    cohort: Cohort
    enrolment_id: int


@pytest.fixture
def place(database):
    trainee, cohort = make_user(), make_cohort(curriculum=make_curriculum(lessons=2))
    return Place(trainee, cohort, make_enrolment(cohort, trainee).id)


def ways_on(browser, reader, place):
    """Class and words of each link to a lesson."""
    page = browser.as_(reader).in_("en").get("learning.path.show", enrolment_id=place.enrolment_id)
    return [
        (kind, " ".join(re.sub(r"<[^>]+>", " ", words).split()))
        for kind, words in LINK.findall(page.text)
    ]


def test_the_trainee_is_asked_to_continue(browser, place):
    ((kind, words),) = ways_on(browser, place.trainee, place)

    assert words == "Continue"
    assert "button" in kind


@pytest.mark.parametrize("who", ["instructor", "office"])
def test_whoever_looks_at_the_path_of_another_may_read_the_lesson(browser, place, who):
    reader = instructor_of(place.cohort) if who == "instructor" else make_administrator()

    assert ways_on(browser, reader, place) == [("link", "Read this lesson")]
