from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from ecopter.audit.models import AuditEvent
from ecopter.certificates.models import Credential, NumberSeries, Paper
from ecopter.certificates.queries.issuing import get_issue_sheet, get_reissue_sheet
from ecopter.certificates.queries.papers import get_credential_sheet
from ecopter.certificates.rules.words import (
    CertificateWords,
    CredentialKind,
    Period,
)
from ecopter.certificates.services import ending, papers
from ecopter.certificates.services.issuing import Place
from ecopter.cohorts.models import EnrolmentPeriod
from ecopter.curricula.rules import Track
from ecopter.db import db
from ecopter.gradebook.rules import CompetenceOutcome
from ecopter.people.models import User
from ecopter.platform import jobs
from ecopter.platform.adapters import adapters
from ecopter.platform.jobs import Job, JobState
from ecopter.platform.pdf import RendererPool
from ecopter.shared.errors import Conflict, Unavailable
from tests.clock import NOW, TODAY
from tests.factories.certificates import HERE, LAST_DAY, make_finished_cohort, make_school
from tests.factories.cohorts import make_enrolment
from tests.factories.timetable import make_training_session

pytestmark = pytest.mark.usefixtures("database")

COMPLETION, ATTESTATION = CredentialKind.COMPLETION, CredentialKind.ATTESTATION


def numbers(finished) -> list[str]:
    return [credential.number for credential in finished.credentials()]


def words(credential: Credential) -> CertificateWords:
    return CertificateWords.from_dict(credential.words)


def test_a_paper_carries_the_words_of_its_day():
    finished = make_finished_cohort(1)

    finished.issue()

    (credential,) = finished.credentials()
    found = words(credential)
    assert credential.fingerprint == found.fingerprint()
    assert found.number == credential.number == "DEMO-ATT-2026-0001"
    assert found.code == credential.code
    assert found.verify_url.startswith("http://127.0.0.1:5000/verify/")
    assert found.person.latin == "Ijja Tazart 000"
    assert found.periods == (Period(finished.cohort.starts_on, LAST_DAY),)
    assert (found.minutes_done, found.minutes_planned) == (420, 420)
    assert [one.result for one in found.competences] == [CompetenceOutcome.ACQUIRED] * 2
    assert found.objectives[0].ar == "تدبير سلسلة الزعفران"
    assert found.issued_on == found.first_issued_on == TODAY
    assert found.is_specimen


def test_hours_are_stated_without_marks():
    finished = make_finished_cohort(1, level=1)

    finished.issue(COMPLETION)

    found = words(finished.credentials()[0])
    assert (found.competences, found.objectives) == ((), ())
    assert found.minutes_done == 420


def test_what_is_printed_stays_when_the_name_changes():
    finished = make_finished_cohort(1)
    finished.issue()

    db.session.execute(update(User).values(family_name_lat="Amagar"))

    assert words(finished.credentials()[0]).person.latin == "Ijja Tazart 000"


def test_a_leaver_gets_the_hours_done_between_their_own_dates():
    finished = make_finished_cohort(1, level=None)
    leaver = finished.enrolments[0]
    stays = ((date(2026, 9, 14), date(2026, 9, 20)), (LAST_DAY, LAST_DAY))
    db.session.execute(
        update(EnrolmentPeriod)
        .where(EnrolmentPeriod.enrolment_id == leaver.id)
        .values(starts_on=stays[0][0], ends_on=stays[0][1])
    )
    db.session.add(
        EnrolmentPeriod(enrolment_id=leaver.id, starts_on=stays[1][0], ends_on=stays[1][1])
    )
    db.session.flush()
    db.session.expunge_all()

    finished.issue(COMPLETION)

    found = words(finished.credentials()[0])
    assert found.periods == tuple(Period(*stay) for stay in stays)
    assert found.minutes_done == 420


def test_a_running_place_waits_for_its_end():
    finished = make_finished_cohort(2, last_day=TODAY + timedelta(days=1), registers=False)
    gone = finished.enrolments[0]
    db.session.execute(
        update(EnrolmentPeriod)
        .where(EnrolmentPeriod.enrolment_id == gone.id)
        .values(ends_on=TODAY - timedelta(days=3))
    )
    db.session.expire_all()

    lines = get_issue_sheet(finished.cohort.id, NOW).lines(COMPLETION)

    kinds = {
        line.candidate.enrolment.id: [one.kind.value for one in line.obstacles] for line in lines
    }
    assert kinds[gone.id] == ["no_attendance"]
    assert kinds[finished.enrolments[1].id] == ["not_ended", "no_attendance"]


def test_only_half_days_one_was_expected_at_need_a_register():
    finished = make_finished_cohort(1, registers=False)
    late = make_enrolment(finished.cohort, periods=((LAST_DAY + timedelta(days=1), None),))

    sheet = get_issue_sheet(finished.cohort.id, NOW)

    missing = {
        line.candidate.enrolment.id: line.candidate.standing.unregistered
        for line in sheet.lines(COMPLETION)
    }
    assert len(missing[finished.enrolments[0].id]) == 2
    assert missing[late.id] == ()
    assert len(sheet.unregistered) == 2


def test_a_cancelled_half_day_asks_for_nothing():
    finished = make_finished_cohort(1)
    make_training_session(
        finished.cohort,
        LAST_DAY - timedelta(days=1),
        cancelled_at=NOW,
        cancel_reason="Neige",
    )

    sheet = get_issue_sheet(finished.cohort.id, NOW)

    assert sheet.required.planned_minutes == 210
    assert sheet.lines(ATTESTATION)[0].is_ready


def test_numbers_follow_each_other_across_acts():
    finished = make_finished_cohort(3)
    first, second, third = (one.id for one in finished.enrolments)

    finished.issue(chosen=frozenset({second}))
    finished.issue(chosen=frozenset({first, third}))
    finished.issue(COMPLETION)

    assert numbers(finished) == [
        "DEMO-ATT-2026-0001",
        "DEMO-ATT-2026-0002",
        "DEMO-ATT-2026-0003",
        "DEMO-REA-2026-0001",
        "DEMO-REA-2026-0002",
        "DEMO-REA-2026-0003",
    ]


def test_a_number_taken_in_vain_comes_back():
    finished = make_finished_cohort(2)
    first, second = (one.id for one in finished.enrolments)
    db.session.commit()

    finished.issue(chosen=frozenset({first}))
    db.session.rollback()
    finished.issue(chosen=frozenset({second}))

    assert numbers(finished) == ["DEMO-ATT-2026-0001"]


def test_issuing_twice_issues_once():
    finished = make_finished_cohort(3)

    once, twice = finished.issue(), finished.issue()

    assert (once.count, once.already) == (3, 0)
    assert (twice.count, twice.already) == (0, 3)
    assert len(finished.credentials()) == 3


def test_one_who_lacks_something_stops_the_act():
    finished = make_finished_cohort(2)
    make_enrolment(finished.cohort)

    with pytest.raises(Conflict) as refusal:
        finished.issue()

    assert refusal.value.values == {"count": 1}
    db.session.rollback()
    assert finished.credentials() == []


def test_a_stranger_to_the_cohort_stops_the_act():
    finished = make_finished_cohort(1)

    with pytest.raises(Conflict):
        finished.issue(chosen=frozenset({finished.enrolments[0].id, 9_999}))


def test_a_course_of_2010_gives_no_certificate_of_completion():
    finished = make_finished_cohort(1, last_day=date(2010, 11, 26))

    with pytest.raises(Conflict):
        finished.issue(COMPLETION)

    assert finished.issue().count == 1


def test_leaders_need_no_project():
    finished = make_finished_cohort(1, track=Track.LEADERSHIP)

    finished.issue(CredentialKind.LEADERSHIP)

    assert numbers(finished) == ["DEMO-DIR-2026-0001"]


def test_real_papers_need_a_public_address():
    finished = make_finished_cohort(1, is_demo=False)

    with pytest.raises(Conflict):
        finished.issue()

    finished.issue(place=Place("https://school.example", is_https=True))
    (credential,) = finished.credentials()
    assert credential.number == "ATT-2026-0001"
    assert words(credential).verify_url.startswith("https://school.example/verify/")
    assert not words(credential).is_specimen


def test_a_school_without_a_signatory_issues_nothing():
    finished = make_finished_cohort(1, school=False)
    make_school(signatory_name="")

    with pytest.raises(Conflict):
        finished.issue()


def test_a_school_without_its_own_row_issues_nothing():
    finished = make_finished_cohort(1, school=False)

    with pytest.raises(Conflict):
        finished.issue()


def test_the_year_of_a_number_is_the_school_s():
    finished = make_finished_cohort(1)

    finished.issue(now=datetime(2026, 12, 31, 23, 30, tzinfo=UTC))

    (credential,) = finished.credentials()
    assert credential.number == "DEMO-ATT-2027-0001"
    assert credential.issued_on == date(2027, 1, 1)


@pytest.mark.parametrize("trainees", [16, 200])
def test_issuing_writes_in_bulk(count_queries, trainees):
    finished = make_finished_cohort(trainees)
    db.session.commit()

    with count_queries() as statements:
        finished.issue()

    written = [one for one in statements.seen if not one.lstrip().startswith("SELECT")]
    # Each holder is told the number of their own paper.
    told = [one for one in written if "INTO notices" in one]
    assert (len(written) - len(told), len(told)) == (5, trainees)
    assert len(finished.credentials()) == trainees
    assert db.session.query(Job).count() == trainees


def test_one_event_tells_of_the_whole_act():
    finished = make_finished_cohort(3)

    finished.issue()

    (event,) = db.session.scalars(select(AuditEvent))
    assert event.action == "certificate.issue"
    assert event.details["count"] == 3
    assert event.details["credentials"] == [one.id for one in finished.credentials()]


def test_a_revoked_person_can_be_issued_again_with_a_new_day():
    finished = make_finished_cohort(1)
    finished.issue()
    sheet = get_credential_sheet(finished.credentials()[0].id)
    ending.revoke(sheet, "Erreur", actor=finished.actor, now=NOW)

    (line,) = get_issue_sheet(finished.cohort.id, NOW).lines(ATTESTATION)
    later = NOW + timedelta(days=1)
    finished.issue(now=later)

    old, new = finished.credentials()
    assert (line.is_ready, line.is_suggested) == (True, False)
    assert (old.is_live, new.is_live) == (False, True)
    assert new.first_issued_on == later.date()
    assert new.supersedes_id is None


def test_a_paper_is_revoked_once():
    finished = make_finished_cohort(1)
    finished.issue()
    sheet = get_credential_sheet(finished.credentials()[0].id)
    ending.revoke(sheet, "Erreur", actor=finished.actor, now=NOW)

    with pytest.raises(Conflict):
        ending.revoke(sheet, "Encore", actor=finished.actor, now=NOW)


def test_a_reissue_keeps_the_first_day_and_says_what_is_true_now():
    finished = make_finished_cohort(1)
    finished.issue()
    (old,) = finished.credentials()
    db.session.execute(update(User).values(family_name_lat="Amagar"))
    db.session.expire_all()
    later = NOW + timedelta(days=40)

    sheet = get_reissue_sheet(old.id, later)
    ending.reissue(sheet, "Nom corrigé", place=HERE, actor=finished.actor, now=later)

    old, new = finished.credentials()
    found = words(new)
    assert (old.is_live, new.is_live, new.supersedes_id) == (False, True, old.id)
    assert new.number == "DEMO-ATT-2027-0001"
    assert new.first_issued_on == found.first_issued_on == TODAY
    assert new.issued_on == date(2027, 1, 2)
    assert found.supersedes == old.number
    assert found.person.latin == "Ijja Amagar"
    assert new.code != old.code
    assert db.session.scalar(select(Job).where(Job.key == f"paper:{new.id}")) is not None


def test_a_reissue_happens_once():
    finished = make_finished_cohort(1)
    finished.issue()
    sheet = get_reissue_sheet(finished.credentials()[0].id, NOW)
    ending.reissue(sheet, "Nom", place=HERE, actor=finished.actor, now=NOW)

    with pytest.raises(Conflict):
        ending.reissue(sheet, "Nom", place=HERE, actor=finished.actor, now=NOW)

    db.session.rollback()


def test_a_paper_no_longer_earned_is_not_printed_anew():
    finished = make_finished_cohort(1)
    finished.issue()
    sheet = get_reissue_sheet(finished.credentials()[0].id, NOW)
    lacking = replace(sheet.line, obstacles=(object(),))

    with pytest.raises(Conflict):
        ending.reissue(
            replace(sheet, line=lacking), "Nom", place=HERE, actor=finished.actor, now=NOW
        )


def test_the_worker_prints_every_paper_once(press):
    finished = make_finished_cohort(2)
    finished.issue()
    db.session.commit()

    while jobs.run_next(lambda: NOW):
        pass

    made = list(db.session.scalars(select(Paper)))
    assert len(made) == len(press.printed) == 2
    assert {job.state for job in db.session.scalars(select(Job))} == {JobState.DONE}
    content = adapters().files.get(made[0].digest)
    assert finished.credentials()[0].number.encode() in content
    assert made[0].size == len(content)


def test_printing_twice_leaves_one_file(press):
    finished = make_finished_cohort(1)
    finished.issue()
    db.session.commit()
    arguments = {"credential_id": finished.credentials()[0].id}

    papers.make_paper(arguments, NOW)
    papers.make_paper(arguments, NOW)

    assert len(press.printed) == 1
    assert db.session.query(Paper).count() == 1


def test_a_lost_file_is_printed_again_with_the_same_bytes(press):
    finished = make_finished_cohort(1)
    finished.issue()
    db.session.commit()
    arguments = {"credential_id": finished.credentials()[0].id}
    papers.make_paper(arguments, NOW)
    paper = db.session.scalars(select(Paper)).one()
    digest = paper.digest
    db.session.commit()
    adapters().files.path(digest).unlink()

    with pytest.raises(Unavailable):
        papers.open_paper(paper)
    papers.make_paper(arguments, NOW)

    assert db.session.scalars(select(Paper)).one().digest == digest
    assert papers.open_paper(paper)


@pytest.mark.pdf
def test_the_real_press_prints_the_same_bytes_again(app):
    finished = make_finished_cohort(1)
    finished.issue()
    db.session.commit()
    arguments = {"credential_id": finished.credentials()[0].id}
    before = app.extensions.get(papers.RENDERER)

    digests = []
    with RendererPool(1) as app.extensions[papers.RENDERER]:
        for _ in range(2):
            papers.make_paper(arguments, NOW)
            digests.append(db.session.scalars(select(Paper.digest)).one())
            db.session.commit()
            adapters().files.path(digests[0]).unlink()
    app.extensions[papers.RENDERER] = before

    assert digests[0] == digests[1]


def test_a_file_that_was_changed_is_not_given_out(press):
    finished = make_finished_cohort(1)
    finished.issue()
    db.session.commit()
    papers.make_paper({"credential_id": finished.credentials()[0].id}, NOW)
    paper = db.session.scalars(select(Paper)).one()
    adapters().files.path(paper.digest).write_bytes(b"%PDF-1.7 forged")

    with pytest.raises(Unavailable):
        papers.open_paper(paper)


def test_words_that_were_changed_are_not_printed(press):
    finished = make_finished_cohort(1)
    finished.issue()
    (credential,) = finished.credentials()
    credential.words = credential.words | {"minutes_done": 99_999}
    db.session.commit()

    with pytest.raises(ValueError, match="fingerprint"):
        papers.make_paper({"credential_id": credential.id}, NOW)


def test_the_series_remembers_where_it_stands():
    finished = make_finished_cohort(4)

    finished.issue()

    (series,) = db.session.scalars(select(NumberSeries))
    assert (series.name, series.next_number) == ("DEMO-ATT-2026", 5)
