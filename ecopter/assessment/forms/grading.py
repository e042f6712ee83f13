"""A rubric as a form: for one hand-in, or for many people observed at once."""

from collections.abc import Mapping, Sequence

from werkzeug.datastructures import MultiDict

from ecopter.assessment.models import Grade
from ecopter.assessment.queries.grading import GradingSheet, ObservationSheet, ObservedPerson
from ecopter.assessment.rules.grading import (
    LEVELS,
    LONGEST_COMMENT,
    LONGEST_REASON,
    Judgement,
)
from ecopter.assessment.services.grading import (
    GRADED_MEANWHILE,
    INCOMPLETE,
    REASON_NEEDED,
    REPLACED,
    Terms,
)
from ecopter.curricula.models import RubricCriterion
from ecopter.platform.i18n import lazy

LEVEL_OR_EXCUSE = lazy("Choose levels or write an excuse, not both.")
TOO_LONG = lazy("This is too long.")
NOT_TICKED = lazy("Something is filled in, but the person is not ticked.")
NOBODY = lazy("Tick at least one person.")


class GradeForm:
    """Levels, an excuse, a comment; and which hand-in and grade the page showed."""

    def __init__(self, sheet: GradingSheet, data: MultiDict[str, str] | None = None) -> None:
        self.sheet = sheet
        self.criteria: Sequence[RubricCriterion] = sheet.lesson.criteria
        self.errors: dict[str, str] = {}
        self.page_errors: list[str] = []
        if data is None:
            self._take_from(sheet.own_grade)
        else:
            self._take(data)

    def _take_from(self, grade: Grade | None) -> None:
        self.levels = {score.criterion_id: score.level for score in grade.scores} if grade else {}
        self.comment = grade.comment if grade else ""
        self.excused_reason = grade.excused_reason if grade else ""
        self.change_reason, self.publish = "", False
        self.seen, self.seen_grade_id = self.mark_of_page, self._current_id

    def _take(self, data: MultiDict[str, str]) -> None:
        self.levels = _levels(data, {f"l-{row.id}": row.id for row in self.criteria})
        self.comment = _text(data, "comment")
        self.excused_reason = _text(data, "excused")
        self.change_reason = _text(data, "change_reason")
        self.publish = "publish" in data
        self.seen = data.get("seen", "")
        self.seen_grade_id = data.get("seen_grade", None, type=int)

    @property
    def mark_of_page(self) -> str:
        """Names the very hand-in that was read: its id and version."""
        return f"{self.sheet.submission.id}.{self.sheet.submission.version}"

    @property
    def _current_id(self) -> int | None:
        return self.sheet.grade.id if self.sheet.grade else None

    @property
    def needs_reason(self) -> bool:
        grade = self.sheet.own_grade
        return grade is not None and grade.published_at is not None

    def validate(self) -> bool:
        if self.seen != self.mark_of_page or not self.sheet.submission.is_current:
            self.page_errors.append(lazy(REPLACED))
        elif self.seen_grade_id != self._current_id:
            self.page_errors.append(lazy(GRADED_MEANWHILE))
        if self.excused_reason and self.levels:
            self.errors["excused"] = LEVEL_OR_EXCUSE
        elif not self.excused_reason:
            for row in self.criteria:
                if row.id not in self.levels:
                    self.errors[f"l-{row.id}"] = lazy("Choose a level.")
        if self.needs_reason and not self.change_reason:
            self.errors["change_reason"] = lazy(REASON_NEEDED)
        for name, text, most in (
            ("comment", self.comment, LONGEST_COMMENT),
            ("excused", self.excused_reason, LONGEST_REASON),
            ("change_reason", self.change_reason, LONGEST_REASON),
        ):
            if len(text) > most:
                self.errors[name] = TOO_LONG
        return not self.errors and not self.page_errors

    @property
    def judgement(self) -> Judgement:
        return Judgement(self.levels, self.excused_reason, self.comment)

    @property
    def terms(self) -> Terms:
        return Terms(publish=self.publish, change_reason=self.change_reason)

    @property
    def summary(self) -> list[tuple[str | None, str]]:
        names = {f"l-{row.id}": row.name for row in self.criteria}
        return [
            *((None, words) for words in self.page_errors),
            *(
                (f"#{name}-0", f"{names[name]} – {words}") if name in names else (f"#{name}", words)
                for name, words in self.errors.items()
            ),
        ]


class ObservationForm:
    """Levels for everyone ticked, and for some of them others, an excuse or a comment.

    Our own class over the request: a field object for each of 500 times 3 boxes would cost more
    than the whole page. A box of a person that stays empty means "as for everyone".
    """

    def __init__(self, sheet: ObservationSheet, data: MultiDict[str, str] | None = None) -> None:
        self.sheet = sheet
        self.criteria: Sequence[RubricCriterion] = sheet.lesson.criteria
        self.people: Sequence[ObservedPerson] = sheet.open_people
        self.errors: dict[int, str] = {}
        self.page_errors: list[str] = []
        self.reason_error = ""
        data = self._present() if data is None else data
        self.everyone = "everyone" in data
        self.levels = _levels(data, {f"a-{row.id}": row.id for row in self.criteria})
        self.publish = "publish" in data
        self.change_reason = _text(data, "change_reason")
        self.ticked = set(data.getlist("p", type=int))
        self.own_levels: dict[int, dict[int, int]] = {}
        self.comments: dict[int, str] = {}
        self.excuses: dict[int, str] = {}
        self.seen: dict[int, int | None] = {}
        for person in self.people:
            key = person.enrolment_id
            self.own_levels[key] = _levels(
                data, {f"l-{key}-{row.id}": row.id for row in self.criteria}
            )
            self.comments[key] = _text(data, f"c-{key}")
            self.excuses[key] = _text(data, f"x-{key}")
            self.seen[key] = data.get(f"g-{key}", None, type=int)

    def _present(self) -> MultiDict[str, str]:
        """An empty sheet; for a change, what the grade says now."""
        data: MultiDict[str, str] = MultiDict()
        for person in self.people:
            data[f"g-{person.enrolment_id}"] = str(person.grade.id) if person.grade else ""
        if self.sheet.change and (grade := self.sheet.change.grade):
            key = self.sheet.change.enrolment_id
            for score in grade.scores:
                data[f"a-{score.criterion_id}"] = str(score.level)
            data[f"c-{key}"], data[f"x-{key}"] = grade.comment, grade.excused_reason
        return data

    @property
    def needs_reason(self) -> bool:
        change = self.sheet.change
        return bool(change and change.grade and change.grade.published_at)

    def is_ticked(self, person: ObservedPerson) -> bool:
        return bool(self.everyone or self.sheet.change or person.enrolment_id in self.ticked)

    def validate(self) -> bool:
        for person in self.people:
            if problem := self._problem(person):
                self.errors[person.enrolment_id] = problem
        known = {person.enrolment_id for person in self.people}
        if self.ticked - known:
            self.page_errors.append(lazy(GRADED_MEANWHILE))
        elif not any(self.is_ticked(person) for person in self.people):
            self.page_errors.append(NOBODY)
        if self.needs_reason and not self.change_reason:
            self.reason_error = lazy(REASON_NEEDED)
        elif len(self.change_reason) > LONGEST_REASON:
            self.reason_error = TOO_LONG
        return not (self.errors or self.page_errors or self.reason_error)

    def _problem(self, person: ObservedPerson) -> str:
        key = person.enrolment_id
        own, excuse, comment = self.own_levels[key], self.excuses[key], self.comments[key]
        if not self.is_ticked(person):
            return NOT_TICKED if own or excuse or comment else ""
        if (person.grade.id if person.grade else None) != self.seen[key]:
            return lazy(GRADED_MEANWHILE)
        if len(excuse) > LONGEST_REASON or len(comment) > LONGEST_COMMENT:
            return TOO_LONG
        if excuse:
            return LEVEL_OR_EXCUSE if own else ""
        return "" if len(self.levels_of(key)) == len(self.criteria) else lazy(INCOMPLETE)

    def levels_of(self, enrolment_id: int) -> dict[int, int]:
        return {**self.levels, **self.own_levels[enrolment_id]}

    @property
    def judgements(self) -> Mapping[int, Judgement]:
        """By enrolment id, for those ticked. An excuse leaves the levels aside."""
        return {
            key: Judgement(
                {} if self.excuses[key] else self.levels_of(key),
                self.excuses[key],
                self.comments[key],
            )
            for person in self.people
            if self.is_ticked(person)
            for key in [person.enrolment_id]
        }

    @property
    def terms(self) -> Terms:
        return Terms(publish=self.publish, change_reason=self.change_reason)

    @property
    def summary(self) -> list[tuple[str | None, str]]:
        names = {person.enrolment_id: person.name.latin for person in self.people}
        return [
            *((None, words) for words in self.page_errors),
            *((f"#p-{key}", f"{names[key]} – {words}") for key, words in self.errors.items()),
            *([("#change_reason", self.reason_error)] if self.reason_error else []),
        ]


def _text(data: MultiDict[str, str], name: str) -> str:
    return data.get(name, "").replace("\r\n", "\n").replace("\x00", "").strip()


def _levels(data: MultiDict[str, str], names: Mapping[str, int]) -> dict[int, int]:
    """Levels by criterion id; anything outside 1 to 4 was never offered and is dropped."""
    found = {}
    for name, criterion_id in names.items():
        level = data.get(name, None, type=int)
        if level in LEVELS:
            found[criterion_id] = level
    return found
