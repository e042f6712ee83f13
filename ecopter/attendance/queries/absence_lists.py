"""The list of absences for those who decide. The private note is not read for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, true

from ecopter.attendance.models import AbsenceNotice
from ecopter.attendance.rules import ExcuseCategory
from ecopter.attendance.rules.absences import Absence, AbsenceState, state_of
from ecopter.authorization.policy import Actor, Role
from ecopter.cohorts.models import Cohort, Enrolment
from ecopter.db import db
from ecopter.people.models import User
from ecopter.people.rules import PersonName
from ecopter.shared.paging import Page
from ecopter.shared.text import fold

PAGE_SIZE = 30

IN_STATE: Mapping[str, tuple[ColumnElement[bool], ...]] = {
    AbsenceState.UNDECIDED: (AbsenceNotice.decided_at.is_(None),),
    AbsenceState.ACCEPTED: (AbsenceNotice.is_accepted.is_(True),),
    AbsenceState.REFUSED: (AbsenceNotice.is_accepted.is_(False),),
}


@dataclass(frozen=True)
class AbsenceLine:
    """One line of the list of absences; without the note."""

    id: int
    name: PersonName
    cohort: Mapping[str, str]
    cohort_code: str
    absence: Absence
    category: ExcuseCategory
    state: AbsenceState
    announced_at: datetime

    def matches(self, words: Sequence[str]) -> bool:
        """Whether the person's name, in either script, or the cohort's holds all the words."""
        text = f"{self.name.latin} {self.name.arabic} {self.cohort_code}"
        folded = fold(f"{text} {' '.join(self.cohort.values())}")
        return all(word in folded for word in words)


ORDERS = {
    "first_day": (AbsenceNotice.first_day,),
    "announced": (AbsenceNotice.announced_at,),
}


@dataclass(frozen=True)
class AbsenceSearch:
    """Which absences, in which order: words (folded), state and cohort may be left empty."""

    words: Sequence[str] = ()
    state: str = ""
    cohort_id: int | None = None
    column: str = "first_day"
    is_descending: bool = True


def list_absences(actor: Actor, search: AbsenceSearch) -> Sequence[AbsenceLine]:
    """Absences of the cohorts the actor works with that are not withdrawn; one query.

    Names are searched and put in order here and not by the database, which knows nothing of
    accents and hamza.
    """
    statement = (
        select(
            AbsenceNotice.id,
            User.given_name_lat,
            User.family_name_lat,
            User.given_name_ar,
            User.family_name_ar,
            Cohort.name,
            Cohort.name_ar,
            Cohort.code,
            AbsenceNotice.first_day,
            AbsenceNotice.last_day,
            AbsenceNotice.half_day,
            AbsenceNotice.category,
            AbsenceNotice.is_accepted,
            AbsenceNotice.announced_at,
        )
        .join(Enrolment, Enrolment.id == AbsenceNotice.enrolment_id)
        .join(User, User.id == Enrolment.trainee_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(AbsenceNotice.withdrawn_at.is_(None), in_cohorts_of(actor))
    )
    if search.state in IN_STATE:
        statement = statement.where(*IN_STATE[search.state])
    if search.cohort_id is not None:
        statement = statement.where(Enrolment.cohort_id == search.cohort_id)
    order = [
        column.desc() if search.is_descending else column.asc()
        for column in ORDERS.get(search.column, ())
    ]
    rows = db.session.execute(statement.order_by(*order, AbsenceNotice.id))
    lines = (
        AbsenceLine(
            id=key,
            name=PersonName(given, family, given_ar, family_ar),
            cohort={"fr": cohort, "ar": cohort_ar},
            cohort_code=code,
            absence=Absence(first, last, half),
            category=category,
            state=state_of(is_accepted=accepted, is_withdrawn=False),
            announced_at=announced_at,
        )
        for (
            key,
            given,
            family,
            given_ar,
            family_ar,
            cohort,
            cohort_ar,
            code,
            first,
            last,
            half,
            category,
            accepted,
            announced_at,
        ) in rows
    )
    found = [line for line in lines if line.matches(search.words)]
    if search.column == "name":
        found.sort(key=lambda line: line.name.place_in_list, reverse=search.is_descending)
    return found


def page_of(lines: Sequence[AbsenceLine], number: int) -> Page[AbsenceLine]:
    """One page of a list that is read already."""
    start = (number - 1) * PAGE_SIZE
    return Page(lines[start : start + PAGE_SIZE], number, PAGE_SIZE, len(lines))


def list_absence_cohorts(actor: Actor) -> Mapping[str, str]:
    """Cohorts with an absence that the actor may see, code by id (as text); one query."""
    rows = db.session.execute(
        select(Cohort.id, Cohort.code)
        .join(Enrolment, Enrolment.cohort_id == Cohort.id)
        .join(AbsenceNotice, AbsenceNotice.enrolment_id == Enrolment.id)
        .where(AbsenceNotice.withdrawn_at.is_(None), in_cohorts_of(actor))
        .distinct()
        .order_by(Cohort.code)
    )
    return {str(key): code for key, code in rows}


def in_cohorts_of(actor: Actor) -> ColumnElement[bool]:
    """Enrolments in the cohorts the actor works with: all of them for the office."""
    if actor.has(Role.ADMINISTRATOR) or actor.has(Role.HEAD_OF_STUDIES):
        return true()
    return Enrolment.cohort_id.in_(actor.teaches)
