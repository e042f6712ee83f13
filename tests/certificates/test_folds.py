"""What one person lacks is said in a few words, and unfolds into sentences."""

import re
from decimal import Decimal

import pytest

from ecopter.certificates import labels
from ecopter.certificates.rules.eligibility import Ask, Obstacle, ObstacleKind
from ecopter.platform.paths import STATIC
from tests.factories.certificates import make_finished_cohort
from tests.factories.cohorts import make_enrolment
from tests.factories.people import make_user

FOLD = re.compile(r"<details class=\"fold candidates__fold\">(.*?)</details>", re.DOTALL)


def folds(page):
    """Each fold as its line and what it hides, without tags."""
    found = []
    for inside in FOLD.findall(page.text):
        line, rest = inside.split("</summary>")
        found.append(tuple(" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in (line, rest)))
    return found


@pytest.mark.parametrize("endpoint", ["certificates.readiness.show", "certificates.issue.show"])
def test_what_one_person_lacks_is_one_line_that_unfolds(browser, endpoint):
    finished = make_finished_cohort(3)
    make_enrolment(finished.cohort, make_user(family_name_lat="Amagar"))
    office = browser.as_(finished.administrator).in_("en")

    page = office.get(endpoint, cohort_id=finished.cohort.id, kind="attestation")

    ((line, hidden),) = folds(page)
    assert line.startswith("Missing: ")
    assert not line.endswith(".")
    assert "Ask the" in hidden
    assert "<details open" not in page.text


@pytest.mark.parametrize("endpoint", ["certificates.readiness.show", "certificates.issue.show"])
def test_what_everyone_lacks_needs_no_fold(browser, endpoint):
    finished = make_finished_cohort(4, level=1)
    office = browser.as_(finished.administrator).in_("en")

    page = office.get(endpoint, cohort_id=finished.cohort.id, kind="attestation")

    assert folds(page) == []
    assert page.text.count("What is said above.") == 4


@pytest.mark.parametrize("kind", list(ObstacleKind))
def test_every_kind_of_obstacle_has_few_words(app, kind):
    """Competences are named by their code, everything else by a word of its own."""
    is_competence = kind in (
        ObstacleKind.COMPETENCE_NOT_ASSESSED,
        ObstacleKind.COMPETENCE_NOT_ACQUIRED,
    )
    found = Obstacle(kind, Ask.OFFICE, competence="C8" if is_competence else "")

    with app.test_request_context(headers={"Accept-Language": "en"}):
        words = labels.brief([found])

    assert words.startswith("Missing: ")
    assert 10 < len(words) < 40


def test_a_share_is_said_with_how_far_it_is(app):
    found = [
        Obstacle(ObstacleKind.HOURS_TOO_FEW, Ask.OFFICE, reached=Decimal("40.25")),
        Obstacle(ObstacleKind.COMPETENCE_NOT_ACQUIRED, Ask.INSTRUCTORS, competence="C8"),
    ]

    with app.test_request_context(headers={"Accept-Language": "en"}):
        words = labels.brief(found)

    assert re.fullmatch(r"Missing: hours \(at 40\.\d\s?%\), C8", words)


def test_paper_shows_what_a_screen_folds_away():
    style = (STATIC / "css/features/learning.css").read_text(encoding="utf-8")

    printed = style[style.index("@media print") :]
    assert ".fold::details-content" in printed
    assert "content-visibility: visible" in printed
