"""What papers say besides hours and results: marks, organisations, the school's logo; and to whom
it is told."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from ecopter.associations.models import Association, Mandate
from ecopter.associations.rules import Office
from ecopter.certificates.queries.facts import facts_for
from ecopter.certificates.queries.issuing import get_issue_sheet, get_reissue_sheet
from ecopter.certificates.queries.papers import find_words, get_credential_sheet
from ecopter.certificates.rules.words import (
    CertificateWords,
    CredentialKind,
    Period,
    fingerprint_of,
)
from ecopter.certificates.services import ending
from ecopter.cohorts.models import Enrolment, EnrolmentPeriod
from ecopter.curricula.rules import Track
from ecopter.db import db
from ecopter.gradebook.queries import module_marks
from ecopter.gradebook.rules import CompetenceOutcome
from ecopter.notices.models import Notice
from ecopter.notices.rules import NoticeEvent
from ecopter.school.models import School
from tests.clock import NOW
from tests.factories.assessment import lessons_of, make_grade
from tests.factories.certificates import HERE, LAST_DAY, make_finished_cohort

pytestmark = pytest.mark.usefixtures("database")

TRANSCRIPT, LEADERSHIP = CredentialKind.TRANSCRIPT, CredentialKind.LEADERSHIP


def printed(finished) -> CertificateWords:
    return CertificateWords.from_dict(finished.credentials()[-1].words)


def mandate(finished, name: str, first: date, last: date | None) -> None:
    association = Association(name=name, department="13", created_at=NOW)
    db.session.add(association)
    db.session.flush()
    db.session.add(
        Mandate(
            association_id=association.id,
            user_id=finished.enrolments[0].trainee_id,
            office=Office.PRESIDENT,
            from_on=first,
            until_on=last,
        )
    )
    db.session.flush()


class TestTranscript:
    def test_it_states_hours_mark_and_competence_of_each_module(self):
        finished = make_finished_cohort(1, level=2)

        finished.issue(TRANSCRIPT)

        words = printed(finished)
        assert words.number == "DEMO-REL-2026-0001"
        assert [(one.code, one.mark, one.result) for one in words.marks] == [
            ("M1", Decimal("10.0"), CompetenceOutcome.IN_PROGRESS),
            ("PF", Decimal("10.0"), CompetenceOutcome.IN_PROGRESS),
        ]
        assert [(one.minutes_done, one.minutes_planned) for one in words.marks] == [
            (420, 420),
            (0, 420),
        ]
        assert (words.competences, words.objectives, words.organisation) == ((), (), "")

    def test_a_low_mark_is_stated(self):
        finished = make_finished_cohort(1, level=1)

        assert finished.issue(TRANSCRIPT).count == 1
        assert printed(finished).marks[0].mark == Decimal("5.0")

    def test_nothing_marked_is_no_mark_and_never_a_zero(self):
        finished = make_finished_cohort(1, level=None)

        finished.issue(TRANSCRIPT)

        assert [one.mark for one in printed(finished).marks] == [None, None]

    def test_words_come_back_as_they_went(self):
        finished = make_finished_cohort(1)
        finished.issue(TRANSCRIPT)
        (credential,) = finished.credentials()

        assert find_words(credential) == printed(finished)
        assert printed(finished).fingerprint() == credential.fingerprint

    def test_marks_are_rounded_once(self):
        finished = make_finished_cohort(1, level=None)
        enrolment = db.session.get(Enrolment, finished.enrolments[0].id)
        lesson = lessons_of(finished.cohort)[0]
        # 7 thirds times five is 11.666…
        make_grade(enrolment, lesson, (2, 2, 3), by=finished.instructor)

        assert module_marks(finished.cohort.id) == {
            (enrolment.id, lesson.module_id): Decimal("11.7")
        }

    def test_a_mark_that_is_not_published_stays_out(self):
        finished = make_finished_cohort(1, level=None)
        enrolment = db.session.get(Enrolment, finished.enrolments[0].id)
        lesson = lessons_of(finished.cohort)[0]
        make_grade(enrolment, lesson, (4, 4, 4), by=finished.instructor, published=False)

        assert module_marks(finished.cohort.id) == {}

    @pytest.mark.parametrize("trainees", [2, 40])
    def test_its_facts_cost_the_same_for_everyone(self, count_queries, trainees):
        finished = make_finished_cohort(trainees)
        sheet = get_issue_sheet(finished.cohort.id, NOW)

        with count_queries() as statements:
            facts = facts_for(sheet, TRANSCRIPT, NOW)

        assert len(statements) == 4
        assert len(facts.modules) == trainees


class TestOrganisation:
    def test_a_leader_s_paper_names_the_association_of_the_last_day(self):
        finished = make_finished_cohort(1, track=Track.LEADERSHIP)
        mandate(finished, "Ancienne", date(2020, 1, 1), LAST_DAY - timedelta(days=1))
        mandate(finished, "Amis de l’Oued", date(2025, 1, 1), LAST_DAY)
        mandate(finished, "Seconde", date(2026, 1, 1), None)
        db.session.expunge_all()

        finished.issue(LEADERSHIP)

        assert printed(finished).organisation == "Amis de l’Oued"

    def test_without_a_mandate_there_is_none(self):
        finished = make_finished_cohort(1, track=Track.LEADERSHIP)

        finished.issue(LEADERSHIP)

        assert printed(finished).organisation == ""

    def test_the_certificate_of_completion_names_the_employer(self):
        finished = make_finished_cohort(1)
        db.session.execute(update(Enrolment).values(organisation="Coopérative Tifawin"))
        db.session.expunge_all()

        finished.issue(CredentialKind.COMPLETION)
        finished.issue(CredentialKind.ATTESTATION)

        said = [
            CertificateWords.from_dict(one.words).organisation for one in finished.credentials()
        ]
        assert said == ["Coopérative Tifawin", ""]

    def test_a_new_paper_names_it_too(self):
        finished = make_finished_cohort(1, track=Track.LEADERSHIP)
        mandate(finished, "Amis de l’Oued", date(2025, 1, 1), None)
        db.session.expunge_all()
        finished.issue(LEADERSHIP)
        sheet = get_reissue_sheet(finished.credentials()[0].id, NOW)

        ending.reissue(sheet, "Perdu", place=HERE, actor=finished.actor, now=NOW)

        assert printed(finished).organisation == "Amis de l’Oued"


def test_whoever_left_and_came_back_has_both_stays_on_one_paper():
    finished = make_finished_cohort(1, level=None)
    stays = (
        Period(finished.cohort.starts_on, date(2026, 6, 30)),
        Period(LAST_DAY - timedelta(days=3), LAST_DAY),
    )
    db.session.execute(update(EnrolmentPeriod).values(ends_on=stays[0].last))
    db.session.add(
        EnrolmentPeriod(enrolment_id=finished.enrolments[0].id, starts_on=stays[1].first)
    )
    db.session.flush()
    db.session.expunge_all()

    finished.issue(CredentialKind.COMPLETION)
    finished.issue(TRANSCRIPT)

    for credential in finished.credentials():
        words = CertificateWords.from_dict(credential.words)
        assert words.periods == stays
        assert words.minutes_done == 420


def test_the_logo_of_the_day_is_frozen():
    finished = make_finished_cohort(1)
    db.session.execute(update(School).values(logo_digest="a" * 64))
    db.session.expunge_all()
    finished.issue()

    db.session.execute(update(School).values(logo_digest="b" * 64))

    assert printed(finished).school.logo == "a" * 64


def test_the_representative_signs_where_nobody_else_does():
    finished = make_finished_cohort(1)
    db.session.execute(update(School).values(signatory_name="", representative_title="présidente"))
    db.session.expunge_all()

    finished.issue()

    signatory = printed(finished).signatory
    assert (signatory.name.fr, signatory.title.fr) == ("Salma Genêt", "présidente")


def test_a_paper_of_before_stays_readable_and_sealed():
    """Papers issued when there were no marks and no logo hold no word of either."""
    finished = make_finished_cohort(1)
    finished.issue()
    (credential,) = finished.credentials()
    old = {name: value for name, value in credential.words.items() if name != "marks"}
    old["school"] = {name: text for name, text in old["school"].items() if name != "logo"}
    credential.words, credential.fingerprint = old, fingerprint_of(old)
    db.session.flush()

    found = find_words(credential)

    assert found is not None
    assert (found.marks, found.school.logo) == ((), "")
    credential.words = old | {"minutes_done": 99_999}
    assert find_words(credential) is None


class TestTelling:
    def test_each_holder_is_told_their_own_number(self):
        finished = make_finished_cohort(2)

        finished.issue()

        told = list(db.session.scalars(select(Notice).order_by(Notice.id)))
        assert [one.event for one in told] == [NoticeEvent.PAPER_ISSUED] * 2
        assert [(one.user_id, one.facts["number"], one.facts["enrolment_id"]) for one in told] == [
            (place.trainee_id, credential.number, place.id)
            for place, credential in zip(finished.enrolments, finished.credentials(), strict=True)
        ]

    def test_a_revocation_is_told_with_its_reason(self):
        finished = make_finished_cohort(1)
        finished.issue()
        sheet = get_credential_sheet(finished.credentials()[0].id)

        ending.revoke(sheet, "Erreur de cohorte", actor=finished.actor, now=NOW)

        told = db.session.scalars(select(Notice).order_by(Notice.id.desc()).limit(1)).one()
        assert told.event is NoticeEvent.PAPER_REVOKED
        assert told.facts["reason"] == "Erreur de cohorte"
        assert told.facts["number"] == sheet.credential.number

    def test_issuing_twice_tells_once(self):
        finished = make_finished_cohort(1)

        finished.issue()
        finished.issue()

        assert db.session.query(Notice).count() == 1
