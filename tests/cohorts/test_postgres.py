"""Places on PostgreSQL: two who enrol at the same moment queue."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from ecopter.cohorts.models import EnrolmentPeriod
from ecopter.db import db
from ecopter.people.models import User, UserRole
from tests.browser import Browser
from tests.clock import TODAY
from tests.cohorts.test_roster import people
from tests.factories.cohorts import STARTS, make_cohort, make_enrolment
from tests.factories.people import make_administrator, make_user
from tests.postgres import own_school

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with own_school(tmp_path_factory.mktemp("files")) as app:
        yield app


def at_once(app, forms, address):
    """What each administrator gets who sends a form at the same moment as the others."""
    readers = [Browser(app).as_(make_administrator()) for _form in forms]
    sent = [
        form | {"starts_on": STARTS.isoformat(), "csrf_token": reader.token()}
        for form, reader in zip(forms, readers, strict=True)
    ]
    db.session.remove()
    start, answers = threading.Barrier(len(forms)), []

    def send(reader, form):
        start.wait()
        with app.app_context():
            answer = reader.client.post(address, data=form)
            answers.append(answer.status_code)

    threads = [threading.Thread(target=send, args=pair) for pair in zip(readers, sent, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers)


def test_the_last_place_is_given_once(school):
    for _time in range(3):
        cohort = make_cohort(capacity=1)
        forms = [
            {"act": "person", "one-user_id": str(make_user().id), "one-starts_on": str(STARTS)}
            for _form in range(2)
        ]
        before = people()

        assert at_once(school, forms, f"/cohorts/{cohort.id}/roster") == [303, 422]
        assert people() == before + 1


def test_a_list_sent_twice_at_once_makes_one_account_for_each(school):
    for name in ("Amalou", "Idrissi", "Tazart", "Oumchichka"):
        cohort = make_cohort()
        text_of_list = f"Omar;{name}"
        reader = Browser(school).as_(make_administrator())
        shown = reader.post(
            "cohorts.roster.create",
            {"text": text_of_list, "starts_on": STARTS.isoformat(), "act": "check"},
            cohort_id=cohort.id,
        )
        mark = shown.text.partition('name="checked" value="')[2].partition('"')[0]
        forms = [{"act": "enrol", "text": text_of_list, "checked": mark}] * 2

        assert set(at_once(school, forms, f"/cohorts/{cohort.id}/roster")) == {303}
        made = select(func.count()).select_from(User).where(User.family_name_lat == name)
        assert db.session.scalar(made.where(User.given_name_lat == "Omar")) == 1


def test_someone_comes_back_once(school):
    for _time in range(3):
        cohort = make_cohort()
        left = TODAY - timedelta(days=5)
        place = make_enrolment(cohort, periods=((cohort.starts_on, left),))
        days = (TODAY, TODAY + timedelta(days=1))
        forms = [{"first_day": day.isoformat()} for day in days]
        address = f"/cohorts/{cohort.id}/trainees/{place.id}/return"
        periods = select(func.count()).where(EnrolmentPeriod.enrolment_id == place.id)

        assert at_once(school, forms, address) == [303, 422]
        assert db.session.scalar(periods) == 2


def test_a_role_is_given_once(school):
    """Ending one of two would leave the rights of the other."""
    for _time in range(3):
        user = make_user()
        forms = [{"role": "administrator", "from_on": TODAY.isoformat()}] * 2
        held = select(func.count()).where(UserRole.user_id == user.id)

        assert at_once(school, forms, f"/people/{user.id}/roles") == [303, 422]
        assert db.session.scalar(held) == 1
