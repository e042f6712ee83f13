"""Associations and the mandates of their leaders."""

from datetime import date
from itertools import count

from ecopter.associations.models import Association, Mandate
from ecopter.associations.rules import AssociationStatus, Office
from ecopter.db import db
from ecopter.people.models import User
from tests.clock import NOW, TODAY
from tests.factories.people import make_user

_number = count(1)


def make_association(**changes: object) -> Association:
    number = next(_number)
    values = {
        "name": f"Tiwizi {number}",
        "name_ar": f"تيويزي {number}",
        "department": "13",
        "status": AssociationStatus.PARTNER,
        "created_at": NOW,
    } | changes
    association = Association(**values)
    db.session.add(association)
    db.session.flush()
    return association


def make_mandate(
    association: Association | None = None,
    user: User | None = None,
    office: Office = Office.PRESIDENT,
    from_on: date = TODAY,
    until_on: date | None = None,
) -> Mandate:
    """A mandate that runs from today on, unless told otherwise."""
    mandate = Mandate(
        association_id=(association or make_association()).id,
        user_id=(user or make_user()).id,
        office=office,
        from_on=from_on,
        until_on=until_on,
    )
    db.session.add(mandate)
    db.session.flush()
    return mandate


def leader_of(association: Association, **changes: object) -> User:
    """Someone who leads it from today on."""
    user = make_user(**({"given_name_lat": "Warda", "family_name_lat": "Tamarinier"} | changes))
    make_mandate(association, user)
    return user
