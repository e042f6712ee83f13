"""Who is ready for which paper, what is missing, and what is said once for everyone."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import update

from ecopter.certificates.queries.readiness import Readiness, count_ready
from ecopter.certificates.rules.eligibility import (
    Ask,
    Obstacle,
    ObstacleKind,
    said_above,
    shared_by_many,
)
from ecopter.certificates.rules.words import CredentialKind
from ecopter.cohorts.models import EnrolmentPeriod
from ecopter.curricula.rules import Track
from ecopter.db import db
from ecopter.people.models import User
from ecopter.platform.jobs import Job, JobState
from tests.clock import NOW, TODAY
from tests.factories.certificates import make_finished_cohort
from tests.factories.cohorts import make_enrolment
from tests.factories.people import make_head_of_studies, make_user

PAGE = "certificates.readiness.show"


def words(answer) -> str:
    return " ".join(answer.get_data(as_text=True).split())


def test_the_office_sees_how_many_are_ready(browser):
    finished = make_finished_cohort(3)
    make_enrolment(finished.cohort, make_user(given_name_lat="Tudert"))
    finished.issue(chosen=frozenset({finished.enrolments[0].id}))

    page = browser.as_(finished.administrator).in_("en").get(PAGE, cohort_id=finished.cohort.id)

    assert page.status_code == 200
    assert "2 of 3 people are ready · 1 has the paper already" in words(page)
    assert "DEMO-ATT-2026-0001" in words(page)
    assert "Tudert" in words(page)


def test_a_filter_shows_only_those_who_lack_something(browser):
    finished = make_finished_cohort(1)
    make_enrolment(finished.cohort, make_user(given_name_lat="Tudert", family_name_lat="Amagar"))
    office = browser.as_(finished.administrator).in_("en")

    missing = words(office.get(PAGE, cohort_id=finished.cohort.id, state="missing"))
    ready = words(office.get(PAGE, cohort_id=finished.cohort.id, state="ready"))
    nobody = words(office.get(PAGE, cohort_id=finished.cohort.id, state="issued"))
    named = words(office.get(PAGE, cohort_id=finished.cohort.id, q="tuder"))

    assert ("Amagar" in missing, "Tazart 000" in missing) == (True, False)
    assert ("Amagar" in ready, "Tazart 000" in ready) == (False, True)
    assert "Nobody of the cohort is in this case." in nobody
    assert ("Amagar" in named, "Tazart 000" in named) == (True, False)


def test_what_everyone_lacks_is_said_once(browser):
    finished = make_finished_cohort(4, level=1)

    page = browser.as_(finished.administrator).in_("en").get(PAGE, cohort_id=finished.cohort.id)

    assert words(page).count("Competences C1, C11 are not acquired.") == 1
    assert words(page).count("What is said above.") == 4


def test_half_days_without_a_register_lead_to_it(browser):
    finished = make_finished_cohort(2, registers=False)

    page = browser.as_(finished.administrator).in_("en").get(PAGE, cohort_id=finished.cohort.id)

    assert words(page).count('/register"') == 2
    assert "half-days without a closed register" not in words(page)


def test_the_file_says_everything_at_everyone(browser):
    finished = make_finished_cohort(2, level=1)

    answer = (
        browser.as_(finished.administrator)
        .in_("en")
        .get(PAGE, cohort_id=finished.cohort.id, format="csv", kind="attestation")
    )

    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in rows[1:]] == ["Ijja Tazart 000", "Ijja Tazart 001"]
    assert all("Competences C1, C11 are not acquired." in row[-2] for row in rows[1:])
    assert rows[1][2:5] == ["ready", "something is missing", "ready"]


def test_names_are_warned_about_once(browser):
    finished = make_finished_cohort(3)
    db.session.execute(
        update(User).values(name_confirmed_at=None, given_name_ar="", family_name_ar="")
    )

    page = browser.as_(finished.administrator).in_("en").get(PAGE, cohort_id=finished.cohort.id)

    assert "3 people have not yet confirmed how the name is printed." in words(page)
    assert "3 people have no Arabic name" in words(page)


def test_staff_of_the_cohort_prepare_and_nobody_else(browser):
    finished = make_finished_cohort(1)
    trainee = db.session.get(User, finished.enrolments[0].trainee_id)
    readers = {
        finished.instructor: 200,
        make_head_of_studies(): 200,
        finished.administrator: 200,
        trainee: 404,
        make_user(): 404,
    }

    for endpoint in (PAGE, "certificates.proof.show", "certificates.handing_over.show"):
        found = {
            user: browser.as_(user).get(endpoint, cohort_id=finished.cohort.id).status_code
            for user in readers
        }
        assert found == readers


def test_an_empty_cohort_says_so(browser):
    finished = make_finished_cohort(0)

    page = browser.as_(finished.administrator).in_("en").get(PAGE, cohort_id=finished.cohort.id)

    assert "Nobody is enrolled yet" in words(page)


def test_the_page_asks_the_same_questions_for_2_and_60(browser, count_queries):
    counts = []
    for trainees in (2, 60):
        finished = make_finished_cohort(trainees)
        office = browser.as_(finished.administrator)
        with count_queries() as statements:
            office.get(PAGE, cohort_id=finished.cohort.id)
        counts.append(len(statements))

    assert counts == [14, 14]


def test_failed_papers_are_tried_again_in_one_press(browser):
    finished = make_finished_cohort(3)
    finished.issue()
    db.session.execute(update(Job).values(state=JobState.FAILED, attempts=5, error="no Pango"))
    office = browser.as_(finished.administrator).in_("en")
    where = {"cohort_id": finished.cohort.id, "kind": "attestation"}

    page = words(office.get(PAGE, **where))
    once = office.post("certificates.reprint.create", **where)
    again = office.post("certificates.reprint.create", **where)

    assert "3 papers of this cohort could not be printed." in page
    assert "Print them again" in page
    assert (once.status_code, again.status_code) == (303, 303)
    assert {job.state for job in db.session.scalars(db.select(Job))} == {JobState.WAITING}


def test_an_instructor_prints_nothing_again(browser):
    finished = make_finished_cohort(1)

    answer = browser.as_(finished.instructor).post(
        "certificates.reprint.create", cohort_id=finished.cohort.id
    )

    assert answer.status_code == 403


class TestProof:
    def test_names_stand_as_they_will_be_printed(self, browser):
        finished = make_finished_cohort(2)
        db.session.execute(
            update(User)
            .where(User.id == finished.enrolments[0].trainee_id)
            .values(civility="madame")
        )
        db.session.execute(
            update(User)
            .where(User.id == finished.enrolments[1].trainee_id)
            .values(given_name_ar="", family_name_ar="")
        )

        page = words(
            browser.as_(finished.instructor)
            .in_("en")
            .get("certificates.proof.show", cohort_id=finished.cohort.id, kind="attestation")
        )

        assert "Madame Ijja Tazart 000" in page
        assert "السيدة إجا تازارت" in page
        assert page.count("Ijja Tazart 001") == 2
        assert "2 of 2 competences acquired or being acquired" in page

    def test_those_who_have_the_paper_are_not_asked_again(self, browser):
        finished = make_finished_cohort(1)
        finished.issue()

        page = words(
            browser.as_(finished.instructor)
            .in_("en")
            .get("certificates.proof.show", cohort_id=finished.cohort.id, kind="attestation")
        )

        assert "there is nothing to check" in page


def test_the_handing_over_list_has_a_line_to_sign_for_each_paper(browser):
    finished = make_finished_cohort(3)
    first, second, _third = (one.id for one in finished.enrolments)
    finished.issue(chosen=frozenset({first, second}))

    page = words(
        browser.as_(finished.instructor)
        .in_("en")
        .get("certificates.handing_over.show", cohort_id=finished.cohort.id, kind="attestation")
    )

    assert "DEMO-ATT-2026-0001" in page
    assert "DEMO-ATT-2026-0002" in page
    assert page.count("paper-list__tall") == 2
    assert "1 person has no such paper: <bdi" in page


class TestCounts:
    def test_ready_issued_and_missing_add_up(self, database):
        finished = make_finished_cohort(3)
        make_enrolment(finished.cohort)
        finished.issue(chosen=frozenset({finished.enrolments[0].id}))
        finished.issue(CredentialKind.COMPLETION, frozenset({finished.enrolments[1].id}))

        found = count_ready([finished.cohort.id], NOW)[finished.cohort.id]

        assert found == Readiness(ready=2, issued=1, places=4, unregistered=0, unconfirmed=1)
        assert found.missing == 1

    def test_several_cohorts_cost_as_much_as_one(self, database, count_queries):
        cohorts = [
            make_finished_cohort(2).cohort.id,
            make_finished_cohort(30, school=False, registers=False).cohort.id,
            make_finished_cohort(1, school=False, track=Track.LEADERSHIP).cohort.id,
        ]
        costs = []
        for chosen in (cohorts[:1], cohorts):
            db.session.expunge_all()
            with count_queries() as statements:
                found = count_ready(chosen, NOW)
            costs.append(len(statements))

        assert costs == [11, 11]
        assert [found[one].ready for one in cohorts] == [2, 0, 1]
        assert [found[one].unregistered for one in cohorts] == [0, 2, 0]

    def test_it_agrees_with_the_page(self, database):
        finished = make_finished_cohort(2, level=1)

        assert count_ready([finished.cohort.id], NOW)[finished.cohort.id].ready == 0

    def test_no_cohort_is_no_query(self, database, count_queries):
        with count_queries() as statements:
            assert count_ready([], NOW) == {}
        assert len(statements) == 0


def test_half_of_those_who_lack_something_is_many():
    running = Obstacle(ObstacleKind.NOT_ENDED, Ask.NOBODY, on=TODAY)
    own = Obstacle(ObstacleKind.RATE_TOO_LOW, Ask.OFFICE, minutes=5)

    shared = shared_by_many({1: (running, own), 2: (running,), 3: (own,), 4: (), 5: ()})

    assert [(one.obstacle, one.people) for one in shared] == [
        (running, frozenset({1, 2})),
        (own, frozenset({1, 3})),
    ]
    assert said_above(shared) == {
        1: frozenset({running, own}),
        2: frozenset({running}),
        3: frozenset({own}),
    }


@pytest.mark.parametrize(
    "lacking", [{}, {1: ()}, {1: (Obstacle(ObstacleKind.NOT_ENDED, Ask.NOBODY),)}]
)
def test_one_person_shares_with_nobody(lacking):
    assert shared_by_many(lacking) == ()


def test_a_leaver_does_not_hide_what_the_others_share(browser):
    finished = make_finished_cohort(4, last_day=TODAY + timedelta(days=10), registers=False)
    gone = finished.enrolments[0]
    db.session.execute(
        update(EnrolmentPeriod)
        .where(EnrolmentPeriod.enrolment_id == gone.id)
        .values(ends_on=TODAY - timedelta(days=3))
    )

    page = words(
        browser.as_(finished.administrator)
        .in_("en")
        .get(PAGE, cohort_id=finished.cohort.id, kind="completion")
    )

    assert page.count("The course runs until 3 December 2026.") == 1
    assert "For 3 people." in page
