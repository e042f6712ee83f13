"""The files of the demonstration school: its people, cohorts, half-days and works."""

import csv
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path
from typing import Any

from ecopter.seeding.rules.demo_attendance import Habit, Totals
from ecopter.seeding.rules.errors import CourseFileError
from ecopter.seeding.rules.files import shown, text_of
from ecopter.shared.dates import HalfDay
from ecopter.shared.text import fold

PERSON = (
    *("code", "given", "family", "given_ar", "family_ar", "civility", "country", "town"),
    "sign_in_name",
)
MEMBER = (*PERSON, "category", "cohort", "association")
STAFF = (*PERSON, "role", "areas", "languages")
DAY = ("cohort", "week", "date", "site", "morning", "afternoon", "hours")
ASSOCIATION = ("number", "name", "name_ar", "department", "members", "leaders")
MEMBER_FILES = ("trainees-2010.csv", "trainees-2026.csv", "leaders-2011.csv", "leaders-2026.csv")
DAY_FILES = ("half-days-2010.csv", "half-days-2026.csv", "half-days-leaders.csv")

Row = Mapping[str, str]
Hours = Mapping[HalfDay, tuple[time, time]]


@dataclass(frozen=True, kw_only=True)
class PersonFile:
    """Someone invented. `sign_in_name` is given, or made of the name."""

    code: str
    given: str
    family: str
    given_ar: str
    family_ar: str
    civility: str
    country: str
    town: str
    sign_in_name: str
    has_account: bool
    category: str = ""
    cohort: str = ""
    association: str = ""
    role: str = ""


@dataclass(frozen=True)
class HalfDayFile:
    """One half-day of a cohort; `hours` names its kind of hours."""

    cohort: str
    held_on: date
    half_day: HalfDay
    site: str
    module: str
    hours: str


@dataclass(frozen=True, kw_only=True)
class MisspeltFile:
    """A paper printed with a wrong family name, and issued again with the right one."""

    person: str
    family: str
    reissued_on: date
    reason: str


@dataclass(frozen=True, kw_only=True)
class CohortFile:
    """A cohort and how its people fare; without dates it is held just before the loading day.

    `counted` half-days have the attendance `totals`; those after them, the totals `later`.
    `in_progress` names modules, by person, with a criterion still being acquired; `quizzes`
    modules, and None means all; `published` and `graded` lessons, and None means all.
    """

    code: str
    name: str
    name_ar: str
    curriculum: str
    starts_on: date | None
    ends_on: date | None
    issued_on: date | None
    is_current: bool
    counted: int
    totals: Totals
    later: Totals
    habits: Mapping[str, Habit]
    in_progress: Mapping[str, tuple[str, ...]]
    quizzes: tuple[str, ...] | None
    published: tuple[str, ...] | None
    graded: tuple[str, ...]
    misspelt: tuple[MisspeltFile, ...]
    site: str
    modules: tuple[str, ...]


@dataclass(frozen=True)
class WaitingFile:
    """An exercise handed in so many hours before the loading, and not graded."""

    person: str
    lesson: str
    hours_ago: int
    text: str
    has_photo: bool


@dataclass(frozen=True, kw_only=True)
class AbsenceFile:
    """An absence announced for a day that comes so many days after the loading day."""

    person: str
    in_days: int
    days: int
    half_day: str
    category: str
    is_accepted: bool


@dataclass(frozen=True, kw_only=True)
class AnnouncementFile:
    """A message that some people of a cohort have not read yet."""

    sender: str
    cohort: str
    to: tuple[str, ...]
    hours_ago: int
    subject: str
    text: str


@dataclass(frozen=True, kw_only=True)
class AssociationDraws:
    """From what the facts of associations are drawn: years, communes, towns by department."""

    founded: tuple[int, int]
    communes: tuple[str, ...]
    towns: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class SupportFile:
    """Who stands behind every cohort, and how many places it has."""

    partner: str
    funder: str
    capacity: int


@dataclass(frozen=True)
class MakeUpFile:
    cohort: str
    site: str
    module: str


@dataclass(frozen=True, kw_only=True)
class DemoFiles:
    """Everything the files say. Teachers of a module and people are named by their codes."""

    seed: str
    issued_by: str
    instructor: str
    unconfirmed: frozenset[str]
    school: Mapping[str, str]
    hours: Mapping[str, Hours]
    teachers: Mapping[str, tuple[str, ...]]
    cohorts: tuple[CohortFile, ...]
    make_up: MakeUpFile
    people: tuple[PersonFile, ...]
    half_days: tuple[HalfDayFile, ...]
    hand_ins: Mapping[str, tuple[str, ...]]
    comments: Mapping[int, tuple[str, ...]]
    waiting: tuple[WaitingFile, ...]
    support: SupportFile
    draws: AssociationDraws
    absences: tuple[AbsenceFile, ...]
    announcements: tuple[AnnouncementFile, ...]
    associations: Sequence[Row] = field(default=())

    def members(self, cohort: str) -> list[PersonFile]:
        """People with a place in a cohort, in the order of their file."""
        return [person for person in self.people if person.cohort == cohort]

    def days(self, cohort: str) -> list[HalfDayFile]:
        return [half_day for half_day in self.half_days if half_day.cohort == cohort]


def read_demo(folder: Path) -> DemoFiles:
    """The demonstration school in `folder`. Raises CourseFileError."""
    school = _toml(folder / "school.toml")
    works = _toml(folder / "works.toml")
    people = [
        *(_person(row) for row in read_rows(folder / "staff.csv", STAFF)),
        *(_person(row) for name in MEMBER_FILES for row in read_rows(folder / name, MEMBER)),
    ]
    _refuse_doubles(people)
    return DemoFiles(
        seed=school["seed"],
        issued_by=school["issued_by"],
        instructor=school["instructor"],
        unconfirmed=frozenset(school["unconfirmed"]),
        school=school["school"],
        hours={name: _hours(kind) for name, kind in school["hours"].items()},
        teachers={module: tuple(codes) for module, codes in school["teachers"].items()},
        cohorts=tuple(_cohort(table) for table in school["cohort"]),
        make_up=MakeUpFile(**school["make_up"]),
        people=tuple(people),
        half_days=tuple(
            half_day
            for name in DAY_FILES
            for row in read_rows(folder / name, DAY)
            for half_day in _half_days(row)
        ),
        hand_ins={lesson: tuple(texts) for lesson, texts in works["hand_in"].items()},
        comments={int(level): tuple(texts) for level, texts in works["comment"].items()},
        waiting=tuple(
            WaitingFile(
                person=table["person"],
                lesson=table["lesson"],
                hours_ago=table["hours_ago"],
                text=table["text"].strip(),
                has_photo=table.get("has_photo", False),
            )
            for table in works["waiting"]
        ),
        support=SupportFile(**school["support"]),
        draws=_draws(school["associations"]),
        absences=tuple(_absence(table) for table in school["absence"]),
        announcements=tuple(
            AnnouncementFile(**table | {"to": tuple(table["to"])})
            for table in school["announcement"]
        ),
        associations=read_rows(folder / "associations.csv", ASSOCIATION),
    )


def read_rows(path: Path, columns: Sequence[str]) -> list[Row]:
    """The rows of a CSV file with exactly these columns, in any order; `#` begins a remark.

    Raises CourseFileError.
    """
    lines = text_of(path).splitlines()
    remarks = sum(1 for line in lines if line.startswith("#"))
    reader = csv.DictReader(lines[remarks:], strict=True)
    if set(reader.fieldnames or ()) != set(columns):
        raise CourseFileError(shown(path), remarks + 1, f"the columns are {', '.join(columns)}")
    rows: list[Row] = []
    for row in reader:
        if None in row or None in row.values():
            raise CourseFileError(
                shown(path), remarks + reader.line_num, "a line has another number of columns"
            )
        rows.append(row)
    return rows


def sign_in_name_of(given: str, family: str) -> str:
    """`Hélène Sainte-Baume` signs in as `helene.sainte-baume`."""
    return ".".join(re.sub(r"[^a-z0-9]+", "-", fold(part)).strip("-") for part in (given, family))


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text_of(path))
    except tomllib.TOMLDecodeError as problem:
        raise CourseFileError(shown(path), None, str(problem)) from problem


def _person(row: Row) -> PersonFile:
    values = {name: row[name] for name in PERSON} | {
        name: row.get(name, "") for name in ("category", "cohort", "association", "role")
    }
    account = values.pop("sign_in_name")
    return PersonFile(
        **values,
        sign_in_name=account or sign_in_name_of(row["given"], row["family"]),
        has_account=bool(account),
    )


def _refuse_doubles(people: Iterable[PersonFile]) -> None:
    seen: set[str] = set()
    for person in people:
        for key in (person.code, person.sign_in_name):
            if key in seen:
                raise CourseFileError("demo", None, f"{key} is there twice")
            seen.add(key)


def _half_days(row: Row) -> Iterator[HalfDayFile]:
    for half_day in HalfDay:
        yield HalfDayFile(
            cohort=row["cohort"],
            held_on=date.fromisoformat(row["date"]),
            half_day=half_day,
            site=row["site"],
            module=row[half_day.value],
            hours=row["hours"],
        )


def _hours(kind: Mapping[str, Sequence[time]]) -> Hours:
    return {half_day: (kind[half_day.value][0], kind[half_day.value][1]) for half_day in HalfDay}


def _cohort(table: Mapping[str, Any]) -> CohortFile:
    attendance = dict(table["attendance"])
    counted = attendance.pop("half_days")
    quizzes, published = table.get("quizzes"), table.get("published")
    return CohortFile(
        code=table["code"],
        name=table["name"],
        name_ar=table["name_ar"],
        curriculum=table["curriculum"],
        starts_on=table.get("starts_on"),
        ends_on=table.get("ends_on"),
        issued_on=table.get("issued_on"),
        is_current=table.get("is_current", False),
        counted=counted,
        totals=Totals(**attendance),
        later=Totals(**table.get("attendance_later", {})),
        habits={habit["person"]: _habit(habit) for habit in table.get("habit", ())},
        in_progress={
            person: tuple(modules) for person, modules in table.get("in_progress", {}).items()
        },
        quizzes=None if quizzes is None else tuple(quizzes),
        published=None if published is None else tuple(published),
        graded=tuple(table.get("graded", ())),
        misspelt=tuple(MisspeltFile(**each) for each in table.get("misspelt", ())),
        site=table.get("site", ""),
        modules=tuple(table.get("modules", ())),
    )


def _draws(table: Mapping[str, Any]) -> AssociationDraws:
    first, last = table["founded"]
    return AssociationDraws(
        founded=(first, last),
        communes=tuple(table["communes"]),
        towns={department: tuple(towns) for department, towns in table["towns"].items()},
    )


def _absence(table: Mapping[str, Any]) -> AbsenceFile:
    return AbsenceFile(
        person=table["person"],
        in_days=table["in_days"],
        days=table["days"],
        half_day=table.get("half_day", ""),
        category=table["category"],
        is_accepted=table.get("accepted", False),
    )


def _habit(table: Mapping[str, Any]) -> Habit:
    values = {name: value for name, value in table.items() if name != "person"}
    return Habit(**values | {"leaves": tuple(table.get("leaves", ()))})
