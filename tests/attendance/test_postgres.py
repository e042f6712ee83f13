"""Registers on PostgreSQL: the same bulk statements, and writers of one half-day that queue."""

import threading
from collections.abc import Iterator

import pytest
from flask import Flask

from ecopter.attendance.queries import (
    Desk,
    Whose,
    get_correction,
    get_day_sheet,
    get_record,
    get_register,
    hold_register,
    list_closed,
    list_pending,
    list_today,
    summaries,
)
from ecopter.attendance.services import Writing, correct_line, save_register
from ecopter.authorization.policy import Actor
from ecopter.cohorts.models import Enrolment
from ecopter.cohorts.queries import list_enrolments
from ecopter.db import db
from ecopter.shared.errors import Conflict
from tests.clock import NOW
from tests.factories.attendance import ABSENT, PRESENT, late
from tests.factories.cohorts import instructor_of, make_cohort
from tests.factories.timetable import make_training_session
from tests.postgres import own_school

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with own_school(tmp_path_factory.mktemp("files")) as app:
        yield app


def make_room():
    cohort = make_cohort(trainees=3)
    teacher = instructor_of(cohort)
    training_session = make_training_session(cohort)
    db.session.commit()
    return training_session.id, Actor(user_id=teacher.id)


def save(training_session_id, actor, entry, *, version, closing=False):
    sheet = hold_register(training_session_id, NOW)
    entries = dict.fromkeys([line.enrolment_id for line in sheet.lines], entry)
    writing = Writing(entries, sheet.starts_at, sheet.ends_at, version, closing)
    save_register(sheet, writing, actor=actor, now=NOW)
    db.session.commit()


def test_a_register_is_saved_twice_closed_and_corrected(school):
    room, actor = make_room()

    save(room, actor, PRESENT, version=0)
    save(room, actor, ABSENT, version=1, closing=True)
    line = get_register(room, NOW).lines[0]
    correction = get_correction(room, line.enrolment_id, actor, NOW)
    correct_line(correction, late(5), reason="Carte de bus", actor=actor, now=NOW)
    db.session.commit()

    sheet = get_register(room, NOW)
    assert sheet.is_closed
    assert list(sheet.entries.values()) == [late(5), ABSENT, ABSENT]
    assert [line.revision for line in sheet.lines] == [3, 2, 2]


def test_the_second_of_two_first_saves_waits_and_is_told(school):
    room, actor = make_room()
    outcome = []
    sheet = hold_register(room, NOW)

    def colleague():
        with school.app_context():
            try:
                save(room, actor, ABSENT, version=0)
            except Conflict:
                outcome.append("told")
            finally:
                db.session.remove()

    other = threading.Thread(target=colleague)
    other.start()
    other.join(0.5)
    assert other.is_alive()
    entries = dict.fromkeys([line.enrolment_id for line in sheet.lines], PRESENT)
    writing = Writing(entries, sheet.starts_at, sheet.ends_at, 0, closing=False)
    save_register(sheet, writing, actor=actor, now=NOW)
    db.session.commit()
    other.join(10)

    assert outcome == ["told"]
    assert list(get_register(room, NOW).entries.values()) == [PRESENT] * 3


def test_lists_and_sums_are_read(school):
    room, actor = make_room()
    save(room, actor, PRESENT, version=0, closing=True)
    sheet = get_register(room, NOW)
    enrolment_id = sheet.lines[0].enrolment_id
    cohort_id = db.session.get_one(Enrolment, enrolment_id).cohort_id
    desk = Desk(Actor(user_id=actor.user_id, teaches=frozenset({cohort_id})), NOW)
    db.session.expunge_all()

    assert len(list_today(desk, whose=Whose.MINE)) == 1
    assert list_pending(desk, 1, whose=Whose.MINE).total == 0
    assert list_closed(desk, 1, whose=Whose.ALL).total == 1
    assert len(get_day_sheet(room).rows) == 3
    everyone = summaries(cohort_id, list_enrolments(cohort_id), now=NOW)
    assert get_record(enrolment_id, NOW).summary == everyone[enrolment_id]
