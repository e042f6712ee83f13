"""How the people of the demonstration school answer quizzes and fare in exercises."""

from collections.abc import Sequence
from decimal import Decimal
from math import ceil

from ecopter.assessment.rules.quiz import Answer, Posed
from ecopter.questions.rules import QuestionKind
from ecopter.seeding.rules.demo_draw import Draw

ACQUIRED, IN_PROGRESS, MASTERED = 3, 2, 4
# So many of a hundred first attempts at a quiz fail and are made good by a second one.
FAILED_FIRST = 12


def taught_after(lessons: Sequence[Decimal], half_days: int) -> list[int]:
    """Which of `half_days` finishes each lesson, from 1; `lessons` last so many half-days each.

    A module given in fewer half-days than its lessons add up to is given faster.
    """
    total = sum(lessons, Decimal(0))
    return [
        max(1, ceil(sum(lessons[: place + 1], Decimal(0)) * half_days / total))
        for place in range(len(lessons))
    ]


def wrong_allowed(counted: int, pass_share: Decimal) -> int:
    """How many wrong answers still pass."""
    return counted - ceil(pass_share * counted / 100)


def attempts(
    draw: Draw, posed: Sequence[Posed], pass_share: Decimal, *name: object
) -> list[dict[int, Answer]]:
    """The answers of one person to one quiz, attempt by attempt; the last one passes."""
    counted = [question for question in posed if question.counts]
    allowed = wrong_allowed(len(counted), pass_share)
    found = []
    if allowed < len(counted) and draw.happens(FAILED_FIRST, "fails", *name):
        found.append(_answers(draw, posed, allowed + 1, *name, 1))
    wrong = draw.below(allowed + 1, "wrong", *name)
    found.append(_answers(draw, posed, wrong, *name, len(found) + 1))
    return found


def _answers(draw: Draw, posed: Sequence[Posed], wrong: int, *name: object) -> dict[int, Answer]:
    order = draw.shuffled([question.question_id for question in posed if question.counts], *name)
    missed = set(order[:wrong])
    return {
        question.question_id: answer_to(question, right=question.question_id not in missed)
        for question in posed
    }


def answer_to(question: Posed, *, right: bool) -> Answer:
    """An answer to one question; a wrong one is near the right one, as a learner's is."""
    key = question.key
    if key.kind is QuestionKind.NUMERIC:
        value = (key.value or Decimal(0)) + (0 if right else 2 * key.tolerance + 1)
        return Answer(number=f"{value.normalize():f}".replace(".", ","))
    options = sorted(key.right_options)
    if right:
        return Answer(chosen=tuple(options))
    if len(options) > 1:
        return Answer(chosen=tuple(options[:-1]))
    return Answer(chosen=(0 if options != [0] else 1,))


def levels(draw: Draw, criteria: int, *name: object, in_progress: bool = False) -> tuple[int, ...]:
    """Levels of one work: all acquired or mastered, or one criterion still being acquired."""
    found = [
        MASTERED if draw.happens(40, "level", place, *name) else ACQUIRED
        for place in range(criteria)
    ]
    if in_progress:
        found[draw.below(criteria, "weak", *name)] = IN_PROGRESS
    return tuple(found)
