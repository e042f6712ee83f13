"""What the school says of itself."""

from dataclasses import asdict, dataclass
from datetime import datetime

from ecopter.audit.services import record
from ecopter.authorization.policy import Actor
from ecopter.db import db
from ecopter.school.models import School
from ecopter.school.queries import find_school
from ecopter.school.rules import is_messenger_link, is_telephone
from ecopter.shared.errors import Invalid
from ecopter.shared.text import N_

NO_NAME = N_("Write the legal name of the school.")
BAD_TELEPHONE = N_("Write a telephone number in digits, like 04 65 71 00 00 or +212 5 28 00 00 00.")
BAD_LINK = N_(
    "Write a link that begins with https://, without spaces, like https://wa.me/212600000000."
)


@dataclass(frozen=True, kw_only=True)
class SchoolDetails:
    """Every column of the school that is written by hand; empty where nothing is known."""

    legal_name: str
    legal_name_ar: str = ""
    address: str = ""
    declaration_number: str = ""
    data_protection_receipt: str = ""
    representative: str = ""
    representative_ar: str = ""
    representative_title: str = ""
    representative_title_ar: str = ""
    signatory_name: str = ""
    signatory_name_ar: str = ""
    signatory_title: str = ""
    signatory_title_ar: str = ""
    place: str = ""
    place_ar: str = ""
    help_telephone: str = ""
    messenger_link: str = ""


def save_school(details: SchoolDetails, *, actor: Actor, now: datetime) -> School:
    """Write what the school says of itself; the first time, its row is made.

    Papers already issued keep their words. Saving what is there already changes nothing. Raises
    Invalid without a legal name, for a telephone that is none and for a link that is not https.
    """
    if not details.legal_name:
        raise Invalid(NO_NAME)
    if details.help_telephone and not is_telephone(details.help_telephone):
        raise Invalid(BAD_TELEPHONE)
    if details.messenger_link and not is_messenger_link(details.messenger_link):
        raise Invalid(BAD_LINK)
    values = asdict(details)
    school = find_school()
    if school is None:
        school = School(logo_digest="", **values)
        db.session.add(school)
        db.session.flush()
        changed = sorted(name for name, value in values.items() if value)
    else:
        changed = sorted(name for name in values if getattr(school, name) != values[name])
        for name in changed:
            setattr(school, name, values[name])
    if changed:
        record(
            "school.changed",
            actor=actor,
            now=now,
            about=("school", school.id),
            fields=changed,
        )
    db.session.flush()
    return school
