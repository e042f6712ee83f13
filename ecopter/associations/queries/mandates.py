"""One mandate, and the people it may be given to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from ecopter.associations.models import Association, Mandate
from ecopter.associations.rules import MandateState, state_on
from ecopter.authorization.policy import Scope
from ecopter.db import db
from ecopter.people.models import User
from ecopter.people.rules import PersonName
from ecopter.platform.clock import school_day
from ecopter.shared.errors import NotFound
from ecopter.shared.text import fold

# More people than this are not chosen from: another word narrows them down.
MOST_CANDIDATES = 12


@dataclass(frozen=True)
class MandatePlace:
    """One mandate with its association and its holder."""

    mandate: Mandate
    state: MandateState

    @property
    def association(self) -> Association:
        return self.mandate.association

    @property
    def scope(self) -> Scope:
        return Scope(association_id=self.mandate.association_id)


def get_mandate(association_id: int, mandate_id: int, now: datetime) -> MandatePlace:
    """A mandate of this association; one query.

    Raises NotFound, also for a mandate of another association.
    """
    mandate = db.session.scalar(
        select(Mandate)
        .options(joinedload(Mandate.association), joinedload(Mandate.user))
        .where(Mandate.id == mandate_id, Mandate.association_id == association_id)
    )
    if mandate is None:
        raise NotFound
    return MandatePlace(mandate, state_on(mandate.span, school_day(now)))


def list_mandates_for_update(association_id: int) -> Sequence[Mandate]:
    """All mandates of an association, which nobody else changes meanwhile; two queries."""
    # One writer at a time where the database has several: two people giving the same office.
    db.session.execute(
        select(Association.id).where(Association.id == association_id).with_for_update()
    )
    return db.session.scalars(select(Mandate).where(Mandate.association_id == association_id)).all()


@dataclass(frozen=True)
class Candidate:
    """Someone with an account."""

    user_id: int
    name: PersonName
    sign_in_name: str
    town: str


@dataclass(frozen=True)
class Candidates:
    """The first of the people found; `more` says how many are left out."""

    people: tuple[Candidate, ...] = ()
    more: int = 0


def list_candidates(words: Sequence[str]) -> Candidates:
    """People with an open account in whose names or town all these folded words are; one query.

    Without a word nobody is found, and nothing is asked.
    """
    if not words:
        return Candidates()
    found = sorted(
        (
            candidate
            for candidate in map(_candidate, db.session.scalars(_with_an_account()))
            if _matches(candidate, words)
        ),
        key=lambda candidate: (fold(candidate.name.family_lat), fold(candidate.name.given_lat)),
    )
    return Candidates(tuple(found[:MOST_CANDIDATES]), max(0, len(found) - MOST_CANDIDATES))


def find_candidate(user_id: int) -> Candidate | None:
    """Someone with an open account, or None; one query."""
    user = db.session.scalar(_with_an_account().where(User.id == user_id))
    return None if user is None else _candidate(user)


def _with_an_account() -> Select[User]:
    return select(User).where(User.deactivated_at.is_(None))


def _candidate(user: User) -> Candidate:
    return Candidate(user.id, user.name, user.sign_in_name, user.town)


def _matches(candidate: Candidate, words: Sequence[str]) -> bool:
    name = candidate.name
    text = fold(f"{name.latin} {name.arabic} {candidate.sign_in_name} {candidate.town}")
    return all(word in text for word in words)
