"""Words for what is stored of people."""

from babel import Locale

from ecopter.people.rules import Civility, SchoolRole
from ecopter.people.rules.administration import DeactivationReason, PersonState
from ecopter.platform.i18n import lazy as _
from ecopter.platform.i18n import page_language

CIVILITY = {
    Civility.MADAME: _("Ms"),
    Civility.MONSIEUR: _("Mr"),
    Civility.NEUTRAL: _("My name alone"),
}
ROLE = {
    SchoolRole.ADMINISTRATOR: _("administrator"),
    SchoolRole.HEAD_OF_STUDIES: _("head of studies"),
}
STATE = {
    PersonState.ACTIVE: _("active"),
    PersonState.DEACTIVATED: _("deactivated"),
    PersonState.NEVER_SIGNED_IN: _("no password yet"),
    PersonState.UNCONFIRMED: _("name not confirmed"),
}
REASON = {
    DeactivationReason.LEFT: _("no longer at the school"),
    DeactivationReason.OWN_WISH: _("asked for it"),
    DeactivationReason.DUPLICATE: _("has another account"),
    DeactivationReason.SECURITY: _("the account was misused or lost"),
    DeactivationReason.OTHER: _("another reason"),
}
# Where people live whom the school reaches; both its countries first. Not where they come from.
COUNTRIES = (
    *("MA", "FR"),
    *("BE", "CA", "CH", "DE", "DZ", "ES", "GB", "IT", "LU", "MR", "NL", "PT", "SN", "TN"),
)


def countries(kept: str = "") -> dict[str, str]:
    """Countries by code in the reader's language; `kept` is offered too, whatever it is."""
    names = Locale.parse(page_language().formats).territories
    codes = COUNTRIES if not kept or kept in COUNTRIES else (*COUNTRIES, kept)
    return {code: names.get(code, code) for code in codes}
