"""An association leader's evening: path, lesson, quiz, hours, papers."""

import re

import pytest

from tests.journeys.conftest import Visit
from tests.journeys.journey import LANGUAGES, Journey
from tests.journeys.serving import School

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys"), pytest.mark.timeout(400)]

NAME = "leader.demo"
PLACE = """
    SELECT enrolments.id FROM enrolments JOIN users ON users.id = enrolments.trainee_id
    WHERE users.sign_in_name = ?
"""
# The lesson whose quiz has the most attempts left.
LESSON = """
    SELECT lessons.id, lessons.module_id FROM lessons
    JOIN quiz_attempts ON quiz_attempts.lesson_id = lessons.id
    WHERE quiz_attempts.enrolment_id = ?
    GROUP BY lessons.id ORDER BY count(*), lessons.id LIMIT 1
"""


@LANGUAGES
def test_a_leader_follows_the_course(visit: Visit, school: School, language: str) -> None:
    place = school.value(PLACE, NAME)
    lesson_id, module_id = school.rows(LESSON, place)[0]
    here = f"/path/{place}/lessons/{lesson_id}"
    journey = visit(NAME, language)

    journey.follow(f'nav a[href="/path/{place}"]')
    journey.follow(f'main a[href="/path/{place}/modules/{module_id}"]')
    journey.follow(f'main a[href="{here}"]')
    say_done_again(journey, here)
    try_quiz(journey, here)
    journey.follow('nav a[href="/more"]')
    journey.follow(f'main a[href="/path/{place}/attendance"]')
    journey.follow('.stat__link[href*="of=attended"]')
    assert journey.has("#half-days tbody tr")
    journey.follow('nav a[href="/more"]')
    journey.follow(f'main a[href="/path/{place}/certificates"]')
    see_papers(journey, school, place)


def say_done_again(journey: Journey, here: str) -> None:
    """The lesson was done at the week-end: taken back, and done once more."""
    journey.follow(journey.submit(f"{here}/completion/undo"))
    journey.follow(journey.submit(f"{here}/completion"))
    assert journey.has(journey.submit(f"{here}/completion/undo"))


def try_quiz(journey: Journey, here: str) -> None:
    journey.follow(f'main a[href="{here}/quiz"]')
    for question in journey.all("form.quiz__form .quiz__question"):
        options = question.locator("input[type=radio], input[type=checkbox]")
        if options.count():
            journey.choose(options.last)
        else:
            question.locator("input[type=text]").fill("3")
    journey.follow("main form.quiz__form button[type=submit]")
    assert re.fullmatch(r"/attempts/\d+", journey.path)
    assert journey.has(".quiz__option--mine")


def see_papers(journey: Journey, school: School, place: int) -> None:
    """As many papers as the office has issued; none before."""
    codes = [
        code
        for (code,) in school.rows("SELECT code FROM credentials WHERE enrolment_id = ?", place)
    ]
    shown = [words.inner_text().replace("-", "") for words in journey.all(".paper-code__letters")]
    assert sorted(shown) == sorted(codes)
    assert journey.has(".papers" if codes else ".empty-state")
