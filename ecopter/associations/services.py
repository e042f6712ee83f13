"""Keeping associations and the mandates of those who lead them."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from ecopter.associations import queries
from ecopter.associations.models import Association, Mandate
from ecopter.associations.rules import Office, OfficeFacts, PublicFacts, overlap
from ecopter.audit import services as audit
from ecopter.authorization.policy import Actor
from ecopter.db import db
from ecopter.platform.clock import school_day
from ecopter.platform.i18n import day as written_day
from ecopter.shared.dates import DateSpan
from ecopter.shared.errors import Conflict, Invalid, NotFound
from ecopter.shared.text import N_, fold

NAME_TAKEN = N_("An association of this name is there already: %(name)s")
RNA_TAKEN = N_("This number is kept for another association: %(name)s")
HELD_ALREADY = N_(
    "This person holds this office already, from %(first)s on. End that mandate first, or choose "
    "other days."
)
ENDED_ALREADY = N_(
    "This mandate ends on %(day)s already: an earlier last day can be set, not a later one. For "
    "the time after it, give a new mandate."
)
BEFORE_IT_BEGAN = N_("The mandate began on %(day)s: its last day cannot be before that.")


def create_association(
    office: OfficeFacts, public: PublicFacts, *, actor: Actor, now: datetime
) -> Association:
    """Put an association on the list.

    Raises Conflict when the name is taken, Invalid when the number (RNA) is another's.
    """
    _refuse_doubles(office, apart_from=None)
    association = Association(**_values(office), **_values(public), created_at=now)
    db.session.add(association)
    db.session.flush()
    about = ("association", association.id)
    audit.record("association.created", actor=actor, now=now, about=about)
    return association


def update_association(
    association: Association,
    public: PublicFacts,
    office: OfficeFacts | None,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Change what is said of an association; without `office`, only what its leaders answer for.

    Raises Conflict when the name is taken, Invalid when the number (RNA) is another's.
    """
    wanted = dict(_values(public))
    if office is not None:
        _refuse_doubles(office, apart_from=association.id)
        wanted |= _values(office)
    changed = sorted(name for name, value in wanted.items() if getattr(association, name) != value)
    for name in changed:
        setattr(association, name, wanted[name])
    db.session.flush()
    if changed:
        about = ("association", association.id)
        audit.record("association.updated", actor=actor, now=now, about=about, fields=changed)


def _values(facts: OfficeFacts | PublicFacts) -> Mapping[str, object]:
    return asdict(facts)


def _refuse_doubles(office: OfficeFacts, *, apart_from: int | None) -> None:
    others = [row for row in queries.list_registered() if row[0] != apart_from]
    for _id, name, rna in others:
        if fold(name) == fold(office.name):
            raise Conflict(NAME_TAKEN, name=name)
        if rna and rna == office.rna:
            raise Invalid(RNA_TAKEN, name=name)


def give_mandate(
    association: Association,
    user_id: int,
    office: Office,
    span: DateSpan,
    *,
    actor: Actor,
    now: datetime,
) -> Mandate:
    """Let a person lead an association between two days; the last one may be open.

    A second president is no refusal: statutes decide how many there are. Raises NotFound without
    an open account, Conflict when the person holds the same office on one of these days.
    """
    if queries.find_candidate(user_id) is None:
        raise NotFound
    held = queries.list_mandates_for_update(association.id)
    for other in held:
        if (other.user_id, other.office) == (user_id, office) and overlap(other.span, span):
            raise Conflict(HELD_ALREADY, first=written_day(other.from_on))
    mandate = Mandate(
        association_id=association.id,
        user_id=user_id,
        office=office,
        from_on=span.first,
        until_on=span.last,
    )
    db.session.add(mandate)
    db.session.flush()
    audit.record(
        "mandate.given",
        actor=actor,
        now=now,
        about=("mandate", mandate.id),
        association_id=association.id,
        user_id=user_id,
        office=office.value,
        from_on=span.first.isoformat(),
    )
    return mandate


def end_mandate(mandate: Mandate, *, last_day: date, actor: Actor, now: datetime) -> bool:
    """End a mandate in the evening of a day; says whether anything of it is left.

    Its rights end with it; training and papers stay the person's. One that has not run before
    today and ends before it begins was a mistake: it is taken back, and gives no right any more.
    Raises Conflict for a day before a mandate that has run, and for one later than its end.
    """
    details: dict[str, Any] = {
        "association_id": mandate.association_id,
        "user_id": mandate.user_id,
    }
    about = ("mandate", mandate.id)
    if mandate.until_on is not None and last_day > mandate.until_on:
        raise Conflict(ENDED_ALREADY, day=written_day(mandate.until_on))
    if last_day < mandate.from_on:
        if mandate.from_on < school_day(now):
            raise Conflict(BEFORE_IT_BEGAN, day=written_day(mandate.from_on))
        db.session.delete(mandate)
        db.session.flush()
        audit.record("mandate.withdrawn", actor=actor, now=now, about=about, **details)
        return False
    mandate.until_on = last_day
    db.session.flush()
    audit.record(
        "mandate.ended",
        actor=actor,
        now=now,
        about=about,
        until_on=last_day.isoformat(),
        **details,
    )
    return True
