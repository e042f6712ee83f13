"""The people of the demonstration school, and the school itself."""

from datetime import UTC, date, datetime, time, timedelta

from ecopter.db import db
from ecopter.people.models import User, UserRole
from ecopter.people.rules import NOTICE_OF, Civility, SchoolRole
from ecopter.people.services.passwords import hash_password
from ecopter.school.models import School
from ecopter.school.queries import find_school
from ecopter.seeding.services.demo.places import Loading
from ecopter.seeding.services.demo.rows import Values, add_all, put_all
from ecopter.shared.dates import instant
from ecopter.shared.text import sign_in_key

MAIL_DOMAIN = "exemple.invalid"
# The school worked before its first cohort came.
FOUNDED_AT = datetime(2010, 1, 4, 9, tzinfo=UTC)
# People write how their name is to be printed when they come, two weeks before they begin.
DESK = time(12)
INVITED_BEFORE = timedelta(days=14)


def load_school(loading: Loading) -> None:
    """The school's row, unless the installation has one of its own."""
    if find_school() is None:
        db.session.add(School(**loading.files.school))
        db.session.flush()


def load_people(loading: Loading, password: str) -> None:
    """Everyone, in both scripts; only the accounts that visitors use have a password."""
    people = loading.files.people
    password_hash = hash_password(password)
    first_days = {each.file.code: each.starts_on for each in loading.dated}
    rows: list[Values] = []
    for person in people:
        day = first_days.get(person.cohort)
        came = FOUNDED_AT if day is None else came_at(loading, day)
        rows.append(
            {
                "sign_in_name": person.sign_in_name,
                "sign_in_key": sign_in_key(person.sign_in_name),
                "password_hash": password_hash if person.has_account else None,
                "given_name_lat": person.given,
                "family_name_lat": person.family,
                "given_name_ar": person.given_ar,
                "family_name_ar": person.family_ar,
                "name_confirmed_at": None if person.code in loading.files.unconfirmed else came,
                "civility": Civility(person.civility),
                "email": f"{person.sign_in_name}@{MAIL_DOMAIN}",
                "country": person.country,
                "town": person.town,
                "privacy_notice_of": NOTICE_OF if person.has_account else None,
                "privacy_read_at": came if person.has_account else None,
                "is_demo": True,
                "created_at": came,
            }
        )
    ids = add_all(User, rows)
    loading.users.update(zip((person.code for person in people), ids, strict=True))
    put_all(
        UserRole,
        [
            {
                "user_id": loading.users[person.code],
                "role": SchoolRole(person.role),
                "from_on": FOUNDED_AT.date(),
            }
            for person in people
            if person.role in set(SchoolRole)
        ],
    )


def came_at(loading: Loading, first_day: date) -> datetime:
    """When the people of a cohort were enrolled: before its first day, and not in the future."""
    return min(instant(first_day, DESK, loading.zone) - INVITED_BEFORE, loading.now)
