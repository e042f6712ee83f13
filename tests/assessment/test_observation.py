from decimal import Decimal

import pytest

from ecopter.assessment.models import CriterionScore, Grade
from ecopter.assessment.queries.grading import get_observation_sheet
from ecopter.assessment.rules.grading import Judgement
from ecopter.assessment.services.grading import Terms, observe
from ecopter.audit.models import AuditEvent
from ecopter.authorization.policy import Actor
from ecopter.db import db
from ecopter.notices.models import Notice
from ecopter.notices.rules import NoticeEvent
from ecopter.shared.errors import Conflict, Invalid
from tests.clock import NOW
from tests.factories.assessment import (
    criteria_of,
    enrolments_of,
    lessons_of,
    make_grade,
    make_reopening,
    make_submission,
)
from tests.factories.cohorts import instructor_of, make_cohort


class Tasting:
    """A cohort of four, a lesson judged by observation, and its instructor."""

    def __init__(self):
        self.cohort = make_cohort(trainees=4)
        [self.lesson] = lessons_of(self.cohort)
        self.people = enrolments_of(self.cohort)
        self.ids = [person.id for person in self.people]
        self.criteria = criteria_of(self.lesson)
        self.instructor = instructor_of(self.cohort)
        self.address = {"cohort_id": self.cohort.id, "lesson_id": self.lesson.id}

    def for_all(self, *levels):
        return {f"a-{key}": str(level) for key, level in zip(self.criteria, levels, strict=False)}


@pytest.fixture
def tasting(database):
    return Tasting()


def sheet_of(tasting, change=None):
    """The sheet as a request of its own would load it."""
    db.session.commit()
    db.session.expunge_all()
    return get_observation_sheet(**tasting.address, change=change)


def grades():
    return {
        one.enrolment_id: one for one in db.session.scalars(db.select(Grade).order_by(Grade.id))
    }


def levels_of(one):
    chosen = db.select(CriterionScore).where(CriterionScore.grade_id == one.id)
    return [row.level for row in db.session.scalars(chosen.order_by(CriterionScore.criterion_id))]


def test_the_same_levels_for_everyone_ticked_and_others_for_one(browser, tasting):
    first, second, third, fourth = tasting.ids
    data = tasting.for_all(3, 3, 4) | {
        "p": [str(first), str(second), str(third)],
        f"l-{second}-{tasting.criteria[0]}": "1",
        f"c-{second}": "Goûter plus lentement",
        f"x-{third}": "Allergie",
    }

    answer = browser.as_(tasting.instructor).post(
        "assessment.observation.update", data, **tasting.address
    )

    assert answer.status_code == 303
    found = grades()
    assert levels_of(found[first]) == [3, 3, 4]
    assert (levels_of(found[second]), found[second].comment) == ([1, 3, 4], "Goûter plus lentement")
    assert (found[third].mark, found[third].excused_reason) == (None, "Allergie")
    assert fourth not in found
    assert {one.submission_id for one in found.values()} == {None}
    assert (
        db.session.scalar(db.select(AuditEvent.action).order_by(AuditEvent.sequence.desc()))
        == "grade.observed"
    )


def test_everyone_in_the_list_in_one_tick(browser, tasting):
    data = tasting.for_all(3, 3, 3) | {"everyone": "1", "publish": "1"}

    browser.as_(tasting.instructor).post("assessment.observation.update", data, **tasting.address)

    assert {one.mark for one in grades().values()} == {Decimal("15.0")}
    assert {one.published_at for one in grades().values()} == {NOW}
    assert len(grades()) == 4
    told = db.session.scalars(db.select(Notice)).all()
    assert {notice.facts["enrolment_id"] for notice in told} == set(tasting.ids)
    assert {notice.event for notice in told} == {NoticeEvent.GRADE_PUBLISHED}


@pytest.mark.parametrize(
    "wrong",
    [
        lambda tasting: {"p": [str(tasting.ids[0])]},
        lambda tasting: tasting.for_all(3, 3) | {"p": [str(tasting.ids[0])]},
        lambda tasting: tasting.for_all(3, 3, 3),
        lambda tasting: (
            tasting.for_all(3, 3, 3) | {"p": [str(tasting.ids[0])], f"c-{tasting.ids[1]}": "x"}
        ),
        lambda tasting: tasting.for_all(3, 3, 3) | {"p": ["99999"]},
    ],
    ids=["no level", "a level missing", "nobody", "comment without a tick", "someone unknown"],
)
def test_what_is_unclear_is_refused_and_nothing_is_written(browser, tasting, wrong):
    answer = browser.as_(tasting.instructor).post(
        "assessment.observation.update", wrong(tasting), **tasting.address
    )

    assert answer.status_code == 422
    assert grades() == {}


def test_what_was_chosen_stays_after_a_refusal(browser, tasting):
    grader = browser.as_(tasting.instructor)
    data = tasting.for_all(3, 3) | {"p": [str(tasting.ids[0])], f"c-{tasting.ids[0]}": "Attentive"}

    grader.post("assessment.observation.update", data, **tasting.address)

    assert "Attentive" in grader.page.html
    assert f'value="{tasting.ids[0]}" id="p-{tasting.ids[0]}" checked' in grader.page.html


def test_someone_graded_meanwhile_is_named_and_nobody_is_graded_twice(browser, tasting):
    data = tasting.for_all(3, 3, 3) | {"p": [str(one) for one in tasting.ids]}
    make_grade(tasting.people[0], tasting.lesson, (4, 4, 4), by=tasting.instructor)

    answer = browser.as_(tasting.instructor).post(
        "assessment.observation.update", data, **tasting.address
    )

    assert answer.status_code == 422
    assert len(grades()) == 1


def test_the_service_refuses_someone_graded_meanwhile_too(tasting):
    make_grade(tasting.people[0], tasting.lesson, by=tasting.instructor)
    sheet = sheet_of(tasting)
    judgement = {tasting.ids[0]: Judgement(dict.fromkeys(tasting.criteria, 3))}

    with pytest.raises(Conflict):
        observe(sheet, judgement, Terms(), seen={}, actor=Actor(tasting.instructor.id), now=NOW)


def test_a_change_of_a_published_grade_asks_for_a_reason(browser, tasting):
    old = make_grade(tasting.people[0], tasting.lesson, (2, 2, 2), by=tasting.instructor)
    key = tasting.ids[0]
    address = tasting.address | {"change": key}
    data = tasting.for_all(3, 3, 3) | {f"g-{key}": str(old.id)}
    grader = browser.as_(tasting.instructor)
    grader.get("assessment.observation.edit", **address)
    assert grader.page.html.count(" checked") == 3, "the levels as they are now"

    without = grader.post("assessment.observation.update", data, **address)
    given = grader.post(
        "assessment.observation.update", data | {"change_reason": "Erreur"}, **address
    )

    assert (without.status_code, given.status_code) == (422, 303)
    both = list(db.session.scalars(db.select(Grade).order_by(Grade.id)))
    assert [(one.mark, one.is_current) for one in both] == [
        (Decimal("10.0"), False),
        (Decimal("15.0"), True),
    ]
    assert both[1].published_at == NOW


def test_the_service_asks_for_the_reason_too(tasting):
    old = make_grade(tasting.people[0], tasting.lesson, by=tasting.instructor)
    key = tasting.ids[0]
    sheet = sheet_of(tasting, change=key)
    judgement = {key: Judgement(dict.fromkeys(tasting.criteria, 3))}

    with pytest.raises(Invalid):
        observe(sheet, judgement, Terms(), seen={key: old.id}, actor=Actor(1), now=NOW)


def test_a_second_try_is_listed_again_and_capped(browser, tasting):
    first = make_grade(tasting.people[0], tasting.lesson, (1, 1, 1), by=tasting.instructor)
    make_reopening(tasting.people[0], tasting.lesson, by=tasting.instructor)
    key = tasting.ids[0]
    data = tasting.for_all(4, 4, 2) | {"p": [str(key)], f"g-{key}": str(first.id)}

    browser.as_(tasting.instructor).post("assessment.observation.update", data, **tasting.address)

    again = grades()[key]
    assert (again.attempt, levels_of(again)) == (2, [3, 3, 2])


def test_work_handed_in_is_offered_for_reading_and_counts_as_judged(browser, tasting):
    submission = make_submission(tasting.people[0], tasting.lesson)
    submission_id = submission.id
    grader = browser.as_(tasting.instructor)
    grader.get("assessment.observation.edit", **tasting.address)
    assert f"/submissions/{submission_id}/grade" in grader.page.html
    data = tasting.for_all(3, 3, 3) | {"p": [str(tasting.ids[0])]}

    grader.post("assessment.observation.update", data, **tasting.address)
    grader.get("assessment.grading.index")

    assert f"/submissions/{submission_id}/grade" not in grader.page.html


def test_a_lesson_of_another_course_is_not_found(browser, tasting):
    stranger = lessons_of(make_cohort())[0]
    address = {"cohort_id": tasting.cohort.id, "lesson_id": stranger.id}
    grader = browser.as_(tasting.instructor)

    assert grader.get("assessment.observation.edit", **address).status_code == 404
    assert grader.post("assessment.observation.update", {}, **address).status_code == 404


def test_a_change_of_someone_without_a_grade_or_of_another_cohort_is_not_found(browser, tasting):
    elsewhere = make_cohort(trainees=1)
    outside = enrolments_of(elsewhere)[0]
    grader = browser.as_(tasting.instructor)

    for key in (tasting.ids[0], outside.id):
        address = tasting.address | {"change": key}
        assert grader.get("assessment.observation.edit", **address).status_code == 404


def test_an_instructor_of_another_cohort_finds_nothing(browser, tasting):
    stranger = browser.as_(instructor_of(make_cohort()))
    data = tasting.for_all(3, 3, 3) | {"everyone": "1"}

    assert stranger.get("assessment.observation.edit", **tasting.address).status_code == 404
    assert (
        stranger.post("assessment.observation.update", data, **tasting.address).status_code == 404
    )
    assert grades() == {}


def test_reading_and_writing_cost_the_same_for_four_and_for_forty(count_queries, database):
    costs = []
    for trainees in (4, 40):
        cohort = make_cohort(trainees=trainees)
        [lesson] = lessons_of(cohort)
        db.session.commit()
        db.session.expunge_all()
        with count_queries() as reading:
            sheet = get_observation_sheet(cohort.id, lesson.id)
        chosen = {
            person.enrolment_id: Judgement(dict.fromkeys(criteria_of(lesson), 3))
            for person in sheet.people
        }
        actor = Actor(instructor_of(cohort).id)
        with count_queries() as writing:
            observe(sheet, chosen, Terms(), seen={}, actor=actor, now=NOW)
        costs.append((len(reading), len([s for s in writing.seen if "audit" not in s])))

    assert costs[0] == costs[1]
