"""People."""

from itertools import count

from ecopter.db import db
from ecopter.people.models import User, UserRole
from ecopter.people.rules import NOTICE_OF, SchoolRole
from ecopter.shared.text import sign_in_key
from tests.clock import NOW, TODAY

_number = count(1)


def make_user(**changes: object) -> User:
    name = f"person.{next(_number)}"
    values = {
        "sign_in_name": name,
        "given_name_lat": "Ijja",
        "family_name_lat": "Tazart",
        "given_name_ar": "إجا",
        "family_name_ar": "تازارت",
        "created_at": NOW,
        "privacy_notice_of": NOTICE_OF,
        "privacy_read_at": NOW,
    } | changes
    user = User(**values, sign_in_key=sign_in_key(str(values["sign_in_name"])))
    db.session.add(user)
    db.session.flush()
    return user


def make_administrator(**changes: object) -> User:
    return _with_role(SchoolRole.ADMINISTRATOR, **changes)


def make_head_of_studies(**changes: object) -> User:
    return _with_role(SchoolRole.HEAD_OF_STUDIES, **changes)


def _with_role(role: SchoolRole, **changes: object) -> User:
    user = make_user(**({"given_name_lat": "Hélène", "family_name_lat": "Sainte-Baume"} | changes))
    db.session.add(UserRole(user_id=user.id, role=role, from_on=TODAY))
    db.session.flush()
    return user
