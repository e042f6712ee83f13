"""Someone without an account checks a paper by the code printed on it."""

import json
from typing import Any

import pytest

from tests.journeys.conftest import Visit
from tests.journeys.journey import LANGUAGES, Journey
from tests.journeys.serving import School

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys"), pytest.mark.timeout(400)]

GENUINE = """
    SELECT credentials.code, credentials.words FROM credentials
    JOIN enrolments ON enrolments.id = credentials.enrolment_id
    JOIN users ON users.id = enrolments.trainee_id
    WHERE users.sign_in_name = 'graduate.demo' AND credentials.is_live
"""
REPLACED = """
    SELECT older.code, older.words, newer.number FROM credentials AS older
    JOIN credentials AS newer ON newer.supersedes_id = older.id
    ORDER BY older.id
"""
NOBODYS = "zzzz zzzz zzzz zzzz"
NO_CODE = "demande au secrétariat"


@LANGUAGES
def test_a_stranger_checks_papers(visit: Visit, school: School, language: str) -> None:
    journey = visit(None, language)

    code, words = school.rows(GENUINE)[0]
    type_code(journey, as_typed(code))
    assert verdict(journey) == "done"
    compare(journey, json.loads(words))

    older, words, newer_number = school.rows(REPLACED)[0]
    journey.follow('main a[href^="/verify"]')
    type_code(journey, as_typed(older))
    assert verdict(journey) == "late"
    assert newer_number in journey.words
    compare(journey, json.loads(words))

    for nonsense in (NOBODYS, NO_CODE):
        type_code(journey, nonsense)
        assert verdict(journey) == "absent"
        assert journey.has("main [name=code]")

    assert journey.page.context.cookies() == []


def as_typed(code: str) -> str:
    """Lower case, with spaces, as one reads it off the paper."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4)).lower()


def type_code(journey: Journey, typed: str) -> None:
    journey.go("/verify")
    journey.page.fill("[name=code]", typed)
    journey.follow("main form button[type=submit]")


def verdict(journey: Journey) -> str:
    """What the answer looks like: done, late or absent."""
    styles = journey.page.locator(".verdict").get_attribute("class")
    assert styles is not None
    return styles.rpartition("tone--")[2]


def compare(journey: Journey, words: dict[str, Any]) -> None:
    """The page says what the paper says."""
    tongue = journey.language
    expected = [
        words["person"]["latin"],
        words["person"]["arabic"],
        words["number"],
        words["title"][tongue],
        words["school"]["declaration_number"],
        words["signatory"]["title"][tongue],
        words["place"][tongue],
        *(objective[tongue] for objective in words["objectives"]),
        *(competence["title"][tongue] for competence in words["competences"]),
    ]
    said = journey.words
    assert not [text for text in expected if " ".join(text.split()) not in said]
    assert str(words["minutes_done"] // 60) in said.replace("\u202f", "").replace("\xa0", "")
