"""Someone else teaches a half-day."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from ecopter.audit.models import AuditEvent
from ecopter.db import db
from ecopter.notices.models import Notice
from ecopter.notices.rules import NoticeEvent
from ecopter.timetable.models import Substitution
from ecopter.timetable.queries import get_substituting
from tests.clock import NOW, TODAY
from tests.factories.attendance import make_register
from tests.factories.cohorts import instructor_of, make_cohort, make_enrolment
from tests.factories.people import make_administrator, make_user
from tests.factories.sites import make_site
from tests.factories.timetable import make_training_session, taught_by

SOON = TODAY + timedelta(days=2)


def half_day_of(cohort, *teachers, held_on=SOON, **changes):
    return make_training_session(cohort, held_on, instructors=teachers, **changes)


def substitutions():
    return db.session.scalars(select(Substitution)).all()


def test_the_office_swaps_an_instructor_in_two_taps(browser):
    cohort = make_cohort()
    teacher, other = instructor_of(cohort), instructor_of(make_cohort())
    half_day = half_day_of(cohort, teacher)
    office, where = browser.as_(make_administrator()), {"training_session_id": half_day.id}

    asked = office.get("timetable.substitution.new", **where)
    # The only one who teaches is chosen already: one button says who comes.
    answer = office.post(
        "timetable.substitution.create", {"joined": other.id, "left": teacher.id}, **where
    )

    assert f'value="{teacher.id}" checked' in asked.text.replace("checked ", "") or (
        "checked" in asked.text
    )
    assert answer.status_code == 303
    assert taught_by(half_day) == [other.id]
    [row] = substitutions()
    assert (row.left_id, row.joined_id, row.reason) == (teacher.id, other.id, "")
    assert db.session.query(AuditEvent).filter_by(action="half_day.substituted").count() == 1
    [notice, gone] = db.session.scalars(select(Notice).order_by(Notice.id))
    assert (notice.user_id, notice.event) == (other.id, NoticeEvent.SUBSTITUTION)
    assert (gone.user_id, gone.event) == (teacher.id, NoticeEvent.INSTRUCTOR_REPLACED)
    assert notice.facts["on_day"] == SOON.isoformat()
    page = office.fetch(answer.location).text
    assert other.family_name_lat in page


def test_when_several_teach_the_office_says_who_leaves(browser):
    cohort = make_cohort()
    one, two, other = instructor_of(cohort), instructor_of(cohort), instructor_of(make_cohort())
    half_day = half_day_of(cohort, one, two)
    office, where = browser.as_(make_administrator()), {"training_session_id": half_day.id}

    silent = office.post("timetable.substitution.create", {"joined": other.id}, **where)
    before = taught_by(half_day)
    said = office.post(
        "timetable.substitution.create", {"joined": other.id, "left": two.id}, **where
    )

    assert (silent.status_code, before) == (422, [one.id, two.id])
    assert said.status_code == 303
    assert taught_by(half_day) == [one.id, other.id]


def test_someone_comes_beside_the_others(browser):
    cohort = make_cohort()
    one, other = instructor_of(cohort), instructor_of(make_cohort())
    half_day = half_day_of(cohort, one)
    where = {"training_session_id": half_day.id}

    browser.as_(make_administrator()).post(
        "timetable.substitution.create", {"joined": other.id, "left": 0}, **where
    )

    assert taught_by(half_day) == [one.id, other.id]
    assert substitutions()[0].left_id is None


def test_whoever_teaches_elsewhere_at_that_time_is_marked_and_refused(browser):
    cohort, elsewhere = make_cohort(), make_cohort(name="Promotion du Souss")
    teacher, busy = instructor_of(cohort), instructor_of(elsewhere)
    half_day = half_day_of(cohort, teacher)
    half_day_of(elsewhere, busy)
    office, where = browser.as_(make_administrator()), {"training_session_id": half_day.id}

    asked = office.get("timetable.substitution.new", **where)
    answer = office.post(
        "timetable.substitution.create", {"joined": busy.id, "left": teacher.id}, **where
    )

    assert f'value="{busy.id}" disabled' in asked.text
    assert "Promotion du Souss" in asked.text
    assert answer.status_code == 422
    assert taught_by(half_day) == [teacher.id]


@pytest.mark.parametrize("who", ["", "x", "999", "trainee", "the same"])
def test_only_another_instructor_of_the_school_can_come(browser, who):
    cohort = make_cohort()
    teacher = instructor_of(cohort)
    trainee = make_enrolment(cohort)
    half_day = half_day_of(cohort, teacher)
    ids = {"trainee": str(trainee.trainee_id), "the same": str(teacher.id)}
    where = {"training_session_id": half_day.id}

    answer = browser.as_(make_administrator()).post(
        "timetable.substitution.create", {"joined": ids.get(who, who), "left": 0}, **where
    )

    assert answer.status_code == 422
    assert taught_by(half_day) == [teacher.id]


def test_a_closed_register_says_who_taught(browser):
    cohort = make_cohort(trainees=1)
    teacher, other = instructor_of(cohort), instructor_of(make_cohort())
    half_day = half_day_of(cohort, teacher, held_on=TODAY)
    make_register(half_day, teacher)
    office, where = browser.as_(make_administrator()), {"training_session_id": half_day.id}

    asked = office.get("timetable.substitution.new", **where)
    sent = {"joined": other.id, "left": teacher.id, "reason": "Malade"}
    answer = office.post("timetable.substitution.create", sent, **where)
    taken = browser.as_(other).post("timetable.takeover.create", sent, **where)

    assert 'name="joined"' not in asked.text
    assert (answer.status_code, taken.status_code) == (422, 422)
    assert taught_by(half_day) == [teacher.id]


def test_an_instructor_does_not_name_others(browser):
    cohort = make_cohort()
    teacher, other = instructor_of(cohort), instructor_of(make_cohort())
    where = {"training_session_id": half_day_of(cohort, teacher).id}
    page = "timetable.substitution.create"

    assert browser.as_(teacher).post(page, {"joined": other.id}, **where).status_code == 403
    assert browser.as_(other).post(page, {"joined": other.id}, **where).status_code == 404


def test_any_instructor_takes_a_half_day_over_and_from_then_on_sees_it(browser):
    cohort = make_cohort(trainees=1)
    teacher, other = instructor_of(cohort), instructor_of(make_cohort())
    half_day = half_day_of(cohort, teacher)
    reader, where = browser.as_(other), {"training_session_id": half_day.id}

    before = reader.get("timetable.half_day.show", **where)
    asked = reader.get("timetable.takeover.new", **where)
    silent = reader.post("timetable.takeover.create", {"left": teacher.id}, **where)
    answer = reader.post(
        "timetable.takeover.create", {"left": teacher.id, "reason": "Collègue malade"}, **where
    )

    assert (before.status_code, asked.status_code, silent.status_code) == (404, 200, 422)
    assert answer.status_code == 303
    assert taught_by(half_day) == [other.id]
    [row] = substitutions()
    assert (row.decided_by_id, row.reason) == (other.id, "Collègue malade")
    [gone] = db.session.scalars(select(Notice))
    assert (gone.user_id, gone.event) == (teacher.id, NoticeEvent.INSTRUCTOR_REPLACED)
    after = reader.fetch(answer.location)
    assert after.status_code == 200
    assert "Collègue malade" in after.text


@pytest.mark.parametrize(("days", "status"), [(-8, 422), (-7, 303), (14, 303), (15, 422)])
def test_a_half_day_is_taken_over_around_its_day_only(browser, days, status):
    cohort = make_cohort()
    teacher, other = instructor_of(cohort), instructor_of(make_cohort())
    half_day = half_day_of(cohort, teacher, held_on=TODAY + timedelta(days=days))
    where = {"training_session_id": half_day.id}

    answer = browser.as_(other).post(
        "timetable.takeover.create", {"left": teacher.id, "reason": "Malade"}, **where
    )

    assert answer.status_code == status


def test_whoever_teaches_nothing_takes_nothing_over(browser):
    cohort = make_cohort()
    where = {"training_session_id": half_day_of(cohort, instructor_of(cohort)).id}
    stranger = browser.as_(make_user())
    trainee = browser.as_(db.session.get(type(make_user()), make_enrolment(cohort).trainee_id))

    assert stranger.get("timetable.takeover.index").status_code == 403
    assert trainee.get("timetable.takeover.new", **where).status_code == 404
    assert stranger.post("timetable.takeover.create", **where).status_code == 404


def test_what_can_be_taken_over_is_listed_without_ones_own(browser):
    cohort, mine = make_cohort(name="Promotion du Souss"), make_cohort(name="Promotion mienne")
    teacher, other = instructor_of(cohort), instructor_of(mine)
    here, there = make_site(), make_site(names={"fr": "Agadir", "ar": "أكادير", "en": "Agadir"})
    half_day_of(cohort, teacher, site=here)
    half_day_of(cohort, teacher, held_on=TODAY, site=there)
    half_day_of(cohort, teacher, held_on=TODAY + timedelta(days=15))
    half_day_of(cohort, teacher, held_on=TODAY + timedelta(days=1), cancelled_at=NOW,
                cancel_reason="neige")  # fmt: skip
    held = half_day_of(cohort, teacher, held_on=TODAY - timedelta(days=1))
    make_register(held, teacher)
    half_day_of(mine, other, held_on=TODAY + timedelta(days=3))
    reader = browser.as_(other)

    everything = reader.get("timetable.takeover.index")
    at_one_site = reader.get("timetable.takeover.index", site=there.id)
    found = reader.get("timetable.takeover.index", q="souss agadir")
    nothing = reader.in_("ar").get("timetable.takeover.index", q="rien")

    counts = [
        page.text.count('class="entry"') for page in (everything, at_one_site, found, nothing)
    ]
    assert counts == [2, 1, 1, 0]
    assert "Promotion mienne" not in everything.text


def test_the_instructors_of_the_school_take_a_fixed_number_of_queries(database, count_queries):
    cohort = make_cohort()
    half_day = half_day_of(cohort, instructor_of(cohort))
    here = half_day.id
    with count_queries() as few:
        get_substituting(here, NOW)
    for _number in range(10):
        other = make_cohort()
        half_day_of(other, instructor_of(other))
    with count_queries() as many:
        substituting = get_substituting(here, NOW)

    assert len(few) == len(many) <= 5
    assert sum(one.busy_with is not None for one in substituting.candidates) == 10


@pytest.mark.parametrize("by", ["their own word", "the office"])
def test_nobody_teaches_a_half_day_of_the_cohort_they_learn_in(browser, by):
    """They would write down their own attendance."""
    cohort = make_cohort()
    teacher, learner = instructor_of(cohort), instructor_of(make_cohort())
    make_enrolment(cohort, learner)
    half_day = half_day_of(cohort, teacher)
    where = {"training_session_id": half_day.id}
    offered = {one.user_id for one in get_substituting(half_day.id, NOW).candidates}

    if by == "the office":
        office, sent = browser.as_(make_administrator()), {"joined": learner.id}
        page = "timetable.substitution.create"
    else:
        office, sent, page = browser.as_(learner), {}, "timetable.takeover.create"
    answer = office.post(page, sent | {"left": teacher.id, "reason": "Malade"}, **where)

    assert learner.id not in offered
    assert answer.status_code == 422
    assert taught_by(half_day) == [teacher.id]
