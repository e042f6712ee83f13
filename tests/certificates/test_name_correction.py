"""A misspelt name: written right, looked at before and after, and printed anew, in three acts."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from ecopter.attendance.models import AttendanceRecord
from ecopter.certificates.queries.issuing import get_name_sheet
from ecopter.certificates.rules.words import CertificateWords, CredentialKind
from ecopter.certificates.services import ending
from ecopter.db import db
from ecopter.notices.models import Notice
from ecopter.people.models import User
from ecopter.people.rules import PersonName
from ecopter.shared.errors import Conflict
from tests.clock import NOW, TODAY
from tests.factories.certificates import HERE, make_finished_cohort
from tests.factories.people import make_head_of_studies

NEW, CREATE = "certificates.name_correction.new", "certificates.name_correction.create"
RIGHT = {
    "given_name_lat": "Ijja",
    "family_name_lat": "Taẓart",
    "given_name_ar": "إجا",
    "family_name_ar": "تزارت",
}
LATER = NOW + timedelta(days=10)


def words_of(credential) -> CertificateWords:
    return CertificateWords.from_dict(credential.words)


def text(answer) -> str:
    return " ".join(answer.get_data(as_text=True).split())


def correct(finished, name=None, now=LATER):
    sheet = get_name_sheet(finished.credentials()[0].id, now)
    wanted = name or PersonName("Ijja", "Taẓart", "إجا", "تزارت")
    return ending.correct_name(sheet, wanted, place=HERE, actor=finished.actor, now=now)


def test_three_acts_from_the_list_to_the_new_paper(browser):
    finished = make_finished_cohort(1)
    finished.issue()
    (wrong,) = finished.credentials()
    office = browser.as_(finished.administrator).in_("en")

    listed = text(
        office.get("certificates.issue.show", cohort_id=finished.cohort.id, kind="attestation")
    )
    form = text(office.get(NEW, credential_id=wrong.id))
    preview = office.post(CREATE, RIGHT, credential_id=wrong.id)
    untouched = [one.is_live for one in finished.credentials()]
    done = office.post(CREATE, RIGHT | {"confirmed": "1"}, credential_id=wrong.id)

    assert f"/certificates/{wrong.id}/name" in listed
    assert 'value="Tazart 000"' in form
    assert preview.status_code == 200
    assert "Ijja Tazart 000" in text(preview)
    assert "Ijja Taẓart" in text(preview)
    assert untouched == [True]
    assert done.status_code == 303
    old, new = finished.credentials()
    assert (old.is_live, new.is_live, new.supersedes_id) == (False, True, old.id)
    assert words_of(new).person.latin == "Ijja Taẓart"
    assert words_of(new).person.arabic == "إجا تزارت"
    assert db.session.get(User, finished.enrolments[0].trainee_id).family_name_lat == "Taẓart"


def test_only_the_name_changes_and_the_first_day_stays(database):
    finished = make_finished_cohort(1)
    finished.issue()
    # Since then a register was corrected: today the paper would not be earned any more.
    db.session.execute(update(AttendanceRecord).values(status="absent"))
    db.session.expunge_all()

    correct(finished)

    old, new = (words_of(one) for one in finished.credentials())
    assert new.first_issued_on == old.first_issued_on == TODAY
    assert new.issued_on == LATER.date()
    assert new.supersedes == old.number
    assert (new.minutes_done, new.competences, new.periods, new.title) == (
        old.minutes_done,
        old.competences,
        old.periods,
        old.title,
    )
    assert new.code != old.code
    assert new.verify_url.replace("-", "").endswith(new.code)


def test_every_paper_of_the_place_is_mended_in_one_act(database):
    finished = make_finished_cohort(2)
    finished.issue()
    finished.issue(CredentialKind.COMPLETION)

    fresh = correct(finished)

    live = [one for one in finished.credentials() if one.is_live]
    mended = [one for one in live if one.enrolment_id == finished.enrolments[0].id]
    assert sorted(one.id for one in mended) == sorted(fresh)
    assert {one.kind for one in mended} == {
        CredentialKind.ATTESTATION,
        CredentialKind.COMPLETION,
    }
    assert all(words_of(one).person.latin == "Ijja Taẓart" for one in mended)
    assert len(live) == 4


def test_the_name_waits_for_the_person_to_confirm_it(database):
    finished = make_finished_cohort(1)
    finished.issue()

    correct(finished)

    trainee = db.session.get(User, finished.enrolments[0].trainee_id)
    assert trainee.name_confirmed_at is None


def test_the_same_name_replaces_nothing(browser):
    finished = make_finished_cohort(1)
    finished.issue()
    office = browser.as_(finished.administrator).in_("en")
    answer = office.post(
        CREATE,
        RIGHT | {"family_name_lat": "Tazart 000", "family_name_ar": "تازارت", "confirmed": "1"},
        credential_id=finished.credentials()[0].id,
    )
    assert answer.status_code == 422
    assert "The papers carry this name already." in text(answer)
    assert len(finished.credentials()) == 1


def test_a_replaced_paper_is_not_mended_again(database):
    finished = make_finished_cohort(1)
    finished.issue()
    correct(finished)

    with pytest.raises(Conflict):
        correct(finished, PersonName("Ijja", "Other"))


def test_a_wrong_script_keeps_what_was_typed(browser):
    finished = make_finished_cohort(1)
    finished.issue()
    office = browser.as_(finished.administrator).in_("en")

    answer = office.post(
        CREATE,
        RIGHT | {"family_name_lat": "تزارت"},
        credential_id=finished.credentials()[0].id,
    )

    assert answer.status_code == 422
    assert "Use Latin letters here." in text(answer)
    assert 'value="تزارت"' in text(answer)


def test_only_the_office_mends_names_on_papers(browser):
    finished = make_finished_cohort(1)
    finished.issue()
    where = {"credential_id": finished.credentials()[0].id}
    holder = db.session.get(User, finished.enrolments[0].trainee_id)

    found = [
        browser.as_(user).get(NEW, **where).status_code
        for user in (holder, finished.instructor, make_head_of_studies())
    ]

    assert found == [403, 404, 403]


def test_the_holder_is_told_of_the_new_paper(database):
    finished = make_finished_cohort(1)
    finished.issue()

    correct(finished)

    told = list(db.session.scalars(select(Notice).order_by(Notice.id)))
    assert [one.event.value for one in told] == ["paper_issued", "paper_issued"]
    assert told[1].facts["number"] == finished.credentials()[1].number
    assert told[1].facts["enrolment_id"] == finished.enrolments[0].id
