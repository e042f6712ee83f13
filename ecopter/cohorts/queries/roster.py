"""Comparing a list of people with those the school knows already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    Integer,
    Select,
    String,
    bindparam,
    cast,
    func,
    literal,
    select,
    type_coerce,
)

from ecopter.authorization.policy import Scope
from ecopter.cohorts.models import Cohort, Enrolment
from ecopter.cohorts.queries.cohorts import count_taken, get_cohort, hold_cohort
from ecopter.cohorts.rules.roster import (
    NAME_OF_ANOTHER,
    Column,
    Directory,
    Fault,
    Known,
    Match,
    Roster,
    RosterRow,
    is_sure,
    read_roster,
)
from ecopter.db import db, plain_rows
from ecopter.people.models import User
from ecopter.people.rules import PersonName
from ecopter.shared.text import fold, sign_in_key

MOST_FOUND = 20
NEW = "new"
# Two control characters that a name of one line does not hold.
BETWEEN_PEOPLE, BETWEEN_WORDS = "\x1e", "\x1f"


@dataclass(frozen=True)
class Intake:
    """A cohort that people are enrolled in; `left` is None where there is no limit."""

    cohort: Cohort
    taken: int

    @property
    def left(self) -> int | None:
        if self.cohort.capacity is None:
            return None
        return max(0, self.cohort.capacity - self.taken)

    @property
    def scope(self) -> Scope:
        return Scope(cohort_id=self.cohort.id)


def get_intake(cohort_id: int) -> Intake:
    """Two queries. Raises NotFound."""
    return Intake(get_cohort(cohort_id), count_taken(cohort_id))


def hold_intake(cohort_id: int) -> Intake:
    """The same for whoever is about to enrol: others wait, and then see who took the places.

    Three queries. Raises NotFound.
    """
    hold_cohort(cohort_id)
    return get_intake(cohort_id)


@dataclass(frozen=True)
class PlannedRow:
    """One line and what will become of it: `choice` is an account's id, `NEW`, or empty."""

    row: RosterRow
    match: Match
    faults: tuple[Fault, ...]
    choice: str

    @property
    def is_skipped(self) -> bool:
        return self.match.enrolled is not None

    @property
    def may_be_new(self) -> bool:
        return not self.match.name_is_taken

    @property
    def existing_id(self) -> int | None:
        return int(self.choice) if self.choice.isdigit() else None


@dataclass(frozen=True)
class Plan:
    """A list as it would be enrolled; nothing is written by making one."""

    roster: Roster
    lines: tuple[PlannedRow, ...]

    @property
    def is_sound(self) -> bool:
        return bool(self.lines) and not self.roster.faults and not any(x.faults for x in self.lines)

    @property
    def wanted(self) -> tuple[PlannedRow, ...]:
        """The lines that will be enrolled: those that are not enrolled already."""
        return tuple(line for line in self.lines if not line.is_skipped)

    @property
    def skipped(self) -> int:
        return sum(line.is_skipped for line in self.lines)

    @property
    def faulty(self) -> int:
        return sum(bool(line.faults) for line in self.lines)


def plan_roster(cohort_id: int, text: str, choices: Mapping[int, str]) -> Plan:
    """What a list means, with the choices made so far by line; two queries at most."""
    roster = read_roster(text)
    if not roster.rows:
        return Plan(roster, ())
    directory = Directory(_list_namesakes(cohort_id, roster.rows))
    lines = [_planned(row, directory.match(row), choices.get(row.line, "")) for row in roster.rows]
    return Plan(roster, tuple(lines))


def _planned(row: RosterRow, match: Match, wish: str) -> PlannedRow:
    faults = row.faults
    if match.name_is_taken and not match.people:
        faults = (*faults, Fault(NAME_OF_ANOTHER, Column.SIGN_IN_NAME))
    offered = {str(person.user_id) for person in match.people}
    if not match.name_is_taken:
        offered.add(NEW)
    sure = next((person for person in match.people if is_sure(row, person)), None)
    usual = str(sure.user_id) if sure else NEW if not match.name_is_taken else ""
    return PlannedRow(row, match, faults, wish if wish in offered else usual)


@cache
def _everyone() -> Select[*tuple[Any, ...]]:
    """Everyone with an account, and whether they have a place in the cohort; built once."""
    place = select(Enrolment.trainee_id).where(Enrolment.cohort_id == bindparam("cohort_id"))
    return select(
        User.id,
        User.given_name_lat,
        User.family_name_lat,
        User.given_name_ar,
        User.family_name_ar,
        User.sign_in_name,
        User.sign_in_key,
        User.email,
        User.telephone,
        type_coerce(User.id.in_(place), Integer),
    )


def _known(row: Sequence[Any]) -> Known:
    user_id, given, family, given_ar, family_ar, sign_in_name, key, email, telephone, here = row
    name = PersonName(given, family, given_ar, family_ar)
    return Known(user_id, name.latin, name.arabic, sign_in_name, key, email, telephone, bool(here))


def _list_namesakes(cohort_id: int, lines: Sequence[RosterRow]) -> list[Known]:
    """Those whom a line may mean, by folded name or by sign-in name; two queries at most.

    The whole school is compared in memory, since folded names are nothing a database knows. It
    comes as one text: handing over thousands of rows costs more than all that is done with them.
    """
    names = {fold(line.name.latin) for line in lines}
    keys = {sign_in_key(line.sign_in_name) for line in lines if line.sign_in_name}
    [[everyone]] = plain_rows(_names())
    meant = []
    for person in everyone.split(BETWEEN_PEOPLE) if everyone else ():
        user_id, key, name = person.split(BETWEEN_WORDS, 2)
        if fold(name) in names or key in keys:
            meant.append(int(user_id))
    if not meant:
        return []
    found = plain_rows(_meant(), {"cohort_id": cohort_id, "meant": meant})
    return [_known(row) for row in sorted(found, key=lambda row: (row[2], row[1], row[0]))]


@cache
def _names() -> Select[str]:
    """Id, sign-in key and Latin name of everyone, as one text; built once."""
    words = literal(BETWEEN_WORDS)
    latin = User.given_name_lat + " " + User.family_name_lat
    person = cast(User.id, String) + words + User.sign_in_key + words + latin
    return select(func.aggregate_strings(person, BETWEEN_PEOPLE))


@cache
def _meant() -> Select[*tuple[Any, ...]]:
    meant: BindParameter[int] = bindparam("meant", expanding=True)
    return _everyone().where(User.id.in_(meant))


def list_known(cohort_id: int) -> list[Known]:
    """Everyone with an account, and whether they have a place in the cohort; one query."""
    in_order = _everyone().order_by(User.family_name_lat, User.given_name_lat, User.id)
    return [_known(row) for row in db.session.execute(in_order, {"cohort_id": cohort_id})]


def search_people(cohort_id: int, words: Sequence[str]) -> list[Known]:
    """The first people without a place in the cohort whose name holds every word; one query."""
    if not words:
        return []
    found = [
        person
        for person in list_known(cohort_id)
        if not person.is_enrolled and all(word in _text_of(person) for word in words)
    ]
    return found[:MOST_FOUND]


def _text_of(person: Known) -> str:
    return fold(f"{person.latin} {person.arabic} {person.sign_in_name}")
