"""A person with a quiz to take, and attempts already made."""

from dataclasses import dataclass
from uuid import uuid4

from ecopter.assessment.models import QuizAnswer, QuizAttempt
from ecopter.cohorts.models import Cohort, Enrolment
from ecopter.curricula.models import Curriculum, Lesson
from ecopter.db import db
from ecopter.people.models import User
from ecopter.questions.models import Question
from tests.clock import NOW
from tests.factories.cohorts import make_cohort, make_enrolment
from tests.factories.curricula import make_curriculum, make_lesson, make_module
from tests.factories.people import make_user
from tests.factories.questions import make_number_question, make_question


@dataclass
class QuizPlace:
    """One trainee and one lesson with questions: a single, a multiple and a number."""

    curriculum: Curriculum
    cohort: Cohort
    enrolment: Enrolment
    trainee: User
    lesson: Lesson
    questions: list[Question]

    @property
    def address(self) -> dict[str, int]:
        return {"enrolment_id": self.enrolment.id, "lesson_id": self.lesson.id}

    def filled(self, single: str = "0", number: str = "3", **more: str) -> dict[str, object]:
        """The form with every answer right, unless told otherwise."""
        first, second, third = (f"q{question.id}" for question in self.questions[:3])
        answers = {first: single, second: ["0", "1"], third: number}
        return {"key": str(uuid4())} | answers | more


def make_quiz_place(questions: int = 3, **lesson_changes: object) -> QuizPlace:
    """No question, three, or more of the first kind after them."""
    curriculum = make_curriculum(modules=0)
    lesson = make_lesson(make_module(curriculum, lessons=0), **lesson_changes)
    asked = []
    if questions:
        asked = [
            make_question(lesson, 1, explanation="Les stigmates, une fois séchés."),
            make_question(lesson, 2, right=("En octobre", "À l'aube"), wrong=("En été",)),
            make_number_question(lesson, 3),
        ]
    asked += [make_question(lesson, number) for number in range(4, questions + 1)]
    cohort = make_cohort(curriculum=curriculum)
    trainee = make_user(given_name_lat="Amina")
    enrolment = make_enrolment(cohort, trainee)
    return QuizPlace(curriculum, cohort, enrolment, trainee, lesson, asked)


def make_attempt(
    place: QuizPlace, number: int = 1, right: int = 0, **changes: object
) -> QuizAttempt:
    """An attempt with `right` right answers; the others were left open."""
    counted = len(place.questions)
    values = {"key": str(uuid4()), "submitted_at": NOW, "passed": right * 100 >= 60 * counted}
    attempt = QuizAttempt(
        **place.address, number=number, right_count=right, counted=counted, **(values | changes)
    )
    db.session.add(attempt)
    db.session.flush()
    for position, question in enumerate(place.questions, start=1):
        is_right = position <= right
        chosen = sorted(question.key.right_options) if is_right else []
        typed = str(question.value) if is_right and question.value is not None else ""
        db.session.add(
            QuizAnswer(
                attempt_id=attempt.id,
                question_id=question.id,
                position=position,
                chosen=chosen,
                number=typed,
                is_right=is_right,
            )
        )
    db.session.flush()
    return attempt
