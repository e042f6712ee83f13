from dataclasses import dataclass
from decimal import Decimal

import pytest

from ecopter.assessment.models import CriterionScore, Grade, Submission
from ecopter.assessment.queries.grading import (
    find_next_waiting,
    get_grading_sheet,
    get_publication,
    get_waiting,
)
from ecopter.assessment.rules.grading import Judgement
from ecopter.assessment.services.grading import Terms, grade, publish
from ecopter.audit.models import AuditEvent
from ecopter.authorization.policy import Actor, Role
from ecopter.cohorts.models import Cohort, Enrolment
from ecopter.curricula.models import Curriculum, Lesson
from ecopter.db import db
from ecopter.notices.models import Notice
from ecopter.people.models import User
from ecopter.shared.errors import Conflict, Invalid
from tests.clock import NOW
from tests.factories.assessment import (
    criteria_of,
    lessons_of,
    make_grade,
    make_reopening,
    make_submission,
)
from tests.factories.cohorts import instructor_of, make_cohort, make_enrolment
from tests.factories.curricula import make_curriculum
from tests.factories.people import make_administrator, make_head_of_studies, make_user


@dataclass
class Place:
    cohort: Cohort
    enrolment: Enrolment
    trainee: User
    lesson: Lesson
    instructor: User
    submission: Submission

    @property
    def address(self) -> dict[str, int]:
        return {"submission_id": self.submission.id}

    def filled(self, *levels: int, **more: str) -> dict[str, str]:
        """The form as its page would send it, for a hand-in nobody has graded."""
        chosen = {
            f"l-{key}": str(level)
            for key, level in zip(criteria_of(self.lesson), levels, strict=False)
        }
        seen = {"seen": f"{self.submission.id}.{self.submission.version}", "seen_grade": ""}
        return seen | chosen | {"then": "stay"} | more


@pytest.fixture
def place(database) -> Place:
    cohort = make_cohort(curriculum=make_curriculum(lessons=2))
    trainee = make_user(given_name_lat="Amina")
    enrolment = make_enrolment(cohort, trainee)
    lesson = lessons_of(cohort)[0]
    submission = make_submission(enrolment, lesson, files=2)
    return Place(cohort, enrolment, trainee, lesson, instructor_of(cohort), submission)


def grades():
    return list(db.session.scalars(db.select(Grade).order_by(Grade.id)))


def levels_of(one):
    chosen = db.select(CriterionScore.level).where(CriterionScore.grade_id == one.id)
    return sorted(db.session.scalars(chosen))


def last_action():
    return db.session.scalar(db.select(AuditEvent.action).order_by(AuditEvent.sequence.desc()))


def test_an_instructor_grades_and_the_mark_is_computed(browser, place):
    response = browser.as_(place.instructor).post(
        "assessment.grading.update", place.filled(3, 3, 4, comment="Bon séchage"), **place.address
    )

    assert response.status_code == 303
    [one] = grades()
    assert (one.mark, one.comment, one.attempt) == (Decimal("16.7"), "Bon séchage", 1)
    assert (one.published_at, one.graded_by_id) == (None, place.instructor.id)
    assert levels_of(one) == [3, 3, 4]
    assert last_action() == "grade.given"


def test_publish_at_once_shows_the_grade(browser, place):
    browser.as_(place.instructor).post(
        "assessment.grading.update", place.filled(3, 3, 3, publish="1"), **place.address
    )

    assert grades()[0].published_at == NOW


def test_a_missing_level_is_named_and_what_was_written_stays(browser, place):
    grader = browser.as_(place.instructor)

    response = grader.post(
        "assessment.grading.update", place.filled(3, 3, comment="À garder"), **place.address
    )

    assert response.status_code == 422
    assert "À garder" in grader.page.html
    assert "Fiche de lot" in grader.page.html
    assert grades() == []


def test_an_excuse_leaves_the_computation(browser, place):
    browser.as_(place.instructor).post(
        "assessment.grading.update", place.filled(excused="Malade"), **place.address
    )

    [one] = grades()
    assert (one.mark, one.excused_reason, levels_of(one)) == (None, "Malade", [])


def test_levels_and_an_excuse_contradict_each_other(browser, place):
    data = place.filled(3, 3, 3, excused="Malade")

    answer = browser.as_(place.instructor).post("assessment.grading.update", data, **place.address)

    assert answer.status_code == 422
    assert grades() == []


def test_levels_outside_the_rubric_are_not_taken(browser, place):
    data = place.filled(3, 3) | {f"l-{criteria_of(place.lesson)[2]}": "5"}

    answer = browser.as_(place.instructor).post("assessment.grading.update", data, **place.address)

    assert answer.status_code == 422


def test_a_form_of_another_hand_in_writes_nothing(browser, place):
    other = make_submission(make_enrolment(place.cohort), place.lesson)
    data = place.filled(3, 3, 3) | {"seen": f"{other.id}.1"}

    answer = browser.as_(place.instructor).post("assessment.grading.update", data, **place.address)

    assert answer.status_code == 422
    assert grades() == []


def test_a_replaced_hand_in_is_not_graded_and_the_page_leads_to_the_new_one(browser, place):
    place.submission.is_current = False
    db.session.flush()
    newer = make_submission(place.enrolment, place.lesson, version=2)
    newer_id = newer.id
    grader = browser.as_(place.instructor)

    answer = grader.post("assessment.grading.update", place.filled(3, 3, 3), **place.address)

    assert answer.status_code == 422
    assert f"/submissions/{newer_id}/grade" in grader.page.html
    assert grades() == []


def test_of_two_graders_the_second_is_told_and_keeps_the_text(browser, place):
    colleague = instructor_of(place.cohort, family_name_lat="Ibnezzyn")
    first, second = place.filled(3, 3, 3), place.filled(2, 2, 2, comment="Mon avis")
    browser.as_(colleague).post("assessment.grading.update", first, **place.address)
    late = browser.as_(place.instructor)

    answer = late.post("assessment.grading.update", second, **place.address)

    assert answer.status_code == 422
    assert "Mon avis" in late.page.html
    assert "Ibnezzyn" in late.page.html
    assert [one.mark for one in grades()] == [Decimal("15.0")]


def test_the_service_tells_the_second_grader_too(place):
    sheet = get_grading_sheet(place.submission.id)
    judgement = Judgement(dict.fromkeys(criteria_of(place.lesson), 3))
    actor = Actor(place.instructor.id)
    grade(sheet, judgement, Terms(), seen_grade_id=None, actor=actor, now=NOW)

    with pytest.raises(Conflict):
        grade(sheet, judgement, Terms(), seen_grade_id=None, actor=actor, now=NOW)


def test_a_hand_in_replaced_while_it_was_read_is_refused_by_the_service(place):
    sheet = get_grading_sheet(place.submission.id)
    db.session.execute(db.update(Submission).values(is_current=False))
    make_submission(place.enrolment, place.lesson, version=2)
    judgement = Judgement(dict.fromkeys(criteria_of(place.lesson), 3))

    with pytest.raises(Conflict):
        grade(sheet, judgement, Terms(), seen_grade_id=None, actor=Actor(1), now=NOW)


def test_an_incomplete_rubric_is_refused_by_the_service(place):
    sheet = get_grading_sheet(place.submission.id)

    with pytest.raises(Invalid):
        grade(
            sheet,
            Judgement({criteria_of(place.lesson)[0]: 3}),
            Terms(),
            seen_grade_id=None,
            actor=Actor(place.instructor.id),
            now=NOW,
        )


def test_a_published_grade_changes_with_a_reason_and_the_old_one_stays(browser, place):
    old = make_grade(
        place.enrolment,
        place.lesson,
        (2, 2, 2),
        by=place.instructor,
        submission_id=place.submission.id,
    )
    old_id = old.id
    data = place.filled(3, 3, 3, seen_grade=str(old_id))
    grader = browser.as_(place.instructor)

    without = grader.post("assessment.grading.update", data, **place.address)
    with_reason = grader.post(
        "assessment.grading.update", data | {"change_reason": "Fiche retrouvée"}, **place.address
    )

    assert (without.status_code, with_reason.status_code) == (422, 303)
    before, after = grades()
    assert (before.mark, before.is_current, before.published_at) == (Decimal("10.0"), False, NOW)
    assert (after.mark, after.is_current, after.published_at) == (Decimal("15.0"), True, NOW)
    assert after.change_reason == "Fiche retrouvée"
    assert last_action() == "grade.changed"


def test_an_unpublished_grade_changes_without_a_reason(browser, place):
    old = make_grade(place.enrolment, place.lesson, (2, 2, 2), by=place.instructor, published=False)
    data = place.filled(3, 3, 3, seen_grade=str(old.id))

    answer = browser.as_(place.instructor).post("assessment.grading.update", data, **place.address)

    assert answer.status_code == 303
    assert grades()[1].published_at is None


def test_a_second_try_counts_at_most_the_course_s_level(browser, place):
    first = make_grade(place.enrolment, place.lesson, (1, 2, 2), by=place.instructor)
    make_reopening(place.enrolment, place.lesson, by=place.instructor)
    place.submission = make_submission(place.enrolment, place.lesson, attempt=2)
    grader = browser.as_(place.instructor)
    grader.get("assessment.grading.edit", **place.address)

    grader.post(
        "assessment.grading.update",
        place.filled(4, 4, 2, seen_grade=str(first.id)),
        **place.address,
    )

    second = grades()[1]
    assert levels_of(second) == [2, 3, 3]
    assert (second.mark, second.attempt) == (Decimal("13.3"), 2)
    assert grades()[0].published_at == NOW, "the first try stays what its trainee sees"
    assert second.published_at is None


def test_a_second_try_after_an_excuse_is_not_capped(place):
    make_grade(place.enrolment, place.lesson, (), by=place.instructor)
    again = make_submission(place.enrolment, place.lesson, attempt=2)

    assert get_grading_sheet(again.id).cap is None


def test_the_list_is_oldest_first_and_only_of_my_cohorts(browser, place):
    earlier = NOW.replace(day=20)
    older = make_submission(
        make_enrolment(place.cohort, make_user(family_name_lat="Ancienne")),
        place.lesson,
        submitted_at=earlier,
    )
    elsewhere = make_cohort()
    make_submission(make_enrolment(elsewhere), lessons_of(elsewhere)[0])
    graded = make_enrolment(place.cohort)
    make_submission(graded, place.lesson)
    make_grade(graded, place.lesson, by=place.instructor)
    actor = Actor(place.instructor.id, teaches=frozenset({place.cohort.id}))

    waiting = get_waiting(actor, cohort_id=None, number=1)

    assert [work.submission_id for work in waiting.page.items] == [older.id, place.submission.id]
    assert find_next_waiting(actor, cohort_id=None) == older.id
    assert browser.as_(place.instructor).get("assessment.grading.index").status_code == 200


def test_the_head_of_studies_sees_the_work_of_every_cohort(place):
    elsewhere = make_cohort()
    make_submission(make_enrolment(elsewhere), lessons_of(elsewhere)[0])
    head = Actor(1, roles=frozenset({Role.HEAD_OF_STUDIES}))

    assert get_waiting(head, cohort_id=None, number=1).total == 2
    assert get_waiting(head, cohort_id=elsewhere.id, number=1).page.total == 1


def test_the_list_costs_the_same_for_one_and_for_thirty(place, count_queries):
    actor = Actor(place.instructor.id, teaches=frozenset({place.cohort.id}))
    with count_queries() as few:
        get_waiting(actor, cohort_id=None, number=1)
    for _ in range(29):
        make_submission(make_enrolment(place.cohort), place.lesson, files=2)
    with count_queries() as many:
        assert len(get_waiting(actor, cohort_id=None, number=1).page.items) == 30

    assert len(few) == len(many) == 2


def test_save_and_next_opens_the_work_that_has_waited_longest(browser, place):
    following = make_submission(make_enrolment(place.cohort), place.lesson)
    following_id = following.id
    grader = browser.as_(place.instructor)

    response = grader.post(
        "assessment.grading.update",
        place.filled(3, 3, 3, then="next"),
        submission_id=place.submission.id,
        cohort=place.cohort.id,
    )

    assert response.location == f"/submissions/{following_id}/grade?cohort={place.cohort.id}"


def test_after_the_last_one_the_list_opens(browser, place):
    response = browser.as_(place.instructor).post(
        "assessment.grading.update", place.filled(3, 3, 3, then="next"), **place.address
    )

    assert response.location == "/grading"


def test_who_may_grade(browser, place):
    def code(user):
        return browser.as_(user).get("assessment.grading.edit", **place.address).status_code

    assert code(place.instructor) == 200
    assert code(make_head_of_studies()) == 200
    assert code(make_administrator()) == 403
    assert code(place.trainee) == 403
    assert code(instructor_of(make_cohort())) == 404
    assert code(make_user()) == 404


def test_an_instructor_of_another_cohort_cannot_send_a_grade_either(browser, place):
    stranger = instructor_of(make_cohort())

    answer = browser.as_(stranger).post(
        "assessment.grading.update", place.filled(4, 4, 4), **place.address
    )

    assert answer.status_code == 404
    assert grades() == []


def test_an_unknown_hand_in_is_not_found(browser, place):
    assert (
        browser.as_(place.instructor)
        .get("assessment.grading.edit", submission_id=9_999)
        .status_code
        == 404
    )


def test_one_act_publishes_the_grades_of_a_lesson_for_the_whole_cohort(browser, place):
    here, there = lessons_of(place.cohort)
    same_course = db.session.get(Curriculum, place.cohort.curriculum_id)
    other_cohort = make_cohort(curriculum=same_course)
    outside = make_enrolment(other_cohort)
    make_grade(place.enrolment, here, by=place.instructor, published=False)
    make_grade(make_enrolment(place.cohort), here, by=place.instructor, published=False)
    make_grade(place.enrolment, there, by=place.instructor, published=False)
    make_grade(outside, here, by=place.instructor, published=False)
    address = {"cohort_id": place.cohort.id, "lesson_id": here.id}

    answer = browser.as_(place.instructor).post("assessment.publication.create", **address)

    assert answer.status_code == 303
    assert [one.published_at is not None for one in grades()] == [True, True, False, False]
    assert last_action() == "grades.published"


def told():
    """(user id, facts) of everyone told of a grade."""
    rows = db.session.scalars(db.select(Notice).order_by(Notice.user_id))
    return [(notice.user_id, notice.facts) for notice in rows]


def facts(enrolment, lesson):
    return {"lesson": lesson.titles, "lesson_id": lesson.id, "enrolment_id": enrolment.id}


def test_a_grade_is_told_when_it_is_published_and_not_before(browser, place):
    grader = browser.as_(place.instructor)
    grader.post("assessment.grading.update", place.filled(3, 3, 3), **place.address)
    assert told() == []
    address = {"cohort_id": place.cohort.id, "lesson_id": place.lesson.id}

    for _ in range(2):
        grader.post("assessment.publication.create", **address)

    assert told() == [(place.trainee.id, facts(place.enrolment, place.lesson))]


def test_a_grade_published_at_once_is_told_at_once(browser, place):
    browser.as_(place.instructor).post(
        "assessment.grading.update", place.filled(3, 3, 3, publish="1"), **place.address
    )

    assert told() == [(place.trainee.id, facts(place.enrolment, place.lesson))]


def test_everyone_is_told_by_two_statements_whatever_their_number(place, count_queries):
    costs = []
    for people in (2, 40):
        cohort = make_cohort()
        [lesson] = lessons_of(cohort)
        places = [make_enrolment(cohort) for _ in range(people)]
        for enrolment in places:
            make_grade(enrolment, lesson, by=place.instructor, published=False)
        db.session.commit()
        publication = get_publication(cohort.id, lesson.id)
        with count_queries() as seen:
            publish(publication, actor=Actor(place.instructor.id), now=NOW)
        costs.append(len(seen))
        wanted = [(one.trainee_id, facts(one, lesson)) for one in places]
        assert [line for line in told() if line[1]["lesson_id"] == lesson.id] == wanted

    assert costs[0] == costs[1]


def test_publication_of_a_lesson_of_another_course_is_not_found(browser, place):
    stranger = lessons_of(make_cohort())[0]

    answer = browser.as_(place.instructor).post(
        "assessment.publication.create", cohort_id=place.cohort.id, lesson_id=stranger.id
    )

    assert answer.status_code == 404


def test_only_those_who_grade_publish(browser, place):
    make_grade(place.enrolment, place.lesson, by=place.instructor, published=False)
    address = {"cohort_id": place.cohort.id, "lesson_id": place.lesson.id}

    def code(user):
        return browser.as_(user).post("assessment.publication.create", **address).status_code

    assert code(make_administrator()) == 403
    assert code(place.trainee) == 404
    assert code(instructor_of(make_cohort())) == 404
    assert grades()[0].published_at is None


def test_work_to_grade_can_be_taken_away_as_a_list(browser, place):
    answer = browser.as_(place.instructor).get("assessment.grading.index", format="csv")

    heading, *lines = answer.get_data(as_text=True).removeprefix("\ufeff").splitlines()
    assert answer.mimetype == "text/csv"
    assert heading.count(";") == 4
    assert len(lines) == 1
