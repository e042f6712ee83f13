from datetime import timedelta

import pytest
from sqlalchemy import select, update

from ecopter.attendance.models import AttendanceRecord
from ecopter.certificates.models import Credential, Paper
from ecopter.certificates.services import papers
from ecopter.db import db
from ecopter.people.models import User
from ecopter.platform import jobs
from ecopter.platform.jobs import Job, JobState
from tests.clock import NOW
from tests.factories.certificates import make_finished_cohort, make_school
from tests.factories.people import make_head_of_studies, make_user

ISSUE = "certificates.issue.create"


def trainee_of(enrolment) -> User:
    return db.session.get(User, enrolment.trainee_id)


def printed(finished) -> Credential:
    """The first paper of a cohort, issued and printed."""
    finished.issue()
    db.session.commit()
    while jobs.run_next(lambda: NOW):
        pass
    return finished.credentials()[0]


def test_the_office_issues_to_those_ticked(browser):
    finished = make_finished_cohort(3)
    first, second, _third = finished.enrolments
    office = browser.as_(finished.administrator)

    page = office.get("certificates.issue.show", cohort_id=finished.cohort.id, kind="attestation")
    answer = office.post(
        ISSUE,
        {"people": [first.id, second.id]},
        cohort_id=finished.cohort.id,
        kind="attestation",
    )

    assert page.status_code == 200
    assert page.get_data(as_text=True).count(" checked") == 3
    assert answer.status_code == 303
    assert [one.enrolment_id for one in finished.credentials()] == [first.id, second.id]
    after = office.fetch(answer.location).get_data(as_text=True)
    assert "DEMO-ATT-2026-0002" in after
    assert after.count(" checked") == 1


def test_nobody_chosen_is_said_on_the_page(browser):
    finished = make_finished_cohort(1)

    answer = browser.as_(finished.administrator).post(ISSUE, cohort_id=finished.cohort.id)

    assert answer.status_code == 422
    assert 'id="person-' in answer.get_data(as_text=True)
    assert " checked" not in answer.get_data(as_text=True)
    assert finished.credentials() == []


def test_everything_missing_is_said_with_its_amount(browser):
    finished = make_finished_cohort(1, level=1)
    db.session.execute(update(AttendanceRecord).values(status="late", minutes_late=60))
    db.session.commit()

    page = (
        browser.as_(finished.administrator)
        .in_("en")
        .get("certificates.issue.show", cohort_id=finished.cohort.id, kind="attestation")
    )

    words = " ".join(page.get_data(as_text=True).split())
    assert "Competences C1, C11 are not acquired." in words
    assert (
        "71.4% of the expected hours, at least 85% is asked; 57 min" in words or "0 h 57" in words
    )
    assert 'name="people"' not in words


def test_half_days_without_a_register_are_listed_with_their_pages(browser):
    finished = make_finished_cohort(1, registers=False)

    page = browser.as_(finished.administrator).get(
        "certificates.issue.show", cohort_id=finished.cohort.id
    )

    words = page.get_data(as_text=True)
    assert words.count('/register"') == 2
    assert "20/11/2026" in words


def test_names_to_confirm_are_warned_about(browser):
    finished = make_finished_cohort(1)
    db.session.execute(
        update(User).values(name_confirmed_at=None, given_name_ar="", family_name_ar="")
    )
    db.session.commit()

    page = (
        browser.as_(finished.administrator)
        .in_("en")
        .get("certificates.issue.show", cohort_id=finished.cohort.id)
    )

    words = page.get_data(as_text=True)
    assert "name not confirmed" in words
    assert "no Arabic name" in words


def test_an_incomplete_school_is_told_what_it_lacks(browser):
    finished = make_finished_cohort(1, school=False)
    make_school(signatory_name="", representative="", place="")

    page = (
        browser.as_(finished.administrator)
        .in_("en")
        .get("certificates.issue.show", cohort_id=finished.cohort.id)
    )

    words = page.get_data(as_text=True)
    assert "the name of the person who signs" in words
    assert "the place of signing" in words
    assert "its address" not in words


def test_real_papers_wait_for_a_public_address(browser):
    finished = make_finished_cohort(1, is_demo=False)
    office = browser.as_(finished.administrator).in_("en")

    page = office.get("certificates.issue.show", cohort_id=finished.cohort.id)
    answer = office.post(
        ISSUE, {"people": [finished.enrolments[0].id]}, cohort_id=finished.cohort.id
    )

    assert "ECOPTER_BASE_URL" in page.get_data(as_text=True)
    assert answer.status_code == 409
    assert finished.credentials() == []


def test_a_second_click_does_nothing_twice(browser):
    finished = make_finished_cohort(2)
    office = browser.as_(finished.administrator)
    form = {"people": [one.id for one in finished.enrolments]}

    answers = [
        office.post(ISSUE, form, cohort_id=finished.cohort.id, kind="attestation").status_code
        for _ in range(2)
    ]

    assert answers == [303, 303]
    assert len(finished.credentials()) == 2


@pytest.mark.parametrize(
    ("endpoint", "expected"),
    [
        ("certificates.issue.show", {"trainee": 404, "instructor": 403, "head": 403}),
        ("certificates.reissue.new", {"trainee": 404, "instructor": 403, "head": 403}),
        ("certificates.revocation.new", {"trainee": 403, "instructor": 404, "head": 403}),
    ],
)
def test_only_the_office_issues_and_revokes(browser, endpoint, expected):
    """Whoever may see the cohort, or the paper, is told that acting is for others."""
    finished = make_finished_cohort(1)
    finished.issue()
    of_cohort = {"cohort_id": finished.cohort.id}
    of_paper = {"credential_id": finished.credentials()[0].id}
    readers = {
        "trainee": trainee_of(finished.enrolments[0]),
        "instructor": finished.instructor,
        "head": make_head_of_studies(),
        "stranger": make_user(),
        "office": finished.administrator,
        "visitor": None,
    }
    where = of_cohort if endpoint == "certificates.issue.show" else of_paper

    answers = {
        who: browser.as_(user).get(endpoint, **where).status_code for who, user in readers.items()
    }

    assert answers == expected | {"stranger": 404, "office": 200, "visitor": 303}


def test_an_old_password_is_asked_for_again(browser):
    finished = make_finished_cohort(1)
    office = browser.as_(finished.administrator)
    with office.client.session_transaction() as session:
        session["fresh"] = (NOW - timedelta(hours=3)).timestamp()

    page = office.get("certificates.issue.show", cohort_id=finished.cohort.id)
    answer = office.post(
        ISSUE, {"people": [finished.enrolments[0].id]}, cohort_id=finished.cohort.id
    )

    assert (page.status_code, answer.status_code) == (303, 303)
    assert finished.credentials() == []


def test_a_paper_is_given_once_it_is_printed(browser, press):
    finished = make_finished_cohort(1)
    credential = printed(finished)
    holder = browser.as_(trainee_of(finished.enrolments[0]))

    answer = holder.get("certificates.pdf.show", credential_id=credential.id)
    again = holder.client.get(
        f"/certificates/{credential.id}.pdf", headers={"If-None-Match": answer.headers["ETag"]}
    )

    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF")
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=DEMO-ATT-2026-0001-ijja-tazart-000.pdf"
    )
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert again.status_code == 304


def test_a_paper_that_is_being_printed_says_so_and_looks_again(browser):
    finished = make_finished_cohort(1)
    finished.issue()
    credential = finished.credentials()[0]

    answer = browser.as_(finished.administrator).get(
        "certificates.pdf.show", credential_id=credential.id
    )

    assert answer.status_code == 202
    assert 'data-wait="5"' in answer.get_data(as_text=True)


def test_a_paper_that_could_not_be_printed_can_be_printed_again(browser, press):
    finished = make_finished_cohort(1)
    finished.issue()
    credential = finished.credentials()[0]
    db.session.execute(update(Job).values(state=JobState.FAILED, attempts=5, error="no Pango"))
    office = browser.as_(finished.administrator)

    page = office.get("certificates.pdf.show", credential_id=credential.id)
    answer = office.post("certificates.pdf.create", credential_id=credential.id)
    while jobs.run_next(lambda: NOW):
        pass

    assert page.status_code == 202
    assert 'http-equiv="refresh"' not in page.get_data(as_text=True)
    assert answer.status_code == 303
    assert db.session.query(Paper).count() == 1


def test_a_damaged_file_is_not_given(browser, app, press):
    finished = make_finished_cohort(1)
    credential = printed(finished)
    paper = db.session.scalars(select(Paper)).one()
    app.extensions["adapters"].files.path(paper.digest).write_bytes(b"%PDF forged")

    answer = browser.as_(finished.administrator).get(
        "certificates.pdf.show", credential_id=credential.id
    )

    assert answer.status_code == 503
    assert papers.stored(paper) is None


def test_papers_of_others_do_not_exist(browser, press):
    finished = make_finished_cohort(2)
    credential = printed(finished)
    owner, other = (trainee_of(one) for one in finished.enrolments)
    addresses = [
        ("certificates.pdf.show", {"credential_id": credential.id}),
        ("certificates.credential.index", {"enrolment_id": finished.enrolments[0].id}),
    ]
    readers = [
        (owner, 200),
        (other, 404),
        (finished.instructor, 404),
        (finished.administrator, 200),
        (make_head_of_studies(), 200),
    ]

    for user, expected in readers:
        for endpoint, where in addresses:
            assert browser.as_(user).get(endpoint, **where).status_code == expected


def test_own_papers_show_code_state_and_check_page(browser, press):
    finished = make_finished_cohort(1)
    credential = printed(finished)
    code = "-".join(credential.code[start : start + 4] for start in range(0, 16, 4))

    page = browser.as_(trainee_of(finished.enrolments[0])).get(
        "certificates.credential.index", enrolment_id=finished.enrolments[0].id
    )

    words = page.get_data(as_text=True)
    assert code in words
    assert f"/verify/{code}" in words
    assert f"/certificates/{credential.id}.pdf" in words


def test_before_the_first_paper_the_page_says_when_it_comes(browser):
    finished = make_finished_cohort(1)

    page = browser.as_(trainee_of(finished.enrolments[0])).get(
        "certificates.credential.index", enrolment_id=finished.enrolments[0].id
    )

    assert page.status_code == 200


def test_revoking_asks_why(browser):
    finished = make_finished_cohort(1)
    finished.issue()
    credential = finished.credentials()[0]
    office = browser.as_(finished.administrator)

    silent = office.post("certificates.revocation.create", credential_id=credential.id)
    said = office.post(
        "certificates.revocation.create", {"reason": "Erreur"}, credential_id=credential.id
    )
    twice = office.post(
        "certificates.revocation.create", {"reason": "Erreur"}, credential_id=credential.id
    )

    assert (silent.status_code, said.status_code, twice.status_code) == (422, 303, 409)
    page = office.fetch(said.location).get_data(as_text=True)
    assert "Erreur" in page
    assert " checked" not in page


def test_a_corrected_name_gets_a_new_paper(browser):
    finished = make_finished_cohort(1)
    finished.issue()
    credential = finished.credentials()[0]
    db.session.execute(update(User).values(family_name_lat="Amagar"))
    office = browser.as_(finished.administrator)

    page = office.get("certificates.reissue.new", credential_id=credential.id)
    silent = office.post("certificates.reissue.create", credential_id=credential.id)
    answer = office.post(
        "certificates.reissue.create", {"reason": "Nom"}, credential_id=credential.id
    )
    twice = office.post(
        "certificates.reissue.create", {"reason": "Nom"}, credential_id=credential.id
    )

    words = page.get_data(as_text=True)
    assert "Ijja Tazart 000" in words
    assert "Ijja Amagar" in words
    assert (silent.status_code, answer.status_code, twice.status_code) == (422, 303, 409)
    assert [one.is_live for one in finished.credentials()] == [False, True]


@pytest.mark.parametrize("state", ["ready", "missing", "issued"])
def test_the_issue_page_asks_the_same_questions_for_16_and_500(browser, count_queries, state):
    counts = []
    for trainees in (16, 500):
        finished = make_finished_cohort(trainees, level=None if state == "missing" else 3)
        if state == "issued":
            finished.issue()
        office = browser.as_(finished.administrator)
        with count_queries() as statements:
            page = office.get(
                "certificates.issue.show", cohort_id=finished.cohort.id, kind="attestation"
            )
        assert page.status_code == 200
        assert page.get_data(as_text=True).count("candidates__item") == trainees
        counts.append(len(statements))

    assert counts == [ISSUE_PAGE_QUERIES] * 2


# Two of them are the door's.
ISSUE_PAGE_QUERIES = 14


def test_a_paper_the_cohort_does_not_give_is_never_taken_for_another(browser):
    finished = make_finished_cohort(1)

    answer = browser.as_(finished.administrator).post(
        ISSUE,
        {"people": [finished.enrolments[0].id]},
        cohort_id=finished.cohort.id,
        kind="leadership",
    )

    assert answer.status_code == 404
    assert finished.credentials() == []
