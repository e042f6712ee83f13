"""Places on PostgreSQL: two who enrol at the same moment queue."""

import os
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import create_engine, func, make_url, select, text

from ecopter.app import create_app, outside_world, with_clock
from ecopter.cohorts.models import EnrolmentPeriod
from ecopter.db import db
from ecopter.people.models import User, UserRole
from ecopter.settings import Settings
from ecopter.tables import METADATA
from tests.browser import Browser
from tests.clock import NOW, TODAY
from tests.cohorts.test_roster import people
from tests.factories.cohorts import STARTS, make_cohort, make_enrolment
from tests.factories.people import make_administrator, make_user

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application on an empty database of its own."""
    server = make_url(os.environ["TEST_POSTGRES_URL"])
    name = f"ecopter_{uuid4().hex}"
    office = create_engine(server, isolation_level="AUTOCOMMIT")
    with office.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    address = server.set(database=name).render_as_string(hide_password=False)
    app = _school_on(address, tmp_path_factory.mktemp("files"))
    with app.app_context():
        METADATA.create_all(db.engine)
        yield app
        db.session.remove()
        db.engine.dispose()
    with office.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}"'))
    office.dispose()


def _school_on(address: str, folder: Path) -> Flask:
    settings = Settings(
        data=folder,
        database_url=address,
        testing=True,
        secret_key="for tests only, never anywhere else",
        demo=False,
    )
    return create_app(settings, with_clock(outside_world(settings), lambda: NOW))


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
