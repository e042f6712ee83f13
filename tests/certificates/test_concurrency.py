"""Fifty at once: each paper once, every number once, none left out."""

import pytest
from sqlalchemy import select

from ecopter.certificates.models import Credential, NumberSeries
from ecopter.certificates.queries.papers import get_credential_sheet
from ecopter.certificates.services import ending
from ecopter.db import db
from ecopter.shared.errors import Conflict
from tests.certificates.together import AT_ONCE, gapless, together
from tests.clock import NOW
from tests.factories.certificates import make_finished_cohort


def test_fifty_requests_issue_each_paper_once(app, browser):
    finished = make_finished_cohort(16)
    office = browser.as_(finished.administrator)
    form = {"people": [one.id for one in finished.enrolments], "csrf_token": office.token()}
    address = office.url(
        "certificates.issue.create", cohort_id=finished.cohort.id, kind="attestation"
    )
    cookie = "; ".join(f"{one.key}={one.value}" for one in office.client._cookies.values())
    db.session.commit()
    db.session.remove()

    def press(_number: int) -> int:
        client = app.test_client(use_cookies=False)
        return client.post(address, data=form, headers={"Cookie": cookie}).status_code

    answers = together(app, press)

    assert set(answers) == {303}
    assert [one.number for one in finished.credentials()] == gapless(16)


@pytest.mark.usefixtures("database")
def test_fifty_people_one_by_one_leave_no_gap(app):
    finished = make_finished_cohort(AT_ONCE)
    ids = [one.id for one in finished.enrolments]
    db.session.commit()
    db.session.remove()

    def issue_one(number: int) -> int:
        count = finished.issue(chosen=frozenset({ids[number]})).count
        db.session.commit()
        return count

    assert together(app, issue_one) == [1] * AT_ONCE

    numbers = db.session.scalars(select(Credential.number).order_by(Credential.number)).all()
    assert numbers == gapless(AT_ONCE)
    assert db.session.scalars(select(NumberSeries.next_number)).all() == [AT_ONCE + 1]


@pytest.mark.usefixtures("database")
def test_fifty_revocations_revoke_once(app):
    finished = make_finished_cohort(1)
    finished.issue()
    credential_id, actor = finished.credentials()[0].id, finished.actor
    db.session.commit()
    db.session.remove()

    def revoke(_number: int) -> str:
        ending.revoke(get_credential_sheet(credential_id), "Erreur", actor=actor, now=NOW)
        db.session.commit()
        return "revoked"

    answers = together(app, revoke)

    assert answers.count("revoked") == 1
    assert sum(isinstance(one, Conflict) for one in answers) == AT_ONCE - 1
