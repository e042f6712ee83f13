"""Lists on PostgreSQL: the same order and the same lines from the other database."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from ecopter.assessment.queries.grading import WaitingWish, get_waiting
from ecopter.attendance.queries import Desk, RegisterWish, Whose, list_closed, list_pending
from ecopter.authorization.policy import Actor
from ecopter.db import db
from ecopter.gradebook.queries import BookWish, get_gradebook
from ecopter.notices.queries import NoticeWish, choose_notices, list_notices
from ecopter.notices.rules import NoticeEvent
from tests.clock import NOW, TODAY
from tests.factories.assessment import lessons_of, make_grade, make_submission
from tests.factories.attendance import make_register
from tests.factories.cohorts import instructor_of, make_cohort, make_enrolment
from tests.factories.notices import make_notice
from tests.factories.people import make_user
from tests.factories.timetable import make_training_session
from tests.postgres import own_school

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with own_school(tmp_path_factory.mktemp("files")) as app:
        yield app


def test_the_gradebook_is_put_in_order(school):
    cohort = make_cohort()
    teacher, lesson = instructor_of(cohort), lessons_of(cohort)[0]
    for family, levels in (("Amrani", (4, 4, 4)), ("Éloy", (3, 3, 4)), ("Aït Ali", ())):
        place = make_enrolment(cohort, make_user(family_name_lat=family))
        make_grade(place, lesson, levels, by=teacher)
    db.session.commit()

    def lines(wish):
        book = get_gradebook(cohort.id, module_id=None, number=1, wish=wish)
        return [(line.name.family_lat, line.figure) for line in book.page.items]

    assert [name for name, _figure in lines(BookWish())] == ["Aït Ali", "Amrani", "Éloy"]
    assert [(name, str(figure)) for name, figure in lines(BookWish(column="mean"))] == [
        ("Éloy", "16.7"),
        ("Amrani", "20.0"),
        ("Aït Ali", "None"),
    ]
    assert lines(BookWish(("eloy",), "judged")) == [("Éloy", 1)]


def test_registers_and_waiting_work_are_found(school):
    cohort = make_cohort(name="Élan", name_ar="اندفاع")
    teacher = instructor_of(cohort)
    for back in (2, 4):
        make_training_session(cohort, TODAY - timedelta(days=back), instructors=(teacher,))
    done = make_training_session(cohort, TODAY - timedelta(days=6), instructors=(teacher,))
    make_register(done, teacher)
    make_submission(make_enrolment(cohort), lessons_of(cohort)[0], files=2)
    db.session.commit()
    actor = Actor(user_id=teacher.id, teaches=frozenset({cohort.id}))
    desk, wish = Desk(actor, NOW), RegisterWish(("elan", "oumchichka"), "site", True)

    pending = list_pending(desk, 1, whose=Whose.MINE, wish=wish)
    closed = list_closed(desk, 1, whose=Whose.ALL, wish=wish)
    by_name = WaitingWish(("اندفاع",), "name")
    waiting = get_waiting(actor, cohort_id=None, number=1, wish=by_name)

    assert (pending.total, closed.total) == (2, 1)
    assert [work.file_count for work in waiting.page.items] == [2]


def test_notices_are_filtered_and_read_from_either_end(school):
    reader = make_user()
    seen = make_notice(reader, at=NOW - timedelta(days=2), seen_at=NOW)
    new = make_notice(reader, NoticeEvent.GRADE_PUBLISHED, at=NOW - timedelta(days=1))
    db.session.commit()

    oldest = choose_notices(reader.id, NoticeWish(oldest_first=True))

    assert [notice.id for notice in oldest] == [seen.id, new.id]
    assert list_notices(reader.id, 1, NoticeWish(is_new=True)).items == [new]
    assert list_notices(reader.id, 9, NoticeWish(is_new=False)).items == [seen]
