"""What separates one person from their papers."""

import pytest

from ecopter.certificates.queries.issuing import get_issue_sheet
from ecopter.certificates.queries.outlook import get_outlook
from ecopter.certificates.rules.words import CredentialKind
from ecopter.db import db
from ecopter.people.models import User
from ecopter.shared.errors import NotFound
from tests.clock import NOW
from tests.factories.certificates import make_finished_cohort
from tests.factories.cohorts import make_enrolment

COMPLETION, ATTESTATION = CredentialKind.COMPLETION, CredentialKind.ATTESTATION


def test_it_says_of_each_paper_whether_it_is_held_earned_or_what_is_missing(database):
    finished = make_finished_cohort(1, level=1)
    finished.issue(COMPLETION)

    found = get_outlook(finished.enrolments[0].id, NOW)

    held, lacking, earned = found.kinds
    assert held.paper is not None
    assert held.paper.number == "DEMO-REA-2026-0001"
    assert [one.competence for one in lacking.obstacles] == ["C1", "C11"]
    assert earned.is_earned
    assert [one.kind for one in found.waited_for] == [ATTESTATION, CredentialKind.TRANSCRIPT]


@pytest.mark.parametrize("level", [None, 1, 3])
def test_it_agrees_with_the_page_that_issues(database, level):
    finished = make_finished_cohort(2, level=level)
    late = make_enrolment(finished.cohort)
    sheet = get_issue_sheet(finished.cohort.id, NOW)

    for enrolment_id in (finished.enrolments[0].id, late.id):
        for one in get_outlook(enrolment_id, NOW).kinds:
            line = next(
                line
                for line in sheet.lines(one.kind)
                if line.candidate.enrolment.id == enrolment_id
            )
            assert one.obstacles == line.obstacles


@pytest.mark.parametrize("trainees", [2, 40])
def test_one_person_never_costs_more_than_seven_questions(database, count_queries, trainees):
    finished = make_finished_cohort(trainees)
    enrolment_id = finished.enrolments[0].id
    db.session.expunge_all()

    with count_queries() as statements:
        get_outlook(enrolment_id, NOW)

    assert len(statements) == 7


def test_a_place_that_does_not_exist_has_none(database):
    with pytest.raises(NotFound):
        get_outlook(9_999, NOW)


def test_the_trainee_reads_what_is_missing(browser):
    finished = make_finished_cohort(1, level=1)
    trainee = db.session.get(User, finished.enrolments[0].trainee_id)

    page = (
        browser.as_(trainee)
        .in_("en")
        .get("certificates.credential.index", enrolment_id=finished.enrolments[0].id)
        .get_data(as_text=True)
    )

    assert "What is still missing" in page
    assert "Competences C1, C11 are not acquired." in page
    assert "Nothing is missing. The school’s office issues it." in page


def test_a_paper_that_is_held_is_not_missing(browser):
    finished = make_finished_cohort(1)
    for kind in (COMPLETION, ATTESTATION, CredentialKind.TRANSCRIPT):
        finished.issue(kind)
    trainee = db.session.get(User, finished.enrolments[0].trainee_id)

    page = (
        browser.as_(trainee)
        .in_("en")
        .get("certificates.credential.index", enrolment_id=finished.enrolments[0].id)
        .get_data(as_text=True)
    )

    assert "What is still missing" not in page


def test_the_check_page_shows_every_mark(browser):
    finished = make_finished_cohort(1, level=1)
    finished.issue(CredentialKind.TRANSCRIPT)
    (credential,) = finished.credentials()

    page = " ".join(
        browser.in_("en")
        .get("certificates.verification.show", code=credential.code)
        .get_data(as_text=True)
        .split()
    )

    assert "Transcript of marks" in page
    assert "Le safran" in page
    assert "5.0" in page
    assert "not acquired" in page
    assert "a mark alone never says that a competence is acquired" in page
