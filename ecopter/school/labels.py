"""Words for what the school says of itself, and for countries and places."""

from ecopter.platform.i18n import lazy as _
from ecopter.school.queries import CLOSED, OPEN
from ecopter.school.rules import PaperFact

COUNTRY = {"FR": _("France"), "MA": _("Morocco")}
STATE = {OPEN: _("in use"), CLOSED: _("out of use")}
STATE_TONE = {OPEN: "done", CLOSED: "neutral"}
PAPER_FACT = {
    PaperFact.LEGAL_NAME: _("its legal name"),
    PaperFact.ADDRESS: _("its address"),
    PaperFact.DECLARATION_NUMBER: _("its declaration number as a training organisation"),
    PaperFact.SIGNATORY_NAME: _("the name of the person who signs"),
    PaperFact.SIGNATORY_TITLE: _("the function of the person who signs"),
    PaperFact.PLACE: _("the place of signing"),
}
