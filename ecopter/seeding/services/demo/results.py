"""Lessons said done, quizzes answered, exercises handed in and judged."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ecopter.assessment.models import (
    CriterionScore,
    Grade,
    QuizAnswer,
    QuizAttempt,
    Submission,
)
from ecopter.assessment.rules.grading import mark_of
from ecopter.assessment.rules.quiz import Answer, Posed, has_passed, mark
from ecopter.curricula.models import Lesson
from ecopter.learning.models import LessonCompletion
from ecopter.seeding.rules.demo_results import attempts, levels, taught_after
from ecopter.seeding.services.demo.places import HeldHalfDay, LoadedCohort, Loading, TaughtLesson
from ecopter.seeding.services.demo.rows import Values, add_all, put_all

# All of an evening at home fits before midnight: a half-day ends at 17:30 at the latest.
FIRST_ATTEMPT = timedelta(minutes=40)
NEXT_ATTEMPT = timedelta(minutes=25)
EVENING_MINUTES = 120
# Judged by observation: before everyone leaves, and told the same evening.
OBSERVED = timedelta(minutes=45)
TOLD = timedelta(minutes=30)
HANDED_IN = timedelta(days=1)
HANDED_IN_HOURS = 60
GRADED = timedelta(days=5)


@dataclass(frozen=True)
class _Judged:
    """One work of one person that an instructor has judged."""

    person: str
    taught: TaughtLesson
    at: datetime
    published_at: datetime | None
    in_progress: bool
    submission_id: int | None = None


def load_results(loading: Loading) -> None:
    """For each cohort, whatever its people did in the lessons that were taught."""
    for cohort in loading.cohorts.values():
        taught = list(_taught(cohort))
        _load_completions(loading, cohort, taught)
        _load_quizzes(loading, cohort, taught)
        if cohort.dated.file.published is None:
            _load_observations(loading, cohort, taught)
        else:
            _load_hand_ins(loading, cohort, taught)


def _taught(cohort: LoadedCohort) -> Iterator[TaughtLesson]:
    """Lessons whose half-days are done, module by module."""
    for module in cohort.curriculum.modules:
        half_days = [each for each in cohort.half_days if each.module == module.code]
        if not half_days or not module.lessons:
            continue
        last = taught_after([lesson.half_days for lesson in module.lessons], len(half_days))
        for lesson, place in zip(module.lessons, last, strict=True):
            held: HeldHalfDay = half_days[place - 1]
            if held.is_done:
                is_last = lesson is module.lessons[-1]
                yield TaughtLesson(lesson, module, is_last, held.ends_at, held.teacher_id)


def _does(loading: Loading, cohort: LoadedCohort, person: str, lesson: Lesson) -> bool:
    return lesson.code not in cohort.leaves(person) and loading.draw.happens(
        cohort.share_of_work(person), "does", person, lesson.code
    )


def _load_completions(
    loading: Loading, cohort: LoadedCohort, taught: Sequence[TaughtLesson]
) -> None:
    put_all(
        LessonCompletion,
        [
            {
                "enrolment_id": enrolment_id,
                "lesson_id": each.lesson.id,
                "done_at": each.at
                + _minutes(loading, EVENING_MINUTES, "done", person, each.lesson.code),
            }
            for each in taught
            for person, enrolment_id in cohort.enrolments.items()
            if _does(loading, cohort, person, each.lesson)
        ],
    )


def _load_quizzes(loading: Loading, cohort: LoadedCohort, taught: Sequence[TaughtLesson]) -> None:
    """Best of two attempts, and the best always passes; whoever skips a lesson skips its quiz."""
    quizzes, pass_share = cohort.dated.file.quizzes, cohort.curriculum.quiz_pass_share
    rows: list[Values] = []
    answered: list[tuple[Sequence[Posed], Mapping[int, Answer], Mapping[int, bool]]] = []
    for each in taught:
        questions = loading.shipped.questions.get(each.lesson.id, [])
        if not questions or (quizzes is not None and each.module.code not in quizzes):
            continue
        posed = [Posed(one.id, one.key, counts=not one.to_check) for one in questions]
        for person, enrolment_id in cohort.enrolments.items():
            if not _does(loading, cohort, person, each.lesson):
                continue
            began = each.at + FIRST_ATTEMPT
            began += _minutes(loading, EVENING_MINUTES, "quiz", person, each.lesson.code)
            tries = attempts(loading.draw, posed, pass_share, person, each.lesson.code)
            for number, answers in enumerate(tries, start=1):
                marking = mark(posed, answers)
                passed = not each.lesson.quiz_is_marked or has_passed(marking, pass_share)
                rows.append(
                    {
                        "enrolment_id": enrolment_id,
                        "lesson_id": each.lesson.id,
                        "number": number,
                        "key": f"demo-{each.lesson.id}-{number}",
                        "submitted_at": began + NEXT_ATTEMPT * (number - 1),
                        "right_count": marking.right_count,
                        "counted": marking.counted,
                        "passed": passed,
                    }
                )
                answered.append((posed, answers, marking.right))
    put_all(
        QuizAnswer,
        [
            {
                "attempt_id": attempt_id,
                "question_id": question.question_id,
                "position": position,
                "chosen": list(answers[question.question_id].chosen),
                "number": answers[question.question_id].number,
                "is_right": right[question.question_id],
            }
            for attempt_id, (posed, answers, right) in zip(
                add_all(QuizAttempt, rows), answered, strict=True
            )
            for position, question in enumerate(posed, start=1)
        ],
    )


def _load_observations(
    loading: Loading, cohort: LoadedCohort, taught: Sequence[TaughtLesson]
) -> None:
    """Every exercise was judged where it was done: no hand-in, one published grade for each."""
    weak = cohort.dated.file.in_progress
    judged = [
        _Judged(
            person,
            each,
            at=each.at + OBSERVED,
            published_at=each.at + OBSERVED + TOLD,
            in_progress=each.is_last and each.module.code in weak.get(person, ()),
        )
        for each in taught
        for person in cohort.enrolments
    ]
    _write_grades(loading, cohort, judged)


def _load_hand_ins(loading: Loading, cohort: LoadedCohort, taught: Sequence[TaughtLesson]) -> None:
    """Some exercises handed in from home and graded within the week; the newest not yet told."""
    file = cohort.dated.file
    rows: list[Values] = []
    judged: list[_Judged] = []
    for each in taught:
        code = each.lesson.code
        if code not in (file.published or ()) and code not in file.graded:
            continue
        for person, enrolment_id in cohort.enrolments.items():
            spread = timedelta(hours=loading.draw.below(HANDED_IN_HOURS, "handed in", person, code))
            handed_in_at = each.at + HANDED_IN + spread
            graded_at = each.at + GRADED
            if handed_in_at > loading.now or not _does(loading, cohort, person, each.lesson):
                continue
            rows.append(
                {
                    "enrolment_id": enrolment_id,
                    "lesson_id": each.lesson.id,
                    "key": f"demo-{each.lesson.id}",
                    "text": loading.draw.one_of(loading.files.hand_ins[code], person, code),
                    "submitted_at": handed_in_at,
                }
            )
            judged.append(
                _Judged(
                    person,
                    each,
                    at=graded_at,
                    published_at=graded_at + TOLD if code not in file.graded else None,
                    in_progress=loading.draw.happens(15, "weak", person, code),
                )
            )
    ids = add_all(Submission, rows)
    done = [
        replace(each, submission_id=submission_id)
        for each, submission_id in zip(judged, ids, strict=True)
        if each.at + TOLD <= loading.now
    ]
    _write_grades(loading, cohort, done)


def _write_grades(loading: Loading, cohort: LoadedCohort, judged: Sequence[_Judged]) -> None:
    draw = loading.draw
    found = [
        levels(
            draw,
            len(each.taught.lesson.criteria),
            each.person,
            each.taught.lesson.code,
            in_progress=each.in_progress,
        )
        for each in judged
    ]
    ids = add_all(
        Grade,
        [
            {
                "enrolment_id": cohort.enrolments[each.person],
                "lesson_id": each.taught.lesson.id,
                "submission_id": each.submission_id,
                "mark": mark_of(reached),
                "comment": draw.one_of(
                    loading.files.comments[min(reached)], each.person, each.taught.lesson.code
                ),
                "graded_by_id": each.taught.teacher_id,
                "graded_at": each.at,
                "published_at": each.published_at,
            }
            for each, reached in zip(judged, found, strict=True)
        ],
    )
    put_all(
        CriterionScore,
        [
            {"grade_id": grade_id, "criterion_id": criterion.id, "level": level}
            for grade_id, each, reached in zip(ids, judged, found, strict=True)
            for criterion, level in zip(each.taught.lesson.criteria, reached, strict=True)
        ],
    )


def _minutes(loading: Loading, limit: int, *name: object) -> timedelta:
    return timedelta(minutes=loading.draw.below(limit, *name))
