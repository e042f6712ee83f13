"""The same on PostgreSQL, where writers do not wait for each other unless they are made to."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from ecopter.certificates.models import Credential, NumberSeries
from ecopter.certificates.queries.issuing import get_reissue_sheet
from ecopter.certificates.queries.papers import get_credential_sheet
from ecopter.certificates.services import ending
from ecopter.db import db
from ecopter.shared.errors import Conflict
from tests.certificates.together import AT_ONCE, gapless, together
from tests.clock import NOW
from tests.factories.certificates import HERE, Finished, make_finished_cohort
from tests.postgres import own_school

pytestmark = pytest.mark.postgres


@pytest.fixture
def school(tmp_path: Path) -> Iterator[Flask]:
    with own_school(tmp_path) as app:
        yield app


def make_finished(trainees: int) -> tuple[Finished, list[int]]:
    finished = make_finished_cohort(trainees)
    ids = [one.id for one in finished.enrolments]
    db.session.commit()
    db.session.remove()
    return finished, ids


def numbers() -> list[str]:
    return list(db.session.scalars(select(Credential.number).order_by(Credential.number)))


def test_fifty_acts_issue_each_paper_once(school):
    finished, ids = make_finished(16)

    def issue(_number: int) -> int:
        count = finished.issue().count
        db.session.commit()
        return count

    answers = together(school, issue)

    assert sorted(answers) == [0] * (AT_ONCE - 1) + [len(ids)]
    assert numbers() == gapless(len(ids))


def test_fifty_people_one_by_one_leave_no_gap(school):
    finished, ids = make_finished(AT_ONCE)

    def issue_one(number: int) -> int:
        count = finished.issue(chosen=frozenset({ids[number]})).count
        db.session.commit()
        return count

    assert together(school, issue_one) == [1] * AT_ONCE
    assert numbers() == gapless(AT_ONCE)
    assert db.session.scalars(select(NumberSeries.next_number)).all() == [AT_ONCE + 1]


def test_a_paper_is_replaced_or_revoked_once(school):
    finished, _ids = make_finished(1)
    finished.issue()
    credential_id, actor = finished.credentials()[0].id, finished.actor
    db.session.commit()
    db.session.remove()

    def end(number: int) -> str:
        if number % 2:
            ending.revoke(get_credential_sheet(credential_id), "Erreur", actor=actor, now=NOW)
        else:
            sheet = get_reissue_sheet(credential_id, NOW)
            ending.reissue(sheet, "Nom", place=HERE, actor=actor, now=NOW)
        db.session.commit()
        return "ended"

    answers = together(school, end)

    assert answers.count("ended") == 1
    assert sum(isinstance(one, Conflict) for one in answers) == AT_ONCE - 1
    assert len(numbers()) in {1, 2}
