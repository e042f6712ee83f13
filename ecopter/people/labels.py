"""Words for what is stored of people."""

from ecopter.people.rules import Civility
from ecopter.platform.i18n import lazy as _

CIVILITY = {
    Civility.MADAME: _("Ms"),
    Civility.MONSIEUR: _("Mr"),
    Civility.NEUTRAL: _("My name alone"),
}
