"""Work that waits for a grade, the sheet on which it is judged, and grades to publish."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, select
from sqlalchemy.orm import joinedload, selectinload

from ecopter.assessment.models import Grade, Submission, SubmissionFile
from ecopter.assessment.queries.work import find_latest, get_history, histories
from ecopter.assessment.rules.acceptance import History, open_attempt
from ecopter.assessment.rules.grading import level_cap, was_marked_before
from ecopter.authorization.policy import Actor, Role, Scope
from ecopter.cohorts.models import Cohort, Enrolment
from ecopter.cohorts.queries import get_cohort, scope_of
from ecopter.curricula.models import Lesson, Module
from ecopter.curricula.queries import get_lesson
from ecopter.db import db
from ecopter.people.models import User
from ecopter.people.rules import PersonName
from ecopter.shared.errors import NotFound
from ecopter.shared.paging import Page, page_within
from ecopter.shared.text import fold

PAGE_SIZE = 30


@dataclass(frozen=True)
class WaitingWork:
    """One line of the list of work that nobody has judged yet."""

    submission_id: int
    name: PersonName
    cohort_code: str
    module_code: str
    lesson_code: str
    lesson_titles: Mapping[str, str]
    attempt: int
    submitted_at: datetime
    file_count: int


@dataclass(frozen=True)
class WaitingWish:
    """Which waiting work is wanted: words, folded, of the person, the exercise or the cohort.

    `column` is `at`, when it was handed in, or `name`, `lesson` or `cohort`.
    """

    words: Sequence[str] = ()
    column: str = "at"
    is_descending: bool = False

    @property
    def is_plain(self) -> bool:
        """The database alone can answer it, a page at a time."""
        return not self.words and self.column == "at"


LONGEST_WAITING = WaitingWish()


@dataclass(frozen=True)
class CohortCount:
    cohort_id: int
    code: str
    count: int


@dataclass(frozen=True)
class WaitingList:
    """Waiting work of the cohorts someone grades; `cohort_id` narrows it to one.

    `cohorts` count all that waits, whatever is searched for.
    """

    page: Page[WaitingWork]
    cohorts: Sequence[CohortCount]
    cohort_id: int | None

    @property
    def total(self) -> int:
        return sum(cohort.count for cohort in self.cohorts)


@dataclass(frozen=True)
class GradingSheet:
    """One hand-in with everything needed to judge it.

    `grades` are all judgements of the exercise, newest first; `latest_id` is the newest hand-in.
    """

    submission: Submission
    enrolment: Enrolment
    lesson: Lesson
    grades: Sequence[Grade]
    latest_id: int
    history: History

    @property
    def cap(self) -> int | None:
        return level_cap(
            self.enrolment.cohort.curriculum.second_try_level,
            marked_before=was_marked_before(
                ((grade.attempt, grade.mark is not None) for grade in reversed(self.grades)),
                self.submission.attempt,
            ),
        )

    @property
    def grade(self) -> Grade | None:
        """The current grade of the exercise, whichever attempt it judges."""
        return next((grade for grade in self.grades if grade.is_current), None)

    @property
    def own_grade(self) -> Grade | None:
        """The current grade when it judges this very attempt."""
        grade = self.grade
        return grade if grade and grade.attempt == self.submission.attempt else None

    @property
    def is_newest(self) -> bool:
        return self.latest_id == self.submission.id

    @property
    def scope(self) -> Scope:
        return scope_of(self.enrolment)


@dataclass(frozen=True)
class ObservedPerson:
    """Someone to judge by observation. `attempt` None: judged already, and shown as such."""

    enrolment_id: int
    name: PersonName
    attempt: int | None
    grade: Grade | None
    cap: int | None
    # Work handed in for this very attempt: it can be read before it is judged.
    submission_id: int | None

    @property
    def is_open(self) -> bool:
        return self.attempt is not None


@dataclass(frozen=True)
class ObservationSheet:
    """A lesson's exercise judged without a hand-in, for a whole cohort.

    `change` is the one person whose grade is being changed; None for the ordinary sheet.
    """

    cohort: Cohort
    lesson: Lesson
    people: Sequence[ObservedPerson]
    change: ObservedPerson | None
    unpublished: int

    @property
    def open_people(self) -> Sequence[ObservedPerson]:
        if self.change:
            return (self.change,)
        return tuple(person for person in self.people if person.is_open)

    @property
    def judged_people(self) -> Sequence[ObservedPerson]:
        return tuple(person for person in self.people if not person.is_open)

    @property
    def scope(self) -> Scope:
        return Scope(cohort_id=self.cohort.id)


@dataclass(frozen=True)
class Publication:
    """Grades of one lesson in one cohort that trainees cannot see yet."""

    cohort: Cohort
    lesson: Lesson
    unpublished: int

    @property
    def scope(self) -> Scope:
        return Scope(cohort_id=self.cohort.id)


def get_waiting(
    actor: Actor,
    *,
    cohort_id: int | None,
    number: int,
    size: int = PAGE_SIZE,
    wish: WaitingWish = LONGEST_WAITING,
) -> WaitingList:
    """Only what this person grades, `size` to a page; two queries, however many hand-ins."""
    counts = [
        CohortCount(*row)
        for row in db.session.execute(
            _waiting(Cohort.id, Cohort.code, func.count())
            .where(_graded_by(actor))
            .group_by(Cohort.id, Cohort.code)
            .order_by(Cohort.code)
        )
    ]
    rows = _waiting_lines(actor, cohort_id, is_descending=wish.is_descending)
    if wish.is_plain:
        total = sum(line.count for line in counts if cohort_id in {None, line.cohort_id})
        number = page_within(number, size, total)
        rows = rows.limit(size).offset((number - 1) * size)
        items = [_work(row) for row in db.session.execute(rows)]
        return WaitingList(Page(items, number, size, total), counts, cohort_id)
    found = _chosen(db.session.execute(rows).all(), wish)
    number = page_within(number, size, len(found))
    items = [_work(row) for row in found[(number - 1) * size : number * size]]
    return WaitingList(Page(items, number, size, len(found)), counts, cohort_id)


def _waiting_lines(actor: Actor, cohort_id: int | None, *, is_descending: bool) -> Select[Any]:
    """What a line shows and is found by, in the order in which it was handed in."""
    files = (
        select(func.count())
        .where(SubmissionFile.submission_id == Submission.id)
        .correlate(Submission)
        .scalar_subquery()
    )
    lines = _waiting(
        Submission.id,
        User.given_name_lat,
        User.family_name_lat,
        User.given_name_ar,
        User.family_name_ar,
        Cohort.code.label("cohort_code"),
        Module.code.label("module_code"),
        Lesson.code.label("lesson_code"),
        Lesson.titles,
        Submission.attempt,
        Submission.submitted_at,
        files.label("file_count"),
        Cohort.name.label("cohort_name"),
        Cohort.name_ar.label("cohort_name_ar"),
        Module.curriculum_id,
        Module.position.label("module_position"),
        Lesson.position.label("lesson_position"),
    ).join(User, User.id == Enrolment.trainee_id)
    came = Submission.submitted_at
    return _narrowed(lines.where(_graded_by(actor)), cohort_id).order_by(
        came.desc() if is_descending else came.asc(), Submission.id
    )


def _name(row: Row[Any]) -> PersonName:
    return PersonName(
        row.given_name_lat, row.family_name_lat, row.given_name_ar, row.family_name_ar
    )


def _work(row: Row[Any]) -> WaitingWork:
    return WaitingWork(
        submission_id=row.id,
        name=_name(row),
        cohort_code=row.cohort_code,
        module_code=row.module_code,
        lesson_code=row.lesson_code,
        lesson_titles=row.titles,
        attempt=row.attempt,
        submitted_at=row.submitted_at,
        file_count=row.file_count,
    )


# In what order work stands; lessons as they are taught.
PLACES: Mapping[str, Callable[[Row[Any]], Any]] = {
    "name": lambda row: _name(row).place_in_list,
    "lesson": lambda row: (row.curriculum_id, row.module_position, row.lesson_position),
    "cohort": lambda row: fold(row.cohort_code),
}


def _chosen(rows: Sequence[Row[Any]], wish: WaitingWish) -> Sequence[Row[Any]]:
    """Those that hold every word, in the order wished for; no query.

    Names are folded to be compared, which no database does alike.
    """
    folded = cache(fold)
    found = [row for row in rows if _holds(row, wish.words, folded)]
    if wish.column == "at":
        return found
    return sorted(found, key=PLACES[wish.column], reverse=wish.is_descending)


def _holds(row: Row[Any], words: Sequence[str], folded: Callable[[str], str]) -> bool:
    if not words:
        return True
    name = _name(row)
    cohort = (row.cohort_code, row.cohort_name, row.cohort_name_ar)
    texts = (name.latin, name.arabic, row.lesson_code, *row.titles.values(), *cohort)
    text = " ".join(map(folded, texts))
    return all(word in text for word in words)


def find_next_waiting(actor: Actor, *, cohort_id: int | None) -> int | None:
    """The id of the hand-in that has waited longest, within the same filter."""
    query = _narrowed(_waiting(Submission.id).where(_graded_by(actor)), cohort_id)
    found: int | None = db.session.scalar(
        query.order_by(Submission.submitted_at, Submission.id).limit(1)
    )
    return found


def count_waiting(actor: Actor) -> int:
    """How many hand-ins wait for this person; for the home page."""
    return db.session.scalar(_waiting(func.count()).where(_graded_by(actor))) or 0


def _waiting(*columns: Any) -> Select[Any]:
    """Hand-ins in force whose attempt no grade has judged; by observation counts as judged."""
    judged = exists().where(
        Grade.enrolment_id == Submission.enrolment_id,
        Grade.lesson_id == Submission.lesson_id,
        Grade.attempt >= Submission.attempt,
    )
    return (
        select(*columns)
        .select_from(Submission)
        .join(Enrolment, Enrolment.id == Submission.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Lesson, Lesson.id == Submission.lesson_id)
        .join(Module, Module.id == Lesson.module_id)
        .where(Submission.is_current, ~judged)
    )


def _graded_by(actor: Actor) -> ColumnElement[bool]:
    """The head of studies grades everywhere, an instructor in the cohorts of today."""
    if actor.has(Role.HEAD_OF_STUDIES):
        return Cohort.id.is_not(None)
    return Cohort.id.in_(actor.teaches)


def _narrowed(query: Select[Any], cohort_id: int | None) -> Select[Any]:
    return query if cohort_id is None else query.where(Cohort.id == cohort_id)


def get_grading_sheet(submission_id: int) -> GradingSheet:
    """Seven queries and the files. Raises NotFound."""
    submission = db.session.scalar(
        select(Submission)
        .where(Submission.id == submission_id)
        .options(selectinload(Submission.files))
        .execution_options(populate_existing=True)
    )
    if submission is None:
        raise NotFound
    enrolment = db.session.scalars(
        select(Enrolment)
        .where(Enrolment.id == submission.enrolment_id)
        .options(
            joinedload(Enrolment.cohort).joinedload(Cohort.curriculum),
            joinedload(Enrolment.trainee),
        )
    ).one()
    latest = find_latest(submission.enrolment_id, submission.lesson_id)
    return GradingSheet(
        submission=submission,
        enrolment=enrolment,
        lesson=get_lesson(submission.lesson_id),
        grades=list_grades(submission.enrolment_id, submission.lesson_id),
        latest_id=latest.id if latest else submission.id,
        history=get_history(submission.enrolment_id, submission.lesson_id),
    )


def list_grades(enrolment_id: int, lesson_id: int) -> Sequence[Grade]:
    """Every judgement of one exercise of one person, newest first, as it is now."""
    return db.session.scalars(
        select(Grade)
        .where(Grade.enrolment_id == enrolment_id, Grade.lesson_id == lesson_id)
        .options(selectinload(Grade.scores), joinedload(Grade.graded_by))
        .order_by(Grade.id.desc())
        .execution_options(populate_existing=True)
    ).all()


def get_publication(cohort_id: int, lesson_id: int) -> Publication:
    """Three queries. Raises NotFound when the lesson is of another course."""
    cohort, lesson = _place(cohort_id, lesson_id)
    return Publication(cohort, lesson, count_unpublished(cohort_id, lesson_id))


def count_unpublished(cohort_id: int, lesson_id: int) -> int:
    return db.session.scalar(select(func.count()).where(unpublished(cohort_id, lesson_id))) or 0


def trainees_of(enrolment_ids: Collection[int]) -> Mapping[int, int]:
    """Whose places these are: user id by enrolment id; one query."""
    rows = db.session.execute(
        select(Enrolment.id, Enrolment.trainee_id).where(Enrolment.id.in_(enrolment_ids))
    )
    return {row.id: row.trainee_id for row in rows}


def unpublished(cohort_id: int, lesson_id: int) -> ColumnElement[bool]:
    """The condition under which a grade waits for publication."""
    return and_(
        Grade.lesson_id == lesson_id,
        Grade.is_current,
        Grade.published_at.is_(None),
        Grade.enrolment_id.in_(select(Enrolment.id).where(Enrolment.cohort_id == cohort_id)),
    )


def get_observation_sheet(
    cohort_id: int, lesson_id: int, *, change: int | None = None
) -> ObservationSheet:
    """Seven queries, whatever the size of the cohort.

    `change` is the enrolment whose grade is to be changed. Raises NotFound when the lesson is of
    another course or has no rubric, or when that person has no grade by observation.
    """
    cohort, lesson = _place(cohort_id, lesson_id)
    rows = db.session.execute(
        select(Enrolment.id, User)
        .join(User, User.id == Enrolment.trainee_id)
        .where(Enrolment.cohort_id == cohort_id)
        .order_by(Enrolment.id)
    ).all()
    rows = sorted(rows, key=lambda row: row.User.name.place_in_list)
    ids = [enrolment_id for enrolment_id, _user in rows]
    grades = {
        grade.enrolment_id: grade
        for grade in db.session.scalars(
            select(Grade)
            .where(Grade.lesson_id == lesson_id, Grade.enrolment_id.in_(ids), Grade.is_current)
            .options(selectinload(Grade.scores), joinedload(Grade.graded_by))
            .execution_options(populate_existing=True)
        )
    }
    handed_in = {
        (enrolment_id, attempt): submission_id
        for enrolment_id, attempt, submission_id in db.session.execute(
            select(Submission.enrolment_id, Submission.attempt, Submission.id).where(
                Submission.lesson_id == lesson_id,
                Submission.enrolment_id.in_(ids),
                Submission.is_current,
            )
        )
    }
    trails = _trails(ids, lesson_id)
    stories = histories(ids, lesson_id)
    people = []
    for enrolment_id, user in rows:
        grade = grades.get(enrolment_id)
        attempt = open_attempt(stories[enrolment_id])
        judged = grade.attempt if attempt is None and grade else attempt
        cap = level_cap(
            cohort.curriculum.second_try_level,
            marked_before=was_marked_before(trails.get(enrolment_id, ()), judged or 1),
        )
        submission_id = handed_in.get((enrolment_id, judged or 1))
        people.append(ObservedPerson(enrolment_id, user.name, attempt, grade, cap, submission_id))
    changed = next((person for person in people if person.enrolment_id == change), None)
    if change is not None and (changed is None or changed.grade is None or changed.is_open):
        raise NotFound
    waiting = sum(1 for grade in grades.values() if grade.published_at is None)
    return ObservationSheet(cohort, lesson, people, changed, waiting)


def _trails(enrolment_ids: Sequence[int], lesson_id: int) -> dict[int, list[tuple[int, bool]]]:
    """(attempt, has a mark) of every judgement, oldest first, by enrolment id."""
    trails: dict[int, list[tuple[int, bool]]] = {}
    for enrolment_id, attempt, mark in db.session.execute(
        select(Grade.enrolment_id, Grade.attempt, Grade.mark)
        .where(Grade.lesson_id == lesson_id, Grade.enrolment_id.in_(enrolment_ids))
        .order_by(Grade.id)
    ):
        trails.setdefault(enrolment_id, []).append((attempt, mark is not None))
    return trails


def _place(cohort_id: int, lesson_id: int) -> tuple[Cohort, Lesson]:
    cohort, lesson = get_cohort(cohort_id), get_lesson(lesson_id)
    if lesson.module.curriculum_id != cohort.curriculum_id or not lesson.criteria:
        raise NotFound
    return cohort, lesson
