"""A whole cohort with marks, written in bulk."""

from sqlalchemy import insert

from ecopter.assessment.models import CriterionScore, Grade, QuizAttempt
from ecopter.assessment.rules.grading import mark_of
from ecopter.cohorts.models import Cohort, Enrolment
from ecopter.curricula.models import Curriculum, RubricCriterion
from ecopter.db import db
from ecopter.people.models import User
from tests.clock import NOW
from tests.factories.assessment import enrolments_of, lessons_of
from tests.factories.cohorts import instructor_of, make_cohort
from tests.factories.curricula import make_curriculum


def make_marked_cohort(
    trainees: int, modules: int = 2, lessons: int = 2, *, curriculum: Curriculum | None = None
) -> tuple[Cohort, User]:
    """Everyone has a published grade and a quiz in every lesson."""
    curriculum = curriculum or make_curriculum(modules=modules, lessons=lessons)
    cohort = make_cohort(curriculum=curriculum)
    instructor = instructor_of(cohort)
    _enrol(cohort, trainees)
    grades, attempts = [], []
    places = [(person, lesson) for person in enrolments_of(cohort) for lesson in lessons_of(cohort)]
    for number, (person, lesson) in enumerate(places):
        here = {"enrolment_id": person.id, "lesson_id": lesson.id}
        levels = (2 + number % 3, 3, 4)
        grades.append(
            here
            | {
                "mark": mark_of(levels),
                "excused_reason": "",
                "comment": "",
                "change_reason": "",
                "graded_by_id": instructor.id,
                "graded_at": NOW,
                "published_at": NOW,
            }
        )
        attempts.append(
            here
            | {
                "number": 1,
                "key": str(number),
                "submitted_at": NOW,
                "right_count": number % 5,
                "counted": 4,
                "passed": number % 5 >= 3,
            }
        )
    if places:
        db.session.execute(insert(Grade), grades)
        db.session.execute(insert(QuizAttempt), attempts)
        _score(cohort)
    db.session.flush()
    return cohort, instructor


def _enrol(cohort: Cohort, trainees: int) -> None:
    people = [
        {
            "sign_in_name": f"many.{cohort.id}.{number}",
            "sign_in_key": f"many.{cohort.id}.{number}",
            "given_name_lat": "Ijja",
            "family_name_lat": f"Tazart {number:03d}",
            "created_at": NOW,
        }
        for number in range(trainees)
    ]
    if not people:
        return
    ids = db.session.scalars(insert(User).returning(User.id), people).all()
    db.session.execute(
        insert(Enrolment),
        [{"cohort_id": cohort.id, "trainee_id": one, "created_at": NOW} for one in ids],
    )


def _score(cohort: Cohort) -> None:
    """The levels that are worth the marks given above."""
    worth = {mark_of((first, 3, 4)): (first, 3, 4) for first in (2, 3, 4)}
    criteria: dict[int, list[int]] = {}
    chosen = db.select(RubricCriterion).order_by(RubricCriterion.position)
    for row in db.session.scalars(chosen):
        criteria.setdefault(row.lesson_id, []).append(row.id)
    scores = [
        {"grade_id": grade_id, "criterion_id": criterion_id, "level": level}
        for grade_id, lesson_id, mark in db.session.execute(
            db.select(Grade.id, Grade.lesson_id, Grade.mark)
            .join(Enrolment, Enrolment.id == Grade.enrolment_id)
            .where(Enrolment.cohort_id == cohort.id)
        )
        for criterion_id, level in zip(criteria[lesson_id], worth[mark], strict=True)
    ]
    db.session.execute(insert(CriterionScore), scores)
